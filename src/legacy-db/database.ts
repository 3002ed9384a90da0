import type { Statement } from './sql';
import type { Fragment } from './sql';

/** Runs statements; inside a unit of work they belong to it. */
export interface Sql {
  /** The rows of a query, columns as the database names them. */
  rows<Row>(statement: Statement): Promise<Row[]>;
  /** How many rows a statement changed. */
  change(statement: Statement): Promise<number>;
  /** Inserts one row and gives the id the database generated for it. */
  insert(statement: Statement): Promise<number>;
}

/** What the two databases spell differently. */
export interface Dialect {
  /** Behind a table's name: locks the selected key until the unit ends. */
  readonly lockKey: Fragment;
  /** At most `rows` rows of a select: `top` behind `select`, `limit` at its end. */
  first(rows: number): { readonly top: Fragment; readonly limit: Fragment };
}

/** A unit of work: runs inside one transaction, may be run again after a conflict. */
export type Work<T> = (sql: Sql) => Promise<T>;

/**
 * The database. `read` sees committed rows only. `write` resolves after the unit's commit is
 * durable; when it rejects, nothing of the unit is there.
 * @throws PayError DATABASE_UNAVAILABLE when the database, not the statement, is at fault
 */
export interface Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  /** `name` names the unit in logs and in tests. */
  write<T>(name: string, work: Work<T>): Promise<T>;
}

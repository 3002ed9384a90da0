import type { Bound, Fragment, SqlType, Statement } from './sql';
import type { Decide } from './writes';

/** Runs statements; inside a unit of work they belong to it. */
export interface Sql {
  /** The rows of a query, columns as the database names them. */
  rows<Row>(statement: Statement): Promise<Row[]>;
  /** The rows of several queries, made one after the other, in one message; absent: in several. */
  sets?(statements: readonly Statement[]): Promise<unknown[][]>;
  /** How many rows a statement changed. */
  change(statement: Statement): Promise<number>;
  /** Inserts one row and gives the id the database generated for it. */
  insert(statement: Statement): Promise<number>;
  /** Runs a stored procedure and gives its outputs; throws where the store has none. */
  call(procedure: ProcedureCall): Promise<ProcedureAnswer>;
}

/** A stored procedure with its arguments, passed by name. */
export interface ProcedureCall {
  /** With its schema. */
  readonly name: string;
  /** Names without the `@`. */
  readonly inputs: readonly (readonly [name: string, value: Bound])[];
  readonly outputs: readonly (readonly [name: string, type: SqlType])[];
}

/** The outputs of a procedure by name; one that did not come is missing. */
export type ProcedureAnswer = ReadonlyMap<string, unknown>;

/** What the two databases spell differently. */
export interface Dialect {
  /**
   * Are rows locked by changing them? Then a unit changes the bill's row before it reads what it
   * decides on: a hint may be ignored, a change never is. False: the whole file is locked.
   */
  readonly locksRows: boolean;
  /**
   * Behind a table that is read by an index. SQL Server reads a small table as a whole, and would
   * wait for rows of other bills while it holds its own: deadlocks. Nothing is wrong without it.
   */
  readonly seek: Fragment;
  /**
   * Behind a table of which a unit takes several rows, in no order that others keep: rows that
   * somebody works on are left out instead of waited for.
   */
  readonly passOver: Fragment;
  /** Behind a table's name: reads it by this index and no other. It is an error without it. */
  by(index: string): Fragment;
  /** The list of the migrations; nobody adds to it until the unit ends. */
  readonly keptMigrations: Fragment;
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
  /**
   * `name` names the unit in logs and in tests. Units that name the same `bill` wait for each other
   * in this process before they use anything of the database, where it has several writers.
   */
  write<T>(name: string, work: Work<T>, bill?: string): Promise<T>;
  /**
   * A unit that reads, decides and writes once. Nothing is locked while it reads and decides; where
   * its bill has changed meanwhile nothing is written, and it reads and decides again.
   */
  once<T>(name: string, decide: Decide<T>, bill?: string): Promise<T>;
}

/** Runs a statement of our own, without values: questions to a catalog, commands of an operator. */
export type Query = (text: string) => Promise<unknown>;

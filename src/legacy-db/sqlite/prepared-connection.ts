import type { Database, Statement } from 'better-sqlite3';
import type { DataSource, QueryResult } from 'typeorm';

/** One connection: statements, their values apart. */
export interface SqliteConnection {
  query(text: string, values: unknown[], structured: true): Promise<QueryResult>;
}

/** What TypeORM's driver keeps of the handle it opened. */
interface OpenDriver {
  readonly databaseConnection: Database;
}

/** Rows as records by name; null for a statement that gives none. */
type ReadRow = ((row: readonly unknown[]) => Record<string, unknown>) | null;

interface Prepared {
  readonly statement: Statement<unknown[]>;
  readonly readRow: ReadRow;
}

/**
 * Statements straight on the driver's handle, each prepared once: TypeORM's query runner costs
 * about as much again as the statement. Its DataSource still opens, migrates and closes the file.
 * The texts come from code alone, so there is a bounded number of them.
 */
export class PreparedConnection implements SqliteConnection {
  private readonly statements = new Map<string, Prepared>();

  constructor(private readonly handle: Database) {}

  /** The connection of a DataSource that is initialised. */
  static of(source: DataSource): PreparedConnection {
    return new PreparedConnection((source.driver as unknown as OpenDriver).databaseConnection);
  }

  query(text: string, values: unknown[]): Promise<QueryResult> {
    // What the driver throws becomes the rejection as it is, with its code.
    return new Promise((resolve) => resolve(this.run(text, values)));
  }

  private run(text: string, values: unknown[]): QueryResult {
    const { statement, readRow } = this.statements.get(text) ?? this.prepare(text);
    if (readRow !== null) {
      const records = (statement.all(...values) as unknown[][]).map(readRow);
      return { raw: records, records };
    }
    const { changes, lastInsertRowid } = statement.run(...values);
    return { raw: lastInsertRowid, records: [], affected: changes };
  }

  private prepare(text: string): Prepared {
    const statement = this.handle.prepare<unknown[]>(text);
    const prepared = statement.reader
      ? { statement: statement.raw(), readRow: rowReader(statement) }
      : { statement, readRow: null };
    this.statements.set(text, prepared);
    return prepared;
  }
}

/**
 * Makes records of rows that come as arrays: the driver's own way of making objects costs as much
 * as the statement. A copy of a record that has every name already keeps its shape.
 */
function rowReader(statement: Statement<unknown[]>): ReadRow {
  const names = statement.columns().map(({ name }) => name);
  const empty: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, null]));
  return (row) => {
    const record = { ...empty };
    names.forEach((name, at) => (record[name] = row[at]));
    return record;
  };
}

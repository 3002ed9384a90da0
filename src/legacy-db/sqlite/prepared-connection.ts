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

/**
 * Statements straight on the driver's handle, each prepared once: TypeORM's query runner costs
 * about as much again as the statement. Its DataSource still opens, migrates and closes the file.
 * The texts come from code alone, so there is a bounded number of them.
 */
export class PreparedConnection implements SqliteConnection {
  private readonly statements = new Map<string, Statement<unknown[]>>();

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
    const statement = this.statements.get(text) ?? this.prepare(text);
    if (statement.reader) {
      const records = statement.all(...values);
      return { raw: records, records };
    }
    const { changes, lastInsertRowid } = statement.run(...values);
    return { raw: lastInsertRowid, records: [], affected: changes };
  }

  private prepare(text: string): Statement<unknown[]> {
    const statement = this.handle.prepare<unknown[]>(text);
    this.statements.set(text, statement);
    return statement;
  }
}

import type { DataSource, QueryResult } from 'typeorm';
import type { Clock } from '../../domain/ports/clock';
import type { Database, Dialect, Sql, Work } from '../sql/database';
import { onceByWriting } from '../sql/carry-out';
import { asPayError } from '../sql/db-errors';
import { PreparedConnection } from './prepared-connection';
import type { SqliteConnection } from './prepared-connection';
import { Fragment } from '../sql/sql';
import type { Statement } from '../sql/sql';
import type { Decide } from '../sql/writes';
import { WriteQueue } from './write-queue';

/** SQLite locks the whole file with BEGIN IMMEDIATE; no statement needs a hint. */
export const SQLITE: Dialect = {
  locksRows: false,
  seek: new Fragment(''),
  passOver: new Fragment(''),
  by: (index) => new Fragment(` indexed by ${index}`),
  keptMigrations: new Fragment('migrations'),
  first: (rows) => ({ top: new Fragment(''), limit: new Fragment(`limit ${rows}`) }),
};

/** Statements on one SQLite connection. */
class SqliteSql implements Sql {
  constructor(private readonly connection: SqliteConnection) {}

  async rows<Row>(statement: Statement): Promise<Row[]> {
    const result = await this.run(statement);
    return result.records as Row[];
  }

  async change(statement: Statement): Promise<number> {
    return (await this.run(statement)).affected ?? 0;
  }

  async insert(statement: Statement): Promise<number> {
    return Number((await this.run(statement)).raw);
  }

  call(): Promise<never> {
    return Promise.reject(new Error('SQLite has no stored procedures'));
  }

  private run(statement: Statement): Promise<QueryResult> {
    const values = statement.values.map((bound) => bound.value);
    return this.connection.query(statement.withMarks, values, true);
  }
}

class SqliteReads implements Sql {
  constructor(private readonly sql: Sql) {}

  async rows<Row>(statement: Statement): Promise<Row[]> {
    try {
      return await this.sql.rows<Row>(statement);
    } catch (error) {
      throw asPayError(error, 'read');
    }
  }

  change(): Promise<number> {
    return Promise.reject(new Error('the reading connection does not write'));
  }

  insert(): Promise<number> {
    return Promise.reject(new Error('the reading connection does not write'));
  }

  call(): Promise<never> {
    return Promise.reject(new Error('the reading connection does not write'));
  }
}

/** A connection that reads, and refuses to write. */
export function readsOf(connection: SqliteConnection): Sql {
  return new SqliteReads(new SqliteSql(connection));
}

/**
 * The embedded database: one connection that writes, through the queue, and one that only reads
 * and therefore never sees a row before it is committed.
 */
export class SqliteDatabase implements Database {
  readonly dialect = SQLITE;
  readonly read: Sql;
  private readonly queue: WriteQueue;

  constructor(writer: SqliteConnection, reader: SqliteConnection, clock: Clock) {
    const control = async (statement: string): Promise<void> => {
      await writer.query(statement, [], true);
    };
    this.queue = new WriteQueue({ sql: new SqliteSql(writer), control }, clock);
    this.read = readsOf(reader);
  }

  /** The database over the two DataSources, which are initialised. */
  static over(writer: DataSource, reader: DataSource, clock: Clock): SqliteDatabase {
    return new SqliteDatabase(PreparedConnection.of(writer), PreparedConnection.of(reader), clock);
  }

  write<T>(name: string, work: Work<T>): Promise<T> {
    return this.queue.write(name, work);
  }

  once<T>(name: string, decide: Decide<T>): Promise<T> {
    return onceByWriting(this, name, decide);
  }

  /** Resolves when every unit handed in is settled. */
  idle(): Promise<void> {
    return this.queue.idle();
  }
}

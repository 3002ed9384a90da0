import type { DataSource, QueryResult, QueryRunner } from 'typeorm';
import type { Clock } from '../domain/clock';
import type { Database, Dialect, Sql, Work } from './database';
import { asPayError } from './db-errors';
import { Fragment } from './sql';
import type { Statement } from './sql';
import type { WriteConnection } from './write-queue';
import { WriteQueue } from './write-queue';

/** SQLite locks the whole file with BEGIN IMMEDIATE; no statement needs a hint. */
const SQLITE: Dialect = {
  lockKey: new Fragment(''),
  first: (rows) => ({ top: new Fragment(''), limit: new Fragment(`limit ${rows}`) }),
};

/** Statements on one SQLite connection. */
class SqliteSql implements Sql {
  constructor(private readonly runner: QueryRunner) {}

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

  private run(statement: Statement): Promise<QueryResult> {
    const values = statement.values.map((bound) => bound.value);
    return this.runner.query(statement.texts.join('?'), values, true);
  }
}

class SqliteReads implements Sql {
  constructor(private readonly sql: Sql) {}

  rows<Row>(statement: Statement): Promise<Row[]> {
    return this.guarded(() => this.sql.rows<Row>(statement));
  }

  change(): Promise<number> {
    return Promise.reject(new Error('the reading connection does not write'));
  }

  insert(): Promise<number> {
    return Promise.reject(new Error('the reading connection does not write'));
  }

  private async guarded<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw asPayError(error, 'read');
    }
  }
}

/**
 * The embedded database: one connection that writes, through the queue, and one that only reads
 * and therefore never sees a row before it is committed.
 */
export class SqliteDatabase implements Database {
  readonly dialect = SQLITE;
  readonly read: Sql;
  private readonly queue: WriteQueue;

  constructor(writer: DataSource, reader: DataSource, clock: Clock) {
    const writing = writer.createQueryRunner();
    const connection: WriteConnection = {
      sql: new SqliteSql(writing),
      control: async (statement) => void (await writing.query(statement)),
    };
    this.queue = new WriteQueue(connection, clock);
    this.read = new SqliteReads(new SqliteSql(reader.createQueryRunner()));
  }

  write<T>(name: string, work: Work<T>): Promise<T> {
    return this.queue.write(name, work);
  }

  /** Resolves when every unit handed in is settled. */
  idle(): Promise<void> {
    return this.queue.idle();
  }
}

import type { ConnectionPool, Transaction } from 'mssql';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import type { Database, Dialect, Sql, Work } from '../sql/database';
import { MOST_DECISIONS, keepsChanging } from '../sql/carry-out';
import { Fragment } from '../sql/sql';
import type { Decide, Stop, Writes, Written } from '../sql/writes';
import type { Mssql } from './mssql-data-source';
import { MIGRATIONS_TABLE } from './schema/own-tables';
import { asSqlServerError, troubleOf } from './mssql-errors';
import { MssqlSql } from './mssql-sql';
import { writeBatch } from './batch/write-batch';
import { UnitSlots } from './unit-slots';

/**
 * Rows are locked by changing them. Without the seek a small table would be read, and locked, as a
 * whole. Where a database has row versions, `readpast` wants `readcommittedlock` beside it.
 */
export const SQL_SERVER: Dialect = {
  locksRows: true,
  seek: new Fragment(' with (forceseek)'),
  passOver: new Fragment(' with (rowlock, readpast, readcommittedlock)'),
  by: (index) => new Fragment(` with (index(${index}), forceseek)`),
  keptMigrations: new Fragment(`${MIGRATIONS_TABLE} with (tablock, holdlock)`),
  first: (rows) => ({ top: new Fragment(`top (${rows})`), limit: new Fragment('') }),
};

/** How often a unit is run again, at most. */
const RETRIES = 3;
/** No unit is begun again later than this after its first attempt. ms. */
const RETRY_WITHIN_MS = 20_000;
const PAUSE_MS = 20;

/** The connection in use; throws DATABASE_UNAVAILABLE while there is none. */
export interface LiveConnection {
  readonly mssql: Mssql;
  readonly pool: ConnectionPool;
}

/** A commit was asked for and no answer came: it may have happened. */
class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('commit without an answer', { cause });
  }
}

/**
 * SQL Server. A unit of work is one transaction under READ COMMITTED on a connection of its own.
 *
 * After a deadlock, a lost connection or another passing trouble the whole unit is run again. So
 * it is after a commit without an answer, and that is safe because every unit looks before it
 * writes: it first changes the bill's row, which waits for a commit still under way, and then
 * Begin finds its own order by its number, a move finds that its receipt has left the state it
 * was to leave, and the rest changes what is already so. Nothing is written twice, and nobody is
 * told that something failed which has happened: `null`, somebody was first, makes callers read.
 */
export class MssqlDatabase implements Database {
  readonly dialect = SQL_SERVER;
  readonly read: Sql;

  constructor(
    private readonly connection: () => LiveConnection,
    private readonly slots: UnitSlots,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {
    this.read = this.reads();
  }

  async write<T>(name: string, work: Work<T>, bill?: string): Promise<T> {
    return this.slots.use(name, () => this.again(name, () => this.unit(work)), bill);
  }

  once<T>(name: string, decide: Decide<T>, bill?: string): Promise<T> {
    return this.slots.use(name, () => this.again(name, () => this.decided(name, decide)), bill);
  }

  /**
   * Reads and decides without a transaction, and writes in one batch. Nothing is locked over a
   * message, so the bill may have changed in between: then the batch stops at its version.
   */
  private async decided<T>(name: string, decide: Decide<T>): Promise<T> {
    for (let round = 1; round <= MOST_DECISIONS; round += 1) {
      const { mssql, pool } = this.connection();
      const sql = new MssqlSql(mssql, pool);
      const decision = await decide(sql);
      if (decision.kind === 'answer') return decision.answer;
      const written = await this.send(sql, decision.writes);
      if (written === 'lost') return decision.lost();
      if (written !== 'stale') return decision.done(written);
    }
    throw keepsChanging(name);
  }

  private async send(sql: MssqlSql, writes: Writes): Promise<Written | Stop> {
    const batch = writeBatch(writes);
    const { last, rows } = await sql.batch(batch, (error) => new CommitUnknown(error));
    return batch.stopOf(last) ?? { rows, valueOf: (later) => batch.valueOf(last, later) };
  }

  /** Resolves when no unit is under way. */
  idle(): Promise<void> {
    return this.slots.idle();
  }

  /** The one place that opens transactions. */
  private async unit<T>(work: Work<T>): Promise<T> {
    const { mssql, pool } = this.connection();
    const transaction = pool.transaction();
    await transaction.begin(mssql.ISOLATION_LEVEL.READ_COMMITTED);
    const sql = new MssqlSql(mssql, transaction);
    let result: T;
    try {
      result = await work(sql);
      if (sql.failed) throw sql.failed.error;
    } catch (error) {
      await this.undo(transaction);
      throw error;
    }
    await this.commit(transaction);
    return result;
  }

  private async commit(transaction: Transaction): Promise<void> {
    const connection = Reflect.get(transaction, '_acquiredConnection') as unknown;
    try {
      await transaction.commit();
    } catch (error) {
      close(connection);
      // The server had undone the transaction before it was asked to commit it.
      if (codeOf(error) === 'EABORT') throw error;
      throw new CommitUnknown(error);
    }
  }

  private async undo(transaction: Transaction): Promise<void> {
    const connection = Reflect.get(transaction, '_acquiredConnection') as unknown;
    try {
      await transaction.rollback();
    } catch (error) {
      // Undone by the server already; or it is once the connection is closed.
      if (codeOf(error) !== 'EABORT') close(connection);
    }
  }

  /** Runs `attempt`, again where that may help; at the end throws what callers understand. */
  private async again<T>(name: string, attempt: () => Promise<T>): Promise<T> {
    const startedMs = this.clock.monotonicMs();
    let raced = false;
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        const trouble = error instanceof CommitUnknown ? 'lost' : troubleOf(error);
        // Who lost a race for a new row finds the row when run again; more often will not help.
        const may = ['again', 'lost'].includes(trouble) || (trouble === 'duplicate' && !raced);
        raced ||= trouble === 'duplicate';
        const late = this.clock.monotonicMs() - startedMs > RETRY_WITHIN_MS;
        if (!may || late || tries >= RETRIES) throw finalError(error, name);
      }
      await this.clock.sleep(PAUSE_MS * 2 ** tries * (0.5 + this.randomness.fraction()));
    }
  }

  private reads(): Sql {
    const no = (): Promise<never> => Promise.reject(new Error('a read does not write'));
    const sql = (): MssqlSql => {
      const { mssql, pool } = this.connection();
      return new MssqlSql(mssql, pool);
    };
    return {
      rows: (statement) => this.again('read', () => sql().rows(statement)),
      sets: (statements) => this.again('read', () => sql().sets(statements)),
      change: no,
      insert: no,
      call: no,
    };
  }
}

function finalError(error: unknown, name: string): unknown {
  if (!(error instanceof CommitUnknown)) return asSqlServerError(error, name);
  return new PayError('DATABASE_UNAVAILABLE', `${name}: ${error.message}`);
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
}

/** A connection in an unknown state is not lent out again; the server undoes what it had open. */
function close(connection: unknown): void {
  if (typeof connection !== 'object' || connection === null) return;
  const method: unknown = Reflect.get(connection, 'close');
  if (typeof method === 'function') Reflect.apply(method, connection, []);
}

import type { QueryResult } from 'typeorm';
import type { Database, Sql, Work } from '../../../src/legacy-db/sql/database';
import type { Decide } from '../../../src/legacy-db/sql/writes';
import type { SqliteConnection } from '../../../src/legacy-db/sqlite/prepared-connection';
import { LONGEST_DELAY_MS } from '../world/faults';
import type { Fault } from '../world/faults';
import type { Host } from '../world/host';
import { SqliteFault } from './memory-database';

/** Statements a unit has at most, roughly: where inside it a fault may strike. */
const STATEMENTS = 12;

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** As text: each point names the kinds that are defined there. */
function kindOf(fault: Fault | null): string {
  return fault?.kind ?? '';
}

/** A connection of one process to the shared database, with faults of the disk and the lock. */
export class SimConnection implements SqliteConnection {
  constructor(private readonly host: Host) {}

  query(text: string, values: unknown[]): Promise<QueryResult> {
    const { host } = this;
    if (!host.alive) return never();
    if (text !== 'COMMIT') return this.execute(text, values);
    const fault = host.story.faults.draw('commit');
    this.struck(fault);
    switch (kindOf(fault)) {
      case 'crashBefore':
        host.kill();
        return never();
      case 'errorBefore':
        return Promise.reject(new SqliteFault('SQLITE_FULL'));
      case 'delay':
        return this.slowly(fault?.size ?? 0, text, values);
      case 'crashAfter':
        void this.execute(text, values);
        host.kill();
        return never();
      case 'errorAfter':
        void this.execute(text, values);
        return Promise.reject(new SqliteFault('SQLITE_IOERR'));
      default:
        return this.execute(text, values);
    }
  }

  private struck(fault: Fault | null): void {
    if (!fault) return;
    fault.hit();
    this.host.story.world.note(() => `p${this.host.id} commit: ${fault.kind}`);
  }

  private slowly(size: number, text: string, values: unknown[]): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      // The whole database waits for this one: seldom long.
      this.host.later(size ** 4 * LONGEST_DELAY_MS, () => {
        this.execute(text, values).then(resolve, reject);
      });
    });
  }

  private execute(text: string, values: unknown[]): Promise<QueryResult> {
    // What the driver throws becomes the rejection as it is, with its code: where jest has run
    // other files before, its class is no `Error` of this one.
    const { database } = this.host.story;
    return new Promise((resolve) => resolve(database.execute(this.host, text, values)));
  }
}

/** A connection that only reads, and sees what is committed. */
export class SimReader implements SqliteConnection {
  constructor(private readonly host: Host) {}

  query(text: string, values: unknown[]): Promise<QueryResult> {
    const { host } = this;
    if (!host.alive) return never();
    const fault = host.story.faults.draw('read');
    fault?.hit();
    if (fault) host.story.world.note(() => `p${host.id} read: ${fault.kind}`);
    switch (kindOf(fault)) {
      case 'crashBefore':
      case 'crashAfter':
        host.kill();
        return never();
      case 'errorBefore':
        return Promise.reject(new SqliteFault('SQLITE_IOERR'));
      default:
        return this.whenClosed(
          text,
          values,
          fault ? fault.size * LONGEST_DELAY_MS : host.pauseMs(),
        );
    }
  }

  /** Nobody sees the inside of a transaction: the read happens when none is open. */
  private whenClosed(text: string, values: unknown[], delayMs: number): Promise<QueryResult> {
    const { host } = this;
    const { database } = host.story;
    return new Promise((resolve) => {
      const attempt = (): void => {
        if (!host.alive) return;
        resolve(new Promise((done) => done(database.execute(host, text, values))));
      };
      if (delayMs === 0 && !database.isOpen()) attempt();
      else host.later(delayMs, () => database.whenClosed(attempt));
    });
  }
}

/** The product's database with faults at every named unit of work. */
export class FaultyDatabase implements Database {
  readonly dialect;
  readonly read: Sql;

  constructor(
    private readonly inner: Database,
    private readonly host: Host,
  ) {
    this.dialect = inner.dialect;
    this.read = inner.read;
  }

  async write<T>(name: string, work: Work<T>): Promise<T> {
    const { host } = this;
    if (!host.alive) return never();
    const { world, faults } = host.story;
    const fault = faults.draw(`unit ${name}`);
    if (fault) world.note(() => `p${host.id} unit ${name}: ${fault.kind}`);
    switch (kindOf(fault)) {
      case 'crashBefore':
        fault?.hit();
        host.kill();
        return never();
      case 'errorBefore':
        fault?.hit();
        throw this.unavailable(name);
      case 'delay':
        fault?.hit();
        await new Promise<void>((go) => host.later((fault?.size ?? 0) * LONGEST_DELAY_MS, go));
        return this.inner.write(name, work);
      case 'errorDuring':
      case 'crashDuring':
        return this.inner.write(name, (sql) => work(this.struck(sql, fault)));
      case 'errorAfter':
        await this.inner.write(name, work);
        fault?.hit();
        throw this.unavailable(name);
      case 'crashAfter':
        await this.inner.write(name, work);
        fault?.hit();
        host.kill();
        return never();
      default:
        return this.inner.write(name, work);
    }
  }

  once<T>(name: string, decide: Decide<T>): Promise<T> {
    return this.host.story.product.onceByWriting(this, name, decide);
  }

  private unavailable(name: string): Error {
    const { PayError } = this.host.story.product;
    return new PayError('DATABASE_UNAVAILABLE', `${name}: a fault`);
  }

  /** The statements of a unit, one of which does not come to its end. */
  private struck(sql: Sql, fault: Fault | null): Sql {
    if (!fault) return sql;
    let left = Math.floor(fault.size * fault.size * STATEMENTS);
    const strike = <T>(run: () => Promise<T>): Promise<T> => {
      left -= 1;
      if (left >= 0) return run();
      left = Infinity;
      fault.hit();
      if (fault.kind === 'errorDuring') return Promise.reject(new SqliteFault('SQLITE_IOERR'));
      this.host.kill();
      return never();
    };
    return {
      rows: (statement) => strike(() => sql.rows(statement)),
      change: (statement) => strike(() => sql.change(statement)),
      insert: (statement) => strike(() => sql.insert(statement)),
      call: (procedure) => strike(() => sql.call(procedure)),
    };
  }
}

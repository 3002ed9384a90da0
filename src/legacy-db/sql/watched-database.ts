import type { Clock, Randomness } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { unitSpan } from '../../tracing/unit-span';
import type { Database, Dialect, Sql, Work } from './database';
import type { OpenDatabase } from '../open-database';
import { big, sql, text } from './sql';
import { Writes } from './writes';
import type { Decide } from './writes';

/** So many units that failed one after the other are no accident of one of them. */
const FAILURES_IN_A_ROW = 3;
/** A unit that got through is proof for so long. ms. */
const PROOF_MS = 5_000;
const PROBE_BYTES = 16;

/**
 * A database that knows whether units of work get through: one that can be read and not written (a
 * lock that another program holds, a full disk, a log that is full) takes no payment. Traces see
 * its units.
 */
export class WatchedDatabase implements Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  private failures = 0;
  private succeededAtMs = -Infinity;
  private probe: Promise<boolean> | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {
    this.dialect = database.dialect;
    this.read = database.read;
  }

  write<T>(name: string, work: Work<T>, bill?: string): Promise<T> {
    return this.watched(this.traced(name, () => this.database.write(name, work, bill)));
  }

  once<T>(name: string, decide: Decide<T>, bill?: string): Promise<T> {
    return this.watched(this.traced(name, () => this.database.once(name, decide, bill)));
  }

  /**
   * Whether a unit gets through. The last ones tell; when nothing was written for a while, or they
   * failed, one is tried that leaves nothing behind. Never rejects; may take as long as a unit.
   */
  async takesWrites(): Promise<boolean> {
    const isProved = this.clock.monotonicMs() - this.succeededAtMs < PROOF_MS;
    if (isProved && this.failures < FAILURES_IN_A_ROW) return true;
    this.probe ??= this.tryOne().finally(() => (this.probe = null));
    return this.probe;
  }

  private traced<T>(name: string, unit: () => Promise<T>): Promise<T> {
    return unitSpan(this.dialect.locksRows, name, unit);
  }

  private watched<T>(unit: Promise<T>): Promise<T> {
    unit.then(this.succeeded, this.failed);
    return unit;
  }

  private readonly succeeded = (): void => {
    this.failures = 0;
    this.succeededAtMs = this.clock.monotonicMs();
  };

  /** A unit that failed by its own fault tells nothing about the database. */
  private readonly failed = (error: unknown): void => {
    if (error instanceof PayError && error.code === 'DATABASE_UNAVAILABLE') this.failures += 1;
  };

  /** The row is gone when the unit commits, but it has been through the log and onto the disk. */
  private async tryOne(): Promise<boolean> {
    const mark = `probe-${this.randomness.hex(PROBE_BYTES)}`;
    const name = text(64, mark);
    try {
      const writes = new Writes();
      writes.change(sql`insert into xpos_request
          (app_key, request_id, content, out_biz_id, out_trade_no, asked_at_ms) values
          (${text(64, '')}, ${name}, ${name}, ${name}, ${name}, ${big(this.clock.nowMs())})`);
      writes.change(sql`delete from xpos_request where out_trade_no = ${name}`);
      const written = { kind: 'write', writes, done: () => true, lost: () => false } as const;
      await this.once('probe', () => Promise.resolve(written));
      return true;
    } catch {
      return false;
    }
  }
}

/** The store with its writes under watch: its status tells of them, too. */
export function watchWrites(
  open: OpenDatabase,
  clock: Clock,
  randomness: Randomness,
): OpenDatabase {
  const database = new WatchedDatabase(open.database, clock, randomness);
  const problem = async (): Promise<string | null> => {
    const trouble = await open.status.problem();
    if (trouble !== null) return trouble;
    return (await database.takesWrites()) ? null : 'the database takes no writes';
  };
  return { ...open, database, status: { problem } };
}

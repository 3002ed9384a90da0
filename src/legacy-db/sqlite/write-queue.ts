import type { Clock } from '../../domain/ports/clock';
import type { Sql, Work } from '../sql/database';
import { asPayError, isBusy } from '../sql/db-errors';

/** How many units may share one commit. */
const MAX_GROUP = 64;
/** How long to wait for another process that is writing, ms. */
const BUSY_DEADLINE_MS = 5_000;
const BUSY_PAUSE_MS = 2;
/** How many turns of the event loop a commit waits at most while each brings further units. */
const MOST_TURNS = 8;
/** How long one process may write without a gap, and how long the gap is, ms: others wait too. */
const TURN_MS = 100;
const GAP_MS = 2 * BUSY_PAUSE_MS;

/** A connection the queue alone writes on. */
export interface WriteConnection {
  readonly sql: Sql;
  /** Runs a transaction control statement. */
  control(statement: string): Promise<void>;
}

interface Unit {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly commit: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The one place that writes to SQLite. Units run one after the other, never into each other's
 * transaction. Units that wait at the same time share one durable commit, each in a savepoint of
 * its own: one that fails is undone alone, and nobody is answered before the commit.
 */
export class WriteQueue {
  private readonly waiting: Unit[] = [];
  private draining: Promise<void> | null = null;

  constructor(
    private readonly connection: WriteConnection,
    private readonly clock: Clock,
  ) {}

  /** Resolves with the unit's result once it is durable. */
  write<T>(name: string, work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      this.waiting.push({
        name,
        run: async () => {
          result = await work(this.connection.sql);
        },
        commit: () => resolve(result),
        fail: reject,
      });
      this.draining ??= this.drain();
    });
  }

  /** Resolves when everything that was handed in is settled. */
  async idle(): Promise<void> {
    while (this.draining) await this.draining;
  }

  private async drain(): Promise<void> {
    await this.gather();
    let turnEndsAtMs = this.clock.monotonicMs() + TURN_MS;
    while (this.waiting.length > 0) {
      await this.runGroup(this.waiting.splice(0, MAX_GROUP));
      if (this.clock.monotonicMs() < turnEndsAtMs) {
        await this.gather();
        continue;
      }
      await this.clock.sleep(GAP_MS);
      turnEndsAtMs = this.clock.monotonicMs() + TURN_MS;
    }
    this.draining = null;
  }

  /**
   * Leaves this turn of the event loop: what arrives in it shares the commit. While units keep
   * coming it waits on, as a commit costs as much as a few of them.
   */
  private async gather(): Promise<void> {
    let seen = 0;
    for (let turns = 0; turns < MOST_TURNS && seen < this.waiting.length; turns += 1) {
      seen = this.waiting.length;
      if (seen >= MAX_GROUP) return;
      await this.clock.turn();
    }
  }

  private async runGroup(group: readonly Unit[]): Promise<void> {
    const done: Unit[] = [];
    const failed: [Unit, unknown][] = [];
    try {
      await this.begin();
      for (const unit of group) {
        const error = await this.runUnit(unit, group.length === 1);
        if (error === null) done.push(unit);
        else failed.push([unit, error.reason]);
      }
      await this.connection.control('COMMIT');
    } catch (error) {
      await this.rollBack();
      for (const unit of group) unit.fail(asPayError(error, unit.name));
      return;
    }
    for (const unit of done) unit.commit();
    for (const [unit, reason] of failed) unit.fail(asPayError(reason, unit.name));
  }

  /** Null: it went well. A unit `alone` in its transaction throws instead, and ends it. */
  private async runUnit(unit: Unit, alone: boolean): Promise<{ reason: unknown } | null> {
    if (alone) {
      await unit.run();
      return null;
    }
    await this.connection.control('SAVEPOINT unit');
    try {
      await unit.run();
      await this.connection.control('RELEASE unit');
      return null;
    } catch (reason) {
      // If the database itself gave up the transaction, this throws and the group fails.
      await this.connection.control('ROLLBACK TO unit');
      await this.connection.control('RELEASE unit');
      return { reason };
    }
  }

  private async begin(): Promise<void> {
    const deadline = this.clock.monotonicMs() + BUSY_DEADLINE_MS;
    for (;;) {
      try {
        return await this.connection.control('BEGIN IMMEDIATE');
      } catch (error) {
        if (!isBusy(error) || this.clock.monotonicMs() > deadline) throw error;
        await this.clock.sleep(BUSY_PAUSE_MS);
      }
    }
  }

  private async rollBack(): Promise<void> {
    try {
      await this.connection.control('ROLLBACK');
    } catch {
      // Nothing was open: BEGIN failed, or the database had already undone it.
    }
  }
}

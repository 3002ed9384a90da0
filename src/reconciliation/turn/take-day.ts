import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { RECONCILE_TURNS } from '../../domain/reconciliation/reconcile-turns';
import type { EndedTurn, ReconcileTurns } from '../../domain/reconciliation/reconcile-turns';
import type { BillDay } from '../bill/bill-day';
import { Reconciliation } from '../reconciliation.service';
import type { DayOutcome } from '../reconciliation.service';
import { DayAlarms } from './day-alarms';
import type { TakenDay } from './taken-day';

/** How long a process holds a day: a million rows take one minute. ms. */
const HOLD_MS = 5 * 60_000;
/** Whoever asks Alipay about many rows says so again from time to time. ms. */
const HOLD_AGAIN_MS = 60_000;
/** From 18:00 of the next day on a bill that is not there is missing. ms. */
const MISSING_AFTER_MS = 18 * 3_600_000;

/** Does one day, as the only process, and says what is left of it. */
@Injectable()
export class TakeDay {
  constructor(
    @Inject(RECONCILE_TURNS) private readonly turns: ReconcileTurns,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    private readonly reconciliation: Reconciliation,
    private readonly alarms: DayAlarms,
  ) {}

  /**
   * Compares a day with its bill, fetched or in a file at `path`. Safe to repeat, to race and to be
   * cut off. @throws PayError DATABASE_UNAVAILABLE
   */
  async take(day: BillDay, path: string | null = null): Promise<TakenDay> {
    const owner = this.randomness.hex(16);
    const bookings = await this.hold(day, owner);
    if (bookings === null) return { kind: 'held' };
    let heldAtMs = this.clock.monotonicMs();
    const holdOn = async (): Promise<void> => {
      if (this.clock.monotonicMs() - heldAtMs < HOLD_AGAIN_MS) return;
      heldAtMs = this.clock.monotonicMs();
      // Should another process hold it by now: two that compare one day harm nothing.
      await this.hold(day, owner);
    };
    let end: Pick<EndedTurn, 'word' | 'finished'> = { word: 'failed', finished: null };
    try {
      const outcome = await (path === null
        ? this.reconciliation.fetched(day, holdOn)
        : this.reconciliation.fromFile(day, path, holdOn));
      const finished = await this.isFinished(day, outcome);
      const isLate = this.clock.nowMs() >= day.endMs + MISSING_AFTER_MS;
      await this.alarms.tell(day.date, outcome, isLate && finished !== true);
      end = { word: outcome.kind, finished };
      return outcome;
    } finally {
      const nowMs = this.clock.nowMs();
      await this.turns.end(day.date, owner, { ...end, bookings, nowMs });
    }
  }

  private hold({ date }: BillDay, owner: string): Promise<number | null> {
    const nowMs = this.clock.nowMs();
    return this.turns.claim(date, owner, nowMs, nowMs + HOLD_MS);
  }

  /**
   * Does nothing of the day wait any more? A day of which nobody has anything is over, too. Null:
   * nothing was compared, and it stands as it did.
   */
  private async isFinished(day: BillDay, outcome: DayOutcome): Promise<boolean | null> {
    if (outcome.kind === 'compared') return !outcome.day.kinds.has('open');
    if (outcome.kind !== 'empty' && outcome.kind !== 'missing') return null;
    const moved = this.reconciliation.books.receiptsBetween(day.startMs, day.endMs);
    for await (const receipt of moved) if (receipt.movements.length > 0) return null;
    return true;
  }
}

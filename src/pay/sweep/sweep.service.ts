import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import type { Receipt } from '../../domain/receipt/receipt';
import { OPEN_RECEIPTS } from '../../domain/ports/receipt-repository';
import type { Claim, OpenReceipts } from '../../domain/ports/receipt-repository';
import { sweepSpan } from '../../tracing/sweep-span';
import { ClockWatch } from './clock-watch';
import { SweepLook } from './sweep-look';

/** The default deadline of a channel call. ms. */
const USUAL_CALL_MS = 5_000;
/** How long a process holds what it claimed, in calls: it begins within one, a look takes three. */
const CLAIM_CALLS = 4;
/** How many receipts one batch claims. */
export const BATCH = 160;
/** How many of them are looked at, at the same time: the tills keep a third of all calls. */
const AT_ONCE = 40;
/** How often due times too far ahead are looked for. ms. */
const WAKE_EVERY_MS = 60_000;

/** What one round did. */
export interface SweepRound {
  readonly claimed: number;
  readonly undecided: number;
}

/**
 * Looks after open receipts without any till asking: brings them up to date, makes codes unpayable
 * whose time is over, finishes what was being undone, and looks for late money.
 */
@Injectable()
export class Sweep {
  private readonly logger = new Logger(Sweep.name);
  private wokenAtMs: number | null = null;

  constructor(
    @Inject(OPEN_RECEIPTS) private readonly open: OpenReceipts,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    private readonly looks: SweepLook,
    private readonly clockWatch: ClockWatch,
  ) {}

  /**
   * Claims one batch of due receipts and looks at each of them. The claim is short, so that what a
   * process held that died is soon free. `callMs`: the deadline of one channel call.
   */
  async round(callMs: number = USUAL_CALL_MS): Promise<SweepRound> {
    const claimMs = CLAIM_CALLS * callMs;
    await this.clockWatch.look();
    await this.wake(claimMs);
    const nowMs = this.clock.nowMs();
    // A name for each round: what it claimed is found again by it.
    const owner = this.randomness.hex(16);
    const claim = { owner, nowMs, claimUntilMs: nowMs + claimMs, limit: BATCH };
    const startedAtMs = this.clock.monotonicMs();
    const waiting = await this.open.claimDue(claim);
    const claimed = waiting.length;
    let undecided = 0;
    const worker = async (): Promise<void> => {
      for (let receipt = waiting.shift(); receipt; receipt = waiting.shift()) {
        // A look begun later could outlast the claim: left to whoever claims it next.
        if (this.clock.monotonicMs() - startedAtMs > callMs) return;
        if (!(await this.look(receipt, claim))) undecided += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { claimed, undecided };
  }

  /** False: it could not be decided this time. */
  private async look(receipt: Receipt, claim: Claim): Promise<boolean> {
    let decided = true;
    try {
      await sweepSpan('sweep receipt', receipt, () => this.looks.look(receipt));
    } catch (error) {
      decided = false;
      const known = error instanceof PayError;
      const text = error instanceof Error ? error.message : 'not an error';
      if (known) this.logger.debug(`receipt ${receipt.id}: ${text}`);
      else this.logger.error(`receipt ${receipt.id}: ${text}`);
    }
    try {
      await this.open.settleClaim(receipt, claim, this.clock.nowMs(), decided);
    } catch (error) {
      // The claim ends by itself.
      this.logger.warn(`claim of receipt ${receipt.id} not settled: ${String(error)}`);
    }
    return decided;
  }

  /** At start every open receipt is due; later only those a clock set back has put off. */
  private async wake(claimMs: number): Promise<void> {
    const now = this.clock.monotonicMs();
    const first = this.wokenAtMs === null;
    if (this.wokenAtMs !== null && now - this.wokenAtMs < WAKE_EVERY_MS) return;
    const nowMs = this.clock.nowMs();
    // The clocks of two machines may differ a little.
    await this.open.wake(nowMs, nowMs + 2 * claimMs, first);
    this.wokenAtMs = now;
  }
}

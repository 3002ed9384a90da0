import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { PayError } from '../../domain/errors';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import type { Claim } from '../../domain/ports/receipt-repository';
import { REFUNDS } from '../../domain/ports/refunds';
import type { RefundCase, Refunds } from '../../domain/ports/refunds';
import { SWEEP } from '../../domain/receipt/by';
import { isOwedAlone } from '../../domain/refund/refund';
import { sweepSpan } from '../../tracing/sweep-span';
import { PAY_SETTINGS } from '../pay-settings';
import type { PaySettings } from '../pay-settings';
import { DuplicateRefund } from './duplicate-refund.service';
import { RefundWork } from './refund-work.service';

/** How many refunds one round claims: each may take a question, the gap and a sending. */
const BATCH = 20;
/** How long a process holds what it claimed, in calls. */
const CLAIM_CALLS = 4;

/** One look of the sweep at one refund. */
@Injectable()
export class RefundLook {
  constructor(
    private readonly work: RefundWork,
    private readonly duplicates: DuplicateRefund,
  ) {}

  /** @throws PayError when nothing could be decided this time */
  async look(found: RefundCase): Promise<void> {
    // Once it is begun, its receipt is on its way back.
    const owed = isOwedAlone(found.refund) && found.receipt.givingBack !== 'refund';
    if (owed) await this.duplicates.look(found);
    else await this.work.bring(found, SWEEP, true);
  }
}

/** Brings refunds that are not decided on without any till asking, again and again. */
@Injectable()
export class RefundSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RefundSweep.name);
  private stopped = false;
  private wakeUp: () => void = () => undefined;
  private readonly stopping = new Promise<void>((resolve) => (this.wakeUp = resolve));
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(REFUNDS) private readonly refunds: Refunds,
    @Inject(PAY_SETTINGS) private readonly settings: PaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    private readonly look: RefundLook,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.sweepPeriodMs > 0) this.running = this.run();
  }

  /** Called by Nest before the database closes: the round under way ends first. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wakeUp();
    await Promise.race([this.running, this.clock.sleep(this.settings.channelTimeoutMs + 1_000)]);
  }

  /** One round; gives how many refunds it has looked at. */
  async round(): Promise<number> {
    const nowMs = this.clock.nowMs();
    // A name for each round: what it claimed is found again by it.
    const owner = this.randomness.hex(16);
    const claimUntilMs = nowMs + CLAIM_CALLS * this.settings.channelTimeoutMs;
    const claim = { owner, nowMs, claimUntilMs, limit: BATCH };
    const due = await this.refunds.claimDue(claim);
    await Promise.all(due.map((found) => this.lookAt(found, claim)));
    return due.length;
  }

  private async lookAt(found: RefundCase, claim: Claim): Promise<void> {
    const { id } = found.refund;
    try {
      await sweepSpan('sweep refund', found.receipt, () => this.look.look(found));
    } catch (error) {
      const text = error instanceof Error ? error.message : 'not an error';
      if (error instanceof PayError) this.logger.debug(`refund ${id}: ${text}`);
      else this.logger.error(`refund ${id}: ${text}`);
    }
    try {
      await this.refunds.settleClaim(found.refund, claim, this.clock.nowMs());
    } catch (error) {
      // The claim ends by itself.
      this.logger.warn(`claim of refund ${id} not settled: ${String(error)}`);
    }
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.roundOrNothing();
      await Promise.race([this.clock.sleep(this.settings.sweepPeriodMs), this.stopping]);
    }
  }

  private async roundOrNothing(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.logger.error(`refunds: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

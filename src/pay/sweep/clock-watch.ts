import { Inject, Injectable, Logger } from '@nestjs/common';
import { ALARMS } from '../../domain/ports/alarm';
import type { Alarms } from '../../domain/ports/alarm';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { MOST_CLOCK_GAP_MS } from '../../domain/receipt/due';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { PaymentGateway } from '../../domain/ports/payment-gateway';

/** How soon an alarm that somebody closed is raised again while the clock stays wrong. ms. */
const AGAIN_MS = 10 * 60_000;

/** Calls somebody when this machine's clock and Alipay's are too far apart. */
@Injectable()
export class ClockWatch {
  private readonly logger = new Logger(ClockWatch.name);
  /** When the alarm was last seen to be there, monotonic ms; null: not while it went wrong. */
  private raisedAtMs: number | null = null;

  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ALARMS) private readonly alarms: Alarms,
  ) {}

  /** @throws PayError DATABASE_UNAVAILABLE: the alarm could not be saved */
  async look(): Promise<void> {
    const channelNowMs = this.gateway.channelNowMs();
    if (channelNowMs === null) return;
    const nowMs = this.clock.nowMs();
    const aheadMs = nowMs - channelNowMs;
    if (Math.abs(aheadMs) <= MOST_CLOCK_GAP_MS) {
      this.raisedAtMs = null;
      return;
    }
    const atMs = this.clock.monotonicMs();
    if (this.raisedAtMs !== null && atMs - this.raisedAtMs < AGAIN_MS) return;
    const side = aheadMs > 0 ? 'ahead of' : 'behind';
    const detail = `this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${side} Alipay`;
    const isNew = await this.alarms.raise({ subject: 'clock', kind: 'clockWrong', detail, nowMs });
    this.raisedAtMs = atMs;
    if (isNew) this.logger.error(`alarm clockWrong: ${detail}`);
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { ALARMS } from '../domain/alarm';
import type { Alarms } from '../domain/alarm';
import { CLOCK } from '../domain/clock';
import type { Clock } from '../domain/clock';
import { MOST_CLOCK_GAP_MS } from '../domain/due';
import { PAYMENT_GATEWAY } from '../domain/payment-gateway';
import type { PaymentGateway } from '../domain/payment-gateway';

/** Calls somebody when this machine's clock and Alipay's are too far apart. */
@Injectable()
export class ClockWatch {
  private readonly logger = new Logger(ClockWatch.name);

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
    if (Math.abs(aheadMs) <= MOST_CLOCK_GAP_MS) return;
    const side = aheadMs > 0 ? 'ahead of' : 'behind';
    const detail = `this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${side} Alipay`;
    const isNew = await this.alarms.raise({ subject: 'clock', kind: 'clockWrong', detail, nowMs });
    if (isNew) this.logger.error(`alarm clockWrong: ${detail}`);
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { ALARMS } from '../../domain/ports/alarm';
import type { Alarms } from '../../domain/ports/alarm';
import { NOTIFY } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { formatYuan } from '../../domain/money';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { NotifyReading, PaymentGateway } from '../../domain/ports/payment-gateway';
import { OPEN_RECEIPTS } from '../../domain/ports/receipt-repository';
import type { OpenReceipts } from '../../domain/ports/receipt-repository';
import { aboutReceipt } from '../../tracing/payment-traces';
import type { CountSigned } from '../../wire/request/request-context';
import { ApplyOutcome } from '../outcome/apply-outcome.service';

const UNCOUNTED: CountSigned = () => Promise.resolve();

/** Alipay's push: what it says gets into the books like any other answer. */
@Injectable()
export class Notify {
  private readonly logger = new Logger(Notify.name);

  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(OPEN_RECEIPTS) private readonly open: OpenReceipts,
    @Inject(ALARMS) private readonly alarms: Alarms,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly applyOutcome: ApplyOutcome,
  ) {}

  /**
   * True only when everything the notify says is durably in the books. It is counted by the number
   * it speaks of once its signature is known. @throws PayError RATE_LIMITED, and nothing else
   */
  async receive(body: Uint8Array, contentType: string, count = UNCOUNTED): Promise<boolean> {
    try {
      const reading = this.gateway.readNotify(body, contentType);
      await count(signerOf(reading));
      if (reading.kind === 'refused') {
        this.logger.warn(`notify refused: ${reading.cause}`);
        return false;
      }
      const receipt = await this.open.findByOutTradeNo(reading.outTradeNo);
      if (!receipt) {
        await this.unknownNumber(reading);
        return false;
      }
      aboutReceipt(receipt.id);
      const { outcome } = reading;
      if (outcome.kind === 'unknown' || outcome.kind === 'refused') {
        this.logger.warn(`notify of receipt ${receipt.id} not understood: ${outcome.cause}`);
        return false;
      }
      await this.applyOutcome.apply(receipt, outcome, NOTIFY);
      return true;
    } catch (error) {
      if (error instanceof PayError && error.code === 'RATE_LIMITED') throw error;
      this.logger.error(`notify not booked: ${error instanceof Error ? error.message : ''}`);
      return false;
    }
  }

  /**
   * Its signature holds, so the money is real: of books restored from an older copy, or of another
   * program that uses our keys. Nobody can book it; somebody has to know of it.
   */
  private async unknownNumber({ outTradeNo, outcome }: Notified): Promise<void> {
    const payment = outcome.kind === 'paid' || outcome.kind === 'closed' ? outcome.payment : null;
    if (!payment) return this.logger.warn(`notify for a number that is not ours: ${outcome.kind}`);
    const { tradeNo, amount } = payment;
    const yuan = amount === null ? 'no amount' : `${formatYuan(amount)} yuan`;
    const detail = `${outTradeNo}: ${yuan}, trade ${tradeNo}, ${outcome.kind}`;
    const subject = `trade ${tradeNo}`;
    const nowMs = this.clock.nowMs();
    const isNew = await this.alarms.raise({ subject, kind: 'unknownPayment', detail, nowMs });
    if (isNew) this.logger.error(`alarm unknownPayment: ${detail}`);
  }
}

/** What a genuine notify is counted by: no flood of others, genuine or not, keeps it out. */
function signerOf(reading: NotifyReading): string | null {
  if (reading.kind === 'notify') return `notify ${reading.outTradeNo}`;
  return reading.unverified ? null : 'notify for others';
}

type Notified = Extract<NotifyReading, { kind: 'notify' }>;

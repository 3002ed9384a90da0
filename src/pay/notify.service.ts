import { Inject, Injectable, Logger } from '@nestjs/common';
import { PAYMENT_GATEWAY } from '../domain/payment-gateway';
import type { PaymentGateway } from '../domain/payment-gateway';
import { OPEN_RECEIPTS } from '../domain/receipt-repository';
import type { OpenReceipts } from '../domain/receipt-repository';
import { ApplyOutcome } from './apply-outcome.service';

/** Alipay's push: what it says gets into the books like any other answer. */
@Injectable()
export class Notify {
  private readonly logger = new Logger(Notify.name);

  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(OPEN_RECEIPTS) private readonly open: OpenReceipts,
    private readonly applyOutcome: ApplyOutcome,
  ) {}

  /** True only when everything the notify says is durably in the books. Never throws. */
  async receive(body: Uint8Array, contentType: string): Promise<boolean> {
    try {
      const reading = this.gateway.readNotify(body, contentType);
      if (reading.kind === 'refused') {
        this.logger.warn(`notify refused: ${reading.cause}`);
        return false;
      }
      const receipt = await this.open.findByOutTradeNo(reading.outTradeNo);
      if (!receipt) {
        this.logger.warn('notify for a number that is not ours');
        return false;
      }
      const { outcome } = reading;
      if (outcome.kind === 'unknown' || outcome.kind === 'refused') return false;
      await this.applyOutcome.apply(receipt, outcome, 'notify');
      return true;
    } catch (error) {
      this.logger.error(`notify not booked: ${error instanceof Error ? error.message : ''}`);
      return false;
    }
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { PayError } from '../domain/errors';
import { PAYMENT_GATEWAY } from '../domain/payment-gateway';
import type { PaymentGateway } from '../domain/payment-gateway';
import type { Receipt } from '../domain/receipt';
import { ApplyOutcome } from './apply-outcome.service';
import { SingleFlight } from './single-flight';

/** Brings a receipt up to date with what Alipay says now. */
@Injectable()
export class Refresh {
  private readonly flights = new SingleFlight<number, Receipt>();

  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    private readonly applyOutcome: ApplyOutcome,
  ) {}

  /**
   * The receipt after Alipay's answer was applied, durably. Simultaneous callers share one call.
   * @throws PayError UNDECIDED, CHANNEL_MISCONFIGURED; DATABASE_UNAVAILABLE
   */
  refresh(receipt: Receipt, cause: string): Promise<Receipt> {
    return this.flights.share(receipt.id, () => this.afresh(receipt, cause));
  }

  /** The same by a question of the caller's own, asked after whatever it did before. */
  async afresh(receipt: Receipt, cause: string): Promise<Receipt> {
    const outcome = await this.gateway.query(receipt.outTradeNo);
    if (outcome.kind === 'unknown' && outcome.unverified) {
      await this.applyOutcome.alarm(receipt, 'unverifiedAnswer', outcome.cause);
    }
    if (outcome.kind === 'refused' && outcome.fault === 'configuration') {
      throw new PayError('CHANNEL_MISCONFIGURED', `query: ${outcome.cause}`);
    }
    if (outcome.kind === 'refused' || outcome.kind === 'unknown') {
      throw new PayError('UNDECIDED', `query: ${outcome.cause}`);
    }
    return this.applyOutcome.apply(receipt, outcome, cause);
  }
}

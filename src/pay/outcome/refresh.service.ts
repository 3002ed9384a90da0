import { Inject, Injectable } from '@nestjs/common';
import type { By } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { PaymentGateway } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { ApplyOutcome } from './apply-outcome.service';
import { SingleFlight } from '../charge/single-flight';

/** What a question has brought: the receipt after it, or why Alipay's answer says nothing. */
type Asked = { readonly receipt: Receipt } | { readonly doubt: PayError };

/** Brings a receipt up to date with what Alipay says now. */
@Injectable()
export class Refresh {
  private readonly flights = new SingleFlight<number, Asked>();

  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    private readonly applyOutcome: ApplyOutcome,
  ) {}

  /**
   * The receipt after Alipay's answer was applied, durably. Simultaneous callers share one call.
   * @throws PayError UNDECIDED, CHANNEL_MISCONFIGURED; DATABASE_UNAVAILABLE
   */
  async refresh(receipt: Receipt, by: By): Promise<Receipt> {
    return orThrow(await this.shared(receipt, by));
  }

  /**
   * The same, but null where Alipay gives no answer that says anything. For what has ended: the
   * books are sure of it, and the sweep goes on asking.
   * @throws PayError UNDECIDED: Alipay's answer cannot be booked yet; DATABASE_UNAVAILABLE
   */
  async refreshIfAnswered(receipt: Receipt, by: By): Promise<Receipt | null> {
    const asked = await this.shared(receipt, by);
    return 'doubt' in asked ? null : asked.receipt;
  }

  /** As `refresh`, by a question of the caller's own, asked after whatever it did before. */
  async afresh(receipt: Receipt, by: By): Promise<Receipt> {
    return orThrow(await this.ask(receipt, by));
  }

  private shared(receipt: Receipt, by: By): Promise<Asked> {
    return this.flights.share(receipt.id, () => this.ask(receipt, by));
  }

  private async ask(receipt: Receipt, by: By): Promise<Asked> {
    const outcome = await this.gateway.query(receipt.outTradeNo);
    if (outcome.kind === 'unknown' && outcome.unverified) {
      await this.applyOutcome.alarm(receipt, 'unverifiedAnswer', outcome.cause);
    }
    if (outcome.kind !== 'refused' && outcome.kind !== 'unknown') {
      return { receipt: await this.applyOutcome.apply(receipt, outcome, by) };
    }
    const ours = outcome.kind === 'refused' && outcome.fault === 'configuration';
    const code = ours ? 'CHANNEL_MISCONFIGURED' : 'UNDECIDED';
    return { doubt: new PayError(code, `query: ${outcome.cause}`) };
  }
}

function orThrow(asked: Asked): Receipt {
  if ('doubt' in asked) throw asked.doubt;
  return asked.receipt;
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { By } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { ChargeOutcome, PaymentGateway, Refusal } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import type { WantedUntil } from '../../domain/receipt/wanted-until';
import { ApplyOutcome } from '../outcome/apply-outcome.service';
import { tagOf, undecided } from './code-requests.service';
import { Refresh } from '../outcome/refresh.service';
import { UnderWay } from '../outcome/under-way';

/** What became of a charge. */
export interface Charged {
  /** The receipt as it then stands, durably. */
  readonly receipt: Receipt;
  /** Why Alipay finally refused it; null: it did not. */
  readonly refusal: Refusal | null;
}

/**
 * Charges guests' codes. A charge is sent once, by the call that saved its receipt, with a code
 * that is kept nowhere: nobody can send it again, so a crash or a lost answer ends in questions,
 * and in an undo when Alipay knows of nothing, never in a second charge.
 */
@Injectable()
export class Charges {
  private readonly logger = new Logger(Charges.name);

  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    private readonly underWay: UnderWay,
    private readonly applyOutcome: ApplyOutcome,
    private readonly refresh: Refresh,
  ) {}

  /**
   * Charges for a receipt that was just begun by the caller. `askedAtMs`: when `by` asked for it,
   * monotonic ms.
   * @throws PayError UNDECIDED with the receipt in its tag: the guest may have paid
   * @throws PayError TOO_LATE with the receipt in its tag: nothing was charged, and it has ended
   */
  async charge(
    receipt: Receipt,
    authCode: string,
    { askedAtMs, by }: { readonly askedAtMs: number; readonly by: By },
    wantedUntil: WantedUntil | null = null,
  ): Promise<Charged> {
    if (wantedUntil?.isOver()) {
      await this.end(receipt, by); // Nobody else can send it.
      const detail = `receipt ${receipt.id}: not sent, saved too late`;
      throw new PayError('TOO_LATE', detail, { tag: tagOf(receipt) });
    }
    if (!this.underWay.mayCharge(receipt, askedAtMs)) {
      // Others go by when they first see it to know that it can no longer be under way.
      throw undecided(receipt, 'it took too long to save: nothing was charged');
    }
    const outcome = await this.gateway.pay(receipt.channelCall, authCode);
    try {
      return await this.book(receipt, outcome, by);
    } catch (error) {
      // Whatever hinders us now, the money may have moved.
      if (!(error instanceof PayError)) throw error;
      const shown = error.code === 'UNDECIDED' ? { shown: error.shown } : {};
      throw undecided(receipt, error.message, { cause: error, ...shown });
    }
  }

  private async book(receipt: Receipt, outcome: ChargeOutcome, by: By): Promise<Charged> {
    switch (outcome.kind) {
      case 'paid':
        return { receipt: await this.confirm(receipt, outcome, by), refusal: null };
      case 'pending':
        return { receipt: await this.applyOutcome.apply(receipt, outcome, by), refusal: null };
      case 'refused':
        return { receipt: await this.fail(receipt, outcome, by), refusal: outcome };
      case 'unknown':
        if (outcome.unverified) {
          await this.applyOutcome.alarm(receipt, 'unverifiedAnswer', outcome.cause);
        }
        await this.repositories[receipt.billType].releasePrecreate(receipt);
        throw undecided(receipt, `pay: ${outcome.cause}`);
    }
  }

  /**
   * Alipay may still roll back what it answers to a charge, so only a query of our own, asked after
   * it, gets into the books. A wrong amount is an alarm at once.
   */
  private confirm(
    receipt: Receipt,
    outcome: ChargeOutcome & { readonly kind: 'paid' },
    by: By,
  ): Promise<Receipt> {
    if (outcome.payment.amount === receipt.amount) return this.refresh.afresh(receipt, by);
    return this.applyOutcome.apply(receipt, outcome, by);
  }

  /** A definite refusal of the only charge there ever is under this number ends the receipt. */
  private fail(receipt: Receipt, { cause }: Refusal, by: By): Promise<Receipt> {
    this.logger.warn(`pay refused, receipt ${receipt.id}: ${cause}`);
    return this.end(receipt, by);
  }

  private async end(receipt: Receipt, by: By): Promise<Receipt> {
    const failed = await this.applyOutcome.step(receipt, { event: 'fail' }, by);
    // Moved meanwhile, as by a Cancel at another window: that decides.
    return failed ?? this.repositories[receipt.billType].get(receipt.id);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { PayError } from '../../domain/errors';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import type { Mended, Mending, MissingMoney } from '../../domain/reconciliation/mending';
import { REFUNDS } from '../../domain/ports/refunds';
import type { Refunds } from '../../domain/ports/refunds';
import { RECONCILE } from '../../domain/receipt/by';
import { CANCEL_UNDER_WAY_MS } from '../../domain/receipt/due';
import type { Receipt } from '../../domain/receipt/receipt';
import type { RefundContext } from '../../domain/refund/plan-refund';
import { REFUND_UNDER_WAY_MS } from '../../domain/refund/refund-due';
import { Refresh } from '../outcome/refresh.service';
import { ForeignRefunds } from './foreign-refunds.service';

/** Books what a bill alone knew of, once Alipay has proved it to a question asked afterwards. */
@Injectable()
export class Mend implements Mending {
  constructor(
    @Inject(REFUNDS) private readonly refunds: Refunds,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly refresh: Refresh,
    private readonly foreign: ForeignRefunds,
  ) {}

  async mend(money: MissingMoney): Promise<Mended> {
    const found = await this.refunds.ofReceipt(money.receiptRowId);
    if (this.isMoving(found)) return 'later';
    try {
      return money.kind === 'payment'
        ? await this.payment(found.receipt, money)
        : await this.refund(found, money);
    } catch (error) {
      // Said of money that moves, or of an answer that says nothing: asked again within the hour.
      if (!(error instanceof PayError) || error.code === 'DATABASE_UNAVAILABLE') throw error;
      return money.kind === 'payment' && money.amount !== found.receipt.amount ? 'left' : 'later';
    }
  }

  private async payment(receipt: Receipt, { amount }: MissingMoney): Promise<Mended> {
    if (receipt.payment !== null) return 'left';
    const { payment } = await this.refresh.afresh(receipt, RECONCILE);
    return payment !== null && payment.amount === amount ? 'booked' : 'left';
  }

  private async refund(found: RefundContext, money: MissingMoney): Promise<Mended> {
    const { receipt } = found;
    if (receipt.payment === null) {
      // What came in is booked first; what went back is looked for in the books as they stand then.
      const { payment } = await this.refresh.afresh(receipt, RECONCILE);
      return payment === null ? 'left' : 'booked';
    }
    const { requestNo } = money;
    if (requestNo !== null) {
      const mended = await this.foreign.mend(found, { ...money, requestNo });
      if (mended !== 'unknownNumber') return mended;
    }
    // A cancel has no number of ours: it is the trade that tells that all of it went back.
    if (receipt.cancelTries === 0) return this.foreign.leave(receipt, money);
    const after = await this.refresh.afresh(receipt, RECONCILE);
    return after.refunded > receipt.refunded ? 'booked' : this.foreign.leave(receipt, money);
  }

  /** May what the books say of it change by something that is under way? */
  private isMoving({ receipt, refunds }: RefundContext): boolean {
    if (receipt.state === 'cancelling' || receipt.state === 'refunding') return true;
    const nowMs = this.clock.nowMs();
    // A moment that lies ahead comes from a clock set back: it counts as now.
    const isFresh = (atMs: number | null, longMs: number) => atMs !== null && nowMs - atMs < longMs;
    if (isFresh(receipt.cancelSentAtMs, CANCEL_UNDER_WAY_MS)) return true;
    return refunds.some(({ askedAtMs }) => isFresh(askedAtMs, REFUND_UNDER_WAY_MS));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { fen } from '../../domain/money';
import type { Fen } from '../../domain/money';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import type { Mended, MissingMoney } from '../../domain/reconciliation/mending';
import { REFUND_GATEWAY } from '../../domain/ports/refund-gateway';
import type { RefundGateway } from '../../domain/ports/refund-gateway';
import { REFUNDS } from '../../domain/ports/refunds';
import type { Refunds } from '../../domain/ports/refunds';
import { RECONCILE } from '../../domain/receipt/by';
import type { Receipt } from '../../domain/receipt/receipt';
import type { RefundContext } from '../../domain/refund/plan-refund';
import type { Refund } from '../../domain/refund/refund';
import type { RefundQueryAnswer } from '../../domain/refund/refund-answer';
import { ApplyOutcome } from '../outcome/apply-outcome.service';
import { RefundWork } from '../refund/refund-work.service';

/** A refund of a bill that has a number. */
export type NumberedRefund = MissingMoney & { readonly requestNo: string };

/** Books refunds that were made without us, once Alipay's refund query has proved each of them. */
@Injectable()
export class ForeignRefunds {
  constructor(
    @Inject(REFUNDS) private readonly refunds: Refunds,
    @Inject(REFUND_GATEWAY) private readonly gateway: RefundGateway,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly applyOutcome: ApplyOutcome,
    private readonly work: RefundWork,
  ) {}

  /** `unknownNumber`: Alipay's refund query knows nothing under it, as with a cancel's. */
  async mend(found: RefundContext, money: NumberedRefund): Promise<Mended | 'unknownNumber'> {
    const { receipt, refunds } = found;
    const ours = refunds.find((one) => isOurs(one) && one.outRequestNo === money.requestNo);
    if (ours) return this.confirm(found, ours);
    const answer = await this.ask(receipt, money.requestNo);
    if (answer.kind === 'unknown') return 'later';
    if (answer.kind === 'nothing') return 'unknownNumber';
    if (answer.amount !== money.amount) return this.leave(receipt, money);
    const provenBefore = await this.provenSum(found);
    if (provenBefore === 'later') return 'later';
    if (provenBefore === null) return this.leave(receipt, money);
    const foreign = { ...money, refundedAtMs: answer.refundedAtMs, provenBefore };
    const origin = { ...RECONCILE, nowMs: this.clock.nowMs() };
    switch (await this.refunds.bookForeign(receipt, foreign, origin)) {
      case 'book':
        return 'booked';
      case 'notNow':
        return 'later';
      case 'known': // By somebody who was first, or under another amount: the books say which.
        return 'left';
      case 'tooMuch':
        return this.leave(receipt, money);
    }
  }

  /** A human has to look at it; nothing is booked. */
  async leave(receipt: Receipt, { amount, requestNo }: MissingMoney): Promise<'left'> {
    const number = requestNo === null ? 'without a number' : `under ${requestNo}`;
    const detail = `Alipay's bill has a refund of ${amount} fen ${number}, which nothing proves`;
    await this.applyOutcome.alarm(receipt, 'foreignRefund', detail);
    return 'left';
  }

  /** One of ours goes the way of our refunds, and no other. */
  private async confirm(found: RefundContext, ours: Refund): Promise<Mended> {
    const now = await this.work.confirm({ ...found, refund: ours }, RECONCILE);
    if (now === null) return 'later';
    return now.receipt.refunded > found.receipt.refunded ? 'booked' : 'left';
  }

  /**
   * What has gone back by the books, when each part of it has a number of its own that Alipay knows
   * with that very amount. Null: a sum in the books may hold the same money already.
   */
  private async provenSum({ receipt, refunds }: RefundContext): Promise<Fen | 'later' | null> {
    const done = refunds.filter(({ state }) => state === 'done');
    const sum = fen(done.reduce((all, { amount }) => all + amount, 0));
    if (sum !== receipt.refunded) return null;
    for (const { amount, outRequestNo } of done.filter((one) => !isOurs(one))) {
      if (outRequestNo === null) return null;
      const answer = await this.ask(receipt, outRequestNo);
      if (answer.kind === 'unknown') return 'later';
      if (answer.kind === 'nothing' || answer.amount !== amount) return null;
    }
    return sum;
  }

  private async ask(receipt: Receipt, requestNo: string): Promise<RefundQueryAnswer> {
    const answer = await this.gateway.refundQuery(receipt.outTradeNo, requestNo);
    if (answer.kind === 'unknown' && answer.unverified) {
      await this.applyOutcome.alarm(receipt, 'unverifiedAnswer', answer.cause);
    }
    return answer;
  }
}

function isOurs({ cause, outRequestNo }: Refund): boolean {
  return cause !== 'channel' && outRequestNo !== null;
}

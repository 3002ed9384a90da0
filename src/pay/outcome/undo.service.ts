import { Inject, Injectable } from '@nestjs/common';
import type { By } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { CancelOutcome, PayOutcome, PaymentGateway } from '../../domain/ports/payment-gateway';
import { DEAD_BY_AGE_MS } from '../../domain/receipt/due';
import type { Receipt, UndoReason } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type {
  ReceiptRepositories,
  ReceiptRepository,
  ReceiptStep,
} from '../../domain/ports/receipt-repository';
import { isLive } from '../../domain/receipt/receipt-state';
import type { WantedUntil } from '../../domain/receipt/wanted-until';
import { ApplyOutcome } from './apply-outcome.service';
import type { Applied } from './apply-outcome.service';
import { SingleFlight } from '../charge/single-flight';
import { UnderWay } from './under-way';

/** How often an undo looks at the receipt again after somebody else moved it. */
const MAX_ROUNDS = 8;

/**
 * Makes receipts unpayable, or gives their money back. The intent is committed before Alipay is
 * asked anything, the question before a cancel is never shared with another caller, and nothing
 * ends on a doubt: a receipt that cannot be decided stays as it is, for the sweep.
 */
@Injectable()
export class Undo {
  private readonly flights = new SingleFlight<number, Receipt>();

  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly applyOutcome: ApplyOutcome,
    private readonly underWay: UnderWay,
  ) {}

  /**
   * Makes a receipt unpayable. Resolves to the receipt once it is decided: ended unpaid, or paid
   * (kept, unless an operator asked), or refunded. An intent that is there already is followed
   * however late it is.
   * @throws PayError UNDECIDED, DATABASE_UNAVAILABLE; the intent stays
   * @throws PayError TOO_LATE: no intent was saved in time, and nothing was done
   */
  async undo(
    receipt: Receipt,
    reason: UndoReason,
    by: By,
    wantedUntil: WantedUntil | null = null,
  ): Promise<Receipt> {
    let current = receipt;
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const intended = await this.intend(current, reason, by, wantedUntil);
      if (intended) return this.finish(intended, by);
      current = await this.books(receipt).get(receipt.id);
    }
    throw new Error(`receipt ${receipt.id} keeps moving`);
  }

  /**
   * Gives the money of a paid receipt back, for an operator.
   * @throws PayError ILLEGAL_STATE: the card holds less, or Alipay finally refuses; UNDECIDED
   * @throws PayError TOO_LATE: nothing was begun
   */
  async giveBack(paid: Receipt, by: By, wantedUntil: WantedUntil | null = null): Promise<Receipt> {
    const begin: ReceiptStep = { event: 'beginRefund', reason: 'operator' };
    const refunding = await this.applyOutcome.step(paid, begin, by, wantedUntil);
    return this.finish(refunding ?? (await this.books(paid).get(paid.id)), by);
  }

  /**
   * Brings an undo that is under way to its end, by its reason; callers share one attempt.
   * @throws PayError UNDECIDED, ILLEGAL_STATE, DATABASE_UNAVAILABLE
   */
  finish(receipt: Receipt, by: By): Promise<Receipt> {
    return this.flights.share(receipt.id, async () => {
      let current = receipt;
      for (let round = 1; round <= MAX_ROUNDS; round += 1) {
        if (current.state === 'cancelling') current = await this.kill(current, by);
        else if (isCancelled(current)) current = await this.refund(current, by);
        else return current;
      }
      throw undecidedUndo(receipt, 'keeps moving');
    });
  }

  /** The receipt with the intent committed, or decided already; null when somebody was first. */
  private async intend(
    receipt: Receipt,
    reason: UndoReason,
    by: By,
    wantedUntil: WantedUntil | null = null,
  ): Promise<Receipt | null> {
    if (receipt.state === 'cancelling') {
      if (reason !== 'operator' || receipt.undoReason === 'operator') return receipt;
      const origin = { ...by, nowMs: this.clock.nowMs(), wantedUntil };
      return this.books(receipt).undoForOperator(receipt, origin);
    }
    if (!isLive(receipt.state)) return receipt;
    return this.applyOutcome.step(receipt, { event: 'intendUndo', reason }, by, wantedUntil);
  }

  /** Query, cancel, query again: only what is surely unpayable ends. */
  private async kill(receipt: Receipt, by: By): Promise<Receipt> {
    const before = await this.ask(receipt, by);
    if (before.receipt.state !== 'cancelling') return before.receipt;
    const sent = await this.cancel(before.receipt, by);
    if (!sent) return this.books(receipt).get(receipt.id);
    const { cancelled } = sent;
    // Its money has gone back: an answer that calls it paid is older, and must not keep it.
    if (gaveBack(cancelled)) await this.intend(sent.receipt, 'operator', by);
    if (cancelled.kind !== 'done') return this.endUncancelled(before, cancelled, by);
    const after = await this.ask(sent.receipt, by);
    if (after.receipt.state !== 'cancelling') return after.receipt;
    if (after.outcome.kind !== 'notExist' || gaveBack(cancelled)) {
      throw undecidedUndo(receipt, `cancelled (${cancelled.action}), yet ${after.outcome.kind}`);
    }
    if (this.underWay.charge(after.receipt)) {
      // What Alipay has not heard of it cannot have cancelled.
      throw undecidedUndo(receipt, 'its charge may still be under way');
    }
    return this.stepOrLook(after.receipt, deadStep(after.receipt), by);
  }

  /**
   * Alipay does not cancel it: only its age can end it, by Alipay's own clock. What Alipay refuses
   * for good a human has to know of, for the bill waits as long.
   */
  private async endUncancelled(
    { receipt, outcome }: Applied,
    cancelled: Exclude<CancelOutcome, { kind: 'done' }>,
    by: By,
  ): Promise<Receipt> {
    const doubt = doubtOf(cancelled);
    if (doubt !== null) throw undecidedUndo(receipt, `cancel: ${doubt}`);
    const channelTimeMs = outcome.kind === 'notExist' ? outcome.channelTimeMs : null;
    if (channelTimeMs !== null && channelTimeMs >= receipt.codeEndsAtMs + DEAD_BY_AGE_MS) {
      return this.stepOrLook(receipt, deadStep(receipt), by);
    }
    if (cancelled.kind === 'tooLate') {
      throw undecidedUndo(receipt, 'too old to cancel, not yet surely dead');
    }
    await this.applyOutcome.alarm(receipt, 'undoRefused', `cancel of a code: ${cancelled.cause}`);
    throw undecidedUndo(receipt, `cancel refused: ${cancelled.cause}`, CODE_LIVES_ON);
  }

  /** Money is going back: has it, or will it not? */
  private async refund(receipt: Receipt, by: By): Promise<Receipt> {
    const lookedAtMs = this.clock.monotonicMs();
    const asked = await this.ask(receipt, by);
    if (asked.receipt.state !== 'refunding') return asked.receipt;
    const othersEnded = this.underWay.cancelsEnded(asked.receipt, lookedAtMs);
    const sent = await this.cancel(asked.receipt, by);
    if (!sent) return this.books(receipt).get(receipt.id);
    const { cancelled } = sent;
    if (gaveBack(cancelled)) {
      const all: ReceiptStep = { event: 'refundInFull', refunded: receipt.amount };
      return this.stepOrLook(sent.receipt, all, by);
    }
    await this.refuseUnlessFinal(asked, cancelled);
    if (!othersEnded) throw undecidedUndo(receipt, 'an earlier cancel may still give it back');
    await this.stepOrLook(sent.receipt, { event: 'endRefund' }, by);
    throw cancelRefused(receipt, cancelled);
  }

  /** Returns only when the answer to the cancel of a payment says that it will never go back. */
  private async refuseUnlessFinal(asked: Applied, cancelled: CancelOutcome): Promise<void> {
    const { receipt, outcome } = asked;
    const doubt = doubtOf(cancelled);
    if (doubt !== null) throw undecidedUndo(receipt, `cancel of a payment: ${doubt}`);
    if (cancelled.kind === 'balanceShort') {
      await this.applyOutcome.alarm(receipt, 'refundWaits', `cancel: ${cancelled.cause}`);
      throw undecidedUndo(receipt, cancelled.cause, ACCOUNT_SHORT);
    }
    if (cancelled.kind === 'done' || outcome.kind !== 'paid') {
      const said = cancelled.kind === 'done' ? `cancel ${cancelled.action}` : cancelled.kind;
      const detail = `question ${outcome.kind}, ${said}: nothing says that its money went back`;
      await this.applyOutcome.alarm(receipt, 'refundUnproven', detail);
      throw undecidedUndo(receipt, detail);
    }
    if (cancelled.kind === 'refused' && cancelled.fault === 'configuration') {
      await this.applyOutcome.alarm(receipt, 'undoRefused', `our settings: ${cancelled.cause}`);
    }
  }

  /** Sends a cancel that was counted before, and counts its answer; null: the receipt moved. */
  private async cancel(receipt: Receipt, by: By): Promise<Cancelled | null> {
    const books = this.books(receipt);
    const counted = await books.countCancel(receipt, this.clock.nowMs());
    if (!counted) return null;
    this.underWay.cancel(counted);
    const cancelled = await this.gateway.cancel(receipt.outTradeNo);
    if (cancelled.kind === 'unknown') return { receipt: counted, cancelled };
    const word = cancelled.kind === 'done' ? `cancel:${cancelled.action}` : cancelled.kind;
    const origin = { ...by, nowMs: this.clock.nowMs() };
    return { receipt: await books.countCancelAnswer(counted, word, origin), cancelled };
  }

  /**
   * A fresh question of our own, with the answer that was believed: nothing ends by a doubted one.
   * Once a cancel was sent, a payment counts only when a second question finds it, too: an answer
   * may be older than the refund it does not know.
   */
  private async ask(receipt: Receipt, by: By): Promise<Applied> {
    let outcome = await this.question(receipt);
    const cancelSent = receipt.state === 'cancelling' && receipt.cancelTries > 0;
    if (cancelSent && outcome.kind === 'paid') outcome = await this.question(receipt);
    return this.applyOutcome.judge(receipt, outcome, by, 'ofUndo');
  }

  private async question(receipt: Receipt): Promise<PayOutcome> {
    const outcome = await this.gateway.query(receipt.outTradeNo);
    if (outcome.kind === 'unknown' || outcome.kind === 'refused') {
      throw undecidedUndo(receipt, `query: ${outcome.cause}`);
    }
    return outcome;
  }

  private async stepOrLook(receipt: Receipt, step: ReceiptStep, by: By): Promise<Receipt> {
    const moved = await this.applyOutcome.step(receipt, step, by);
    return moved ?? this.books(receipt).get(receipt.id);
  }

  private books(receipt: Receipt): ReceiptRepository {
    return this.repositories[receipt.billType];
  }
}

/** Does its money go back by a cancel? By refunds it goes without the undo. */
function isCancelled({ state, givingBack }: Receipt): boolean {
  return state === 'refunding' && givingBack === 'cancel';
}

/** Why the answer to a cancel says nothing that lasts; null: it does. */
function doubtOf(cancelled: CancelOutcome): string | null {
  if (cancelled.kind === 'unknown') return cancelled.cause;
  return cancelled.kind === 'refused' && cancelled.fault === 'pace' ? cancelled.cause : null;
}

function gaveBack(cancelled: CancelOutcome): boolean {
  return cancelled.kind === 'done' && cancelled.action === 'refund';
}

/** A cancel that was sent, with the receipt as it stood when its answer was counted. */
interface Cancelled {
  readonly cancelled: CancelOutcome;
  readonly receipt: Receipt;
}

const CODE_LIVES_ON = {
  shown:
    '支付宝拒绝撤销原二维码,到期前请勿重复收款 (Alipay refuses to cancel the code: ' +
    'do not collect again before it has expired)',
};

const ACCOUNT_SHORT = {
  shown:
    '商户账户余额不足,退款处理中,请稍后查询 (the merchant account holds too little: ' +
    'the refund waits, query again)',
};

/** How a receipt ends that is surely unpayable: a code whose time is over was not revoked. */
function deadStep(receipt: Receipt): ReceiptStep {
  return { event: receipt.undoReason === 'expired' ? 'close' : 'undo' };
}

/** Alipay does not give it back: the payment stays, and the caller learns why. */
function cancelRefused(receipt: Receipt, cancelled: CancelOutcome): PayError {
  const detail = `cancel refused, receipt ${receipt.id}`;
  if (cancelled.kind !== 'refused') return tooLateToCancel(detail);
  if (cancelled.fault === 'configuration') {
    return new PayError('CHANNEL_MISCONFIGURED', `${detail}: ${cancelled.cause}`);
  }
  const why = cancelled.shown === null ? '' : `: ${cancelled.shown}`;
  const shown = `支付宝拒绝撤销,款项未退回${why} (Alipay refuses the cancel, no money went back)`;
  return new PayError('ILLEGAL_STATE', `${detail}: ${cancelled.cause}`, { shown });
}

/** The refusal of a cancel that Alipay takes no more because of its age. */
export function tooLateToCancel(detail: string): PayError {
  return new PayError('ILLEGAL_STATE', detail, {
    shown: '已超过可撤销时间,请使用退款 (too late to cancel: refund it instead)',
  });
}

function undecidedUndo(receipt: Receipt, detail: string, more: { shown?: string } = {}): PayError {
  return new PayError('UNDECIDED', `undo of receipt ${receipt.id}: ${detail}`, {
    ...more,
    tag: { billnum: receipt.billNo, autoid: receipt.receiptId },
  });
}

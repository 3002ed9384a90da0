import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../domain/clock';
import type { Clock } from '../domain/clock';
import { CANCEL_UNDER_WAY_MS, chargeUnderWay } from '../domain/due';
import { PayError } from '../domain/errors';
import { PAYMENT_GATEWAY } from '../domain/payment-gateway';
import type { CancelOutcome, PayOutcome, PaymentGateway } from '../domain/payment-gateway';
import type { Receipt, UndoReason } from '../domain/receipt';
import { RECEIPT_REPOSITORIES } from '../domain/receipt-repository';
import type { ReceiptRepositories, ReceiptStep } from '../domain/receipt-repository';
import { isLive } from '../domain/receipt-state';
import type { WantedUntil } from '../domain/wanted-until';
import { ApplyOutcome } from './apply-outcome.service';
import { SingleFlight } from './single-flight';

/** How often an undo looks at the receipt again after somebody else moved it. */
const MAX_ROUNDS = 8;

/**
 * A code is dead for sure, without any cancel, this long after its end by Alipay's own clock: the
 * two hours a code lives, and a margin. ms.
 */
const DEAD_BY_AGE_MS = 150 * 60_000;

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
    cause: string,
    wantedUntil: WantedUntil | null = null,
  ): Promise<Receipt> {
    let current = receipt;
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const intended = await this.intend(current, reason, cause, wantedUntil);
      if (intended) return this.finish(intended, cause);
      current = await this.books(receipt).get(receipt.id);
    }
    throw new Error(`receipt ${receipt.id} keeps moving`);
  }

  /**
   * Gives the money of a paid receipt back, for an operator.
   * @throws PayError ILLEGAL_STATE: the card holds less, or Alipay finally refuses; UNDECIDED
   * @throws PayError TOO_LATE: nothing was begun
   */
  async giveBack(
    paid: Receipt,
    cause: string,
    wantedUntil: WantedUntil | null = null,
  ): Promise<Receipt> {
    const begin: ReceiptStep = { event: 'beginRefund', reason: 'operator' };
    const refunding = await this.applyOutcome.step(paid, begin, cause, wantedUntil);
    return this.finish(refunding ?? (await this.books(paid).get(paid.id)), cause);
  }

  /**
   * Brings an undo that is under way to its end, by its reason; callers share one attempt.
   * @throws PayError UNDECIDED, ILLEGAL_STATE, DATABASE_UNAVAILABLE
   */
  finish(receipt: Receipt, cause: string): Promise<Receipt> {
    return this.flights.share(receipt.id, async () => {
      let current = receipt;
      for (let round = 1; round <= MAX_ROUNDS; round += 1) {
        if (current.state === 'cancelling') current = await this.kill(current, cause);
        else if (current.state === 'refunding') current = await this.refund(current, cause);
        else return current;
      }
      throw undecided(receipt, 'keeps moving');
    });
  }

  /** The receipt with the intent committed, or decided already; null when somebody was first. */
  private async intend(
    receipt: Receipt,
    reason: UndoReason,
    cause: string,
    wantedUntil: WantedUntil | null = null,
  ): Promise<Receipt | null> {
    if (receipt.state === 'cancelling') {
      if (reason !== 'operator' || receipt.undoReason === 'operator') return receipt;
      const origin = { cause, nowMs: this.clock.nowMs(), wantedUntil };
      return this.books(receipt).undoForOperator(receipt, origin);
    }
    if (!isLive(receipt.state)) return receipt;
    return this.applyOutcome.step(receipt, { event: 'intendUndo', reason }, cause, wantedUntil);
  }

  /** Query, cancel, query again: only what is surely unpayable ends. */
  private async kill(receipt: Receipt, cause: string): Promise<Receipt> {
    const before = await this.ask(receipt, cause);
    if (before.receipt.state !== 'cancelling') return before.receipt;
    const leaseUntilMs = this.clock.nowMs() + CANCEL_UNDER_WAY_MS;
    const leased = await this.books(receipt).leaseCancel(before.receipt, leaseUntilMs);
    if (!leased) return this.books(receipt).get(receipt.id);
    const cancelled = await this.gateway.cancel(receipt.outTradeNo);
    await this.noteCancel(before.receipt, cancelled, cause);
    // Its money has gone back: an answer that calls it paid is older, and must not keep it.
    if (gaveBack(cancelled)) await this.intend(before.receipt, 'operator', cause);
    if (cancelled.kind === 'tooLate') return this.endByAge(before, cause);
    if (cancelled.kind !== 'done') throw undecided(receipt, `cancel: ${cancelled.cause}`);
    const after = await this.ask(receipt, cause);
    if (after.receipt.state !== 'cancelling') return after.receipt;
    if (after.outcome.kind !== 'notExist' || gaveBack(cancelled)) {
      throw undecided(receipt, `cancelled (${cancelled.action}), yet ${after.outcome.kind}`);
    }
    if (chargeUnderWay(after.receipt, this.clock.nowMs())) {
      // What Alipay has not heard of it cannot have cancelled.
      throw undecided(receipt, 'its charge may still be under way');
    }
    return this.stepOrLook(after.receipt, deadStep(after.receipt), cause);
  }

  /** Alipay cancels nothing so old: by its own clock the code must be long dead. */
  private async endByAge(asked: Asked, cause: string): Promise<Receipt> {
    const { receipt, outcome } = asked;
    const channelTimeMs = outcome.kind === 'notExist' ? outcome.channelTimeMs : null;
    if (channelTimeMs === null || channelTimeMs < receipt.codeEndsAtMs + DEAD_BY_AGE_MS) {
      throw undecided(receipt, 'too old to cancel, not yet surely dead');
    }
    return this.stepOrLook(receipt, deadStep(receipt), cause);
  }

  /** Money is going back: has it, or will it not? */
  private async refund(receipt: Receipt, cause: string): Promise<Receipt> {
    const asked = await this.ask(receipt, cause);
    if (asked.receipt.state !== 'refunding') return asked.receipt;
    const cancelled = await this.gateway.cancel(receipt.outTradeNo);
    await this.noteCancel(asked.receipt, cancelled, cause);
    if (gaveBack(cancelled)) {
      const all: ReceiptStep = { event: 'refundInFull', refunded: receipt.amount };
      return this.stepOrLook(asked.receipt, all, cause);
    }
    if (asked.outcome.kind === 'closed' && ENDS_A_CANCEL.has(cancelled.kind)) {
      const detail = 'closed, yet neither question nor cancel says that its money went back';
      await this.applyOutcome.alarm(asked.receipt, 'refundUnproven', detail);
      throw undecided(receipt, detail);
    }
    if (cancelled.kind !== 'tooLate') {
      const why = cancelled.kind === 'done' ? `action ${cancelled.action}` : cancelled.cause;
      throw undecided(receipt, `cancel of a payment: ${why}`);
    }
    await this.stepOrLook(asked.receipt, { event: 'endRefundInPart' }, cause);
    throw new PayError('ILLEGAL_STATE', `cancel refused, receipt ${receipt.id}`, {
      shown: '已超过可撤销时间,请使用退款 (too late to cancel: refund it instead)',
    });
  }

  /**
   * A fresh question of our own, its answer applied. Once a cancel was sent, a payment counts only
   * when a second question finds it, too: an answer may be older than the refund it does not know.
   */
  private async ask(receipt: Receipt, cause: string): Promise<Asked> {
    let outcome = await this.question(receipt);
    const cancelSent = receipt.state === 'cancelling' && receipt.leaseUntilMs > 0;
    if (cancelSent && outcome.kind === 'paid') outcome = await this.question(receipt);
    return { outcome, receipt: await this.applyOutcome.apply(receipt, outcome, cause, true) };
  }

  private async question(receipt: Receipt): Promise<Decided> {
    const outcome = await this.gateway.query(receipt.outTradeNo);
    if (outcome.kind === 'unknown' || outcome.kind === 'refused') {
      throw undecided(receipt, `query: ${outcome.cause}`);
    }
    return outcome;
  }

  private async noteCancel(
    receipt: Receipt,
    cancelled: CancelOutcome,
    cause: string,
  ): Promise<void> {
    const word = cancelled.kind === 'done' ? `cancel:${cancelled.action}` : cancelled.kind;
    if (cancelled.kind === 'unknown') return;
    const origin = { cause, nowMs: this.clock.nowMs() };
    await this.books(receipt).noteEvent(receipt, word, origin);
  }

  private async stepOrLook(receipt: Receipt, step: ReceiptStep, cause: string): Promise<Receipt> {
    const moved = await this.applyOutcome.step(receipt, step, cause);
    return moved ?? this.books(receipt).get(receipt.id);
  }

  private books(receipt: Receipt): ReceiptRepositories['1'] {
    return this.repositories[receipt.billType];
  }
}

/** The answers to a cancel that say how it ended. */
const ENDS_A_CANCEL: ReadonlySet<CancelOutcome['kind']> = new Set(['done', 'tooLate']);

function gaveBack(cancelled: CancelOutcome): boolean {
  return cancelled.kind === 'done' && cancelled.action === 'refund';
}

/** An answer that says how the trade stands. */
type Decided = Exclude<PayOutcome, { kind: 'unknown' | 'refused' }>;

interface Asked {
  readonly outcome: Decided;
  readonly receipt: Receipt;
}

/** How a receipt ends that is surely unpayable: a code whose time is over was not revoked. */
function deadStep(receipt: Receipt): ReceiptStep {
  return { event: receipt.undoReason === 'expired' ? 'close' : 'undo' };
}

function undecided(receipt: Receipt, detail: string): PayError {
  return new PayError('UNDECIDED', `undo of receipt ${receipt.id}: ${detail}`, {
    tag: { billnum: receipt.billNo, autoid: receipt.receiptId },
  });
}

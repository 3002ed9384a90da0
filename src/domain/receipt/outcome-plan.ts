import type { AlarmKind } from '../ports/alarm';
import { SCANNED } from './pay-status';
import type { PayOutcome, ToldPayment, ToldRefund } from '../ports/payment-gateway';
import type { Payment, Receipt } from './receipt';
import type { ReceiptStep } from '../ports/receipt-repository';
import { endedUnpaid, isLive } from './receipt-state';

/** What a verified channel answer means for a receipt. */
export type OutcomePlan =
  /** Nothing the books do not hold already. */
  | { readonly kind: 'nothing' }
  /** No move, but Alipay's word is new. */
  | { readonly kind: 'note'; readonly channelStatus: string }
  /** Moves to make in one unit, in this order. */
  | { readonly kind: 'moves'; readonly steps: readonly [ReceiptStep, ...ReceiptStep[]] }
  /** It tells of money that may be on its way back: nothing is kept before that is known. */
  | { readonly kind: 'wait'; readonly detail: string }
  /** The answer contradicts the books: nothing moves, a human has to look. */
  | { readonly kind: 'contradiction'; readonly alarm: AlarmKind; readonly detail: string }
  /** It may be older than what the books hold: ask afresh; the same again is a contradiction. */
  | { readonly kind: 'askAgain'; readonly alarm: AlarmKind; readonly detail: string };

/**
 * How an answer stands to the books it meets. `mayBeOlder`: it may have been given before what the
 * books hold happened, as a notify or an answer that is shared. `ofUndo`: to the undo's own
 * question, asked after the receipt was read. `askedAgain`: to the question an answer that may be
 * older has led to.
 */
export type AnswerAge = 'mayBeOlder' | 'ofUndo' | 'askedAgain';

/** What else decides what an answer means. */
export interface AnswerContext {
  readonly age: AnswerAge;
  /** A cancel of ours may still take effect, and then the money goes back. */
  readonly cancelUnderWay: boolean;
}

const NOTHING: OutcomePlan = { kind: 'nothing' };

type Answer<Kind extends PayOutcome['kind']> = Extract<PayOutcome, { kind: Kind }>;

/** What a channel answer does to a receipt as it stands. Pure; the one place that decides it. */
export function planOutcome(
  receipt: Receipt,
  outcome: PayOutcome,
  context: AnswerContext,
): OutcomePlan {
  const plan = planAsTrue(receipt, outcome, context);
  return orAskAgain(plan, receipt, context.age);
}

function planAsTrue(receipt: Receipt, outcome: PayOutcome, context: AnswerContext): OutcomePlan {
  switch (outcome.kind) {
    case 'paid':
      return planPaid(receipt, outcome, context);
    case 'closed':
      return outcome.payment
        ? planRefunded(receipt, outcome, outcome.payment)
        : planClosed(receipt, outcome);
    case 'pending':
      return planPending(receipt, outcome.channelStatus);
    case 'notExist':
      return planNotExist(receipt);
    case 'refused':
    case 'unknown':
      return NOTHING;
  }
}

/** What contradicts only because of its time is asked again before anybody is called. */
function orAskAgain(plan: OutcomePlan, receipt: Receipt, age: AnswerAge): OutcomePlan {
  if (plan.kind !== 'contradiction' || age === 'askedAgain') return plan;
  // Of what was let go of, money of another amount was true once: it went back before.
  const isTimeless = TIMELESS.has(plan.alarm) && !wasReleased(receipt);
  return isTimeless ? plan : { ...plan, kind: 'askAgain' };
}

/** Contradictions that are wrong whenever they were said. */
const TIMELESS: ReadonlySet<AlarmKind> = new Set(['amountMismatch', 'tradeNoMismatch']);

function planPaid(
  receipt: Receipt,
  { payment: told, refund, channelStatus }: Answer<'paid'>,
  context: AnswerContext,
): OutcomePlan {
  const wrong = contradiction(receipt, told) ?? refundContradiction(receipt, refund);
  if (wrong) return wrong;
  const back = refundedElsewhere(receipt, refund);
  if (back && isLeftToRefunds(receipt)) return BESIDE_REFUNDS;
  if (receipt.payment) return back ? { kind: 'moves', steps: [back] } : NOTHING;
  const wait = mayNotBeKept(receipt, context);
  if (wait !== null) return { kind: 'wait', detail: wait };
  const payment = booked(receipt, told);
  // The operator undoes it whatever it is: its money goes back before anybody is told of it.
  const event = undoneByOperator(receipt) ? 'beginRefund' : 'pay';
  const pay: ReceiptStep = { event, channelStatus, payment };
  return { kind: 'moves', steps: back ? [pay, back] : [pay] };
}

/**
 * Why a payment is not kept yet; null: it is. While a receipt is made unpayable, a payment is kept
 * on the undo's own question alone, and not before every cancel of ours has had its time: what is
 * told from elsewhere may be older than the cancel that gave the money back. Late money waits for
 * those cancels, too.
 */
function mayNotBeKept(receipt: Receipt, { age, cancelUnderWay }: AnswerContext): string | null {
  if (endedUnpaid(receipt.state)) {
    return cancelUnderWay && receipt.undoReason !== null ? 'a cancel may be under way' : null;
  }
  if (receipt.state !== 'cancelling' || receipt.undoReason === 'operator') return null;
  if (cancelUnderWay) return 'a cancel may be under way';
  return age === 'ofUndo' ? null : 'it is being undone';
}

/** A part went back that the books do not hold: the step that books it; null: none did. */
function refundedElsewhere(receipt: Receipt, refund: ToldRefund | undefined): ReceiptStep | null {
  if (!refund || refund.total <= receipt.refunded) return null;
  const { total } = refund;
  if (receipt.state === 'refunded') return null;
  return {
    event: 'refundInPart',
    refunded: total,
    foreignRequestNo: refund.requestNo,
    alarm: {
      kind: 'foreignRefund',
      detail: `${total} fen in all went back, ${receipt.refunded} of them by us`,
    },
  };
}

function refundContradiction(receipt: Receipt, refund: ToldRefund | undefined): OutcomePlan | null {
  if (!refund || refund.total < receipt.amount) return null;
  const detail = `a refund of ${refund.total} of ${receipt.amount} fen in part`;
  return { kind: 'contradiction', alarm: 'amountMismatch', detail };
}

/** It was paid, and all of the money went back: both are recorded, together. */
function planRefunded(
  receipt: Receipt,
  { channelStatus }: Answer<'closed'>,
  told: ToldPayment,
): OutcomePlan {
  const wrong = contradiction(receipt, told);
  // That all of another amount went back is the proof on which it was let go of.
  if (wrong && wasReleased(receipt)) return NOTHING;
  if (wrong) return wrong;
  const refunded = receipt.amount;
  const last: ReceiptStep = { event: 'refundInFull', channelStatus, refunded };
  if (receipt.state === 'refunded') return NOTHING;
  if (isLeftToRefunds(receipt)) return BESIDE_REFUNDS;
  if (receipt.state === 'refunding') return { kind: 'moves', steps: [last] };
  if (receipt.payment) {
    const detail = 'all of the money went back, and nobody asked for it here';
    const alarm = { kind: 'foreignRefund', detail } as const;
    return { kind: 'moves', steps: [{ event: 'beginRefund' }, { ...last, alarm }] };
  }
  const pay: ReceiptStep = { event: 'pay', payment: booked(receipt, told) };
  return { kind: 'moves', steps: [pay, { event: 'beginRefund' }, last] };
}

function planClosed(receipt: Receipt, { channelStatus }: Answer<'closed'>): OutcomePlan {
  if (receipt.state === 'paid') {
    // An answer from before the payment says the same: it proves no refund.
    const detail = `${channelStatus} for a booked payment, and no word of a refund`;
    return { kind: 'contradiction', alarm: 'refundUnproven', detail };
  }
  if (!isLive(receipt.state)) return NOTHING;
  const ours = receipt.state === 'cancelling' && receipt.undoReason !== 'expired';
  return { kind: 'moves', steps: [{ event: ours ? 'undo' : 'close', channelStatus }] };
}

function planPending(receipt: Receipt, channelStatus: string): OutcomePlan {
  if (endedUnpaid(receipt.state)) {
    const detail = `${channelStatus} after the end`;
    return { kind: 'contradiction', alarm: 'payableAgain', detail };
  }
  if (receipt.state === 'begun' && receipt.begunBy === 'barCode') {
    // The charge has arrived, and its guest is asked for the password.
    return { kind: 'moves', steps: [{ event: 'giveCode', channelStatus }] };
  }
  if (!isLive(receipt.state) || receipt.channelStatus === channelStatus) return NOTHING;
  return { kind: 'note', channelStatus };
}

function planNotExist(receipt: Receipt): OutcomePlan {
  const seen = receipt.channelStatus === SCANNED || receipt.payment !== null;
  if (!seen || endedUnpaid(receipt.state)) return NOTHING;
  return { kind: 'contradiction', alarm: 'tradeVanished', detail: 'a trade seen before is gone' };
}

function contradiction(receipt: Receipt, told: ToldPayment): OutcomePlan | null {
  if (told.amount !== receipt.amount) {
    const detail = `Alipay says ${told.amount ?? 'no amount'}, the receipt ${receipt.amount} fen`;
    return { kind: 'contradiction', alarm: 'amountMismatch', detail };
  }
  if (receipt.payment && receipt.payment.tradeNo !== told.tradeNo) {
    const detail = 'a second trade number for a booked receipt; the first is kept';
    return { kind: 'contradiction', alarm: 'tradeNoMismatch', detail };
  }
  return null;
}

function booked(receipt: Receipt, told: ToldPayment): Payment {
  return { ...told, amount: receipt.amount };
}

/**
 * More went back than is booked, and refunds of ours are not decided: whose money it was is known
 * once they are. Until then the answer is not taken, so that a notify is told again.
 */
const BESIDE_REFUNDS: OutcomePlan = {
  kind: 'wait',
  detail: 'refunds of it are under way: it may be theirs that went back',
};

/**
 * Does its money go back by refunds of ours? What they have become is told by the question after
 * each of them, and by nothing else: the same money would be booked twice.
 */
function isLeftToRefunds({ state, givingBack }: Receipt): boolean {
  return state === 'refunding' && givingBack === 'refund';
}

/** Has an operator let go of it, and no payment of it come since? */
export function wasReleased({ state, undoReason }: Receipt): boolean {
  return undoReason === 'released' && endedUnpaid(state);
}

function undoneByOperator(receipt: Receipt): boolean {
  return receipt.state === 'cancelling' && receipt.undoReason === 'operator';
}

import { fen } from '../money';
import type { Fen } from '../money';
import { endedUnpaid, isLive } from '../receipt/receipt-state';
import type { Receipt } from '../receipt/receipt';
import { DUPLICATE_BATCH, batchKey, isPending } from './refund';
import type { Refund } from './refund';

/**
 * Alipay gives back for twelve months. Refused here only well beyond them: whatever may still be
 * possible is Alipay's to decide. ms. Source: Alipay trade.refund, open/02ekfs.
 */
export const REFUND_WITHIN_MS = 367 * 24 * 3_600_000;

/** What a caller wants to give back. */
export interface RefundWish {
  /** As it was sent; it names one refund of one receipt. */
  readonly batchNo: string;
  /** Fen, above 0. */
  readonly amount: Fen;
  readonly nowMs: number;
  /** Was Alipay asked how an unpaid receipt stands, just before? Then what the books say counts. */
  readonly asked: boolean;
}

/** Why a refund is not possible. */
export type NoRefund =
  | 'notPaid' // There is no money that could go back.
  | 'beingCancelled' // All of it is going back, or the receipt is being made unpayable.
  | 'tooOld' // Alipay's twelve months are over.
  | 'wholeOnly' // A duplicate goes back as a whole.
  | 'tooMuch'; // More than is left.

/** What a wish comes to. */
export type RefundDecision =
  /** Nothing stands against it: save it, then ask Alipay. */
  | { readonly kind: 'begin' }
  /** It is the refund that this batch number names: told as it stands, never a second one. */
  | { readonly kind: 'repeat'; readonly refund: Refund }
  /** It is what a duplicate is owed: that refund, under the caller's batch number from now on. */
  | { readonly kind: 'takeOver'; readonly refund: Refund }
  /** The books know no payment, but there may be one by now: ask Alipay, then decide again. */
  | { readonly kind: 'askFirst' }
  /** The batch number names a refund of another amount. */
  | { readonly kind: 'otherContent'; readonly refund: Refund }
  /** `left`: what could still be given back. Fen. */
  | { readonly kind: 'refuse'; readonly why: NoRefund; readonly left: Fen };

/**
 * What a wish to give money back comes to, by a receipt and all its refunds as they stand under the
 * lock of its bill. Pure. The order of the answers is the order of these lines.
 * The card is asked last, by the unit that holds it.
 */
export function decideRefund(
  receipt: Receipt,
  refunds: readonly Refund[],
  wish: RefundWish,
): RefundDecision {
  const known = refunds.find(({ batchNo }) => batchKey(batchNo) === batchKey(wish.batchNo));
  if (known) return known.amount === wish.amount ? repeat(known) : otherContent(known);
  const left = leftOf(receipt, refunds);
  const refuse = (why: NoRefund): RefundDecision => ({ kind: 'refuse', why, left });
  if (mayBePaid(receipt)) return wish.asked ? refuse('notPaid') : { kind: 'askFirst' };
  if (receipt.state === 'cancelling' || receipt.givingBack === 'cancel') {
    return refuse('beingCancelled');
  }
  if (isTooOld(receipt, wish.nowMs)) return refuse('tooOld');
  const owed = refunds.find(({ batchNo }) => batchNo === DUPLICATE_BATCH);
  if (owed && owed.state !== 'failed') {
    if (wish.amount !== owed.amount) return refuse('wholeOnly');
    if (isPending(owed) && receipt.refunded > 0) return refuse('tooMuch');
    return isPending(owed) ? { kind: 'takeOver', refund: owed } : repeat(owed);
  }
  if (receipt.duplicate && wish.amount !== receipt.amount) return refuse('wholeOnly');
  return wish.amount > left ? refuse('tooMuch') : { kind: 'begin' };
}

/** What could still be given back: neither went back nor is kept for a refund. Fen, 0 or more. */
export function leftOf({ payment, refunded }: Receipt, refunds: readonly Refund[]): Fen {
  if (!payment) return fen(0);
  const pending = refunds.filter(isPending).reduce((sum, { amount }) => sum + amount, 0);
  return fen(Math.max(0, payment.amount - refunded - pending));
}

/** What a card has to have given up for the receipt: what went back by us, and what is pending. */
export function heldFor(refunds: readonly Refund[]): Fen {
  const ours = refunds.filter((one) => one.cause !== 'channel' && one.state !== 'failed');
  return fen(ours.reduce((sum, { amount }) => sum + amount, 0));
}

/** May there be a payment that the books do not hold yet? */
function mayBePaid({ state }: Receipt): boolean {
  return (isLive(state) && state !== 'cancelling') || endedUnpaid(state);
}

function isTooOld({ payment }: Receipt, nowMs: number): boolean {
  const paidAtMs = payment?.paidAtMs ?? null;
  return paidAtMs !== null && nowMs - paidAtMs > REFUND_WITHIN_MS;
}

function repeat(refund: Refund): RefundDecision {
  return { kind: 'repeat', refund };
}

function otherContent(refund: Refund): RefundDecision {
  return { kind: 'otherContent', refund };
}

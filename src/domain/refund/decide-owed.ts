import type { Receipt } from '../receipt/receipt';
import type { ReceiptState } from '../receipt/receipt-state';
import type { Refund } from './refund';

/** So long after it was booked nothing of a duplicate goes back by itself. ms */
export const OWED_REST_MS = 60_000;
/** The longest wait for the payment that counts to be decided. ms */
const LONGEST_OWED_WAIT_MS = 3_600_000;

/** Who wants a duplicate's money to go back: `person`, by a Cancel; `sweep`: nobody, by itself. */
export type OwedAsker = 'person' | 'sweep';

/** A duplicate as it stands under the lock of its bill. */
export interface OwedView {
  readonly receipt: Receipt;
  /** All refunds of it. */
  readonly refunds: readonly Refund[];
  /** The states of the receipts that count: paid in its place, or it was in theirs. */
  readonly rivals: readonly ReceiptState[];
}

/** What becomes of what a duplicate is owed. */
export type OwedDecision =
  /** It goes back now. */
  | { readonly kind: 'begin'; readonly refund: Refund }
  /** It is going back, or went, by this refund. */
  | { readonly kind: 'begun'; readonly refund: Refund }
  /** Not yet: look again at `atMs`, epoch ms. */
  | { readonly kind: 'later'; readonly refund: Refund; readonly atMs: number }
  /** Not by itself: it is left to whoever sees the alarm. */
  | { readonly kind: 'leave'; readonly refund: Refund }
  /** Nothing is owed: it never was, or was finally refused. */
  | { readonly kind: 'nothing' };

/**
 * May a duplicate's money go back? By itself only while the payment that counts stands: were that
 * one given back, too, nothing would be paid. Pure.
 */
export function decideOwed(
  { receipt, refunds, rivals }: OwedView,
  asker: OwedAsker,
  nowMs: number,
): OwedDecision {
  const refund = refunds.find(({ cause }) => cause === 'duplicate');
  if (!refund || refund.state === 'failed') return { kind: 'nothing' };
  if (refund.state !== 'queued' || receipt.givingBack === 'refund') {
    return { kind: 'begun', refund };
  }
  const ageMs = Math.abs(nowMs - refund.queuedAtMs);
  const waitMs = Math.min(Math.max(ageMs / 4, OWED_REST_MS), LONGEST_OWED_WAIT_MS);
  const later = { kind: 'later', refund, atMs: Math.round(nowMs + waitMs) } as const;
  // A cancel of it is under way, which may be refused yet.
  if (receipt.state === 'refunding') return later;
  // Of what went back in part elsewhere nobody can give back all.
  if (receipt.state !== 'paid' || receipt.refunded > 0) return { kind: 'leave', refund };
  if (asker === 'person') return { kind: 'begin', refund };
  if (ageMs < OWED_REST_MS) return { ...later, atMs: refund.queuedAtMs + OWED_REST_MS };
  if (rivals.includes('paid')) return { kind: 'begin', refund };
  return rivals.includes('refunding') ? later : { kind: 'leave', refund };
}

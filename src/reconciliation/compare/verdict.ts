import type { BillRow } from '../bill/bill-row';
import type { Movement, OurReceipt } from '../../domain/reconciliation/movement';

/** Both sides are there and the same. What is not plainly equal is worth a line all the same. */
type Agreed =
  | 'equal'
  | 'duplicate' // The second payment for the same money, as the books know it.
  | 'lateMoney' // Paid after the receipt had ended, as the books know it.
  | 'refundOfOlderDay'; // Went back on this day, was paid on one before.

/** Nothing is wrong yet: the other side may still come. */
const OPEN = [
  'dayBoundary', // Within minutes of midnight, and the neighbour's bill is not there yet.
  'open', // Money of the receipt is on its way; looked at again within the hour.
] as const;

/** Books and bill differ. */
const DIFFERENCES = [
  'paidOnlyAtAlipay',
  'paidOnlyHere',
  'amountDiffers',
  'refundOnlyAtAlipay',
  'refundOnlyHere',
  'refundAmountDiffers',
  'tradeNoDiffers',
  'tradeForTwoReceipts',
  'unknownReceipt', // Our number, and no receipt: the books may be older than the payment.
  'timeUnknown', // Booked on this day, in no bill of it, and Alipay never told when it was.
] as const;

/**
 * Every verdict on a row of the bill, on a movement of the books, or on both. `foreignRow`: another
 * program's, under the same account.
 */
export type VerdictKind =
  Agreed | (typeof OPEN)[number] | (typeof DIFFERENCES)[number] | 'foreignRow';

/** One verdict. Every row and every movement of the day is in exactly one. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** Null: the books alone have it. */
  readonly row: BillRow | null;
  /** Null: the bill alone has it. */
  readonly movement: Movement | null;
  readonly receipt: OurReceipt | null;
}

/** Does a verdict say that books and bill differ? */
export function isDifference(kind: VerdictKind): boolean {
  return (DIFFERENCES as readonly VerdictKind[]).includes(kind);
}

/** Does the bill alone know of money of a receipt? Alipay can be asked to prove it. */
export function isMendable(kind: string): boolean {
  return kind === 'paidOnlyAtAlipay' || kind === 'refundOnlyAtAlipay';
}

/** Does a verdict wait for something? */
export function isOpen(kind: VerdictKind): boolean {
  return (OPEN as readonly VerdictKind[]).includes(kind);
}

import type { BillType } from '../bill';
import type { Fen } from '../money';
import type { ReceiptState } from '../receipt/receipt-state';

/** A span of time, epoch ms: from this instant on, and before that one; null: without an end. */
export interface Span {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

/** What receipts are looked for: all that is given must hold. Null: whatever it is. */
export interface ReceiptSearch {
  /** The systems that may be seen, each once; never more than the caller speaks for. */
  readonly billTypes: readonly BillType[];
  /** By the rule of bill numbers. */
  readonly billNo: string | null;
  readonly receiptId: string | null;
  /** Alipay's number. */
  readonly tradeNo: string | null;
  /** Our number at Alipay. */
  readonly outTradeNo: string | null;
  /** By the rule of card numbers. */
  readonly cardNo: string | null;
  /** Name or number of who sat at the till, by the rule of bill numbers. */
  readonly cashier: string | null;
  /** The amount asked for. */
  readonly amount: Fen | null;
  readonly state: ReceiptState | null;
  readonly begun: Span;
  /** By Alipay's clock; a receipt whose payment has no time is in no span. */
  readonly paid: Span;
}

/** No end on either side. */
export const ANY_TIME: Span = { fromMs: null, untilMs: null };

/** All receipts of some systems. */
export function everythingOf(billTypes: readonly BillType[]): ReceiptSearch {
  return {
    billTypes,
    billNo: null,
    receiptId: null,
    tradeNo: null,
    outTradeNo: null,
    cardNo: null,
    cashier: null,
    amount: null,
    state: null,
    begun: ANY_TIME,
    paid: ANY_TIME,
  };
}

/** Is there an end on either side? */
export function isBounded({ fromMs, untilMs }: Span): boolean {
  return fromMs !== null || untilMs !== null;
}

/** What the newest come first by. */
export type NewestBy = 'begun' | 'paid';

/**
 * What a search is sorted by: when receipts were begun, or when they were paid where a time of
 * payment is asked for and no number. Pure.
 */
export function newestBy(search: ReceiptSearch): NewestBy {
  const { billNo, receiptId, tradeNo, outTradeNo, cardNo } = search;
  const numbers = [billNo, receiptId, tradeNo, outTradeNo, cardNo];
  return isBounded(search.paid) && numbers.every((one) => one === null) ? 'paid' : 'begun';
}

/** A place among receipts that are sorted by time and, within a moment, by our numeric id. */
export interface Place {
  readonly atMs: number;
  readonly id: number;
}

/** Before every receipt, the newest included. */
export const BEFORE_ALL: Place = { atMs: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };

/** Does it come before another, as the newer one? */
export function isNewer(one: Place, other: Place): boolean {
  return one.atMs > other.atMs || (one.atMs === other.atMs && one.id > other.id);
}

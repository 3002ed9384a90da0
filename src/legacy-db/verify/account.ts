import type { BillType } from '../../domain/bill';
import { formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';

/** One thing in which the books contradict themselves. */
export interface BookDifference {
  /** `receipt 12`, `bill 3`; or a row that belongs to nothing, by its table. */
  readonly subject: string;
  /** One word for what is compared. */
  readonly kind: string;
  /** What the rest of the books says it must be. */
  readonly expected: string;
  readonly found: string;
}

/** A row of `receipt` with its bill; what is null of the bill's is not there. */
export interface ReceiptLine {
  readonly id: number;
  readonly billType: BillType;
  readonly billNo: string;
  readonly receiptId: string;
  readonly payType: string;
  readonly amount: number;
  readonly cardNo: string | null;
  readonly outTradeNo: string;
  readonly state: string;
  readonly tradeNo: string | null;
  readonly paid: number | null;
  readonly refunded: number;
  readonly duplicate: boolean;
  readonly givingBack: string;
  readonly dueAtMs: number | null;
  readonly ownBill: { readonly billType: string; readonly billKey: string } | null;
}

/** An entry of a receipt's history. */
export interface HistoryLine {
  readonly id: number;
  readonly atMs: number;
  readonly event: string;
  /** Null: its begin, or from before it was noted. */
  readonly from: string | null;
  readonly state: string;
  /** What it is about, fen; null: from before it was noted. */
  readonly amount: number | null;
  /** Entries of one unit of work have it in common. */
  readonly origin: string;
}

/** A refund of a receipt. */
export interface RefundLine {
  readonly amount: number;
  readonly state: string;
  readonly cause: string;
  readonly outRequestNo: string | null;
}

/** Something that is to be told of a receipt. */
export interface ToldLine {
  readonly type: string;
  readonly writtenAtMs: number;
}

/** A receipt in its system's own table; money as yuan text. */
export interface SystemLine {
  readonly autoid: string;
  readonly billNo: string;
  readonly payType: string;
  readonly cardNo: string | null;
  readonly asked: string | null;
  readonly result: string | null;
  readonly tradeNo: string | null;
  readonly paid: string | null;
  readonly refunded: string | null;
  readonly held: string | null;
}

/** A receipt and every row of the books that speaks of it. */
export interface Account {
  readonly receipt: ReceiptLine;
  /** Oldest first. */
  readonly history: readonly HistoryLine[];
  readonly refunds: readonly RefundLine[];
  /** The row of its trade; null: there is none that is its own. */
  readonly trade: string | null;
  readonly told: readonly ToldLine[];
  /** Kinds of all its alarms, open or closed. */
  readonly alarms: readonly string[];
  /** Null: there is none; undefined: its table is not ours to read. */
  readonly system: SystemLine | null | undefined;
}

/** What a rule finds of one account. Pure. */
export type AccountRule = (account: Account) => readonly BookDifference[];

/** Nothing, in a column of a difference. */
export const NONE = 'none';

/** The difference of two values of a receipt; none where they are the same. */
export function differ(
  { receipt }: Pick<Account, 'receipt'>,
  kind: string,
  expected: string | null,
  found: string | null,
): readonly BookDifference[] {
  if (expected === found) return [];
  const subject = `receipt ${receipt.id}`;
  return [{ subject, kind, expected: expected ?? NONE, found: found ?? NONE }];
}

/** Fen as yuan text; no whole number of fen stays as it is, for it is a difference by itself. */
export function yuanOf(fen: number): string {
  return Number.isSafeInteger(fen) ? formatYuan(fen as Fen) : `${fen} fen`;
}

/** The same of what may not be there. */
export function yuanOrNull(fen: number | null): string | null {
  return fen === null ? null : yuanOf(fen);
}

/** Is its money in the books, or was it before it went back? */
export function isBooked(state: string): boolean {
  return state === 'paid' || state === 'refunding' || state === 'refunded';
}

/** Does it keep its amount from other refunds? A debt that nobody has begun to pay does not. */
export function isPending({ state, cause, outRequestNo }: RefundLine): boolean {
  if (state !== 'queued') return state === 'asked';
  return cause !== 'duplicate' || outRequestNo !== null;
}

/** The amounts of refunds in all. Fen. */
export function sumOf(refunds: readonly RefundLine[]): number {
  return refunds.reduce((sum, { amount }) => sum + amount, 0);
}

/**
 * The part of a history in which each entry says where it comes from; `whole`: all of it is, from
 * the begin on.
 */
export function knownHistory(history: readonly HistoryLine[]): {
  readonly entries: readonly HistoryLine[];
  readonly whole: boolean;
} {
  const from = history.findIndex((one) => one.from !== null || isNewBegin(one));
  const [first] = history;
  return {
    entries: from < 0 ? [] : history.slice(from),
    whole: first !== undefined && isNewBegin(first),
  };
}

function isNewBegin({ event, amount }: HistoryLine): boolean {
  return event === 'begin' && amount !== null;
}

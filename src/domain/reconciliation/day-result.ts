import type { BillType } from '../bill';
import type { Fen } from '../money';

/** A line that somebody has to look at, or that waits: a difference of a day. */
export interface DayDifference {
  /** The verdict, or what is wrong with the bill as a whole. At most 24 letters. */
  readonly kind: string;
  /** Whether it may still become equal by itself. */
  readonly open: boolean;
  /** What moved; null: it is about the bill as a whole. */
  readonly moved: 'payment' | 'refund' | null;
  /** When, by the bill or else by the books, epoch ms; null: it is about the whole day. */
  readonly atMs: number | null;
  /** Empty for what is of no number. */
  readonly outTradeNo: string;
  readonly tradeNo: string | null;
  readonly requestNo: string | null;
  /** What the bill says; null: it has no such row. Fen, never negative. */
  readonly billed: Fen | null;
  /** What the books say; null: they have no such movement. Fen, never negative. */
  readonly booked: Fen | null;
  /** Null: no receipt. */
  readonly receiptRowId: number | null;
  /** The movement of the books; null: there is none. */
  readonly movementKey: string | null;
}

/** A movement whose day is known by a bill alone, or that lies in the neighbour's. */
export interface SettledMovement {
  readonly key: string;
  /** Its time by the books, epoch ms. */
  readonly atMs: number;
}

/** What waited for a neighbour's bill, and was not in it. */
export interface OverdueMovement {
  /** The day it is a difference of. */
  readonly date: string;
  readonly key: string;
  readonly kind: string;
}

/** What a bill has told of movements that other days are about. */
export interface Neighbours {
  readonly settled: readonly SettledMovement[];
  readonly overdue: readonly OverdueMovement[];
}

/** What the channel took of a system's payments on a day. */
export interface SystemFee {
  readonly billType: BillType;
  /** Fen; negative where refunds brought more of it back. */
  readonly fee: Fen;
}

/** What the bill of a day came to. */
export interface DayResult {
  /** `yyyy-MM-dd`, China time. */
  readonly date: string;
  readonly account: string;
  /** SHA-256 of the zip, hex: two bills of one day are told apart by it. */
  readonly digest: string;
  readonly comparedAtMs: number;
  readonly payments: number;
  /** Fen. */
  readonly paid: Fen;
  readonly refunds: number;
  /** Fen, never negative. */
  readonly refunded: Fen;
  /** What is left for the merchant, by the bill. Fen. */
  readonly net: Fen;
  /** Rows of other programs under the same account. */
  readonly foreignRows: number;
  /** How many differences there are, open ones included, also beyond those that are kept. */
  readonly differences: number;
}

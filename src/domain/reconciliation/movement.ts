import type { BillType } from '../bill';
import type { Fen } from '../money';

/** Money that moved by the books: a payment, or what went back. */
export interface Movement {
  /** What names it in the books for ever, such as `receipt 12 paid`. At most 100 characters. */
  readonly key: string;
  readonly kind: 'payment' | 'refund';
  /** Alipay's number of the trade. */
  readonly tradeNo: string;
  /** Under what a refund was asked for; null: a payment, a cancel, or nobody told. */
  readonly requestNo: string | null;
  readonly amount: Fen;
  /** When it took place by Alipay's time; when that is not known, when it was booked. Epoch ms. */
  readonly atMs: number;
  readonly timeKnown: boolean;
  /** The day in whose bill it was found although `atMs` lies elsewhere; null: in none yet. */
  readonly settledOn: string | null;
}

/** A receipt with everything that moved under its number, on whatever day. */
export interface OurReceipt {
  readonly receiptRowId: number;
  readonly outTradeNo: string;
  readonly billType: BillType;
  /** Money of it may be on its way: what the books say now will not last. */
  readonly undecided: boolean;
  /** Paid after it had ended. */
  readonly late: boolean;
  /** Paid although another receipt was paid in its place. */
  readonly duplicate: boolean;
  readonly movements: readonly Movement[];
}

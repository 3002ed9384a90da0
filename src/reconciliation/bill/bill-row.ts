import type { Fen } from '../../domain/money';

/** One row of Alipay's bill: a payment (交易) or money that went back (退款). */
export interface BillRow {
  /** Where it stands in the file of details; the first line is 1. */
  readonly line: number;
  readonly kind: 'payment' | 'refund';
  /** Alipay's number of the trade; that of the payment for a refund, too. */
  readonly tradeNo: string;
  /** The merchant's number, of whatever program; may be empty. */
  readonly outTradeNo: string;
  /** Under what the refund was asked for; null: none is told, as always with a payment. */
  readonly requestNo: string | null;
  /** When it took place, epoch ms. */
  readonly atMs: number;
  /** What was ordered, or went back (订单金额). Fen, never negative. */
  readonly amount: Fen;
  /** What the merchant got (商家实收). Fen; negative for a refund. */
  readonly received: Fen;
  /** 服务费. Fen; its sign differs between bills, and means nothing. */
  readonly fee: Fen;
  /** 分润. Fen. */
  readonly share: Fen;
}

/** What the rows of one kind come to. */
export interface BillSum {
  readonly count: number;
  /** 商家实收. Fen; negative for refunds. */
  readonly received: Fen;
}

/** A bill that adds up. */
export interface BillTotals {
  /** The account as the bill names it: the partner id and four more digits. */
  readonly account: string;
  readonly payments: BillSum;
  readonly refunds: BillSum;
  /** Sums over all rows. Fen. */
  readonly fees: Fen;
  readonly shares: Fen;
  /** What is left for the merchant, by the summary (实收净额). Fen. */
  readonly net: Fen;
  /** Whether fees and shares, with whichever sign, explain what is left. */
  readonly feesExplainNet: boolean;
}

import { Fen, fen } from '../../domain/money';
import { BUYER } from '../gateway/terms/buyer';
import { Order } from '../ledger/trades';

/** One row of the bill of a day, before it is text. */
export interface BillRow {
  readonly tradeNo: string;
  readonly outTradeNo: string;
  readonly kind: 'payment' | 'refund';
  readonly subject: string;
  readonly storeId: string;
  readonly terminalId: string;
  readonly buyer: string;
  readonly createdAtMs: number;
  readonly atMs: number;
  /** Fen; negative for a refund. */
  readonly amount: Fen;
  readonly requestNo: string | null;
  /** Fen; given back with a refund. */
  readonly fee: Fen;
}

/** Hundredths of a percent: `0.6` % are 60. A whole number, 0 to 1000. */
export type FeeRate = number;

/** What happened between two instants: payments and refunds, as they took place. */
export function rowsBetween(
  orders: readonly Order[],
  startMs: number,
  endMs: number,
  rate: FeeRate,
): BillRow[] {
  const within = ({ atMs }: BillRow): boolean => atMs >= startMs && atMs < endMs;
  return orders
    .flatMap((order) => rowsOf(order, rate))
    .filter(within)
    .sort((one, other) => one.atMs - other.atMs);
}

/** What is taken for an amount, rounded half up. */
export function feeOf(amount: Fen, rate: FeeRate): Fen {
  return fen(Math.sign(amount) * Math.floor((Math.abs(amount) * rate + 5_000) / 10_000));
}

function rowsOf(order: Order, rate: FeeRate): BillRow[] {
  const { tradeNo, paidAtMs, terms } = order;
  if (tradeNo === null || paidAtMs === null) return [];
  const about = {
    tradeNo,
    outTradeNo: order.outTradeNo,
    subject: terms.subject,
    storeId: terms.storeId ?? '',
    terminalId: terms.terminalId ?? '',
    buyer: BUYER.logonId,
    createdAtMs: order.createdAtMs ?? paidAtMs,
  };
  const row = (kind: BillRow['kind'], amount: Fen, atMs: number, requestNo: string | null) => ({
    ...about,
    kind,
    atMs,
    amount,
    requestNo,
    fee: feeOf(amount, rate),
  });
  const refunds = order.refunds.map(({ amount, atMs, outRequestNo }) =>
    row('refund', fen(0 - amount), atMs, outRequestNo),
  );
  return [row('payment', terms.totalAmount, paidAtMs, null), ...refunds];
}

import type { BeginOrder } from '../../domain/ports/receipt-repository';
import type { Fen } from '../../domain/money';
import type { Payment, Receipt } from '../../domain/receipt/receipt';
import type { Sql } from '../sql/database';
import type { ProcedureStep } from '../sql/writes';

/**
 * How End is told a result: paid, closed unpaid, finally refused, money went back; for cards also
 * the hold before money goes back, and its undoing.
 */
export type EndResult = 'S' | 'C' | 'F' | 'R' | 'H' | 'U';

/** What a system is told of a payment that starts. */
export type SystemBegin = Pick<
  BeginOrder,
  | 'billNo'
  | 'billType'
  | 'payType'
  | 'amount'
  | 'body'
  | 'detail'
  | 'clientIp'
  | 'cardNo'
  | 'outTradeNo'
  | 'nowMs'
>;

/** What a system knows a receipt by. */
export type SystemReceipt = Pick<
  Receipt,
  'id' | 'billNo' | 'billType' | 'payType' | 'cardNo' | 'outTradeNo' | 'receiptId'
>;

/** One End: what became of a receipt. */
export interface EndOrder {
  readonly receipt: SystemReceipt;
  readonly result: EndResult;
  /** With S. */
  readonly payment: Payment | null;
  /** With R: the total that went back. Fen. */
  readonly refunded: Fen;
  /** With H and U: what the card shall have given up for this receipt, in total. Fen. */
  readonly held: Fen;
}

/**
 * The part of the books that belongs to one system: its receipt table, its numbering, its card.
 * The contract of Begin and End, docs/legacy-database.md. Both run inside the caller's unit of
 * work and change nothing when they are repeated.
 */
export interface SystemReceipts {
  /** Saves the start of a payment; gives the receipt's `autoid`. */
  begin(sql: Sql, order: SystemBegin): Promise<string>;
  /**
   * Saves the result; gives the state of the bill after it.
   * @throws PayError ILLEGAL_STATE when the result cannot be
   */
  end(sql: Sql, order: EndOrder): Promise<string>;
  /** The same, where one call of a procedure does it. */
  beginProcedure?(order: SystemBegin): ProcedureStep;
  endProcedure?(order: EndOrder): ProcedureStep;
}

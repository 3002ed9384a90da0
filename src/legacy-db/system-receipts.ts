import type { BeginOrder } from '../domain/receipt-repository';
import type { Fen } from '../domain/money';
import type { Payment, Receipt } from '../domain/receipt';
import type { Sql } from './database';

/** How End is told a result: paid, closed unpaid, finally refused, money went back. */
export type EndResult = 'S' | 'C' | 'F' | 'R';

/** One End: what became of a receipt. */
export interface EndOrder {
  readonly receipt: Receipt;
  readonly result: EndResult;
  /** With S. */
  readonly payment: Payment | null;
  /** With R: the total that went back. Fen. */
  readonly refunded: Fen;
}

/**
 * The part of the books that belongs to one system: its receipt table, its numbering, its card.
 * The contract of Begin and End, docs/legacy-database.md. Both run inside the caller's unit of
 * work and change nothing when they are repeated.
 */
export interface SystemReceipts {
  /** Saves the start of a payment; gives the receipt's `autoid`. */
  begin(sql: Sql, order: BeginOrder): Promise<string>;
  /** Saves the result; gives the state of the bill after it. */
  end(sql: Sql, order: EndOrder): Promise<string>;
}

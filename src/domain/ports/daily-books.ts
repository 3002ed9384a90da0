import type { DayDifference, DayResult, Neighbours, SystemFee } from '../reconciliation/day-result';
import type { OurReceipt } from '../reconciliation/movement';

/**
 * What the books say of a day, and what came of comparing it.
 * @throws PayError DATABASE_UNAVAILABLE
 */
export interface DailyBooks {
  /**
   * The receipts with a payment or refund between two instants, epoch ms, by Alipay's time or else
   * by ours; in no order, and some perhaps twice. A payment of which Alipay told no time is not
   * among them.
   */
  receiptsBetween(fromMs: number, untilMs: number): AsyncIterable<OurReceipt>;
  /**
   * The receipts with a movement that a day's bill holds although its time by the books lies
   * elsewhere, or is not known.
   */
  receiptsSettledOn(date: string): AsyncIterable<OurReceipt>;
  /** Their numbers alone: a day's receipts fill the memory, its numbers do not. */
  numbersBetween(fromMs: number, untilMs: number): AsyncIterable<string>;
  /** The receipts of our numbers at the channel, 500 at most; those that are there, in no order. */
  receiptsOf(outTradeNos: readonly string[]): Promise<OurReceipt[]>;
  /** What a day came to when it was last compared; null: it never was. */
  dayResult(date: string): Promise<DayResult | null>;
  /** Its differences as they are kept, oldest number first. */
  differencesOf(date: string): Promise<DayDifference[]>;
  /**
   * Keeps what a day came to, in place of what was kept of it, in one unit. What other days said of
   * movements that this bill holds is closed there; what they waited for in vain is a difference.
   */
  saveDay(
    result: DayResult,
    differences: readonly DayDifference[],
    neighbours: Neighbours,
    fees?: readonly SystemFee[],
  ): Promise<void>;
  /** What a day cost each system by its bill; empty: it was not compared, or nobody could tell. */
  feesOf(date: string): Promise<SystemFee[]>;
}

/** Injection token of the `DailyBooks`. */
export const DAILY_BOOKS = Symbol('DailyBooks');

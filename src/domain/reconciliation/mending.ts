import type { Fen } from '../money';

/** Money that moved by a bill and not by the books. */
export interface MissingMoney {
  readonly receiptRowId: number;
  readonly kind: 'payment' | 'refund';
  /** By the bill. Fen, above 0. */
  readonly amount: Fen;
  /** Under what a refund was asked for; null: a payment, or the bill tells none. */
  readonly requestNo: string | null;
}

/**
 * What became of it. `booked`: the channel has proved it, and the books hold it now. `later`: money
 * of the receipt is on its way, or the channel said nothing: look again within the hour. `left`: it
 * is not proved, or the books cannot hold it; a human has to look.
 */
export type Mended = 'booked' | 'later' | 'left';

/** Brings into the books what only a bill knew of: never by the bill, always by a question. */
export interface Mending {
  /**
   * Asks the channel and books what it proves. Safe to repeat, to race and to be cut off: each
   * booking is one unit of work. @throws PayError DATABASE_UNAVAILABLE
   */
  mend(money: MissingMoney): Promise<Mended>;
}

/** Injection token of the `Mending`. */
export const MENDING = Symbol('Mending');

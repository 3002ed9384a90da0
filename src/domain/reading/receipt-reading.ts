import type { BillType } from '../bill';
import type { Place, ReceiptSearch } from './receipt-search';
import type { ReceiptFile, ReceiptLife } from './receipt-life';
import type { Receipt } from '../receipt/receipt';

/** A part of what a search finds, newest first. */
export interface FoundReceipts {
  readonly receipts: readonly Receipt[];
  /**
   * Where to go on; null: there is no more. It may stand behind fewer receipts than were asked for,
   * or none: so many others were looked at that another call does the rest.
   */
  readonly next: Place | null;
}

/**
 * The books as people and other programs read them. Nothing is changed, and only receipts of the
 * systems that are named are ever seen. @throws PayError DATABASE_UNAVAILABLE
 */
export interface ReceiptReading {
  /**
   * The next receipts behind a place, sorted as `newestBy` says.
   * @param most how many at most, 1 to `MOST_FOUND`
   */
  search(search: ReceiptSearch, after: Place, most: number): Promise<FoundReceipts>;
  /** Receipts with what belongs to them, in the order given. */
  files(receipts: readonly Receipt[]): Promise<ReceiptFile[]>;
  /** The receipt of our numeric id; null: none, or one of another system. */
  find(id: number, billTypes: readonly BillType[]): Promise<Receipt | null>;
  /** A receipt as it was read, with everything that happened to it. */
  life(receipt: Receipt): Promise<ReceiptLife>;
}

/** So many receipts are found by one call at most. */
export const MOST_FOUND = 500;

/** Injection token of the `ReceiptReading`. */
export const RECEIPT_READING = Symbol('ReceiptReading');

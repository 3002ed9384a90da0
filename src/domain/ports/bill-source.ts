/** A daily bill on this machine's disk. */
export interface FetchedBill {
  readonly path: string;
  /** Deletes it; call it once it has been read. */
  remove(): Promise<void>;
}

/** Every answer to the question for a day's bill. None of them says that nothing was paid. */
export type BillAnswer =
  | { readonly kind: 'file'; readonly bill: FetchedBill }
  /** The channel says that it has no data of the day. */
  | { readonly kind: 'empty'; readonly cause: string }
  /** It is not there yet, or never will be: the channel has one word for both. */
  | { readonly kind: 'late'; readonly cause: string }
  /** The day lies before the account. */
  | { readonly kind: 'missing'; readonly cause: string }
  /** The question is not served, and asking again cannot help: contract, keys, values. */
  | { readonly kind: 'refused'; readonly cause: string }
  /** No answer, or the file did not come: ask again later. */
  | { readonly kind: 'unknown'; readonly cause: string };

/** Where the channel's daily bills come from. It never throws for what the channel does. */
export interface BillSource {
  /** The bill of a China day, `yyyy-MM-dd`: by a verified answer, from the allowed host alone. */
  fetch(date: string): Promise<BillAnswer>;
}

/** Injection token of the `BillSource`. */
export const BILL_SOURCE = Symbol('BillSource');

/** Who asked the service for something, as the history of a receipt keeps it. */
export interface Asker {
  /** The name of a key, or a part of the service; null: a caller who brought no key. At most 64. */
  readonly actor: string | null;
  /** The request's id, the same as in the log; null: it has none. At most 64 characters. */
  readonly requestId: string | null;
  /** The trace it belongs to, for the log; absent or null: none that somebody could look up. */
  readonly traceId?: string | null;
}

/** On whose account a receipt changes. */
export interface By extends Asker {
  /** The operation, or the sweep, that brought the news. At most 20 letters. */
  readonly cause: string;
}

/** A caller of whom nothing is known. */
export const NOBODY: Asker = { actor: null, requestId: null };

/** The sweep, which nobody asks. */
export const SWEEP: By = { cause: 'sweep', actor: 'sweep', requestId: null };

/** Reconciliation with Alipay's daily bill. */
export const RECONCILE: By = { cause: 'reconcile', actor: 'reconcile', requestId: null };

/** Alipay's push. */
export const NOTIFY: By = { cause: 'notify', actor: 'notify', requestId: null };

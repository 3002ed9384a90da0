import { isSameCard } from '../bill';
import { leaseHolds } from '../receipt/due';
import type { Fen } from '../money';
import type { Receipt } from '../receipt/receipt';

/** A code that ends sooner than this is not handed out again. ms. */
export const MIN_CODE_LEFT_MS = 2 * 60_000;

/** A guest who scanned and has not paid for this long holds the code no more. ms. */
const MAX_SCANNED_WAIT_MS = 3 * 60_000;

/** What a till asks for, as far as it decides whether a code can be used again. */
export interface CollectAsk {
  readonly payType: string;
  /** Fen. */
  readonly amount: Fen;
  readonly cardNo: string | null;
  readonly nowMs: number;
  /** By the channel's clock, which codes end by, epoch ms. */
  readonly channelNowMs: number;
  /** How long a payment told to a till blocks another one of the same amount. ms. */
  readonly repeatGuardMs: number;
}

/** What the books know of the bill when a code is asked for. */
export interface BillView {
  /** The receipt whose code a guest could still pay; null: none. */
  readonly live: Receipt | null;
  /** The receipts of the bill that hold money of guests: `paid`, and `refunding`. */
  readonly paid: readonly Receipt[];
}

/** What to do with a ScanCode or BarCode; `begin` becomes `begun` once the receipt is saved. */
export type CollectDecision =
  /** A new receipt was saved: ask for its code. */
  | { readonly kind: 'begun'; readonly receipt: Receipt }
  /** The code is alive: give it again. */
  | { readonly kind: 'replay'; readonly receipt: Receipt }
  /** The receipt is saved and its code not known yet: ask for it with the same call. */
  | { readonly kind: 'resume'; readonly receipt: Receipt }
  /** The live code must be made unpayable before there can be another. */
  | { readonly kind: 'supersede'; readonly receipt: Receipt }
  /** Another call is getting a code on other terms just now: it goes first. */
  | { readonly kind: 'conflict'; readonly receipt: Receipt }
  /** A charge of a guest's code, or a refund, is not decided: nothing else may be begun. */
  | { readonly kind: 'undecided'; readonly receipt: Receipt }
  /** The bill was paid: the till has to query this receipt instead. */
  | { readonly kind: 'alreadyPaid'; readonly receipt: Receipt };

/** What the books say before anything is written; `begin` asks for a new receipt. */
export type CollectPlan = Exclude<CollectDecision, { kind: 'begun' }> | { readonly kind: 'begin' };

/**
 * Decides what a ScanCode may do with its bill. Pure; asked again where the bill has changed by the
 * time it is written.
 * Order: an untold or guarded payment, then the live code, then a new receipt.
 */
export function decideScan(bill: BillView, ask: CollectAsk): CollectPlan {
  const blocked = decideByPayments(bill, ask);
  if (blocked) return blocked;
  const { live } = bill;
  if (!live) return { kind: 'begin' };
  if (live.begunBy === 'barCode') {
    // Within seconds its answer is here; until then it is not torn from the clerk's hands.
    return { kind: isBeingCalled(live, ask) ? 'undecided' : 'supersede', receipt: live };
  }
  if (!fitsAsk(live, ask)) {
    const beingMade = isBeingCalled(live, ask);
    return { kind: beingMade ? 'conflict' : 'supersede', receipt: live };
  }
  if (live.state === 'waiting' && live.qrCode !== null) return { kind: 'replay', receipt: live };
  if (live.state === 'begun') return { kind: 'resume', receipt: live };
  return { kind: 'supersede', receipt: live };
}

/**
 * What a payment that must be queried first says to a new one; null: none is in the way. Money that
 * is going back may stay after all, when Alipay refuses: until then nobody can say how it stands.
 */
export function decideByPayments({ paid }: BillView, ask: CollectAsk): CollectPlan | null {
  const blocking = paid.filter((receipt) => blocksCollecting(receipt, ask));
  const kept = blocking.find(({ state }) => state === 'paid');
  if (kept) return { kind: 'alreadyPaid', receipt: kept };
  const [refunding] = blocking;
  return refunding ? { kind: 'undecided', receipt: refunding } : null;
}

/** Must this payment be queried before anything more is collected on its bill? */
function blocksCollecting(paid: Receipt, ask: CollectAsk): boolean {
  if (paid.toldAtMs === null) return true;
  return paid.amount === ask.amount && ask.nowMs < paid.toldAtMs + ask.repeatGuardMs;
}

/** Is a call for this receipt under way, and its answer to be waited for? */
export function isBeingCalled(live: Receipt, ask: CollectAsk): boolean {
  return live.state === 'begun' && leaseHolds(live, ask.nowMs);
}

function fitsAsk(live: Receipt, ask: CollectAsk): boolean {
  const heldByGuest =
    live.scannedAtMs !== null && ask.nowMs - live.scannedAtMs > MAX_SCANNED_WAIT_MS;
  return (
    live.payType === ask.payType &&
    live.amount === ask.amount &&
    isSameCard(live.cardNo, ask.cardNo) &&
    live.codeEndsAtMs - ask.channelNowMs >= MIN_CODE_LEFT_MS &&
    !heldByGuest
  );
}

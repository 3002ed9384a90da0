import type { Fen } from '../money';
import type { Receipt } from '../receipt/receipt';
import type { OwedAsker } from '../refund/decide-owed';
import type { RefundDecision } from '../refund/decide-refund';
import type { RefundContext, RefundPlan } from '../refund/plan-refund';
import type { ForeignRefund, ForeignRefundPlan } from '../refund/foreign-refund';
import type { Refund } from '../refund/refund';
import type { Claim, Origin } from './receipt-repository';

/** A refund with its receipt and all refunds of it, as they stand together. */
export interface RefundCase extends RefundContext {
  readonly refund: Refund;
}

/** A refund that somebody wants, and what we prepared for it. */
export interface RefundOrderWish {
  /** The receipt as the caller has read it; only who it is counts. */
  readonly receipt: Receipt;
  /** As it was sent; it names one refund of one receipt. At most 50 characters. */
  readonly batchNo: string;
  /** Fen, above 0. */
  readonly amount: Fen;
  /** At most 32 characters; null: not told. */
  readonly operatorNo: string | null;
  /** At most 256 characters; null: not told. */
  readonly reason: string | null;
  /** Our number of it at the channel, made of receipt and batch. */
  readonly outRequestNo: string;
  /** Was the channel asked how an unpaid receipt stands, just before? */
  readonly asked: boolean;
}

/** What became of a wish. */
export type BegunRefund =
  /** It is saved: ask the channel for it. */
  | { readonly kind: 'begun'; readonly found: RefundCase }
  /** It was there already. */
  | { readonly kind: 'repeat'; readonly found: RefundCase }
  | Extract<RefundDecision, { readonly kind: 'askFirst' | 'otherContent' | 'refuse' }>;

/** Who wants what a duplicate is owed to go back, and our number of it at the channel. */
export interface OwedWish {
  /** The duplicate as the caller has read it; only who it is counts. */
  readonly receipt: Receipt;
  readonly asker: OwedAsker;
  /** Kept with the first beginning, and the same from then on. */
  readonly outRequestNo: string;
}

/** What became of what a duplicate is owed. */
export type BegunOwed =
  /** It is going back, or went: bring it on. */
  | { readonly kind: 'begun'; readonly found: RefundCase }
  /** Nothing was begun: it waits, for the sweep or for a person. */
  | { readonly kind: 'waits' }
  /** Nothing is owed: it was finally refused, or never was. */
  | { readonly kind: 'nothing' };

/** An answer to a refund, or to the question after one. */
export interface RefundNews {
  /** The refund as it was when it was sent or asked after. */
  readonly refund: Refund;
  /**
   * What it tells of a sending: `answered`, it is over, and is counted as such; `lost`, the call is
   * over, and the sending may not be; null: nothing, it answers a question.
   */
  readonly sending: 'answered' | 'lost' | null;
  /** What the channel said, for a human; at most 64 characters are kept. */
  readonly word: string;
  /** What it means for the refund as it stands by now. Pure: it may be asked more than once. */
  plan(found: RefundCase): RefundPlan;
}

/** Why a refund is not withdrawn. */
export type NotWithdrawn =
  | 'unknown' // There is none of this id.
  | 'ended' // Its money went back, or it was finally refused.
  | 'givenUp' // It is sent no more already.
  | 'owed'; // A duplicate's money, which nobody has asked for yet: the guest is owed it.

/** A refund after news of it, and what the news meant. */
export interface SettledRefund {
  readonly found: RefundCase;
  readonly plan: RefundPlan;
}

/**
 * The refunds in the books, of all bill types. Every method that changes something is one durable
 * unit of work under the lock of the bill. @throws PayError DATABASE_UNAVAILABLE
 */
export interface Refunds {
  /**
   * Decides by `decideRefund` and saves what is to be: the refund, the receipt on its way, the hold
   * of the card. @throws PayError ILLEGAL_STATE: the card holds less; TOO_LATE: no longer wanted
   */
  begin(wish: RefundOrderWish, origin: Origin): Promise<BegunRefund>;
  /**
   * Decides by `decideOwed` whether what a duplicate is owed goes back now, and saves it; what
   * waits is due again then, what is left to a person never.
   * @throws PayError TOO_LATE: no longer wanted
   */
  beginOwed(wish: OwedWish, origin: Origin): Promise<BegunOwed>;
  /** The sweep looks at it no more: whoever sees the alarm gives it back. */
  leaveOwed(refund: Refund): Promise<void>;
  /**
   * The same because a person wants it, with an event that says who. False: it is going back
   * already, or nothing is owed.
   */
  leaveToPerson(id: number, origin: Origin): Promise<boolean>;
  /**
   * Gives a pending refund up: it is sent no more, and ends as failed once nothing of it can be
   * under way; what went back by then counts all the same. Null: it is withdrawn.
   */
  withdraw(id: number, origin: Origin): Promise<NotWithdrawn | null>;
  /** The refund this batch number names, by the rule of bill numbers; null: there is none. */
  find(receipt: Receipt, batchNo: string): Promise<RefundCase | null>;
  /** The refund as it stands now. Throws plainly when the id is not ours. */
  get(id: number): Promise<RefundCase>;
  /**
   * Counts a sending before it is done, and saves the number under which it is sent where there was
   * none: that is its number for ever. Null: it must not be sent now: it moved meanwhile, is given
   * up, or another refund of the receipt was sent less than `REFUND_GAP_MS` ago.
   * @param longestMs how long the call may take
   */
  countTry(refund: Refund, now: () => number, longestMs: number): Promise<RefundCase | null>;
  /** The receipt and all its refunds as they stand now. Throws plainly when the id is not ours. */
  ofReceipt(receiptRowId: number): Promise<RefundContext>;
  /**
   * Books a refund that was made without us, by `planForeignRefund`; gives what that decided.
   * @throws PayError ILLEGAL_STATE when End refuses
   */
  bookForeign(
    receipt: Receipt,
    foreign: ForeignRefund,
    origin: Origin,
  ): Promise<ForeignRefundPlan['kind']>;
  /**
   * The one door for what the channel says of a refund. Safe to repeat and to race.
   * @throws PayError ILLEGAL_STATE when End refuses
   */
  settle(news: RefundNews, origin: Origin): Promise<SettledRefund>;
  /** Claims refunds that are due for one process, as `OpenReceipts` does receipts. */
  claimDue(claim: Claim): Promise<RefundCase[]>;
  /** Ends a claim; what is still due is put off. */
  settleClaim(refund: Refund, claim: Claim, nowMs: number): Promise<void>;
}

/** Injection token of the `Refunds`. */
export const REFUNDS = Symbol('Refunds');

import type { BillType } from '../bill';
import type { CallbackType } from '../callback/callback-event';
import type { Verdict } from '../callback/delivery';
import type { Receipt } from '../receipt/receipt';

/** How a callback stands. */
export type CallbackState =
  | 'written' // In the books, without its number yet.
  | 'waiting' // Numbered; to be sent, or to be sent again.
  | 'taken' // The receiver said so.
  | 'superseded' // Left out: its payment was no longer there before it was first sent.
  | 'givenUp'; // Refused for good, or tried for three days.

/** A body as it is sent at every try. */
export interface FrozenBody {
  readonly text: string;
  readonly format: 'json' | 'xml';
}

/** One event to be told to one system. */
export interface Callback {
  readonly id: number;
  readonly billType: BillType;
  readonly receiptRowId: number;
  /** `webhook-id`: the same at every try, unique for ever. */
  readonly eventId: string;
  readonly type: CallbackType;
  /** When it was written, with the change it tells, epoch ms. */
  readonly writtenAtMs: number;
  /** Its number within the bill type, from 1, without gaps; 0: it has none yet. */
  readonly seq: number;
  readonly state: CallbackState;
  /** Tries begun; each is counted before it is made. */
  readonly tries: number;
  /** Null until the first try. */
  readonly body: FrozenBody | null;
}

/** An event as it is listed, with its receipt as that stands now. */
export interface ListedCallback extends Callback {
  readonly receipt: Receipt;
}

/** A process's hold on the callbacks that are due at one receiver. */
export interface CallbackClaim {
  readonly billType: BillType;
  /** Unique for each claim. */
  readonly owner: string;
  readonly nowMs: number;
  readonly claimUntilMs: number;
  /** How many at most. */
  readonly limit: number;
}

/** One try that was made. */
export interface CallbackTry {
  readonly atMs: number;
  readonly durationMs: number;
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  /** Beginning of the answer, or what went wrong, masked; cut at 200 characters. */
  readonly answer: string;
  readonly verdict: Verdict;
  /** In [0, 1): where in the jitter the next try lies. */
  readonly fraction: number;
}

/** What waits at one receiver. */
export interface CallbackFigures {
  readonly billType: BillType;
  readonly waiting: number;
  /** When the oldest of them was written, epoch ms; null: none waits. */
  readonly oldestAtMs: number | null;
}

/** Which callbacks are to be sent again. */
export interface ResendRange {
  readonly billType: BillType;
  /** Numbers, both ends included. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Written at this instant or later, epoch ms. */
  readonly sinceMs: number;
}

/**
 * The outbox: rows are written in the unit of the move that they tell. Every method that changes
 * something is one durable unit. @throws PayError DATABASE_UNAVAILABLE
 */
export interface Callbacks {
  /**
   * Gives numbers to what was committed without one, in the order of each receipt; how many it
   * gave. Only what has a number is sent or listed, so that no one ever sees 8 before 7.
   */
  number(billType: BillType): Promise<number>;
  /**
   * Claims what is due, the first tries before the others. One receipt's callbacks go one after the
   * other: the next waits for the one before, but half an hour at most.
   */
  claimDue(claim: CallbackClaim): Promise<Callback[]>;
  /**
   * Counts a try, and freezes the body at the first one from the receipt as it stands now. Null: it
   * is not to be sent, being superseded or no longer held by this claim.
   */
  beginTry(
    callback: Callback,
    claim: CallbackClaim,
    write: (callback: Callback, receipt: Receipt) => FrozenBody,
    nowMs: number,
  ): Promise<Callback | null>;
  /**
   * Keeps a try and says what follows; gives the state after it. A receiver that fails for an hour,
   * and an event that is given up, each raise an alarm in the same unit.
   */
  endTry(
    callback: Callback,
    claim: CallbackClaim,
    made: CallbackTry,
    nowMs: number,
  ): Promise<CallbackState>;
  /** Lets go of what a stop kept from being tried to its end. */
  release(callback: Callback, claim: CallbackClaim): Promise<void>;
  /** Makes due at once what waits longer than any wait, as after a clock that was set back. */
  wake(billType: BillType, nowMs: number): Promise<void>;
  figures(billTypes: readonly BillType[]): Promise<CallbackFigures[]>;
  /** Makes due what is in the range and was taken, superseded or given up; how many those are. */
  resend(range: ResendRange): Promise<number>;
  /** The next callbacks behind a number, 0 or more, in their order. */
  listAfter(billType: BillType, afterSeq: number, limit: number): Promise<ListedCallback[]>;
  /** The highest number given; 0: none. */
  lastSeq(billType: BillType): Promise<number>;
}

/** Injection token of the `Callbacks`. */
export const CALLBACKS = Symbol('Callbacks');

import type { Fen } from '../money';

/**
 * How a refund stands. `queued`: saved or owed, and never asked for; `asked`: asked for at Alipay,
 * and not decided; `done`: its money went back; `failed`: finally refused, and nothing went back.
 */
export type RefundState = 'queued' | 'asked' | 'done' | 'failed';

/**
 * Why there is a refund. `caller`: somebody asked for it; `duplicate`: the guest paid twice;
 * `channel`: it was made without us, and is only written down.
 */
export type RefundCause = 'caller' | 'duplicate' | 'channel';

/**
 * Why a refund is sent no more although it is not decided. `refused`: Alipay says that it may not
 * be; `disagrees`: that it is more than is left; `withdrawn`: an operator gave it up.
 */
export type GivenUp = 'refused' | 'disagrees' | 'withdrawn';

/** Money of one receipt that went back, goes back, or is to: one row for each batch number. */
export interface Refund {
  readonly id: number;
  readonly receiptRowId: number;
  /** As it was sent; internal ones begin with a control character, which no caller can send. */
  readonly batchNo: string;
  /** Fen, above 0. */
  readonly amount: Fen;
  readonly state: RefundState;
  readonly cause: RefundCause;
  /** Our number of it at Alipay, the same for ever; null: none was told of a foreign one. */
  readonly outRequestNo: string | null;
  /** Who refunds, as the caller says; at most 32 characters. */
  readonly operatorNo: string | null;
  /** Why, as the caller says; at most 256 characters. */
  readonly reason: string | null;
  /** The key or the part of the service that asked first; null: a caller without a key. */
  readonly caller: string | null;
  /** How many times it may have been sent. Counted before each is. */
  readonly tries: number;
  /** How many of them were answered; fewer than sent: one may be under way, or was lost. */
  readonly answered: number;
  /** When it was last sent by the wall clock of who sent it, epoch ms; null: never. */
  readonly askedAtMs: number | null;
  /** When Alipay last answered, epoch ms; null: never. */
  readonly answeredAtMs: number | null;
  /** What Alipay said last, in its own word; null: nothing yet. */
  readonly lastWord: string | null;
  /** Why it is sent no more; it ends once nothing of it can be under way. Null: it is sent. */
  readonly givenUp: GivenUp | null;
  readonly queuedAtMs: number;
  /** When it was done or failed, epoch ms; null: it is neither. */
  readonly endedAtMs: number | null;
  /** When the money went back by Alipay's clock, epoch ms; null: not told. */
  readonly refundedAtMs: number | null;
}

/** Does it keep its amount from others? Until its money went back or was finally refused. */
export function isPending({ state }: Refund): boolean {
  return state === 'queued' || state === 'asked';
}

/** Is it what a duplicate is owed, and nobody has begun to give it back? */
export function isOwedAlone({ state, cause, batchNo, tries }: Refund): boolean {
  return state === 'queued' && cause === 'duplicate' && batchNo === DUPLICATE_BATCH && tries === 0;
}

/** The identity of a batch number within its receipt, by the rule of bill numbers. */
export function batchKey(batchNo: string): string {
  return batchNo.replace(/ +$/, '').replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** The batch of what a duplicate is owed. */
export const DUPLICATE_BATCH = '\u0001duplicate';

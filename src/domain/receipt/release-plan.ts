import type { AlarmKind } from '../ports/alarm';
import type { PayOutcome } from '../ports/payment-gateway';
import type { ReceiptEvent } from './receipt-state';
import { endedUnpaid, isLive } from './receipt-state';
import type { Receipt } from './receipt';
import { DEAD_BY_AGE_MS } from './due';

/** What was given up on for these an operator may let go of. */
export const RELEASABLE = [
  'amountMismatch',
  'tradeVanished',
] as const satisfies readonly AlarmKind[];

/**
 * That Alipay does not know a trade it knew before is believed this long after its code's end, by
 * its clock and by ours: as long as any code is dead by its age, and half an hour more. ms.
 */
export const GONE_FOR_GOOD_MS = DEAD_BY_AGE_MS + 30 * 60_000;

/** Why a receipt is not let go of. */
export type ReleaseRefusal =
  | 'booked' // It holds a payment: there is nothing to let go of.
  | 'noAnswer' // Alipay says nothing that can be used.
  | 'payable' // A guest can still pay it.
  | 'otherMoney' // Alipay holds money for it, of another amount: that has to go back first.
  | 'ourMoney' // Alipay holds, or held, the very amount: it is to be booked.
  | 'tooYoung'; // Alipay does not know it, but it is too young for that to be a proof.

/** What an operator's wish to let go of a receipt leads to. */
export type ReleasePlan =
  | { readonly kind: 'refuse'; readonly why: ReleaseRefusal }
  /** `ifKnown`: only if Alipay knows what was paid before: else it may be the wrong Alipay. */
  | { readonly kind: 'release'; readonly event: ReceiptEvent; readonly ifKnown: boolean };

/**
 * May what was given up on be let go of? Only on the proof of an answer to a question asked for
 * it, that Alipay holds no money of it and takes none; never on an opinion. Pure.
 */
export function planRelease(receipt: Receipt, outcome: PayOutcome, nowMs: number): ReleasePlan {
  if (!isLive(receipt.state) && !endedUnpaid(receipt.state)) return refuse('booked');
  switch (outcome.kind) {
    case 'refused':
    case 'unknown':
      return refuse('noAnswer');
    case 'pending':
      return refuse('payable');
    case 'paid':
      return refuse(outcome.payment.amount === receipt.amount ? 'ourMoney' : 'otherMoney');
    case 'closed':
      if (outcome.payment?.amount === receipt.amount) return refuse('ourMoney');
      return { kind: 'release', event: endOf(receipt), ifKnown: false };
    case 'notExist': {
      const { channelTimeMs } = outcome;
      if (channelTimeMs === null || !isGone(receipt, Math.min(channelTimeMs, nowMs))) {
        return refuse('tooYoung');
      }
      return { kind: 'release', event: endOf(receipt), ifKnown: true };
    }
  }
}

function isGone({ codeEndsAtMs }: Receipt, atMs: number): boolean {
  return atMs >= codeEndsAtMs + GONE_FOR_GOOD_MS;
}

/** As it would have ended without a doubt: what somebody wanted undone is cancelled. */
function endOf({ state, undoReason }: Receipt): ReceiptEvent {
  return state === 'cancelling' && undoReason !== 'expired' ? 'undo' : 'close';
}

function refuse(why: ReleaseRefusal): ReleasePlan {
  return { kind: 'refuse', why };
}

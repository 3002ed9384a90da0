import { fen } from '../money';
import type { Fen } from '../money';
import type { AlarmKind } from '../ports/alarm';
import type { Receipt } from '../receipt/receipt';
import { isPending } from './refund';
import type { GivenUp, Refund } from './refund';
import type { RefundAnswer, RefundQueryAnswer } from './refund-answer';

/** Sooner after a refund Alipay shows nothing of it. ms. Source: Alipay, open/02ekft. */
export const REFUND_VISIBLE_MS = 10_000;

/** Something a human has to look at. */
export interface RefundAlarm {
  readonly kind: AlarmKind;
  readonly detail: string;
}

/** What an answer means for a refund. */
export type RefundPlan =
  /** Nothing the books do not hold already. */
  | { readonly kind: 'nothing' }
  /**
   * Its money went back. `elsewhere`: what went back beyond everything we asked for, fen; above 0
   * it is booked beside it, with an alarm.
   */
  | { readonly kind: 'done'; readonly refundedAtMs: number | null; readonly elsewhere: Fen }
  /** It ends without money: its hold is given up, its amount is free again. */
  | { readonly kind: 'failed'; readonly alarm: RefundAlarm | null }
  /**
   * It went back although it had ended without money. What callers were told stays; the money is
   * written down as gone without us, under this refund's number.
   */
  | { readonly kind: 'late'; readonly refundedAtMs: number | null; readonly alarm: RefundAlarm }
  /**
   * Not decided. `next` tells more: `query`, the question after it, not sooner than Alipay shows
   * anything; `send`, the same refund again under the same number; `sendLater`, that, ever more
   * seldom. `givenUp`: why it is sent no more; null: it is.
   */
  | {
      readonly kind: 'wait';
      readonly next: 'query' | 'send' | 'sendLater';
      readonly givenUp: GivenUp | null;
      readonly alarm: RefundAlarm | null;
    };

/** The receipt and all its refunds, this one among them, as they stand under the bill's lock. */
export interface RefundContext {
  readonly receipt: Receipt;
  readonly refunds: readonly Refund[];
}

/** How old what a question brings may be. */
export interface QuestionAge {
  /** Was it asked `REFUND_VISIBLE_MS` and more after the last call? Sooner Alipay shows nothing. */
  readonly visible: boolean;
  /**
   * Has a question before this one found nothing either, the first of them a minute and more after
   * the last call without an answer, the last one ten seconds and more after the first? Then
   * nothing of it can be under way any more.
   */
  readonly untouched: boolean;
}

const NOTHING: RefundPlan = { kind: 'nothing' };

/**
 * What the answer to a refund that was sent means. Pure; with `planRefundQuery` the one place that
 * decides it. `refund`: its calls counted, this one among them, and not yet this answer.
 */
export function planRefund(
  refund: Refund,
  answer: RefundAnswer,
  context: RefundContext,
): RefundPlan {
  if (answer.kind === 'done') return gone(refund, answer, context);
  if (!isPending(refund)) return NOTHING;
  // Given up, it is sent no more: only the question after it can end it.
  if (refund.givenUp !== null) return wait('query', refund.givenUp);
  switch (answer.kind) {
    case 'unchanged':
    case 'unknown':
      return wait('query');
    case 'balanceShort':
      return wait('sendLater', null, { kind: 'refundWaits', detail: answer.cause });
    case 'discordant':
      return wait('query', null, { kind: 'amountMismatch', detail: answer.cause });
    case 'noTrade':
      return wait('sendLater', null, { kind: 'tradeVanished', detail: answer.cause });
    case 'refused':
      // A call that got no answer may still give it back.
      return refund.tries > refund.answered + 1 ? wait('query', 'refused') : failed('refused');
    case 'disagrees':
      // Who took what is left: this refund itself, by a call without an answer, or another one?
      return wait('query', 'disagrees');
  }
}

/** What the answer to the question after a refund means. Pure. */
export function planRefundQuery(
  refund: Refund,
  answer: RefundQueryAnswer,
  context: RefundContext,
  age: QuestionAge,
): RefundPlan {
  if (answer.kind === 'found' && answer.amount === refund.amount) {
    return gone(refund, { total: null, refundedAtMs: answer.refundedAtMs }, context);
  }
  if (!isPending(refund)) return NOTHING;
  const { givenUp } = refund;
  switch (answer.kind) {
    case 'found': {
      const told = answer.amount === null ? 'no amount' : `${answer.amount} fen`;
      const detail = `asked for ${refund.amount} fen, and Alipay tells of ${told}`;
      return wait('query', givenUp, { kind: 'amountMismatch', detail });
    }
    case 'unknown':
      return wait('query', givenUp);
    case 'nothing':
      if (!age.visible) return wait('query', givenUp);
      if (givenUp === null) return wait('send');
      return age.untouched ? failed(givenUp) : wait('query', givenUp);
  }
}

/** Its money went back; is there more gone than we asked for? */
function gone(
  refund: Refund,
  told: { readonly total: Fen | null; readonly refundedAtMs: number | null },
  { receipt, refunds }: RefundContext,
): RefundPlan {
  if (refund.state === 'failed') return late(refund, told.refundedAtMs, refunds);
  if (!isPending(refund)) return NOTHING;
  const pending = refunds.filter(isPending).reduce((sum, { amount }) => sum + amount, 0);
  // What is pending beside it may have gone back by now: only what is above all of it is foreign.
  const ours = receipt.refunded + pending;
  const most = Math.min(told.total ?? 0, receipt.amount);
  return {
    kind: 'done',
    refundedAtMs: told.refundedAtMs,
    elsewhere: fen(Math.max(0, most - ours)),
  };
}

function late(
  { amount, outRequestNo }: Refund,
  refundedAtMs: number | null,
  refunds: readonly Refund[],
): RefundPlan {
  const noted = refunds.some((one) => one.cause === 'channel' && one.outRequestNo === outRequestNo);
  if (noted) return NOTHING;
  const detail = `a refund of ${amount} fen went back after it had ended without money`;
  return { kind: 'late', refundedAtMs, alarm: { kind: 'foreignRefund', detail } };
}

function failed(why: GivenUp): RefundPlan {
  if (why !== 'disagrees') return { kind: 'failed', alarm: null };
  const detail = 'Alipay holds less than the books, and it was not this refund that took it';
  return { kind: 'failed', alarm: { kind: 'foreignRefund', detail } };
}

function wait(
  next: 'query' | 'send' | 'sendLater',
  givenUp: GivenUp | null = null,
  alarm: RefundAlarm | null = null,
): RefundPlan {
  return { kind: 'wait', next, givenUp, alarm };
}

import type { Receipt } from '../receipt/receipt';
import { endedUnpaid } from '../receipt/receipt-state';

/** What a system may be told of a receipt. */
export const CALLBACK_TYPES = [
  'payment.paid', // Paid and saved; it counts.
  'payment.late', // Paid after it had ended unpaid; it counts.
  'payment.duplicate', // Paid beside another receipt: counts for nothing, goes back.
  'payment.closed', // Never paid, surely unpayable: closed, revoked or refused.
  'refund.done', // Some of the money went back.
  'refund.refused', // Money that was to go back stays, all of it or that of one refund.
  'payment.refunded', // All of the money went back.
] as const;

/** What a system may be told of a receipt. The receiver acts on the states, never on this word. */
export type CallbackType = (typeof CALLBACK_TYPES)[number];

/** What of a receipt tells which event a change is. */
export type Told = Pick<Receipt, 'state' | 'payment' | 'refunded' | 'duplicate'>;

/**
 * The events of one unit of work, in the order in which they are told, from the receipt as the unit
 * found it and as it left it: what it was in between is nobody's business. So a payment that is
 * found and given back at once is never told as paid. `refused`: a refund ended in it without
 * money, though others of the receipt may go on. Pure.
 */
export function callbackEvents(first: Told, last: Told, refused = false): readonly CallbackType[] {
  const event = eventOf(first, last, refused);
  return event === null ? [] : [event];
}

function eventOf(first: Told, last: Told, refused: boolean): CallbackType | null {
  const wentBack = last.refunded > first.refunded;
  if (last.state === 'refunded') return first.state === 'refunded' ? null : 'payment.refunded';
  if (first.payment === null && last.payment !== null) {
    if (last.duplicate) return 'payment.duplicate';
    // Its money is going back already: what becomes of that is told.
    if (last.state !== 'paid') return null;
    return endedUnpaid(first.state) ? 'payment.late' : 'payment.paid';
  }
  if (wentBack) return 'refund.done';
  if (refused || (first.state === 'refunding' && last.state === 'paid')) return 'refund.refused';
  return endedUnpaid(last.state) && !endedUnpaid(first.state) ? 'payment.closed' : null;
}

/**
 * Is this event, not sent yet, to be left out because of what the receipt has become? Whoever opens
 * a gate on it would open it for money that is going back, or gone.
 */
export function isSuperseded(type: CallbackType, now: Pick<Receipt, 'state'>): boolean {
  return (type === 'payment.paid' || type === 'payment.late') && now.state !== 'paid';
}

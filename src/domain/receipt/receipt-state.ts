/** How a receipt stands in the books. */
export const RECEIPT_STATES = [
  'begun', // Saved; Alipay's answer to the first call is not known.
  'waiting', // A code was given, or a barcode payment is undecided.
  'cancelling', // An undo is intended and its reason is written down.
  'paid', // Paid at Alipay and saved through End.
  'refunding', // Money is going back.
  'closed', // Never paid, surely unpayable.
  'cancelled', // Undone by us before any payment.
  'failed', // Finally refused by Alipay.
  'refunded', // All money went back.
] as const;

/** How a receipt stands in the books. */
export type ReceiptState = (typeof RECEIPT_STATES)[number];

/** What can happen to a receipt. */
export const RECEIPT_EVENTS = [
  'giveCode', // Alipay gave a code, or took a barcode payment without deciding it.
  'intendUndo', // We intend to make it unpayable, whatever the reason.
  'pay', // A verified answer says it is paid with the right amount.
  'close', // A verified answer says it can never be paid.
  'undo', // Our cancel was accepted and nothing had been paid.
  'fail', // A verified answer finally refused it.
  'beginRefund', // Money starts to go back.
  'refundInPart', // Some of the money went back, whoever gave it back.
  'endRefund', // Going back has ended, and some or all of the money stays paid.
  'refundInFull', // All of the money went back.
] as const;

/** What can happen to a receipt. */
export type ReceiptEvent = (typeof RECEIPT_EVENTS)[number];

/**
 * Where each event leads. An entry that leads to its own state is news we already had: nothing is
 * written. No entry: the move is illegal. Money that comes late is still money, so the states that
 * end a receipt unpaid keep their way to `paid`.
 */
const MOVES: Record<ReceiptState, Partial<Record<ReceiptEvent, ReceiptState>>> = {
  begun: {
    giveCode: 'waiting',
    intendUndo: 'cancelling',
    pay: 'paid',
    close: 'closed',
    fail: 'failed',
  },
  waiting: {
    giveCode: 'waiting',
    intendUndo: 'cancelling',
    pay: 'paid',
    close: 'closed',
    fail: 'failed',
  },
  cancelling: {
    intendUndo: 'cancelling',
    pay: 'paid',
    close: 'closed',
    undo: 'cancelled',
    beginRefund: 'refunding',
  },
  paid: {
    pay: 'paid',
    beginRefund: 'refunding',
    refundInPart: 'paid',
    refundInFull: 'refunded',
  },
  refunding: {
    pay: 'refunding',
    beginRefund: 'refunding',
    refundInPart: 'refunding',
    endRefund: 'paid',
    refundInFull: 'refunded',
  },
  closed: { pay: 'paid', close: 'closed' },
  cancelled: { pay: 'paid', close: 'cancelled', undo: 'cancelled' },
  failed: { pay: 'paid', close: 'failed', fail: 'failed' },
  refunded: { pay: 'refunded', refundInFull: 'refunded' },
};

/** The state after `event`; undefined when the move is illegal. Pure. */
export function nextState(state: ReceiptState, event: ReceiptEvent): ReceiptState | undefined {
  return MOVES[state][event];
}

/** Could a guest still pay a receipt in this state by its code? Then it is its bill's live one. */
export function isLive(state: ReceiptState): boolean {
  return state === 'begun' || state === 'waiting' || state === 'cancelling';
}

/** Did a receipt in this state end without money? It may still turn out paid. */
export function endedUnpaid(state: ReceiptState): boolean {
  return state === 'closed' || state === 'cancelled' || state === 'failed';
}

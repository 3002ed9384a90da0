import { aReceipt, NOW_MS } from '../../../test/support/books/a-receipt';
import { fen } from '../money';
import { moneyEvents } from './money-event';
import type { GivingBack, Receipt } from './receipt';
import type { ReceiptState } from './receipt-state';

const PAYMENT = { tradeNo: 'T1', amount: fen(8_888), buyer: null, paidAtMs: NOW_MS };

/** `state`, what went back of it, and by what its money is going back: `refunding 33 refund`. */
function receipt(spelt: string): Receipt {
  const [state, back = '0', givingBack = 'none'] = spelt.split(' ');
  const hasMoney = ['paid', 'refunding', 'refunded'].includes(state ?? '');
  return aReceipt({
    state: state as ReceiptState,
    payment: hasMoney ? PAYMENT : null,
    refunded: fen(Number(back)),
    givingBack: givingBack as GivingBack,
  });
}

describe('the money events of a unit of work', () => {
  it.each<[first: string, last: string, events: string[]]>([
    ['begun', 'waiting', []],
    ['waiting', 'waiting', []],
    ['waiting', 'paid', ['payment 8888']],
    ['begun', 'paid', ['payment 8888']],
    ['closed', 'paid', ['payment 8888']],
    ['paid', 'paid', []],
    // A cancel: found paid, on its way, back; and of what nobody had paid.
    ['waiting', 'cancelling', []],
    ['cancelling', 'paid', ['payment 8888']],
    ['cancelling', 'refunding 0 cancel', ['payment 8888']],
    ['cancelling', 'refunded 8888', ['payment 8888', 'undo 8888']],
    ['refunding 0 cancel', 'refunded 8888', ['undo 8888']],
    ['refunding 0 cancel', 'paid', []],
    ['cancelling', 'cancelled', ['undo 0']],
    ['cancelling', 'closed', ['undo 0']],
    ['cancelled', 'cancelled', []],
    ['cancelled', 'closed', []],
    // The end of a code that nobody undid.
    ['waiting', 'closed', []],
    ['begun', 'failed', []],
    // Refunds, in parts and whole, ours and the portal's.
    ['paid', 'refunding 0 refund', []],
    ['refunding 0 refund', 'paid 33', ['refund 33']],
    ['refunding 33 refund', 'refunding 100 refund', ['refund 67']],
    ['refunding 33 refund', 'refunded 8888', ['refund 8855']],
    ['refunding 0 refund', 'paid', []],
    ['paid', 'refunded 8888', ['refund 8888']],
    ['waiting', 'refunded 8888', ['payment 8888', 'refund 8888']],
  ])('%s to %s: %j', (first, last, expected) => {
    const after = receipt(last);
    const asked = { requestId: 'r-1', traceId: 't-1' };
    const events = moneyEvents(receipt(first), after, { ...asked, nowMs: NOW_MS });
    expect(events.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(expected);
    for (const event of events) {
      expect(event).toMatchObject({ receipt: after, ...asked, atMs: NOW_MS });
    }
  });
});

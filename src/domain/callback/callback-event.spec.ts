import { aReceipt, NOW_MS } from '../../../test/support/books/a-receipt';
import { fen } from '../money';
import type { Receipt } from '../receipt/receipt';
import { RECEIPT_STATES } from '../receipt/receipt-state';
import type { ReceiptState } from '../receipt/receipt-state';
import { CALLBACK_TYPES, callbackEvents, isSuperseded } from './callback-event';
import type { CallbackType } from './callback-event';

const PAYMENT = { tradeNo: 'T1', amount: fen(8_888), buyer: null, paidAtMs: NOW_MS };

/** `state`, `state 33` with 33 fen gone back, `state duplicate`. */
function receipt(spelt: string): Receipt {
  const [state, ...more] = spelt.split(' ');
  const hasMoney = ['paid', 'refunding', 'refunded'].includes(state ?? '');
  return aReceipt({
    state: state as ReceiptState,
    payment: hasMoney ? PAYMENT : null,
    duplicate: more.includes('duplicate'),
    refunded: fen(Number(more.find((word) => /^\d+$/.test(word)) ?? 0)),
  });
}

describe('the events of a unit of work', () => {
  it.each<[first: string, last: string, events: CallbackType[]]>([
    // A payment.
    ['begun', 'paid', ['payment.paid']],
    ['waiting', 'paid', ['payment.paid']],
    ['cancelling', 'paid', ['payment.paid']],
    ['closed', 'paid', ['payment.late']],
    ['cancelled', 'paid', ['payment.late']],
    ['failed', 'paid', ['payment.late']],
    ['waiting', 'paid duplicate', ['payment.duplicate']],
    ['closed', 'paid duplicate', ['payment.duplicate']],
    ['cancelling', 'refunding duplicate', ['payment.duplicate']],
    // Paid and on its way back in one unit: nobody is told that it was paid.
    ['cancelling', 'refunding', []],
    ['cancelling', 'refunded 8888', ['payment.refunded']],
    ['closed', 'refunded 8888', ['payment.refunded']],
    // The portal gave some of it back before we heard of the payment.
    ['waiting', 'paid 33', ['payment.paid']],
    // No payment.
    ['begun', 'waiting', []],
    ['waiting', 'cancelling', []],
    ['waiting', 'closed', ['payment.closed']],
    ['begun', 'failed', ['payment.closed']],
    ['cancelling', 'cancelled', ['payment.closed']],
    ['closed', 'closed', []],
    ['cancelled', 'closed', []],
    // Money that goes back.
    ['paid', 'refunding', []],
    ['paid', 'paid', []],
    ['paid', 'paid 33', ['refund.done']],
    ['paid 33', 'paid 66', ['refund.done']],
    ['refunding', 'refunding 33', ['refund.done']],
    ['refunding', 'paid 33', ['refund.done']],
    ['refunding', 'paid', ['refund.refused']],
    ['refunding 33', 'paid 33', ['refund.refused']],
    ['paid', 'refunded 8888', ['payment.refunded']],
    ['refunding 33', 'refunded 8888', ['payment.refunded']],
    ['refunding duplicate', 'refunded 8888 duplicate', ['payment.refunded']],
    ['refunded 8888', 'refunded 8888', []],
  ])('%s to %s: %j', (first, last, events) => {
    expect(callbackEvents(receipt(first), receipt(last))).toEqual(events);
  });

  it.each<[first: string, last: string, events: CallbackType[]]>([
    ['refunding', 'refunding', ['refund.refused']],
    ['refunding 33', 'refunding 33', ['refund.refused']],
    ['refunding', 'paid', ['refund.refused']],
    ['paid', 'paid', ['refund.refused']],
    ['refunded 8888', 'refunded 8888', []],
    ['refunding', 'refunded 8888', ['payment.refunded']],
  ])('%s to %s, a refund refused in it: %j', (first, last, events) => {
    expect(callbackEvents(receipt(first), receipt(last), true)).toEqual(events);
  });

  it('tell of nothing that stays as it is', () => {
    for (const state of RECEIPT_STATES) {
      expect(callbackEvents(receipt(state), receipt(state))).toEqual([]);
    }
  });

  it('tell a payment once at most, and never while its money goes back', () => {
    const paid = ['payment.paid', 'payment.late'];
    const all = RECEIPT_STATES.flatMap((state) => [state, `${state} duplicate`]);
    const telling = all.flatMap((first) =>
      all
        .filter((last) => callbackEvents(receipt(first), receipt(last)).some(isOf(paid)))
        .map((last) => [first.split(' ')[0], last]),
    );
    expect(telling.length).toBeGreaterThan(5);
    expect(telling.filter(([, last]) => last !== 'paid')).toEqual([]);
    const had = telling.filter(([first]) =>
      ['paid', 'refunding', 'refunded'].includes(first ?? ''),
    );
    expect(had).toEqual([]);
  });
});

describe('an event that was not sent yet', () => {
  it('is left out when it tells a payment whose money is no longer there', () => {
    const left = CALLBACK_TYPES.flatMap((type) =>
      RECEIPT_STATES.filter((state) => isSuperseded(type, { state })).map(
        (state) => `${type} ${state}`,
      ),
    );
    const elsewhere = RECEIPT_STATES.filter((state) => state !== 'paid');
    expect(left).toEqual([
      ...elsewhere.map((state) => `payment.paid ${state}`),
      ...elsewhere.map((state) => `payment.late ${state}`),
    ]);
  });
});

function isOf(words: readonly string[]): (word: string) => boolean {
  return (word) => words.includes(word);
}

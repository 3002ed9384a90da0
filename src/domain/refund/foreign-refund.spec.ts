import { aReceipt } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import { fen } from '../money';
import type { Receipt } from '../receipt/receipt';
import { planForeignRefund, withoutCard } from './foreign-refund';
import type { ForeignRefund } from './foreign-refund';
import type { Refund } from './refund';

const AT_MS = 1_790_000_000_000;
const ALARM = {
  kind: 'foreignRefund',
  detail: "100 fen went back without us, by the bill and Alipay's refund query",
};
const payment = { tradeNo: '2026', amount: fen(1_000), buyer: null, paidAtMs: null };
const paid = aReceipt({ state: 'paid', amount: fen(1_000), refunded: fen(0), payment });

/** What differs from 100 fen of 1000 that went back without us, unknown to the books. */
interface Case {
  readonly receipt?: Partial<Receipt>;
  readonly refunds?: readonly Partial<Refund>[];
  readonly foreign?: Partial<ForeignRefund>;
}

function found({ receipt, refunds = [] }: Case) {
  return { receipt: { ...paid, ...receipt }, refunds: refunds.map((one) => aRefund(one)) };
}

function plan(of: Case = {}) {
  const proved = { requestNo: 'P', amount: fen(100), refundedAtMs: AT_MS, provenBefore: fen(0) };
  return planForeignRefund(found(of), { ...proved, ...of.foreign });
}

describe('a refund made without us, proved', () => {
  it('is booked as a part, by its number and its time, with an alarm', () => {
    expect(plan()).toEqual({
      kind: 'book',
      steps: [
        {
          event: 'refundInPart',
          refunded: 100,
          foreignRequestNo: 'P',
          foreignAtMs: AT_MS,
          alarm: ALARM,
          part: { amount: 100, held: 0 },
        },
      ],
    });
  });

  it('adds to what has gone back, and the card has given up ours alone', () => {
    const refunds = [
      { state: 'done', cause: 'caller', amount: fen(30), outRequestNo: 'A' },
      { state: 'failed', cause: 'caller', amount: fen(7), outRequestNo: 'B' },
      { state: 'done', cause: 'channel', amount: fen(20), outRequestNo: 'C' },
    ] as const;
    const of = { refunds, receipt: { refunded: fen(50) }, foreign: { provenBefore: fen(50) } };
    expect(plan(of)).toMatchObject({
      steps: [{ event: 'refundInPart', refunded: 150, part: { amount: 100, held: 30 } }],
    });
  });

  it('that is all which is left ends the receipt, and begins what a card gives up', () => {
    const whole = { receipt: { refunded: fen(900) }, foreign: { provenBefore: fen(900) } };
    const ended = { event: 'refundInFull', refunded: 1_000, foreignRequestNo: 'P', alarm: ALARM };
    expect(plan(whole)).toEqual({
      kind: 'book',
      steps: [{ event: 'beginRefund' }, { ...ended, foreignAtMs: AT_MS }],
    });
  });

  it.each<[string, Case]>([
    ['done under it', { refunds: [{ state: 'done', outRequestNo: 'P' }] }],
    ['asked for under it', { refunds: [{ state: 'asked', outRequestNo: 'P' }] }],
    [
      'and the receipt has ended',
      { receipt: { state: 'refunded' }, refunds: [{ state: 'done', outRequestNo: 'P' }] },
    ],
  ])('is known when the books hold its number: %s', (_why, of) => {
    expect(plan(of)).toEqual({ kind: 'known' });
  });

  it('is booked though ours under that number was finally refused, or has another number', () => {
    expect(plan({ refunds: [{ state: 'failed', outRequestNo: 'P' }] }).kind).toBe('book');
    expect(plan({ refunds: [{ state: 'failed', outRequestNo: 'Q' }] }).kind).toBe('book');
  });

  it.each<[string, Case]>([
    ['all has gone back', { receipt: { state: 'refunded', refunded: fen(1_000) } }],
    ['a fen more than is left', { foreign: { amount: fen(1_001) } }],
    [
      'more than a part left',
      { receipt: { refunded: fen(901) }, foreign: { provenBefore: fen(901) } },
    ],
  ])('is more than the books can hold: %s', (_why, of) => {
    expect(plan(of)).toEqual({ kind: 'tooMuch' });
  });

  it.each<[string, Case]>([
    ['nothing is paid', { receipt: { state: 'begun' } }],
    ['money is going back', { receipt: { state: 'refunding' } }],
    ['one of ours waits to be sent', { refunds: [{ state: 'queued', cause: 'caller' }] }],
    ['one of ours was sent', { refunds: [{ state: 'asked', cause: 'caller' }] }],
    ["a duplicate's was sent", { refunds: [{ state: 'queued', cause: 'duplicate', tries: 1 }] }],
    ['more has gone back since it was proved', { receipt: { refunded: fen(1) } }],
    ['less has', { foreign: { provenBefore: fen(1) } }],
  ])('waits: %s', (_why, of) => {
    expect(plan(of)).toEqual({ kind: 'notNow' });
  });

  it('does not wait for what a duplicate is owed and nobody has sent', () => {
    const refunds = [{ state: 'queued', cause: 'duplicate', tries: 0 }] as const;
    expect(plan({ refunds }).kind).toBe('book');
  });
});

describe('the same for a card that no longer holds it', () => {
  const alarm = { kind: 'cardShort', detail: 'money went back that the card no longer holds' };

  function steps(of: Case) {
    const planned = plan(of);
    if (planned.kind !== 'book') throw new Error(planned.kind);
    return withoutCard(found(of), planned.steps);
  }

  it('is booked without a hold of the card, with an alarm of its own', () => {
    expect(steps({})).toMatchObject([{ event: 'refundInPart', refunded: 100, alarm }]);
    const refunds = [
      { state: 'done', cause: 'caller', amount: fen(900), outRequestNo: 'A' },
    ] as const;
    const whole = { refunds, receipt: { refunded: fen(900) }, foreign: { provenBefore: fen(900) } };
    const part = { amount: 1_000, held: 900 };
    expect(steps(whole)).toMatchObject([{ event: 'refundInFull', refunded: 1_000, part, alarm }]);
    expect(steps(whole)).toHaveLength(1);
  });
});

import { NOW_MS, aReceipt } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import { fen } from '../money';
import type { Payment, Receipt } from '../receipt/receipt';
import { RECEIPT_STATES } from '../receipt/receipt-state';
import { REFUND_WITHIN_MS, decideRefund, heldFor, leftOf } from './decide-refund';
import type { RefundDecision, RefundWish } from './decide-refund';
import { DUPLICATE_BATCH, batchKey } from './refund';
import type { Refund, RefundState } from './refund';

const DAY_MS = 24 * 3_600_000;
const AMOUNT = fen(8_888);
const payment: Payment = { tradeNo: 'T', amount: AMOUNT, buyer: null, paidAtMs: NOW_MS - 60_000 };

function wish(amount: number, changes: Partial<RefundWish> = {}): RefundWish {
  return { batchNo: 'NEW', amount: fen(amount), nowMs: NOW_MS, asked: false, ...changes };
}

/** `refuse` with its reason and what is left, others with the batch they are about. */
function shown(decision: RefundDecision): string {
  if (decision.kind === 'refuse') return `refuse ${decision.why} ${decision.left}`;
  return 'refund' in decision ? `${decision.kind} ${decision.refund.batchNo}` : decision.kind;
}

/** Receipts as they can stand. */
const RECEIPTS = {
  begun: aReceipt({ state: 'begun' }),
  waiting: aReceipt({ state: 'waiting' }),
  closed: aReceipt({ state: 'closed' }),
  cancelled: aReceipt({ state: 'cancelled', undoReason: 'operator' }),
  failed: aReceipt({ state: 'failed' }),
  'cancelling operator': aReceipt({ state: 'cancelling', undoReason: 'operator' }),
  'cancelling expired': aReceipt({ state: 'cancelling', undoReason: 'expired' }),
  paid: aReceipt({ state: 'paid', payment }),
  'refunding cancel': aReceipt({ state: 'refunding', givingBack: 'cancel', payment }),
  'refunding refund': aReceipt({ state: 'refunding', givingBack: 'refund', payment }),
  refunded: aReceipt({ state: 'refunded', payment, refunded: AMOUNT }),
} as const satisfies Readonly<Record<string, Receipt>>;

/** What each comes to: a part of it, all of it, one fen more; and once Alipay was asked. */
const NEW_BATCH = `
  begun               | askFirst       | askFirst       | askFirst        | no notPaid 0
  waiting             | askFirst       | askFirst       | askFirst        | no notPaid 0
  closed              | askFirst       | askFirst       | askFirst        | no notPaid 0
  cancelled           | askFirst       | askFirst       | askFirst        | no notPaid 0
  failed              | askFirst       | askFirst       | askFirst        | no notPaid 0
  cancelling operator | no cancel 0    | no cancel 0    | no cancel 0     | no cancel 0
  cancelling expired  | no cancel 0    | no cancel 0    | no cancel 0     | no cancel 0
  paid                | begin          | begin          | no tooMuch 8888 | begin
  refunding cancel    | no cancel 8888 | no cancel 8888 | no cancel 8888  | no cancel 8888
  refunding refund    | begin          | begin          | no tooMuch 8888 | begin
  refunded            | no tooMuch 0   | no tooMuch 0   | no tooMuch 0    | no tooMuch 0`;

describe('a refund that is wanted under a new batch number', () => {
  const table = NEW_BATCH.trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('has a row for every state', () => {
    const states = new Set(table.map(([name = '']) => name.split(' ')[0]));
    expect([...states].sort()).toEqual([...RECEIPT_STATES].sort());
    expect(table.map(([name]) => name)).toEqual(Object.keys(RECEIPTS));
  });

  it.each(table)('of a receipt that is %s: %s, %s, %s, %s', (name = '', ...wanted) => {
    const receipt = RECEIPTS[name as keyof typeof RECEIPTS];
    const wishes = [wish(1), wish(8_888), wish(8_889), wish(1, { asked: true })];
    const told = wishes.map((one) => shown(decideRefund(receipt, [], one)));
    const short = told.map((text) =>
      text.replace('refuse', 'no').replace('beingCancelled', 'cancel'),
    );
    expect(short).toEqual(wanted);
  });

  it('begins however the amount divides: three times a third, and the fen that is left', () => {
    const hundred = { ...payment, amount: fen(10_000) };
    let receipt: Receipt = { ...RECEIPTS.paid, amount: fen(10_000), payment: hundred };
    const refunds: Refund[] = [];
    for (const [index, amount] of [3_333, 3_333, 3_333, 1].entries()) {
      expect(shown(decideRefund(receipt, refunds, wish(amount)))).toBe('begin');
      const state = index % 2 === 0 ? 'done' : 'asked';
      refunds.push(aRefund({ id: index, batchNo: `B${index}`, amount: fen(amount), state }));
      if (state === 'done') receipt = { ...receipt, refunded: fen(receipt.refunded + amount) };
    }
    expect(shown(decideRefund(receipt, refunds, wish(1)))).toBe('refuse tooMuch 0');
  });
});

describe('a batch number that is known', () => {
  it.each(['queued', 'asked', 'done', 'failed'] as const)('repeats, %s, in any state', (state) => {
    const known = aRefund({ batchNo: 'b-7 ', state });
    for (const receipt of Object.values(RECEIPTS)) {
      for (const batchNo of ['b-7 ', 'B-7', 'b-7']) {
        const same = decideRefund(receipt, [aRefund(), known], wish(3_333, { batchNo }));
        expect(same).toEqual({ kind: 'repeat', refund: known });
        const other = decideRefund(receipt, [aRefund(), known], wish(3_334, { batchNo }));
        expect(other).toEqual({ kind: 'otherContent', refund: known });
      }
    }
  });

  it('is another one when it differs in more than blanks at its end and letter case', () => {
    expect(['b 1', 'B 1', 'b 1  '].map(batchKey)).toEqual(['B 1', 'B 1', 'B 1']);
    expect([' b1', 'é', 'b1\t'].map(batchKey)).toEqual([' B1', 'é', 'B1\t']);
    const known = aRefund({ batchNo: 'b1' });
    const decision = decideRefund(RECEIPTS.paid, [known], wish(3_333, { batchNo: ' b1' }));
    expect(decision.kind).toBe('begin');
  });
});

describe('what is left', () => {
  /** Booked as gone, refunds as `state amount cause`; what is left, and what a card gave up. */
  it.each<[number, readonly string[], number, number]>([
    [0, [], 8_888, 0],
    [0, ['asked 888 caller'], 8_000, 888],
    [0, ['queued 888 caller'], 8_000, 888],
    [888, ['done 888 caller'], 8_000, 888],
    [0, ['failed 888 caller'], 8_888, 0],
    [888, ['done 888 channel'], 8_000, 0],
    [888, ['done 888 caller', 'asked 8000 caller'], 0, 8_888],
    [888, ['done 800 caller', 'done 88 channel', 'asked 1000 caller'], 7_000, 1_800],
    [8_888, ['done 8888 channel'], 0, 0],
    // More went back elsewhere than was kept for a refund of ours: nothing below nothing.
    [8_888, ['asked 1 caller', 'done 8888 channel'], 0, 1],
  ])('of %d booked and %j is %d, the card gives up %d', (refunded, made, left, held) => {
    const refunds = made.map((text, id) => {
      const [state, amount, cause] = text.split(' ') as [RefundState, string, Refund['cause']];
      return aRefund({ id, batchNo: `B${id}`, state, amount: fen(Number(amount)), cause });
    });
    const receipt = { ...RECEIPTS.paid, refunded: fen(refunded) };
    expect([leftOf(receipt, refunds), heldFor(refunds)]).toEqual([left, held]);
    expect(leftOf(RECEIPTS.waiting, refunds)).toBe(0);
    if (left > 0) expect(decideRefund(receipt, refunds, wish(left)).kind).toBe('begin');
    const more = decideRefund(receipt, refunds, wish(left + 1));
    expect(more).toEqual({ kind: 'refuse', why: 'tooMuch', left });
  });
});

describe('a duplicate', () => {
  const owed = (changes: Partial<Refund> = {}) =>
    aRefund({ batchNo: DUPLICATE_BATCH, amount: AMOUNT, cause: 'duplicate', ...changes });
  const receipt = { ...RECEIPTS.paid, duplicate: true };

  it.each([
    ['queued', 'takeOver'],
    ['asked', 'takeOver'],
    ['done', 'repeat'],
  ] as const)('goes back by what it is owed, %s, whatever the batch number', (state, kind) => {
    const refund = owed({ state });
    const gone = { ...receipt, state: 'refunded', refunded: AMOUNT } as const;
    const now = state === 'done' ? gone : receipt;
    for (const batchNo of ['B1', 'duplicate', 'DUPLICATE ']) {
      const whole = decideRefund(now, [refund], wish(8_888, { batchNo }));
      expect(whole).toEqual({ kind, refund });
      const part = decideRefund(now, [refund], wish(8_887, { batchNo }));
      expect(part).toMatchObject({ kind: 'refuse', why: 'wholeOnly' });
    }
  });

  it('that was taken over under a batch number has nothing left for another one', () => {
    const taken = owed({ batchNo: 'B1', state: 'asked' });
    expect(shown(decideRefund(receipt, [taken], wish(8_888)))).toBe('refuse tooMuch 0');
    const again = wish(8_888, { batchNo: 'B1' });
    expect(shown(decideRefund(receipt, [taken], again))).toBe('repeat B1');
  });

  it('whose refund failed may be given back again, as a whole', () => {
    const gone = owed({ state: 'failed' });
    expect(shown(decideRefund(receipt, [gone], wish(8_888)))).toBe('begin');
    expect(shown(decideRefund(receipt, [gone], wish(1)))).toBe('refuse wholeOnly 8888');
    expect(shown(decideRefund(receipt, [], wish(1)))).toBe('refuse wholeOnly 8888');
  });

  it('of which a part went back elsewhere is not given back as a whole', () => {
    const part = { ...receipt, refunded: fen(1) };
    expect(shown(decideRefund(part, [owed({ state: 'queued' })], wish(8_888)))).toMatch(/tooMuch/);
  });

  it('that is being cancelled is not given back beside it', () => {
    const cancelled = { ...receipt, state: 'refunding', givingBack: 'cancel' } as const;
    const decision = decideRefund(cancelled, [owed({ state: 'queued' })], wish(8_888));
    expect(decision).toMatchObject({ kind: 'refuse', why: 'beingCancelled' });
  });
});

describe('the age of a payment', () => {
  const paidFor = (ms: number | null): Receipt => {
    const paidAtMs = ms === null ? null : NOW_MS - ms;
    return { ...RECEIPTS.paid, payment: { ...payment, paidAtMs } };
  };

  it.each([
    ['364 days', 364 * DAY_MS, 'begin'],
    ['twelve months of a leap year', 366 * DAY_MS, 'begin'],
    ['the last moment', REFUND_WITHIN_MS, 'begin'],
    ['a moment more', REFUND_WITHIN_MS + 1, 'refuse tooOld 8888'],
    ['a time that Alipay did not tell', null, 'begin'],
    ['a clock set back', -DAY_MS, 'begin'],
  ])('of %s', (_what, ms, wanted) => {
    expect(shown(decideRefund(paidFor(ms), [], wish(1)))).toBe(wanted);
  });

  it('is told before the sums, and after what is known of the batch and of a cancel', () => {
    const old = paidFor(400 * DAY_MS);
    expect(shown(decideRefund(old, [], wish(8_889)))).toBe('refuse tooOld 8888');
    const cancelled = { ...old, state: 'refunding', givingBack: 'cancel' } as const;
    expect(shown(decideRefund(cancelled, [], wish(1)))).toBe('refuse beingCancelled 8888');
    const known = aRefund({ state: 'done' });
    const repeated = decideRefund(old, [known], wish(3_333, { batchNo: 'B1' }));
    expect(repeated).toEqual({ kind: 'repeat', refund: known });
  });
});

import { dayOf } from '../../../test/support/bills/bill-zip';
import { fen } from '../../domain/money';
import type { BillRow } from '../bill/bill-row';
import { compare } from './compare';
import type { ComparedDay } from './compare-receipt';
import type { Movement, OurReceipt } from '../../domain/reconciliation/movement';
import { SortedRows } from './sorted-rows';
import type { Verdict } from './verdict';

const { startMs, endMs } = dayOf('2026-11-29');
const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOON = startMs + 12 * HOUR;
const OURS = `${NOON.toString(16).padStart(12, '0')}00112233445566778899`;

const row = (more: Partial<BillRow> = {}): BillRow => {
  const amount = more.amount ?? fen(500);
  const kind = more.kind ?? 'payment';
  return {
    line: 6,
    kind,
    tradeNo: 'T1',
    outTradeNo: OURS,
    requestNo: null,
    atMs: NOON,
    amount,
    received: fen(kind === 'refund' ? 0 - amount : amount),
    fee: fen(0),
    share: fen(0),
    ...more,
  };
};
const refundRow = (more: Partial<BillRow> = {}) => row({ kind: 'refund', line: 7, ...more });

const movement = (more: Partial<Movement> = {}): Movement => ({
  key: 'paid',
  kind: 'payment',
  tradeNo: 'T1',
  requestNo: null,
  amount: fen(500),
  atMs: NOON,
  timeKnown: true,
  settledOn: null,
  ...more,
});
const refund = (more: Partial<Movement> = {}) => movement({ kind: 'refund', key: 'back', ...more });

const receipt = (movements: Movement[], more: Partial<OurReceipt> = {}): OurReceipt => ({
  receiptRowId: 1,
  outTradeNo: OURS,
  billType: '2',
  undecided: false,
  late: false,
  duplicate: false,
  movements,
  ...more,
});

async function* stream(receipts: readonly OurReceipt[]): AsyncGenerator<OurReceipt> {
  for (const one of receipts) yield await Promise.resolve(one);
}

async function verdicts(
  rows: readonly BillRow[],
  receipts: readonly OurReceipt[],
  about: Partial<ComparedDay> = {},
): Promise<Verdict[]> {
  const sorted = new SortedRows();
  rows.forEach(sorted.add);
  const day: ComparedDay = {
    date: '2026-11-29',
    startMs,
    endMs,
    tradePrefix: '3pzz',
    beforeIsIn: false,
    afterIsIn: false,
    doubledTrades: sorted.doubledTrades(),
    ...about,
  };
  const found: Verdict[] = [];
  for await (const one of compare(sorted.groups(), stream(receipts), day)) found.push(one);
  return found;
}

/** The verdicts as `kind row/movement`, `-` for what is not there. */
async function told(...args: Parameters<typeof verdicts>): Promise<string[]> {
  const found = await verdicts(...args);
  return found.map((one) => `${one.kind} ${one.row?.line ?? '-'}/${one.movement?.key ?? '-'}`);
}

describe('a payment', () => {
  it.each<[string, BillRow[], OurReceipt[]]>([
    ['equal 6/paid', [row()], [receipt([movement()])]],
    ['paidOnlyAtAlipay 6/-', [row()], [receipt([])]],
    ['paidOnlyHere -/paid', [], [receipt([movement()])]],
    ['amountDiffers 6/paid', [row({ amount: fen(501) })], [receipt([movement()])]],
    ['tradeNoDiffers 6/paid', [row({ tradeNo: 'T2' })], [receipt([movement()])]],
    ['lateMoney 6/paid', [row()], [receipt([movement()], { late: true })]],
    ['duplicate 6/paid', [row()], [receipt([movement()], { duplicate: true, late: true })]],
    ['foreignRow 6/-', [row({ outTradeNo: 'shop_77' })], []],
    ['foreignRow 6/-', [row({ outTradeNo: '' })], []],
    ['unknownReceipt 6/-', [row()], []],
    ['unknownReceipt 6/-', [row({ outTradeNo: '3pzz1' })], []],
    ['foreignRow 6/-', [row({ outTradeNo: '3pzy1' })], []],
    ['foreignRow 6/-', [row({ outTradeNo: '3PZZ1' })], []],
    [
      'equal 6/paid',
      [row({ outTradeNo: '3pzz1' })],
      [receipt([movement()], { outTradeNo: '3pzz1' })],
    ],
    ['foreignRow 6/-', [row({ outTradeNo: `0000${OURS.slice(4)}` })], []],
    ['open 6/-', [row()], [receipt([], { undecided: true })]],
    ['open -/paid', [], [receipt([movement()], { undecided: true })]],
    ['timeUnknown -/paid', [], [receipt([movement({ timeKnown: false })])]],
    ['equal 6/paid', [row()], [receipt([movement({ timeKnown: false })])]],
  ])('%s', async (expected, rows, receipts) => {
    expect(await told(rows, receipts)).toEqual([expected]);
  });

  it('of one trade under two numbers is tradeForTwoReceipts under both', async () => {
    const other = `${OURS.slice(0, -1)}8`;
    const rows = [row(), row({ outTradeNo: other, line: 9 })];
    const receipts = [receipt([], { outTradeNo: other }), receipt([movement()])];
    expect(await told(rows, receipts)).toEqual([
      'tradeForTwoReceipts 9/-',
      'tradeForTwoReceipts 6/paid',
    ]);
  });

  it('is found by its trade where a number has two, and the other one stays', async () => {
    const rows = [row({ tradeNo: 'T2' }), row({ line: 9 })];
    expect(await told(rows, [receipt([movement()])])).toEqual([
      'equal 9/paid',
      'paidOnlyAtAlipay 6/-',
    ]);
  });
});

describe('a refund', () => {
  const paid = movement({ atMs: startMs - HOUR });

  it.each<[string, BillRow[], Movement[]]>([
    ['refundOfOlderDay 7/back', [refundRow()], [paid, refund()]],
    ['refundOnlyAtAlipay 7/-', [refundRow({ requestNo: 'R1' })], [paid]],
    ['refundOnlyHere -/back', [], [paid, refund()]],
    ['refundAmountDiffers 7/back', [refundRow({ amount: fen(499) })], [paid, refund()]],
    ['tradeNoDiffers 7/back', [refundRow({ tradeNo: 'T2' })], [paid, refund()]],
    ['timeUnknown -/back', [], [paid, refund({ timeKnown: false })]],
    [
      'refundAmountDiffers 7/back',
      [refundRow({ requestNo: 'R1', amount: fen(1) })],
      [paid, refund({ requestNo: 'R1' })],
    ],
  ])('%s', async (expected, rows, movements) => {
    expect(await told(rows, [receipt(movements)])).toEqual([expected]);
  });

  it('is equal beside its payment of the same day, whatever number a cancel shows', async () => {
    for (const requestNo of [null, OURS, 'other']) {
      const found = await told(
        [refundRow({ requestNo }), row()],
        [receipt([movement(), refund()])],
      );
      expect(found).toEqual(['equal 6/paid', 'equal 7/back']);
    }
  });

  it('is its request number, also among equal amounts', async () => {
    const rows = [
      refundRow({ requestNo: 'R2', line: 8, amount: fen(100) }),
      refundRow({ requestNo: 'R1', amount: fen(100) }),
      refundRow({ requestNo: 'R3', line: 9, amount: fen(100) }),
    ];
    const movements = [
      paid,
      refund({ requestNo: 'R1', key: 'r1', amount: fen(100) }),
      refund({ requestNo: 'R2', key: 'r2', amount: fen(100) }),
    ];
    expect(await told(rows, [receipt(movements)])).toEqual([
      'refundOfOlderDay 7/r1',
      'refundOfOlderDay 8/r2',
      'refundOnlyAtAlipay 9/-',
    ]);
  });

  it('under another number than ours is not ours', async () => {
    const found = await told(
      [refundRow({ requestNo: 'R9' })],
      [receipt([paid, refund({ requestNo: 'R1' })])],
    );
    expect(found).toEqual(['refundOnlyAtAlipay 7/-', 'refundOnlyHere -/back']);
  });

  it('has a movement booked later for its own, once', async () => {
    const later = refund({ atMs: endMs + 5 * HOUR, timeKnown: false });
    expect(await told([refundRow()], [receipt([paid, later])])).toEqual([
      'refundOfOlderDay 7/back',
    ]);
    const settled = { ...later, atMs: NOON, settledOn: '2026-11-28' };
    expect(await told([], [receipt([paid, settled])])).toEqual([]);
    expect(await told([refundRow()], [receipt([paid, settled])])).toEqual([
      'refundOnlyAtAlipay 7/-',
    ]);
  });
});

describe('at midnight', () => {
  const nearEnd = movement({ atMs: endMs - 2_000 });
  const nearStart = movement({ atMs: startMs + 2_000 });

  it('waits for the bill of the neighbour, and is a difference once that is there', async () => {
    expect(await told([], [receipt([nearEnd])])).toEqual(['dayBoundary -/paid']);
    expect(await told([], [receipt([nearStart])])).toEqual(['dayBoundary -/paid']);
    expect(await told([], [receipt([nearEnd])], { beforeIsIn: true })).toEqual([
      'dayBoundary -/paid',
    ]);
    expect(await told([], [receipt([nearEnd])], { afterIsIn: true })).toEqual([
      'paidOnlyHere -/paid',
    ]);
    expect(await told([], [receipt([nearStart])], { beforeIsIn: true })).toEqual([
      'paidOnlyHere -/paid',
    ]);
  });

  it('only within ten minutes', async () => {
    const found = await told([], [receipt([movement({ atMs: endMs - 10 * MINUTE - 1 })])]);
    expect(found).toEqual(['paidOnlyHere -/paid']);
  });

  it('finds the other side in the day of the neighbour', async () => {
    const ours = receipt([movement({ atMs: startMs - 3_000 })]);
    expect(await told([row({ atMs: startMs + 2_000 })], [ours])).toEqual(['equal 6/paid']);
    expect(await told([row({ atMs: endMs - 1_000 })], [ours])).toEqual(['paidOnlyAtAlipay 6/-']);
  });

  it('says nothing of what moved on other days', async () => {
    expect(await told([], [receipt([movement({ atMs: startMs - 3_000 })])])).toEqual([]);
    expect(await told([], [receipt([movement({ atMs: endMs })])])).toEqual([]);
  });
});

it('refuses receipts that are not sorted', async () => {
  await expect(verdicts([], [receipt([]), receipt([])])).rejects.toThrow('not sorted');
});

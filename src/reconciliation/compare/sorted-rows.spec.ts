import { fen } from '../../domain/money';
import type { BillRow } from '../bill/bill-row';
import { SortedRows } from './sorted-rows';

const ROW: BillRow = {
  line: 6,
  kind: 'payment',
  tradeNo: '2026112922001458860515315453',
  outTradeNo: '3paa0199a8c3f0004d5e6f708192a3b4c5d6',
  requestNo: null,
  atMs: Date.UTC(2026, 10, 29),
  amount: fen(1_234),
  received: fen(1_234),
  fee: fen(0),
  share: fen(0),
};

function sorted(...rows: BillRow[]): SortedRows {
  const all = new SortedRows();
  rows.forEach(all.add);
  return all;
}

describe('the rows of a bill, sorted', () => {
  it.each<Partial<BillRow>>([
    {},
    { received: fen(1_200), fee: fen(-7), share: fen(3) },
    { kind: 'refund', received: fen(-1_234), requestNo: 'P-1_a' },
    { kind: 'refund', received: fen(-1), amount: fen(90_000_000_000) },
    { kind: 'refund', amount: fen(0), received: fen(0) },
    { outTradeNo: '商户号', tradeNo: '', line: 1_000_000 },
  ])('are given back as they were: %j', (changes) => {
    const row = { ...ROW, ...changes };
    expect([...sorted(row).groups()]).toEqual([{ outTradeNo: row.outTradeNo, rows: [row] }]);
  });

  it('tell the numbers that can be ours, each once, in their order', () => {
    const numbers = ['3pzz2', 'shop_1', '3paa1', '3pzz2', '0'.repeat(32), '3pZZ1', ''];
    const rows = numbers.map((outTradeNo) => ({ ...ROW, outTradeNo }));
    expect([...sorted(...rows).ourNumbers()]).toEqual(['0'.repeat(32), '3paa1', '3pzz2']);
  });

  it('tell a trade under two numbers, and none that one number has twice', () => {
    const other = { ...ROW, outTradeNo: 'other' };
    const again = { ...ROW, kind: 'refund' as const };
    expect([...sorted(ROW, again).doubledTrades()]).toEqual([]);
    expect([...sorted(ROW, again, other).doubledTrades()]).toEqual([ROW.tradeNo]);
    expect([...sorted(ROW, { ...other, tradeNo: 'T2' }).doubledTrades()]).toEqual([]);
  });
});

import { fen } from '../../src/domain/money';
import { RECEIPT_STATES } from '../../src/domain/receipt/receipt-state';
import { big, sql } from '../../src/legacy-db/sql/sql';
import type { FreshBooks } from './books';
import { T0, aMove, aPayment, anOrder, at, begun, paid, some } from './books';
import { openFreshSqlite } from './sqlite-books';

/** The views are no part of a port: on SQL Server their text is in a snapshot. */
let books: FreshBooks;
beforeAll(async () => (books = await openFreshSqlite()));
afterAll(() => books.close());

it.each<[number, string]>([
  [1, '0.01'],
  [9, '0.09'],
  [10, '0.10'],
  [1_262, '12.62'],
  [10_000_000_000, '100000000.00'],
])('v_receipt tells %i fen as %s', async (amount, yuan) => {
  const receipt = await begun(books, anOrder('2', { amount: fen(amount) }));
  const [row] = await books.inspect.query(
    sql`select amount, paid, refunded, begun_at, paid_at, state_words, system_name, is_duplicate
        from v_receipt where receipt_no = ${big(receipt.id)}`,
  );
  expect(row).toEqual({
    ...{ amount: yuan, paid: null, refunded: '0.00', begun_at: '2026-11-22 12:00:00' },
    ...{ paid_at: null, state_words: '已登记', system_name: 'Pos系统', is_duplicate: '否' },
  });
});

it('v_receipt and v_receipt_event tell of a payment that went back in part', async () => {
  const order = anOrder('1', { amount: fen(300), billNo: '=cmd|x' });
  const payment = aPayment(300, { paidAtMs: T0 + 12 * 3_600_000 });
  const receipt = await paid(books, order, payment);
  const step = {
    event: 'refundInPart',
    refunded: fen(105),
    channelStatus: 'TRADE_SUCCESS',
  } as const;
  some(await books.repositories['1'].move(receipt, [step], at(T0 + 1_999)));
  const [row] = await books.inspect.query(
    sql`select bill_no, paid, refunded, paid_at, state, state_words, trade_no, alipay_word
        from v_receipt where receipt_no = ${big(receipt.id)}`,
  );
  expect(row).toEqual({
    ...{ bill_no: '=cmd|x', paid: '3.00', refunded: '1.05', paid_at: '2026-11-23 00:00:00' },
    ...{ state: 'paid', state_words: '已付款', trade_no: payment.tradeNo },
    alipay_word: 'TRADE_SUCCESS',
  });
  const events = await books.inspect.query(
    sql`select happened_at, event_words, from_state, state_words, amount, actor, cause, bill_no
        from v_receipt_event where receipt_no = ${big(receipt.id)} order by event_no`,
  );
  expect(events.map((event) => Object.values(event).join(' | '))).toEqual([
    '2026-11-22 12:00:00 | 登记收款 |  | 已登记 | 3.00 | till-1 | scanCode | =cmd|x',
    '2026-11-22 12:00:01 | 取得付款码 | begun | 等待付款 | 3.00 | till-1 | test | =cmd|x',
    '2026-11-22 12:00:01 | 付款入账 | waiting | 已付款 | 3.00 | till-1 | test | =cmd|x',
    '2026-11-22 12:00:01 | 部分退款完成 | paid | 已付款 | 1.05 | till-1 | test | =cmd|x',
  ]);
});

it('v_receipt has words for every state', async () => {
  const found = new Set<string>();
  for (const state of RECEIPT_STATES) {
    const receipt = await begun(books, anOrder('3'));
    if (state === 'closed') await books.repositories['3'].move(receipt, ...aMove('close'));
  }
  const rows = await books.inspect.query<{ state: string; state_words: string }>(
    sql`select distinct state, state_words from v_receipt`,
  );
  for (const { state, state_words: words } of rows) {
    expect(words).not.toBe(state);
    found.add(state);
  }
  expect([...found]).toEqual(expect.arrayContaining(['begun', 'closed', 'paid']));
});

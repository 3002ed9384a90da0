import { fen } from '../../src/domain/money';
import type { DayDifference, DayResult } from '../../src/domain/reconciliation/day-result';
import type { OurReceipt } from '../../src/domain/reconciliation/movement';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aMove, aPayment, anOrder, at, freshNumber, paid, some } from './books';

const HOUR = 60 * MINUTE;

const RESULT: DayResult = {
  date: '2026-11-22',
  account: '20880000000000010156',
  digest: 'a'.repeat(64),
  comparedAtMs: T0,
  payments: 3,
  paid: fen(100),
  refunds: 1,
  refunded: fen(40),
  net: fen(60),
  foreignRows: 2,
  differences: 1,
};
const DIFFERENCE: DayDifference = {
  kind: 'dayBoundary',
  open: true,
  moved: 'payment',
  atMs: T0,
  outTradeNo: 'N1',
  tradeNo: 'T1',
  requestNo: null,
  billed: null,
  booked: fen(100),
  receiptRowId: 7,
  movementKey: 'receipt 7 paid',
};
const NONE = { settled: [], overdue: [] };

/** What the books say of a day, and what is kept of comparing it. */
export function describeDailyBooks(open: OpenFreshBooks): void {
  describe('the books of a day', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    const between = async (fromMs: number, untilMs: number): Promise<OurReceipt[]> => {
      const found: OurReceipt[] = [];
      for await (const one of books.daily.receiptsBetween(fromMs, untilMs)) found.push(one);
      return found;
    };

    it('hold payments by the time of Alipay, to the millisecond', async () => {
      const order = anOrder('2');
      const payment = aPayment(order.amount, { paidAtMs: T0 + HOUR });
      const receipt = await paid(books, order, payment);
      expect(await between(T0 + HOUR, T0 + HOUR + 1)).toEqual([
        {
          receiptRowId: receipt.id,
          outTradeNo: order.outTradeNo,
          billType: '2',
          undecided: false,
          late: false,
          duplicate: false,
          movements: [
            {
              key: `receipt ${receipt.id} paid`,
              kind: 'payment',
              tradeNo: payment.tradeNo,
              requestNo: null,
              amount: order.amount,
              atMs: T0 + HOUR,
              timeKnown: true,
              settledOn: null,
            },
          ],
        },
      ]);
      expect(await between(T0, T0 + HOUR)).toEqual([]);
      expect(await between(T0 + HOUR + 1, T0 + 9 * HOUR)).toEqual([]);
    });

    it('hold every one of many payments of one moment, once', async () => {
      const orders = Array.from({ length: 12 }, () => anOrder('2'));
      for (const order of orders) await paid(books, order, aPayment(order.amount));
      const found = (await between(T0, T0 + 1)).map(({ outTradeNo }) => outTradeNo);
      expect(found.sort()).toEqual(orders.map(({ outTradeNo }) => outTradeNo).sort());
    });

    it('hold what a cancel gave back, by the time it was booked', async () => {
      const order = anOrder('2');
      const receipt = await paid(books, order);
      const store = books.repositories['2'];
      const going = some(await store.move(receipt, ...aMove('beginRefund')));
      const [undecided] = await between(T0, T0 + HOUR);
      expect(undecided).toMatchObject({ undecided: true });
      const refunded = order.amount;
      const atMs = T0 + 2 * HOUR;
      some(await store.move(going, [{ event: 'refundInFull', refunded }], at(atMs)));
      const [found] = await between(atMs, atMs + 1);
      expect(found?.undecided).toBe(false);
      expect(found?.movements.slice(1)).toEqual([
        expect.objectContaining({
          key: `receipt ${receipt.id} back`,
          kind: 'refund',
          requestNo: null,
          amount: order.amount,
          atMs,
          timeKnown: false,
        }),
      ]);
    });

    it('hold refunds of the portal one by one, under their numbers', async () => {
      const order = anOrder('2');
      let receipt = await paid(books, order);
      for (const [refunded, foreignRequestNo] of [
        [100, 'P1'],
        [250, 'P2'],
        [300, null],
      ] as const) {
        const step = { event: 'refundInPart', refunded: fen(refunded), foreignRequestNo } as const;
        receipt = some(await books.repositories['2'].move(receipt, [step], at(T0 + HOUR)));
      }
      const [found] = await between(T0 + HOUR, T0 + HOUR + 1);
      const told = found?.movements.map(({ kind, requestNo, amount }) => [kind, requestNo, amount]);
      expect(told).toEqual([
        ['payment', null, 8_888],
        ['refund', 'P1', 100],
        ['refund', 'P2', 150],
        ['refund', null, 50],
      ]);
    });

    it('find a receipt by its number, to the letter', async () => {
      const order = anOrder('2');
      await paid(books, order);
      const other = await paid(books, anOrder('1'));
      const asked = [order.outTradeNo, freshNumber('X'), other.outTradeNo];
      const found = await books.daily.receiptsOf(asked);
      expect(found.map(({ outTradeNo }) => outTradeNo).sort()).toEqual(
        [order.outTradeNo, other.outTradeNo].sort(),
      );
      expect(found[0]?.movements).toHaveLength(1);
      expect(await books.daily.receiptsOf([`${order.outTradeNo} `])).toEqual([]);
      expect(await books.daily.receiptsOf([])).toEqual([]);
    });

    it('keep the last result of a day', async () => {
      expect(await books.daily.dayResult(RESULT.date)).toBeNull();
      await books.daily.saveDay(RESULT, [DIFFERENCE], NONE);
      expect(await books.daily.dayResult(RESULT.date)).toEqual(RESULT);
      expect(await books.daily.differencesOf(RESULT.date)).toEqual([DIFFERENCE]);
      const again = { ...RESULT, differences: 0, net: fen(-5) };
      await books.daily.saveDay(again, [], NONE);
      expect(await books.daily.dayResult(RESULT.date)).toEqual(again);
      expect(await books.daily.differencesOf(RESULT.date)).toEqual([]);
    });

    it('close what another day waited for once a bill holds it', async () => {
      await books.daily.saveDay(RESULT, [DIFFERENCE], NONE);
      const settled = [{ key: 'receipt 7 paid', atMs: T0 }];
      const next = { ...RESULT, date: '2026-11-23', differences: 0 };
      await books.daily.saveDay(next, [], { settled, overdue: [] });
      expect(await books.daily.differencesOf(RESULT.date)).toEqual([]);
      expect((await books.daily.dayResult(RESULT.date))?.differences).toBe(0);
    });

    it('end the waiting for what no bill holds', async () => {
      await books.daily.saveDay(RESULT, [DIFFERENCE], NONE);
      const overdue = [{ date: RESULT.date, key: 'receipt 7 paid', kind: 'paidOnlyHere' }];
      await books.daily.saveDay({ ...RESULT, date: '2026-11-23' }, [], { settled: [], overdue });
      expect(await books.daily.differencesOf(RESULT.date)).toEqual([
        { ...DIFFERENCE, kind: 'paidOnlyHere', open: false },
      ]);
    });
  });
}

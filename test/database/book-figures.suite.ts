import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aMove, aPayment, anOrder, begun, freshNumber } from './books';
import { paid, some, waiting } from './books';

/** The first look of the sweep at a receipt. ms after its Begin. */
const FIRST_LOOK_MS = 10_000;

const NO_DAYS = { unfinishedDays: 0, lastFinishedDay: null };

/** What the operator's graphs show of the books. */
export function describeBookFigures(open: OpenFreshBooks): void {
  describe('the figures of the books', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    it('are none while there is nothing', async () => {
      const none = { oldestOpenAtMs: null, oldestDueAtMs: null, restores: 0, ...NO_DAYS };
      expect(await books.figures.read()).toEqual({ inCare: {}, alarms: {}, ...none });
    });

    it('count what is in care by state, and leave out what is done', async () => {
      await paid(books, anOrder('1', { nowMs: T0 - 30 * MINUTE }));
      await begun(books, anOrder('2', { nowMs: T0 - 3 * MINUTE }));
      await begun(books, anOrder('7', { nowMs: T0 - 2 * MINUTE }));
      const { state } = await waiting(books, anOrder('3', { nowMs: T0 - MINUTE }));
      expect(state).toBe('waiting');
      expect(await books.figures.read()).toEqual({
        inCare: { begun: 2, waiting: 1 },
        alarms: {},
        restores: 0,
        ...NO_DAYS,
        oldestOpenAtMs: T0 - 3 * MINUTE,
        oldestDueAtMs: T0 - 3 * MINUTE + FIRST_LOOK_MS,
      });
    });

    it('keep what ended unpaid in care for late money, but not as open', async () => {
      const order = anOrder('1', { nowMs: T0 - MINUTE });
      const receipt = await waiting(books, order);
      some(await books.repositories['1'].move(receipt, ...aMove('close')));
      const figures = await books.figures.read();
      expect(figures).toMatchObject({ inCare: { closed: 1 }, oldestOpenAtMs: null });
      expect(figures.oldestDueAtMs).toBeGreaterThan(T0);
    });

    it('count alarms by kind', async () => {
      for (const [type, kinds] of [
        ['1', ['lateMoney', 'amountMismatch']],
        ['7', ['lateMoney', 'lateMoney']],
      ] as const) {
        const receipt = await begun(books, anOrder(type));
        for (const kind of kinds) {
          await books.repositories[type].raiseAlarm(receipt, kind, 'detail', T0);
        }
      }
      const { alarms } = await books.figures.read();
      expect(alarms).toEqual({ lateMoney: 2, amountMismatch: 1 });
    });
  });
  describeEqualPayments(open);
}

const DAY = 24 * 60 * MINUTE;
/** The repeat guard is over, and the first payment of a bill was told. */
const LATER = 10 * MINUTE;

function describeEqualPayments(open: OpenFreshBooks): void {
  describe('bills with two equal payments within a day', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    /** Pays a part of a bill; ms since T0 by Alipay's clock. */
    async function part(billNo: string, paidAfterMs: number, amount = 500): Promise<Receipt> {
      const nowMs = T0 + paidAfterMs;
      const order = anOrder('2', { billNo, nowMs, amount: fen(amount) });
      const receipt = await paid(books, order, aPayment(amount, { paidAtMs: nowMs }));
      await books.repositories['2'].markTold(receipt.id, nowMs);
      return receipt;
    }

    it.each<[bills: number, title: string, second: [afterMs: number, fen: number], now: number]>([
      [1, 'the same amount minutes later', [LATER, 500], LATER],
      [1, 'the same amount a day later', [DAY, 500], DAY],
      [0, 'the same amount more than a day later', [DAY + 1, 500], DAY + 1],
      [0, 'another amount', [LATER, 501], LATER],
      [1, 'seen until a day after the second', [LATER, 500], LATER + DAY - 1],
      [0, 'not seen when the second is older than a day', [LATER, 500], LATER + DAY],
    ])('are %d: %s', async (bills, _title, [afterMs, amount], now) => {
      await part('TWICE', 0);
      await part('TWICE', afterMs, amount);
      expect(await books.figures.equalPayments(T0 + now)).toBe(bills);
    });

    it('are none for one payment, and none while there is nothing', async () => {
      expect(await books.figures.equalPayments(T0)).toBe(0);
      await part('ONCE', 0);
      await part('OTHER', 0);
      expect(await books.figures.equalPayments(T0 + MINUTE)).toBe(0);
    });

    it('count a bill once, however often it was paid and written', async () => {
      for (const [index, billNo] of ['thrice', 'THRICE ', 'Thrice'].entries()) {
        await part(billNo, index * LATER);
      }
      await part('TWICE', 0);
      await part('TWICE', LATER);
      expect(await books.figures.equalPayments(T0 + 3 * LATER)).toBe(2);
    });

    it('leave out a duplicate: it goes back by itself, and has an alarm', async () => {
      const { '2': receipts } = books.repositories;
      const order = anOrder('2');
      const first = some(await receipts.move(await waiting(books, order), ...aMove('close')));
      await paid(books, { ...order, outTradeNo: freshNumber('N') });
      const [steps, origin] = aMove('pay', { payment: aPayment() });
      expect(some(await receipts.move(first, steps, origin)).duplicate).toBe(true);
      expect(await books.figures.equalPayments(T0 + MINUTE)).toBe(0);
    });

    it.each([0, 1])('count what is paid, not what goes back: payment %d', async (back) => {
      const parts = [await part('BACK', 0), await part('BACK', LATER)];
      const { '2': receipts } = books.repositories;
      expect(await books.figures.equalPayments(T0 + LATER)).toBe(1);
      const undo = aMove('beginRefund', { reason: 'operator' });
      some(await receipts.move(some(parts[back]), ...undo));
      expect(await books.figures.equalPayments(T0 + LATER)).toBe(0);
    });
  });
}

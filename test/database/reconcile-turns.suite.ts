import { fen } from '../../src/domain/money';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aPayment, anOrder, at, paid, some, waiting } from './books';
import { Desk } from './refund.suite';

const DAY_MS = 24 * 60 * MINUTE;
const DATE = '2026-11-22';

/** One process a day, and what was booked into a day that is over. */
export function describeReconcileTurns(open: OpenFreshBooks): void {
  describe('the turn to compare a day', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());

    const claim = (owner: string, nowMs = T0, date = DATE) =>
      books.turns.claim(date, owner, nowMs, nowMs + MINUTE);
    const end = (owner: string, bookings: number, finished = true) =>
      books.turns.end(DATE, owner, { word: 'compared', finished, bookings, nowMs: T0 });
    const turn = async () => (await books.turns.turns(DATE, DATE))[0];

    it('is one process’s, until it ends or is not held on to', async () => {
      expect(await turn()).toBeUndefined();
      expect(await Promise.all([claim('a'), claim('b')])).toEqual([0, null]);
      expect(await claim('a', T0 + MINUTE - 1)).toBe(0);
      expect(await claim('b', T0 + 2 * MINUTE - 2)).toBeNull();
      expect(await claim('b', T0 + 2 * MINUTE - 1)).toBe(0);
      await end('a', 0); // Came too late to say anything.
      expect(await turn()).toEqual({ date: DATE, word: null, finished: false });
      await end('b', 0);
      expect(await turn()).toEqual({ date: DATE, word: 'compared', finished: true });
      expect(await claim('c')).toBe(0);
    });

    it('is free when its hold lies further ahead than any', async () => {
      expect(await claim('a', T0 + 2 * DAY_MS)).toBe(0);
      expect(await claim('b', T0)).toBe(0);
    });

    it('comes again after a payment of that day was booked later', async () => {
      const receipt = await waiting(books, anOrder('2'));
      const bookings = some(await claim('a'));
      const pay = [{ event: 'pay', payment: aPayment() }] as const;
      some(await books.repositories['2'].move(receipt, pay, at(T0 + DAY_MS)));
      await end('a', bookings);
      expect(await turn()).toMatchObject({ finished: false });
      await end('a', some(await claim('a')));
      expect(await turn()).toMatchObject({ finished: true });
    });

    it('comes again after a refund of that day, and not for one of today', async () => {
      const receipt = await paid(books, anOrder('2'));
      await end('a', some(await claim('a')));
      const foreign = { requestNo: 'P1', amount: fen(100), refundedAtMs: T0, provenBefore: fen(0) };
      await books.refunds.bookForeign(receipt, foreign, at(T0 + 1_000));
      expect(await turn()).toMatchObject({ finished: true });
      const next = { ...foreign, requestNo: 'P2', provenBefore: fen(100) };
      await books.refunds.bookForeign(receipt, next, at(T0 + DAY_MS));
      expect(await turn()).toMatchObject({ finished: false });
    });

    it('comes again after a refund of ours of that day that is told on the next', async () => {
      const desk = new Desk(books);
      const receipt = await paid(books, anOrder('2'));
      await end('a', some(await claim('a')));
      desk.nowMs = T0 + DAY_MS;
      await desk.refund(receipt, 100);
      expect(await turn()).toMatchObject({ finished: false });
    });

    it('is a figure of the books', async () => {
      await end('a', some(await claim('a')));
      await claim('a', T0, '2026-11-23');
      const figures = await books.figures.read();
      expect(figures).toMatchObject({ unfinishedDays: 1, lastFinishedDay: DATE });
    });

    it('tells the days in order, and the first receipt', async () => {
      expect(await books.turns.firstReceiptAtMs()).toBeNull();
      for (const date of ['2026-11-21', DATE, '2026-11-20']) await claim('a', T0, date);
      await waiting(books, anOrder('1'));
      await waiting(books, anOrder('1', { nowMs: T0 + MINUTE }));
      expect(await books.turns.firstReceiptAtMs()).toBe(T0);
      const days = await books.turns.turns('2026-11-21', DATE);
      expect(days.map(({ date }) => date)).toEqual(['2026-11-21', DATE]);
    });

    it('forgets what is kept of days long ago', async () => {
      const result = { date: DATE, account: '2088', digest: 'd', comparedAtMs: T0 };
      const sums = { payments: 1, paid: fen(1), refunds: 0, refunded: fen(0), net: fen(1) };
      const day = { ...result, ...sums, foreignRows: 0, differences: 0 };
      const fees = [{ billType: '2', fee: fen(-6) }] as const;
      await books.daily.saveDay(day, [], { settled: [{ key: 'k', atMs: T0 }], overdue: [] }, fees);
      expect(await books.daily.feesOf(DATE)).toEqual(fees);
      await claim('a');
      expect(await books.turns.forgetBefore(DATE)).toBe(0);
      expect(await books.turns.forgetBefore('2026-11-23')).toBe(1);
      expect([await books.daily.feesOf(DATE), await books.daily.dayResult(DATE)]).toEqual([
        [],
        null,
      ]);
      expect(await books.inspect.countRows()).toBe(0);
    });
  });

  describe('alarms', () => {
    it('are found by what they are about, and closed once, with who and why', async () => {
      const books = await open();
      const receipt = await paid(books, anOrder('2'));
      await books.repositories['2'].raiseAlarm(receipt, 'foreignRefund', 'x', T0);
      const alarm = {
        subject: `day ${DATE} #1`,
        kind: 'dayDiffers',
        detail: 'y',
        nowMs: T0,
      } as const;
      await books.alarms.raise(alarm);
      await books.alarms.raise({ ...alarm, subject: 'day 2026-11-23 #1' });
      const [known] = await books.alarms.about('dayDiffers', `day ${DATE}`);
      expect(known).toMatchObject({ subject: alarm.subject, raisedAtMs: T0, closed: null });
      const closing = { by: 'Li', note: '已核对', nowMs: T0 + MINUTE };
      expect(await books.alarms.close(some(known).id, closing)).toBe(true);
      expect(await books.alarms.close(some(known).id, closing)).toBe(false);
      expect((await books.alarms.about('dayDiffers', `day ${DATE}`))[0]?.closed).toEqual(closing);
      expect((await books.alarms.open(9)).map(({ kind }) => kind)).toEqual([
        'foreignRefund',
        'dayDiffers',
      ]);
      expect(await books.alarms.raise(alarm)).toBe(true);
      await books.close();
    });
  });
}

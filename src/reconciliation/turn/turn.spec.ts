import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { anOrder, at, paid, some, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { dayOf } from '../../../test/support/bills/bill-zip';
import { writeBill } from '../../../test/support/bills/write-bill';
import { ManualClock } from '../../../test/support/manual-clock';
import { tempFolder } from '../../../test/support/temp-folder';
import type { Config } from '../../config/config';
import { systemRandomness } from '../../config/system-clock';
import { fen } from '../../domain/money';
import type { BillAnswer } from '../../domain/ports/bill-source';
import type { Mending, MissingMoney } from '../../domain/reconciliation/mending';
import type { BillDay } from '../bill/bill-day';
import { Reconciliation } from '../reconciliation.service';
import { DayAlarms } from './day-alarms';
import { ReconcileRunner } from './reconcile-runner';
import { TakeDay } from './take-day';
import { toldOf } from './taken-day';

const HOUR = 3_600_000;
const DAY_MS = 24 * HOUR;
const AT_0930 = 9.5 * HOUR;
const [DAY, NEXT] = [dayOf('2026-11-22'), dayOf('2026-11-23')];
const NOON = DAY.startMs + 12 * HOUR;
const LATE: BillAnswer = { kind: 'late', cause: 'BILL_NOT_EXIST' };

type Mend = Mending['mend'];

describe('the days', () => {
  const folder = tempFolder();
  let books: FreshBooks;
  let clock: ManualClock;
  /** What the channel says of the bill of a date. */
  let bills: (date: string) => BillAnswer | Promise<BillAnswer>;
  let asked: string[];
  let mend: Mend;

  beforeAll(() => void Logger.overrideLogger(false));
  beforeEach(async () => {
    books = await openFreshSqlite();
    clock = new ManualClock(NEXT.startMs + 10 * HOUR);
    asked = [];
    bills = () => LATE;
    mend = () => Promise.resolve('left');
  });
  afterEach(() => books.close());
  afterAll(() => folder.remove());

  interface Process {
    readonly take: TakeDay;
    readonly runner: ReconcileRunner;
  }

  function aProcess(): Process {
    const fetch = (date: string) => {
      asked.push(date);
      return Promise.resolve(bills(date));
    };
    const owner = { sellerId: null, tradePrefix: '3pzz' };
    const { daily, turns } = books;
    const mending = { mend: (money: MissingMoney) => mend(money) };
    const reconciliation = new Reconciliation(daily, { fetch }, mending, clock, owner);
    const alarms = new DayAlarms(books.alarms, clock);
    const take = new TakeDay(turns, clock, systemRandomness, reconciliation, alarms);
    const config = { reconcileAtMs: AT_0930 } as unknown as Config;
    const days = { take: async (day: BillDay) => toldOf(await take.take(day)) };
    return { take, runner: new ReconcileRunner(config, turns, clock, reconciliation, days) };
  }

  /** A bill with one payment for each receipt. */
  function billOf(day: typeof DAY, receipts: Parameters<typeof writeBill>[2]): BillAnswer {
    const path = writeBill(folder.path, day, receipts);
    return { kind: 'file', bill: { path, remove: () => Promise.resolve() } };
  }

  const payOn = (atMs = NOON) => {
    const order = anOrder('2', { amount: fen(1_000), nowMs: atMs });
    const tradeNo = `T${order.outTradeNo}`;
    return paid(books, order, { tradeNo, amount: fen(1_000), buyer: null, paidAtMs: atMs });
  };
  const look = (nowMs = clock.nowMs()) => {
    clock.pass(nowMs - clock.nowMs());
    return aProcess().runner.look(AT_0930);
  };
  const open = async () => (await books.alarms.open(99)).map((one) => `${one.kind} ${one.subject}`);

  it('are taken from the first receipt on, at the hour that is set, the latest first', async () => {
    expect(await look()).toEqual([]);
    await payOn(DAY.startMs + HOUR);
    expect(await look(NEXT.startMs + AT_0930 - 1 + DAY_MS)).toEqual([DAY.date]);
    expect(await look(NEXT.startMs + AT_0930 + DAY_MS)).toEqual([NEXT.date, DAY.date]);
    const days = await look(NEXT.startMs + AT_0930 + 60 * DAY_MS);
    expect([days.length, days[0]]).toEqual([30, '2027-01-21']);
  });

  it('are taken again until there is a bill, with one alarm in the evening', async () => {
    const receipt = await payOn();
    expect(await look()).toEqual([DAY.date]);
    expect(await look(NEXT.startMs + 18 * HOUR - 1)).toEqual([DAY.date]);
    expect(await open()).toEqual([]);
    expect(await look(NEXT.startMs + 18 * HOUR)).toEqual([DAY.date]);
    await look();
    expect(await open()).toEqual([`billMissing day ${DAY.date}`]);
    bills = () => billOf(DAY, [receipt]);
    await look();
    expect(await open()).toEqual([]);
    expect(await look()).toEqual([]);
  });

  it('without a bill are over when nobody has anything of them', async () => {
    await payOn(DAY.startMs - DAY_MS);
    bills = () => ({ kind: 'empty', cause: 'NO_BILL_DATA' });
    const before = '2026-11-21';
    expect(await look()).toEqual([DAY.date, before]);
    expect(await look()).toEqual([before]);
    await look(NEXT.startMs + 18 * HOUR);
    expect(await open()).toEqual([`billMissing day ${before}`]);
  });

  it('have alarms for what is left, and a note ends them until it changes', async () => {
    const [one, other] = [await payOn(), await payOn()];
    bills = () => billOf(DAY, [one]);
    await look();
    const [alarm, ...more] = await books.alarms.about('dayDiffers', `day ${DAY.date}`);
    expect([alarm?.detail, more]).toEqual([expect.stringContaining(other.outTradeNo), []]);
    await books.alarms.close(some(alarm).id, { by: 'Li', note: 'ok', nowMs: clock.nowMs() });
    const { take } = aProcess();
    await take.take(DAY);
    expect(await open()).toEqual([]);
    expect([...(await new DayAlarms(books.alarms, clock).notes(DAY.date)).values()]).toEqual([
      'Li: ok',
    ]);
    bills = () => billOf(DAY, [{ ...other, amount: fen(999) }, one]);
    await take.take(DAY);
    const now = await books.alarms.open(9);
    expect(now.map(({ kind, detail }) => [kind, detail.split(' ')[0]])).toEqual([
      ['dayDiffers', 'amountDiffers'],
      ['billChanged', 'the'],
    ]);
    bills = () => billOf(DAY, [one, other]);
    await take.take(DAY);
    await take.take(DAY);
    expect(await open()).toEqual([`billChanged day ${DAY.date}`]);
  });

  it('tell of a payment without a receipt, and of a bill that is not believed', async () => {
    const receipt = await payOn();
    const lost = '3pzz of books that are lost';
    bills = () => billOf(DAY, [receipt, { ...receipt, outTradeNo: lost }]);
    await look();
    const kinds = (await books.alarms.open(9)).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['dayDiffers', 'dayDiffers', 'unknownPayment']);
    bills = () => billOf(NEXT, []);
    await aProcess().take.take(DAY);
    expect(await open()).toContain(`billNotBelieved day ${DAY.date}`);
  });

  it('are one process’s at a time, and free again at its end or death', async () => {
    const receipt = await payOn();
    let arrived: () => void = () => undefined;
    const there = new Promise<void>((resolve) => (arrived = resolve));
    let give: (answer: BillAnswer) => void = () => undefined;
    bills = () => {
      arrived();
      return new Promise((resolve) => (give = resolve));
    };
    const first = aProcess().take.take(DAY);
    await there;
    const other = aProcess();
    expect(await other.take.take(DAY)).toEqual({ kind: 'held' });
    expect(asked).toHaveLength(1);
    give(billOf(DAY, [receipt]));
    expect((await first).kind).toBe('compared');
    const dead = aProcess().take.take(DAY);
    clock.pass(5 * 60_000);
    bills = () => billOf(DAY, [receipt]);
    expect((await other.take.take(DAY)).kind).toBe('compared');
    give(LATE);
    await dead;
    expect(await look()).toEqual([]);
  });

  it('are taken again within the hour while money waits', async () => {
    const outTradeNo = `${NOON.toString(16).padStart(12, '0')}${'1'.repeat(20)}`;
    const order = anOrder('2', { outTradeNo, amount: fen(1_000), nowMs: NOON });
    const receipt = await waiting(books, order);
    bills = () => billOf(DAY, [{ ...receipt, payment: { tradeNo: 'T1', paidAtMs: NOON } }]);
    mend = () => Promise.resolve('later');
    await look();
    expect(await open()).toEqual([]);
    mend = async () => {
      const payment = { tradeNo: 'T1', amount: fen(1_000), buyer: null, paidAtMs: NOON };
      const pay = { event: 'pay', payment } as const;
      some(await books.repositories['2'].move(receipt, [pay], at(clock.nowMs())));
      return 'booked';
    };
    expect(await look()).toEqual([DAY.date]);
    // What was booked into the day made it anew; now it says the same.
    expect(await look()).toEqual([DAY.date]);
    expect(await look()).toEqual([]);
    expect((await books.daily.dayResult(DAY.date))?.differences).toBe(0);
  });

  it('are taken at the start and again each hour, until the service stops', async () => {
    const receipt = await payOn();
    const { runner } = aProcess();
    const times: number[] = [];
    const over = new Promise<void>((resolve) => {
      bills = () => {
        times.push((clock.nowMs() - NEXT.startMs) / HOUR);
        if (times.length === 3) resolve();
        return times.length < 3 ? LATE : billOf(DAY, [receipt]);
      };
    });
    runner.onApplicationBootstrap();
    await over;
    const stopped = runner.beforeApplicationShutdown();
    // The day under way is done to its end.
    const isDone = async () => (await books.turns.turns(DAY.date, DAY.date))[0]?.finished === true;
    while (!(await isDone())) await clock.turn();
    await stopped;
    expect(times).toEqual([10, 11, 12]);
  });

  it('go on after one that cannot be done', async () => {
    await payOn(DAY.startMs - DAY_MS);
    bills = (date) => {
      if (date === DAY.date) throw new Error('the disk is full');
      return LATE;
    };
    expect(await look()).toEqual([DAY.date, '2026-11-21']);
    expect(asked).toEqual([DAY.date, '2026-11-21']);
  });
});

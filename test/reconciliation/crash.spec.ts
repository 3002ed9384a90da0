import { Logger } from '@nestjs/common';
import { join } from 'node:path';
import { systemRandomness } from '../../src/config/system-clock';
import { PayError } from '../../src/domain/errors';
import { fen } from '../../src/domain/money';
import type { Database, Work } from '../../src/legacy-db/sql/database';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { Reconciliation } from '../../src/reconciliation/reconciliation.service';
import { DayAlarms } from '../../src/reconciliation/turn/day-alarms';
import { TakeDay } from '../../src/reconciliation/turn/take-day';
import type { FreshBooks } from '../database/books';
import { aPayment, anOrder, paid, storesOf, waiting } from '../database/books';
import { SqliteInspect, putEmptyBooks } from '../database/sqlite-books';
import { dayOf } from '../support/bills/bill-zip';
import { writeBill } from '../support/bills/write-bill';
import { FakeGateway } from '../support/far-side/fake-gateway';
import { ManualClock } from '../support/manual-clock';
import { payProcess } from '../support/process/pay-process';
import { onceByWriting } from '../../src/legacy-db/sql/carry-out';
import { tempFolder } from '../support/temp-folder';

const DAY = dayOf('2026-11-22');
const HOUR = 3_600_000;
const NOON = DAY.startMs + 12 * HOUR;

/** The process is gone: nothing it would do any more happens. */
class Dead extends Error {}

/** A process that dies at one of its writes: before it is done, or when it is on the disk. */
class MortalDatabase implements Database {
  private writes = 0;
  private dead = false;

  constructor(
    private readonly real: Database,
    private readonly diesAt: number,
    private readonly when: 'before' | 'after',
  ) {}

  get dialect() {
    return this.real.dialect;
  }

  get read() {
    return this.real.read;
  }

  readonly once: Database['once'] = (name, decide, bill) => onceByWriting(this, name, decide, bill);

  async write<T>(name: string, work: Work<T>, bill?: string): Promise<T> {
    if (this.dead) throw new Dead();
    const isLast = this.writes === this.diesAt;
    this.writes += 1;
    if (isLast) this.dead = true;
    if (isLast && this.when === 'before') throw new Dead();
    const result = await this.real.write(name, work, bill);
    if (isLast) throw new Dead();
    return result;
  }
}

/** An Alipay at which one payment and two refunds were made that nobody told us of. */
class Alipay extends FakeGateway {
  override query = (outTradeNo: string) => {
    const payment = aPayment(1_000, { tradeNo: `T${outTradeNo}`, paidAtMs: NOON });
    return Promise.resolve({ kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment } as const);
  };

  override refundQuery = (_outTradeNo?: string, requestNo?: string) => {
    const amount = fen(requestNo === 'P1' ? 300 : 200);
    return Promise.resolve({ kind: 'found', amount, refundedAtMs: NOON } as const);
  };
}

describe('a process that dies while it mends a day', () => {
  const folder = tempFolder();
  const clock = new ManualClock(DAY.endMs + 10 * HOUR);
  let count = 0;
  beforeAll(() => void Logger.overrideLogger(false));
  afterAll(() => folder.remove());

  function processOn({ database, systems }: Pick<OpenDatabase, 'database' | 'systems'>) {
    const stores = storesOf({ database, systems });
    // The tests' own looks are not needed here.
    const books = stores as unknown as FreshBooks;
    const { mend } = payProcess(books, new Alipay(), clock);
    const owner = { sellerId: null, tradePrefix: '3pzz' };
    const fetch = () => Promise.reject(new Error('a file is taken'));
    const days = new Reconciliation(stores.daily, { fetch }, mend, clock, owner);
    const alarms = new DayAlarms(stores.alarms, clock);
    return new TakeDay(stores.turns, clock, systemRandomness, days, alarms);
  }

  /** Books that lack a payment and two refunds of one receipt, and the bill that has them. */
  async function someBooks(name: string) {
    const path = join(folder.path, `${name}.sqlite`);
    await putEmptyBooks(path);
    const open = await openSqlite(path, clock);
    const inspect = new SqliteInspect(path);
    const books: FreshBooks = { ...storesOf(open), inspect, close: () => open.close() };
    const one = (tradeNo: string) => ({ outTradeNo: tradeNo, amount: fen(1_000), nowMs: NOON });
    const unpaid = await waiting(books, anOrder('1', one('3pzz1')));
    const payment = aPayment(1_000, { tradeNo: 'T3pzz2', paidAtMs: NOON });
    const known = await paid(books, anOrder('7', one('3pzz2')), payment);
    const first = { outTradeNo: '3pzz1', amount: fen(1_000) };
    const bill = writeBill(folder.path, DAY, [
      { ...first, payment: { tradeNo: 'T3pzz1', paidAtMs: NOON } },
      known,
      { ...known, amount: fen(-300), requestNo: 'P1' },
      { ...known, amount: fen(-200), requestNo: 'P2' },
    ]);
    return { open, books, bill, ids: [unpaid.id, known.id] as const };
  }

  type Some = Awaited<ReturnType<typeof someBooks>>;

  async function inWords({ books, ids }: Some): Promise<unknown> {
    const receipts = await Promise.all(ids.map((id) => books.repositories['1'].get(id)));
    const result = await books.daily.dayResult(DAY.date);
    return {
      receipts: receipts.map(({ state, refunded }) => `${state} ${refunded}`),
      refunds: await books.inspect.refunds(ids[1]),
      paid: (await books.inspect.events(ids[0])).filter((event) => event.startsWith('pay ')),
      booked: (await books.inspect.events(ids[1])).length,
      row: (await books.inspect.systemRow('7', '3pzz2'))?.refundvalue,
      differences: result?.differences,
      finished: (await books.turns.turns(DAY.date, DAY.date)).map(({ finished }) => finished),
    };
  }

  const END = {
    receipts: ['paid 0', 'paid 500'],
    refunds: expect.arrayContaining([
      expect.stringMatching(/ 300 done$/),
      expect.stringMatching(/ 200 done$/),
    ]) as unknown,
    paid: ['pay paid'],
    booked: 5,
    row: '5.00',
    differences: 0,
    finished: [true],
  };

  it.each(['before', 'after'] as const)('%s a write, whichever, doubles nothing', async (when) => {
    for (let diesAt = 0; ; diesAt += 1) {
      count += 1;
      const some = await someBooks(`${count}`);
      const { database, systems } = some.open;
      const mortal = new MortalDatabase(database, diesAt, when);
      const died = await processOn({ database: mortal, systems })
        .take(DAY, some.bill)
        .then(
          () => false,
          (error: unknown) => error instanceof Dead || error instanceof PayError,
        );
      clock.pass(10 * 60_000);
      const again = processOn(some.open);
      // What was booked by whoever died makes the day anew.
      for (let round = 0; round < 2; round += 1) await again.take(DAY, some.bill);
      expect({ diesAt, ...((await inWords(some)) as object) }).toEqual({ diesAt, ...END });
      await some.books.inspect.close();
      await some.open.close();
      if (!died) {
        expect(diesAt).toBeGreaterThanOrEqual(7);
        return;
      }
    }
  });
});

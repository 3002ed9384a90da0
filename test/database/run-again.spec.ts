import { systemClock } from '../../src/config/system-clock';
import type { Database, Sql, Work } from '../../src/legacy-db/sql/database';
import { onceByWriting } from '../../src/legacy-db/sql/carry-out';
import type { Decide } from '../../src/legacy-db/sql/writes';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { EMBEDDED } from '../../src/legacy-db/systems/receipt-repositories';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder';
import type { FreshBooks } from './books';
import { MINUTE, T0, aMove, aPayment, anOrder, at, some, storesOf } from './books';
import { SqliteInspect } from './sqlite-books';

/** Every commit of the chosen unit lands, its answer is lost, and the unit is run again. */
class LostAnswers implements Database {
  readonly read: Sql;
  readonly dialect;
  lost = false;
  /** The next unit is undone at its end, this happens, and it is run again. */
  undoneBefore: (() => Promise<unknown>) | null = null;

  constructor(private readonly inner: Database) {
    this.read = inner.read;
    this.dialect = inner.dialect;
  }

  async write<T>(name: string, work: Work<T>): Promise<T> {
    const between = this.undoneBefore;
    this.undoneBefore = null;
    if (between) {
      const undone = this.inner.write(name, async (db) => {
        await work(db);
        throw new Error('a deadlock');
      });
      await expect(undone).rejects.toThrow('a deadlock');
      await between();
    }
    if (this.lost) await this.inner.write(name, work);
    return this.inner.write(name, work);
  }

  once<T>(name: string, decide: Decide<T>): Promise<T> {
    return onceByWriting(this, name, decide);
  }
}

describe('a unit that is run again after its commit had landed', () => {
  const folder = tempFolder();
  let database: LostAnswers;
  let books: FreshBooks;

  beforeAll(async () => {
    const path = join(folder.path, 'books.sqlite');
    const open = await openSqlite(path, systemClock);
    database = new LostAnswers(open.database);
    const inspect = new SqliteInspect(path);
    books = {
      ...storesOf({ database, systems: EMBEDDED }),
      inspect,
      close: async () => {
        inspect.close();
        await open.close();
        folder.remove();
      },
    };
  });
  afterAll(() => books.close());
  beforeEach(() => (database.lost = true));

  it('Begin finds its own receipt: one row, begun, and the lease is ours', async () => {
    for (const type of ['1', '2', '7'] as const) {
      const before = await books.inspect.countsByTable();
      const order = anOrder(type);
      const decision = await books.repositories[type].begin(order);
      expect([decision.kind, decision.receipt.outTradeNo]).toEqual(['begun', order.outTradeNo]);
      const after = await books.inspect.countsByTable();
      for (const table of ['bill', 'receipt', 'receipt_event'] as const) {
        expect([table, (after[table] ?? 0) - (before[table] ?? 0)]).toEqual([table, 1]);
      }
    }
  });

  it('Begin finds what another call has begun under its number: that is not ours', async () => {
    database.lost = false;
    const first = anOrder('2');
    const begin = (nowMs: number) => books.repositories['2'].begin({ ...first, nowMs });
    database.undoneBefore = () => begin(T0 - 1);
    expect((await begin(T0)).kind).toBe('undecided');
    // At the very same time, too: an order is begun once.
    const second = anOrder('2');
    const kinds = [1, 2].map(() => books.repositories['2'].begin(second));
    expect((await Promise.all(kinds)).map(({ kind }) => kind).sort()).toEqual([
      'begun',
      'undecided',
    ]);
  });

  it('a payment is booked once, and the caller is sent to read it', async () => {
    const order = anOrder('7');
    const { receipt } = await books.repositories['7'].begin(order);
    const pay = aMove('pay', { payment: aPayment() });
    expect(await books.repositories['7'].move(receipt, ...pay)).toBeNull();
    const stands = await books.repositories['7'].get(receipt.id);
    expect([stands.state, stands.billStatus]).toEqual(['paid', '3']);
    expect(await books.inspect.cardBalance(some(order.cardNo))).toBe('88.88');
    expect(await books.inspect.events(receipt.id)).toEqual(['begin begun', 'pay paid']);
    expect(await books.inspect.alarms(receipt.id)).toEqual([]);
  });

  it('a card is held once', async () => {
    const order = anOrder('7');
    const receipts = books.repositories['7'];
    const { receipt } = await receipts.begin(order);
    await receipts.move(receipt, ...aMove('pay', { payment: aPayment() }));
    const paid = await receipts.get(receipt.id);
    expect(await receipts.move(paid, ...aMove('beginRefund'))).toBeNull();
    expect((await receipts.get(receipt.id)).state).toBe('refunding');
    expect(await books.inspect.cardBalance(some(order.cardNo))).toBe('0.00');
  });

  it('an alarm is raised once, a told payment keeps its time', async () => {
    const { receipt } = await books.repositories['2'].begin(anOrder('2'));
    await books.repositories['2'].raiseAlarm(receipt, 'lateMoney', 'x', T0);
    expect(await books.inspect.alarms(receipt.id)).toEqual(['lateMoney']);
    await books.repositories['2'].markTold(receipt.id, T0);
    expect((await books.repositories['2'].get(receipt.id)).toldAtMs).toBe(T0);
  });

  it('what is claimed twice is given once, all of it', async () => {
    database.lost = false;
    const ids: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      const { receipt } = await books.repositories['5'].begin(anOrder('5', { nowMs: T0 + index }));
      ids.push(receipt.id);
    }
    database.lost = true;
    const nowMs = T0 + 10_002;
    const claim = { owner: 'p', nowMs, claimUntilMs: nowMs + MINUTE, limit: 100 };
    const claimed = (await books.openReceipts.claimDue(claim)).map(({ id }) => id);
    expect(new Set(claimed).size).toBe(claimed.length);
    // The second run claims nothing more; what the first one claimed is ours until its time.
    database.lost = false;
    const other = { ...claim, owner: 'q' };
    const rest = (await books.openReceipts.claimDue(other)).map(({ id }) => id);
    expect(rest.filter((id) => claimed.includes(id))).toEqual([]);
    expect(at(T0).nowMs).toBe(T0);
    expect([...claimed, ...rest]).toEqual(expect.arrayContaining(ids));
  });
});

import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { Database, Dialect, Sql, Work } from '../../src/legacy-db/sql/database';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { EMBEDDED } from '../../src/legacy-db/systems/receipt-repositories';
import type { Statement } from '../../src/legacy-db/sql/sql';
import type { Decide } from '../../src/legacy-db/sql/writes';
import { onceByWriting } from '../../src/legacy-db/sql/carry-out';
import { big, sql, text } from '../../src/legacy-db/sql/sql';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';
import type { FreshBooks } from './books';
import { MINUTE, T0, aMove, aPayment, anOrder, at, begun, paid, some } from './books';
import { storesOf, waiting } from './books';
import { Desk } from './refund.suite';
import { SqliteInspect, putEmptyBooks } from './sqlite-books';

/** How a bill is locked, by its id alone. */
const LOCKS = /^update bill set version = version \+ 1 where id = \?/;

/** A change of a unit: its text without line breaks, and how many rows it touched. */
type Change = readonly [text: string, rows: number];

/** A database that locks rows by changing them, as SQL Server does; it notes every change. */
class RowLocking implements Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  /** The changes of the last unit, in their order. */
  changes: Change[] = [];

  constructor(private readonly inner: Database) {
    this.dialect = { ...inner.dialect, locksRows: true };
    this.read = inner.read;
  }

  write<T>(name: string, work: Work<T>): Promise<T> {
    this.changes = [];
    return this.inner.write(name, (unit) => work(this.noting(unit)));
  }

  once<T>(name: string, decide: Decide<T>): Promise<T> {
    return onceByWriting(this, name, decide);
  }

  private noting(unit: Sql): Sql {
    const note = async (statement: Statement): Promise<number> => {
      const rows = await unit.change(statement);
      this.changes.push([statement.texts.join('?').replace(/\s+/g, ' '), rows]);
      return rows;
    };
    return {
      rows: (statement) => unit.rows(statement),
      insert: (statement) => unit.insert(statement),
      call: (procedure) => unit.call(procedure),
      change: note,
    };
  }
}

describe('books whose rows are locked', () => {
  const folder = tempFolder();
  let database: RowLocking;
  let books: FreshBooks;

  beforeAll(async () => {
    const path = join(folder.path, 'books.sqlite');
    await putEmptyBooks(path);
    // SQL Server has no such index: two receipts without a trade would be the same key.
    const file = openHandle(path);
    file.exec('drop index ux_receipt_trade_no');
    file.exec('create table touched (bill_id int)');
    file.exec(`create trigger touch after update of version on bill
      begin insert into touched values (new.id); end`);
    file.close();
    const open = await openSqlite(path, systemClock);
    database = new RowLocking(open.database);
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
    // Other bills, which no lock may touch.
    for (const type of ['1', '2', '7'] as const) await waiting(books, anOrder(type));
  });
  afterAll(() => books.close());

  async function ownerOf(tradeNo: string): Promise<unknown[]> {
    const rows = await books.inspect.query<{ id: number }>(
      sql`select receipt_row_id as id from trade where trade_no = ${text(64, tradeNo)}`,
    );
    return rows.map(({ id }) => Number(id));
  }

  /** The bills whose rows were changed, which locks them, in their order. */
  async function touchedBills(): Promise<number[]> {
    const rows = await books.inspect.query<{ id: number }>(sql`select bill_id as id from touched`);
    return rows.map(({ id }) => id);
  }

  it.each(['2', '7'] as const)('a trade is booked for one receipt, system %s', async (type) => {
    const payment = aPayment();
    const first = await paid(books, anOrder(type), payment);
    expect(await ownerOf(payment.tradeNo)).toEqual([first.id]);
    const second = await waiting(books, anOrder(type));
    const pay = books.repositories[type].move(second, ...aMove('pay', { payment }));
    await expect(pay).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect((await books.repositories[type].get(second.id)).state).toBe('waiting');
    expect(await books.inspect.alarms(second.id)).toEqual(['tradeNoMismatch']);
    expect(await ownerOf(payment.tradeNo)).toEqual([first.id]);
  });

  it('the trade of the payment that counts is booked for no duplicate', async () => {
    const store = books.repositories['2'];
    const order = anOrder('2');
    const dead = some(await store.move(await waiting(books, order), ...aMove('close')));
    const payment = aPayment();
    const counts = await paid(books, anOrder('2', { billNo: order.billNo }), payment);
    const pay = store.move(dead, ...aMove('pay', { payment }));
    await expect(pay).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect((await store.get(dead.id)).state).toBe('closed');
    expect(await ownerOf(payment.tradeNo)).toEqual([counts.id]);
  });

  it('a payment found while undoing claims its trade, too', async () => {
    const receipts = books.repositories['2'];
    const receipt = await waiting(books, anOrder('2'));
    const undoing = some(
      await receipts.move(receipt, ...aMove('intendUndo', { reason: 'operator' })),
    );
    const payment = aPayment();
    some(await receipts.move(undoing, ...aMove('beginRefund', { payment })));
    expect(await ownerOf(payment.tradeNo)).toEqual([receipt.id]);
  });

  it.each<[string, (receipt: Receipt) => Promise<unknown>]>([
    ['move', (one) => books.repositories['2'].move(one, ...aMove('pay', { payment: aPayment() }))],
    ['noteChannel', (one) => books.repositories['2'].noteChannel(one, 'WAIT_BUYER_PAY', at(T0))],
    ['countCancel', (one) => books.repositories['2'].countCancel(one, T0 + MINUTE)],
    ['countCancelAnswer', (one) => books.repositories['2'].countCancelAnswer(one, 'x', at(T0))],
    ['undoForOperator', (one) => books.repositories['2'].undoForOperator(one, at(T0))],
    ['leasePrecreate', lease],
    ['settleClaim', (one) => settle(one)],
  ])('%s locks the bill of its receipt, and no other, before anything else', async (_name, act) => {
    const make = act === lease ? begun : waiting;
    const receipt = await make(books, anOrder('2'));
    const before = (await touchedBills()).length;
    await act(receipt);
    expect(database.changes[0]).toEqual([expect.stringMatching(LOCKS), 1]);
    expect([...new Set((await touchedBills()).slice(before))]).toEqual(await billOf(receipt));
  });

  async function billOf({ id: receiptId }: Receipt): Promise<number[]> {
    const own = sql`select bill_id as id from receipt where id = ${big(receiptId)}`;
    return (await books.inspect.query<{ id: number }>(own)).map(({ id }) => id);
  }

  it.each(['withdraw', 'leaveToPerson'] as const)(
    '%s locks the bill of its refund',
    async (act) => {
      const receipt = await paid(books, anOrder('2'));
      const { refund } = await new Desk(books).begin(receipt, 100);
      const before = (await touchedBills()).length;
      await books.refunds[act](refund.id, at(T0));
      expect(database.changes[0]).toEqual([expect.stringMatching(LOCKS), 1]);
      expect((await touchedBills()).slice(before)).toEqual(await billOf(receipt));
    },
  );

  it('Begin locks its bill alone, which is there or not', async () => {
    const order = anOrder('2');
    await begun(books, order);
    expect(versionChanges()).toEqual([]); // A new row is locked as it is.
    const again = anOrder('2', { billNo: order.billNo });
    const { kind } = await books.repositories['2'].begin(again);
    expect([kind, database.changes]).toEqual(['resume', []]); // Nothing is written, nothing locked.
    const ended = (await books.repositories['2'].begin(again)).receipt;
    some(await books.repositories['2'].move(ended, ...aMove('fail')));
    await begun(books, anOrder('2', { billNo: order.billNo }));
    expect(versionChanges()).toEqual([1]);
    // The same number in another system is another bill.
    await begun(books, anOrder('3', { billNo: order.billNo }));
    expect(versionChanges()).toEqual([]);
  });

  /** How many rows each change of a bill's version in the last unit touched. */
  function versionChanges(): number[] {
    const locks = database.changes.filter(([change]) => LOCKS.test(change));
    return locks.map(([, rows]) => rows);
  }

  it('a claim waits for its turn first', async () => {
    const claim = { owner: 'p', nowMs: T0 + MINUTE, claimUntilMs: T0 + 2 * MINUTE, limit: 1 };
    expect(await books.openReceipts.claimDue(claim)).toHaveLength(1);
    expect(database.changes.map(([change, rows]) => [change.slice(0, 17), rows])).toEqual([
      ['update sweep_turn', 1],
      ['update receipt se', 1],
    ]);
  });

  async function lease(receipt: Receipt): Promise<void> {
    const { leaseUntilMs } = receipt;
    const again = leaseUntilMs + MINUTE;
    some(await books.repositories['2'].leasePrecreate(receipt, leaseUntilMs, again));
  }

  async function settle(receipt: Receipt): Promise<void> {
    const owner = `settles ${receipt.id}`;
    const claim = { owner, nowMs: T0 + MINUTE, claimUntilMs: T0 + 2 * MINUTE, limit: 100 };
    await books.openReceipts.claimDue(claim);
    await books.openReceipts.settleClaim(receipt, claim, T0 + MINUTE, true);
    const where = sql`select claim_until_ms from receipt where id = ${big(receipt.id)}`;
    expect(await books.inspect.query(where)).toEqual([{ claim_until_ms: 0 }]);
  }
});

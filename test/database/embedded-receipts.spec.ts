import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import { NO_MONEY, fen } from '../../src/domain/money';
import type { Payment, Receipt } from '../../src/domain/receipt/receipt';
import type { BeginOrder } from '../../src/domain/ports/receipt-repository';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { EMBEDDED } from '../../src/legacy-db/systems/receipt-repositories';
import { sql } from '../../src/legacy-db/sql/sql';
import type { EndResult } from '../../src/legacy-db/systems/system-receipts';
import { aReceipt } from '../support/books/a-receipt';
import { tempFolder } from '../support/temp-folder';
import { aPayment, anOrder, some } from './books';
import { SqliteInspect, putEmptyBooks } from './sqlite-books';

// Begin and End are a contract: what our own units never ask of them is refused or changes nothing.
describe('Begin and End in the embedded database', () => {
  const folder = tempFolder();
  let open: OpenDatabase;
  let inspect: SqliteInspect;

  beforeAll(async () => {
    const path = join(folder.path, 'books.sqlite');
    await putEmptyBooks(path);
    open = await openSqlite(path, systemClock);
    inspect = new SqliteInspect(path);
  });
  afterAll(async () => {
    inspect.close();
    await open.close();
    folder.remove();
  });

  function begin(order: BeginOrder): Promise<string> {
    return open.database.write('begin', (db) => EMBEDDED[order.billType].begin(db, order));
  }

  /** A receipt of an order that was begun. */
  async function begunReceipt(order: BeginOrder): Promise<Receipt> {
    return aReceipt({ ...order, receiptId: await begin(order) });
  }

  function end(
    receipt: Receipt,
    result: EndResult,
    payment: Payment | null = null,
    refunded = NO_MONEY,
    held = receipt.amount,
  ): Promise<string> {
    const order = { receipt, result, payment, refunded, held };
    return open.database.write('end', (db) => EMBEDDED[receipt.billType].end(db, order));
  }

  /** Everything the systems hold. */
  async function everything(): Promise<unknown> {
    const cards = await inspect.query(sql`select * from card_balance order by cardno`);
    const one = await inspect.query(sql`select * from receipt_scenic order by outtradeno`);
    const two = await inspect.query(sql`select * from receipt_pos order by outtradeno`);
    const seven = await inspect.query(sql`select * from receipt_stored_value order by outtradeno`);
    return { cards, one, two, seven };
  }

  it.each(['1', '2', '7'] as const)(
    'Begin is found again by its number, system %s',
    async (type) => {
      const order = anOrder(type);
      const autoid = await begin(order);
      const before = await everything();
      expect(await begin({ ...order, amount: fen(1) })).toBe(autoid);
      expect(await everything()).toEqual(before);
      expect(await begin(anOrder(type, { billNo: order.billNo }))).not.toBe(autoid);
    },
  );

  it('End knows a receipt by its number and its autoid together', async () => {
    const receipt = await begunReceipt(anOrder('2'));
    const before = await everything();
    for (const wrong of [{ outTradeNo: 'unknown' }, { receiptId: '0' }]) {
      await expect(end({ ...receipt, ...wrong }, 'C')).rejects.toThrow('no Begin row');
    }
    expect(await everything()).toEqual(before);
  });

  it.each(['S', 'C', 'F', 'H', 'U', 'R'] as const)(
    'End %s touches its own row alone',
    async (result) => {
      const other = await begunReceipt(anOrder('7'));
      const third = await begunReceipt(anOrder('7'));
      await end(third, 'S', aPayment());
      const card = () =>
        Promise.all([other, third].map((one) => inspect.cardBalance(some(one.cardNo))));
      const rows = () =>
        Promise.all([other, third].map((one) => inspect.systemRow('7', one.outTradeNo)));
      const before = [await card(), await rows()];
      const receipt = await begunReceipt(anOrder('7'));
      const payment = aPayment();
      if (result !== 'C' && result !== 'F') await end(receipt, 'S', payment);
      if (result === 'U' || result === 'R') await end(receipt, 'H', payment);
      const back = result === 'R' ? fen(8_888) : NO_MONEY;
      await end(receipt, result, payment, back, result === 'U' ? NO_MONEY : fen(8_888));
      expect([await card(), await rows()]).toEqual(before);
    },
  );

  it('changes nothing when it is repeated', async () => {
    const payment = aPayment();
    const paid = await begunReceipt(anOrder('7'));
    const ways: [Receipt, EndResult][] = [
      [paid, 'S'],
      [paid, 'H'],
      [paid, 'U'],
      [await begunReceipt(anOrder('7')), 'C'],
      [await begunReceipt(anOrder('7')), 'F'],
    ];
    for (const [receipt, result] of ways) {
      const held = result === 'U' ? NO_MONEY : fen(8_888);
      await end(receipt, result, payment, NO_MONEY, held);
      const before = await everything();
      await end(receipt, result, payment, NO_MONEY, held);
      expect(await everything()).toEqual(before);
    }
  });

  it('S and R without what they tell of are refused', async () => {
    const receipt = await begunReceipt(anOrder('7'));
    await expect(end(receipt, 'S')).rejects.toThrow('End S without a payment');
    const cardless = { ...receipt, cardNo: null };
    await expect(end(cardless, 'S', aPayment())).rejects.toThrow('a recharge without a card');
    await end(receipt, 'S', aPayment());
    const before = await everything();
    await end(receipt, 'R', null, NO_MONEY);
    expect(await everything()).toEqual(before);
  });

  it('S again is old news with its own trade, and refused with another', async () => {
    const receipt = await begunReceipt(anOrder('7'));
    const payment = aPayment();
    await end(receipt, 'S', payment);
    const before = await everything();
    expect(await end(receipt, 'S', payment)).toBe('3');
    await expect(end(receipt, 'S', aPayment())).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    expect(await everything()).toEqual(before);
  });

  it('H and U are nothing before a payment, and to the other systems', async () => {
    const begun = await begunReceipt(anOrder('7'));
    const pos = await begunReceipt(anOrder('2'));
    await end(pos, 'S', aPayment());
    const before = await everything();
    for (const result of ['H', 'U'] as const) {
      await end(begun, result);
      await end(pos, result);
    }
    expect(await everything()).toEqual(before);
  });

  /** Holds of a recharge of 88.88, one after the other: what is told, and card and total then. */
  it.each<[string, string, string]>([
    ['H1', '88.87', '0.01'],
    ['H1 H2', '88.86', '0.02'],
    ['H1 H1', '88.87', '0.01'],
    ['H2 H1', '88.86', '0.02'],
    ['H8888', '0.00', '88.88'],
    ['H8888 U0', '88.88', '0.00'],
    ['H8888 U0 U0', '88.88', '0.00'],
    ['H3333 H6666 U3333', '55.55', '33.33'],
    ['H3333 U6666', '55.55', '33.33'],
    ['H3333 R3333 H6666 R6666', '22.22', '66.66'],
    ['H3333 R3333 H6666 U3333', '55.55', '33.33'],
    ['R3333 H8888', '0.00', '88.88'],
    ['R3333 U0', '88.88', 'null'],
    ['H3333 R3333 U0', '88.88', '0.00'],
    ['H3333 R1', '55.55', '33.33'],
  ])('H and U are totals: %s leaves %s on the card', async (told, balance, total) => {
    const receipt = await begunReceipt(anOrder('7'));
    await end(receipt, 'S', aPayment());
    for (const call of told.split(' ')) {
      const value = fen(Number(call.slice(1)));
      await end(receipt, call[0] as EndResult, null, value, value);
    }
    expect(await inspect.cardBalance(some(receipt.cardNo))).toBe(balance);
    const row = await inspect.systemRow('7', receipt.outTradeNo);
    expect([String(row?.heldvalue), row?.result]).toEqual([total, /R/.test(told) ? 'R' : 'S']);
  });

  it('H above what was paid, or what the card holds, is refused and takes nothing', async () => {
    const receipt = await begunReceipt(anOrder('7'));
    await end(receipt, 'S', aPayment());
    await end(receipt, 'H', null, NO_MONEY, fen(100));
    await inspect.setCard(some(receipt.cardNo), '0.50');
    const before = await everything();
    for (const held of [8_889, 151, 8_888]) {
      const hold = end(receipt, 'H', null, NO_MONEY, fen(held));
      await expect(hold).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    }
    expect(await everything()).toEqual(before);
    await end(receipt, 'H', null, NO_MONEY, fen(150));
    expect(await inspect.cardBalance(some(receipt.cardNo))).toBe('0.00');
  });

  it('C and F come too late for a payment', async () => {
    const receipt = await begunReceipt(anOrder('2'));
    await end(receipt, 'S', aPayment());
    const before = await everything();
    for (const result of ['C', 'F'] as const) expect(await end(receipt, result)).toBe('3');
    expect(await everything()).toEqual(before);
  });

  it('R counts up, and never back', async () => {
    const receipt = await begunReceipt(anOrder('2'));
    await end(receipt, 'S', aPayment());
    expect(await end(receipt, 'R', null, fen(100))).toBe('2');
    expect(await end(receipt, 'R', null, fen(50))).toBe('2');
    const row = await inspect.systemRow('2', receipt.outTradeNo);
    expect(row).toMatchObject({ result: 'R', refundvalue: '1.00' });
    const over = end(receipt, 'R', null, fen(8_889));
    await expect(over).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    expect(await end(receipt, 'R', null, fen(8_888))).toBe('4');
  });

  it('a bill that another bill was paid beside is not collected', async () => {
    await end(await begunReceipt(anOrder('2')), 'S', aPayment());
    expect(await end(await begunReceipt(anOrder('2')), 'C')).toBe('0');
  });
});

import type { FreshBooks } from '../../../test/database/books';
import { T0, aMove, aPayment, anOrder, at, paid, some } from '../../../test/database/books';
import { waiting } from '../../../test/database/books';
import { DONE, Desk, REFUSED } from '../../../test/database/refund.suite';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { receiptSubject } from '../../domain/ports/alarm';
import type { RefundCase } from '../../domain/ports/refunds';
import { fen } from '../../domain/money';
import type { Receipt } from '../../domain/receipt/receipt';
import { big, sql } from '../sql/sql';

let books: FreshBooks;
let desk: Desk;
beforeEach(async () => {
  books = await openFreshSqlite();
  desk = new Desk(books);
});
afterEach(() => books.close());

const aPaid = (amount = 10_000) => paid(books, anOrder('2', { amount: fen(amount) }));

/** A receipt that was paid when another one had been paid in its place; with what it is owed. */
async function aDuplicate(): Promise<{ receipt: Receipt; owed: number }> {
  const store = books.repositories['2'];
  const order = anOrder('2');
  const dead = some(await store.move(await waiting(books, order), ...aMove('close')));
  await paid(books, anOrder('2', { billNo: order.billNo }));
  const receipt = some(await store.move(dead, ...aMove('pay', { payment: aPayment() })));
  const row = await books.inspect.query<{ id: number }>(
    sql`select id from refund where receipt_row_id = ${big(receipt.id)}`,
  );
  return { receipt, owed: Number(some(row[0]).id) };
}

/** Everything a sweep goes by, and what a person wished. */
async function rowOf(id: number): Promise<unknown> {
  const [row] = await books.inspect.query(
    sql`select state, given_up, due_at_ms, tries from refund where id = ${big(id)}`,
  );
  return row;
}

/** Lets what a person has begun go back, or not. */
async function giveBack(receipt: Receipt, answer: typeof DONE | typeof REFUSED) {
  const wish = { receipt, asker: 'person', outRequestNo: `no ${receipt.id}` } as const;
  const begun = await books.refunds.beginOwed(wish, at(T0 + 5_000));
  if (begun.kind !== 'begun') throw new Error(begun.kind);
  await desk.answer(await desk.send(begun.found), answer);
}

describe('a refund that a person gives up', () => {
  it('is due at once, and the others go on as they were', async () => {
    const receipt = await aPaid();
    const [one, other] = [await desk.begin(receipt, 100), await desk.begin(receipt, 200)];
    const elsewhere = await desk.begin(await aPaid(), 300);
    const others = () => Promise.all([other, elsewhere].map(({ refund }) => rowOf(refund.id)));
    const before = await others();
    expect(await books.refunds.withdraw(one.refund.id, at(T0 + 7))).toBeNull();
    expect(await rowOf(one.refund.id)).toMatchObject({ given_up: 'withdrawn', due_at_ms: T0 + 7 });
    expect(await others()).toEqual(before);
  });

  it('is none that has ended, and none that is not there', async () => {
    const { refund } = await desk.refund(await aPaid(), 100);
    const before = await rowOf(refund.id);
    expect(await books.refunds.withdraw(refund.id, at(T0))).toBe('ended');
    expect(await rowOf(refund.id)).toEqual(before);
    expect(await books.refunds.withdraw(9_999, at(T0))).toBe('unknown');
  });
});

describe('what a duplicate is owed', () => {
  it('is left to a person alone: what others are owed, or wait for, stays due', async () => {
    const { receipt, owed } = await aDuplicate();
    const rest = [(await aDuplicate()).owed, (await desk.begin(await aPaid(), 100)).refund.id];
    const before = await Promise.all(rest.map(rowOf));
    expect(await books.refunds.leaveToPerson(owed, at(T0 + 9))).toBe(true);
    expect(await rowOf(owed)).toMatchObject({ state: 'queued', due_at_ms: null });
    expect(await Promise.all(rest.map(rowOf))).toEqual(before);
    expect((await books.inspect.events(receipt.id)).at(-1)).toBe('leaveOwed paid');
  });

  it.each([
    ['was finally refused', REFUSED],
    ['went back', DONE],
  ])('is no more to be left once it %s', async (_what, answer) => {
    const { receipt, owed } = await aDuplicate();
    await giveBack(receipt, answer);
    const events = await books.inspect.events(receipt.id);
    expect(await books.refunds.leaveToPerson(owed, at(T0 + 9))).toBe(false);
    expect(await books.inspect.events(receipt.id)).toEqual(events);
  });

  it('is never a refund that a till has asked for', async () => {
    const receipt = await aPaid();
    const done: RefundCase = await desk.refund(receipt, 100);
    expect(await books.refunds.leaveToPerson(done.refund.id, at(T0 + 9))).toBe(false);
  });

  it('and its alarm end with the money that goes back, and nothing else does', async () => {
    const [{ receipt }, other, third] = [
      await aDuplicate(),
      await aDuplicate(),
      await aDuplicate(),
    ];
    const alarmOf = async ({ receipt: { id } }: { receipt: Receipt }) =>
      some((await books.alarms.about('duplicatePayment', receiptSubject(id)))[0]);
    const closing = { by: 'ann', note: 'seen', nowMs: T0 };
    expect(await books.alarms.close((await alarmOf(third)).id, closing)).toBe(true);
    await giveBack(receipt, DONE);
    await giveBack(third.receipt, DONE);
    expect((await alarmOf({ receipt })).closed?.by).toBe('sweep');
    expect((await alarmOf(third)).closed).toMatchObject(closing);
    expect((await alarmOf(other)).closed).toBeNull();
    expect(await rowOf(other.owed)).toMatchObject({ state: 'queued' });
    const [late] = await books.alarms.about('lateMoney', receiptSubject(receipt.id));
    expect(some(late).closed).toBeNull();
  });
});

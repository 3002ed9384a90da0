import type { Receipt } from '../../src/domain/receipt/receipt';
import { big, sql } from '../../src/legacy-db/sql/sql';
import type { FreshBooks, OpenFreshBooks } from './books';
import { T0, aMove, aPayment, anOrder, at, freshNumber, paid, some, waiting } from './books';
import { DONE, Desk } from './refund.suite';

/** When the payments of the tests are booked. */
const BOOKED_MS = T0 + 1_000;

/** What a duplicate is owed: when it goes back by itself, and by whom. */
export function describeOwed(open: OpenFreshBooks): void {
  describe('what a duplicate is owed', () => {
    let books: FreshBooks;
    let desk: Desk;
    beforeAll(async () => {
      books = await open();
    });
    beforeEach(() => {
      desk = new Desk(books);
    });
    afterAll(() => books.close());

    /** A receipt that was paid after its successor, and that one. */
    async function paidTwice(): Promise<{ counts: Receipt; duplicate: Receipt }> {
      const order = anOrder('2');
      const first = await waiting(books, order);
      const pay = () => aMove('pay', { payment: aPayment() });
      const undoing = aMove('intendUndo', { reason: 'superseded' });
      const old = some(await books.repositories['2'].move(first, ...undoing));
      const dead = some(await books.repositories['2'].move(old, ...aMove('undo')));
      const counts = await paid(books, anOrder('2', { billNo: order.billNo }));
      const duplicate = some(await books.repositories['2'].move(dead, ...pay()));
      expect(duplicate.duplicate).toBe(true);
      return { counts, duplicate };
    }

    const beginOwed = (receipt: Receipt, asker: 'sweep' | 'person', afterMs: number) =>
      books.refunds.beginOwed({ receipt, asker, outRequestNo: 'owed' }, at(BOOKED_MS + afterMs));
    /** Is a refund of the receipt due then? Whoever asks has it for a moment. */
    async function isDue({ id }: Receipt, afterMs: number): Promise<boolean> {
      const nowMs = BOOKED_MS + afterMs;
      const claim = { owner: freshNumber('W'), nowMs, claimUntilMs: nowMs + 1, limit: 1_000 };
      return (await books.refunds.claimDue(claim)).some(({ receipt }) => receipt.id === id);
    }

    /** All that is written of what two duplicates are owed. */
    function rowsOf(one: Receipt, two: Receipt): Promise<unknown[]> {
      return books.inspect.query(
        sql`select * from refund
        where receipt_row_id in (${big(one.id)}, ${big(two.id)}) order by id`,
      );
    }

    it('begins by itself a minute after it was booked', async () => {
      const { duplicate } = await paidTwice();
      expect(await isDue(duplicate, 59_999)).toBe(false);
      expect(await isDue(duplicate, 60_000)).toBe(true);
      expect(await beginOwed(duplicate, 'sweep', 59_999)).toEqual({ kind: 'waits' });
      const begun = await beginOwed(duplicate, 'sweep', 60_000);
      expect(begun).toMatchObject({
        kind: 'begun',
        found: { receipt: { state: 'refunding', givingBack: 'refund' } },
      });
      // Under the same number, and once, whoever wants it besides.
      expect((await beginOwed(duplicate, 'person', 60_001)).kind).toBe('begun');
      const taken = await desk.begin(await books.repositories['2'].get(duplicate.id), 8_888, 'B1');
      expect(taken.refund).toMatchObject({ batchNo: 'B1', outRequestNo: 'owed', state: 'queued' });
      expect(taken.refunds).toHaveLength(1);
    });

    it('waits for a refund of the payment that counts', async () => {
      const { counts, duplicate } = await paidTwice();
      const part = await desk.begin(counts, 100);
      expect(await beginOwed(duplicate, 'sweep', 120_000)).toEqual({ kind: 'waits' });
      expect(await isDue(duplicate, 179_999)).toBe(false);
      expect(await isDue(duplicate, 180_000)).toBe(true);
      await desk.answer(await desk.send(part), DONE);
      expect((await beginOwed(duplicate, 'sweep', 180_000)).kind).toBe('begun');
    });

    it('is left to a person when all of the other went back', async () => {
      const { counts, duplicate } = await paidTwice();
      await desk.refund(counts, 8_888);
      expect(await beginOwed(duplicate, 'sweep', 120_000)).toEqual({ kind: 'waits' });
      expect(await isDue(duplicate, 7_000_000)).toBe(false);
      expect((await beginOwed(duplicate, 'person', 120_000)).kind).toBe('begun');
    });

    it('is put off, begun and taken over alone: what another one is owed stays', async () => {
      const other = await paidTwice();
      const { counts, duplicate } = await paidTwice();
      const another = await paidTwice();
      const before = await rowsOf(other.duplicate, another.duplicate);
      expect(before).toHaveLength(2);
      const part = await desk.begin(counts, 100);
      expect(await beginOwed(duplicate, 'sweep', 120_000)).toEqual({ kind: 'waits' });
      await desk.answer(await desk.send(part), DONE);
      expect((await beginOwed(duplicate, 'sweep', 180_000)).kind).toBe('begun');
      await desk.begin(await books.repositories['2'].get(duplicate.id), 8_888, 'B1');
      const { refund } = await desk.begin((await paidTwice()).duplicate, 8_888, 'B2');
      await books.refunds.leaveOwed(refund);
      expect(await rowsOf(other.duplicate, another.duplicate)).toEqual(before);
    });

    it('goes on under the batch of who asks, as a whole', async () => {
      const { duplicate } = await paidTwice();
      expect(await desk.wish(duplicate, 100, 'B1')).toMatchObject({ why: 'wholeOnly' });
      const { refund } = await desk.begin(duplicate, 8_888, 'B1');
      expect(refund).toMatchObject({ batchNo: 'B1', cause: 'duplicate', outRequestNo: 'no of B1' });
      const sent = await desk.send(await books.refunds.get(refund.id));
      const done = await desk.answer(sent, DONE);
      expect(done.found.receipt).toMatchObject({ state: 'refunded', refunded: 8_888 });
      expect(await books.inspect.refunds(duplicate.id)).toEqual(['B1 8888 done']);
      const row = await books.inspect.systemRow('2', duplicate.outTradeNo);
      expect(row?.refundvalue).toBeNull();
    });
  });
}

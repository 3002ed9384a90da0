import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { BeginOrder } from '../../src/domain/ports/receipt-repository';
import { big, sql } from '../../src/legacy-db/sql/sql';
import type { FreshBooks, OpenFreshBooks } from './books';
import { T0, aMove, aPayment, anOrder, at, freshNumber, some, waiting } from './books';

/** How a receipt ends before its successor is begun. */
const ENDS = ['close', 'fail', 'undo'] as const;

/** Two receipts of one bill, the second begun in the place of the first. */
interface Pair {
  readonly order: BeginOrder;
  readonly first: Receipt;
  readonly second: Receipt;
}

class Bill {
  constructor(private readonly books: FreshBooks) {}

  /** The first receipt ends, then the second gets its code. */
  async replaced(order: BeginOrder, how: (typeof ENDS)[number] = 'close'): Promise<Pair> {
    const receipts = this.books.repositories[order.billType];
    let live = await waiting(this.books, order);
    if (how === 'undo') {
      live = some(await receipts.move(live, ...aMove('intendUndo', { reason: 'superseded' })));
    }
    const first = some(await receipts.move(live, ...aMove(how)));
    const next = { ...order, outTradeNo: freshNumber('N') };
    return { order, first, second: await waiting(this.books, next) };
  }

  async pay(receipt: Receipt, payment = aPayment(receipt.amount)): Promise<Receipt> {
    const receipts = this.books.repositories[receipt.billType];
    const fresh = await receipts.get(receipt.id);
    return some(await receipts.move(fresh, ...aMove('pay', { payment })));
  }

  alarms({ id }: Receipt): Promise<string[]> {
    return this.books.inspect.alarms(id);
  }
}

/** Of two receipts that stand for the same money one counts; the other waits to go back. */
export function describeDuplicates(open: OpenFreshBooks): void {
  describe('a receipt that is paid beside the one in its place', () => {
    let books: FreshBooks;
    let bill: Bill;
    beforeAll(async () => {
      books = await open();
      bill = new Bill(books);
    });
    afterAll(() => books.close());

    it.each(ENDS)('after %s, the successor first: is a duplicate', async (how) => {
      const { first, second } = await bill.replaced(anOrder('7'), how);
      const counts = await bill.pay(second);
      const duplicate = await bill.pay(first);
      expect([counts.duplicate, duplicate.duplicate, duplicate.state]).toEqual([
        false,
        true,
        'paid',
      ]);
      expect((await bill.alarms(first)).sort()).toEqual(['duplicatePayment', 'lateMoney']);
      expect(await bill.alarms(second)).toEqual([]);
      expect(await books.inspect.refunds(first.id)).toEqual(['\u0001duplicate 8888 queued']);
      expect(await books.inspect.refunds(second.id)).toEqual([]);
      expect(await books.inspect.cardBalance(some(first.cardNo))).toBe('88.88');
      const row = await books.inspect.systemRow('7', first.outTradeNo);
      expect(row).toMatchObject({ result: how === 'fail' ? 'F' : 'C', receiptvalue: null });
    });

    it.each(ENDS)('after %s, late money first: the successor is', async (how) => {
      const { first, second } = await bill.replaced(anOrder('7'), how);
      const counts = await bill.pay(first);
      const duplicate = await bill.pay(second);
      expect([counts.duplicate, duplicate.duplicate]).toEqual([false, true]);
      expect(await bill.alarms(first)).toEqual(['lateMoney']);
      expect(await bill.alarms(second)).toEqual(['duplicatePayment']);
      expect(await books.inspect.cardBalance(some(first.cardNo))).toBe('88.88');
      const row = await books.inspect.systemRow('7', second.outTradeNo);
      expect(row).toMatchObject({ result: null, receiptvalue: null });
    });

    it('keeps its trade, and is never money of its bill', async () => {
      const { first, second } = await bill.replaced(anOrder('1'));
      const payment = aPayment();
      await bill.pay(second);
      const duplicate = await bill.pay(first, payment);
      expect([duplicate.payment, duplicate.billStatus]).toEqual([payment, '3']);
      const gone = some(
        await books.repositories['1'].move(
          await books.repositories['1'].get(second.id),
          ...aMove('refundInFull', { refunded: fen(8_888) }),
        ),
      );
      // What is left is the duplicate alone, and that was never collected.
      expect(gone.billStatus).toBe('4');
    });

    it('owes its money until all of it went back, whatever goes back elsewhere', async () => {
      const receipts = books.repositories['2'];
      const pairs = [await bill.replaced(anOrder('2')), await bill.replaced(anOrder('2'))];
      for (const { first, second } of pairs) {
        await bill.pay(second);
        await bill.pay(first);
      }
      const [one, other] = pairs.map(({ first }) => first.id);
      const refunds = (id: number | undefined) => books.inspect.refunds(some(id));
      const gone = aMove('refundInFull', { refunded: fen(8_888) });
      some(await receipts.move(await receipts.get(some(one)), ...gone));
      expect(await refunds(one)).toEqual(['\u0001duplicate 8888 done']);
      expect(await refunds(other)).toEqual(['\u0001duplicate 8888 queued']);
    });

    it('keeps when a part of it went back, once all of it has', async () => {
      const receipts = books.repositories['2'];
      const { first, second } = await bill.replaced(anOrder('2'));
      await bill.pay(second);
      const duplicate = await bill.pay(first);
      const part = { refunded: fen(333), foreignRequestNo: 'portal' };
      const left = some(await receipts.move(duplicate, ...aMove('refundInPart', part)));
      const all = { event: 'refundInFull', refunded: fen(8_888) } as const;
      some(await receipts.move(left, [all], at(T0 + 5_000)));
      const rows = await books.inspect.query<{ ended_at_ms: number | string }>(
        sql`select ended_at_ms from refund where receipt_row_id = ${big(first.id)} order by id`,
      );
      expect(rows.map((row) => Number(row.ended_at_ms))).toEqual([T0 + 5_000, T0 + 1_000]);
    });

    it('is raised once, however often its payment is told', async () => {
      const { first, second } = await bill.replaced(anOrder('2'));
      await bill.pay(second);
      const payment = aPayment();
      const duplicate = await bill.pay(first, payment);
      const rows = await books.inspect.countRows();
      await books.repositories['2'].move(first, ...aMove('pay', { payment }));
      expect(await books.inspect.countRows()).toBe(rows);
      expect((await bill.alarms(duplicate)).sort()).toEqual(['duplicatePayment', 'lateMoney']);
    });

    it('goes back without touching the systems or the card', async () => {
      const { first, second } = await bill.replaced(anOrder('7'));
      await bill.pay(second);
      const duplicate = await bill.pay(first);
      const receipts = books.repositories['7'];
      const going = some(await receipts.move(duplicate, ...aMove('beginRefund')));
      const all = aMove('refundInFull', { refunded: fen(8_888) });
      const gone = some(await receipts.move(going, ...all));
      expect([gone.state, gone.refunded, gone.billStatus]).toEqual(['refunded', 8_888, '3']);
      expect(await books.inspect.refunds(first.id)).toEqual(['\u0001duplicate 8888 done']);
      expect(await books.inspect.cardBalance(some(first.cardNo))).toBe('88.88');
    });

    it('does not stand in the way of the next part payment', async () => {
      const { order, first, second } = await bill.replaced(anOrder('3'));
      await bill.pay(second);
      await bill.pay(first);
      const receipts = books.repositories['3'];
      await receipts.markTold(second.id, T0);
      const more = { ...order, outTradeNo: freshNumber('N'), amount: fen(5) };
      expect((await receipts.begin(more)).kind).toBe('begun');
    });
  });
}

/** What looks like a duplicate and is none. */
export function describeNoDuplicates(open: OpenFreshBooks): void {
  describe('a payment that is no duplicate', () => {
    let books: FreshBooks;
    let bill: Bill;
    beforeAll(async () => {
      books = await open();
      bill = new Bill(books);
    });
    afterAll(() => books.close());

    it('is a part payment after the first was told', async () => {
      const order = anOrder('7');
      const first = await bill.pay(await waiting(books, order));
      await books.repositories['7'].markTold(first.id, T0);
      const more = { ...order, outTradeNo: freshNumber('N'), amount: fen(1_112) };
      const second = await bill.pay(await waiting(books, more));
      expect([first.duplicate, second.duplicate]).toEqual([false, false]);
      expect(await books.inspect.cardBalance(some(order.cardNo))).toBe('100.00');
    });

    it('is late money whose successor ended unpaid: raised, and booked', async () => {
      const { first, second } = await bill.replaced(anOrder('7'));
      some(await books.repositories['7'].move(second, ...aMove('close')));
      const late = await bill.pay(first);
      expect([late.duplicate, late.billStatus]).toEqual([false, '3']);
      expect(await bill.alarms(first)).toEqual(['lateMoney']);
      expect(await books.inspect.cardBalance(some(first.cardNo))).toBe('88.88');
    });

    it('is late money whose successor was paid and has gone back whole', async () => {
      const { first, second } = await bill.replaced(anOrder('2'));
      const gone = aMove('refundInFull', { refunded: fen(8_888) });
      some(await books.repositories['2'].move(await bill.pay(second), ...gone));
      expect((await bill.pay(first)).duplicate).toBe(false);
    });

    it('is late money beside a duplicate, whose rival has gone back whole', async () => {
      const receipts = books.repositories['2'];
      const order = anOrder('2');
      const { first, second } = await bill.replaced(order);
      some(await receipts.move(second, ...aMove('close')));
      const third = await bill.pay(
        await waiting(books, { ...order, outTradeNo: freshNumber('N') }),
      );
      expect((await bill.pay(second)).duplicate).toBe(true);
      const gone = aMove('refundInFull', { refunded: fen(8_888) });
      some(await receipts.move(third, ...gone));
      expect((await bill.pay(first)).duplicate).toBe(false);
    });

    it('is money on another bill', async () => {
      const { first, second } = await bill.replaced(anOrder('2'));
      await bill.pay(await waiting(books, anOrder('2')));
      expect((await bill.pay(second)).duplicate).toBe(false);
      await bill.pay(await waiting(books, anOrder('2')));
      expect((await bill.pay(first)).duplicate).toBe(true);
    });
  });
}

/** Late money ends the code that was given in its place. */
export function describeLiveRivals(open: OpenFreshBooks): void {
  describe('late money', () => {
    let books: FreshBooks;
    let bill: Bill;
    beforeAll(async () => {
      books = await open();
      bill = new Bill(books);
    });
    afterAll(() => books.close());

    it('undoes the live code in its place in the same unit', async () => {
      const { first, second } = await bill.replaced(anOrder('4'));
      await bill.pay(first);
      const rival = await books.repositories['4'].get(second.id);
      expect([rival.state, rival.undoReason]).toEqual(['cancelling', 'superseded']);
      expect((await books.inspect.events(second.id)).at(-1)).toBe('intendUndo cancelling');
      const nowMs = T0 + 5_000;
      const claim = { owner: 'x', nowMs, claimUntilMs: nowMs + 60_000, limit: 10 };
      expect((await books.openReceipts.claimDue(claim)).map(({ id }) => id)).toContain(second.id);
    });

    it('leaves a rival that is being undone already to its reason', async () => {
      const { first, second } = await bill.replaced(anOrder('4'));
      const intent = aMove('intendUndo', { reason: 'operator' });
      some(await books.repositories['4'].move(second, ...intent));
      await bill.pay(first);
      expect((await books.repositories['4'].get(second.id)).undoReason).toBe('operator');
    });

    it('that is refused leaves the rival its code', async () => {
      const { first, second } = await bill.replaced(anOrder('4'));
      await expect(bill.pay(first, aPayment(1))).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
      expect(await books.repositories['4'].get(second.id)).toEqual(second);
      expect(await bill.alarms(first)).toEqual([]);
    });
  });
}

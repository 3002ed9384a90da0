import { BILL_TYPES } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { FreshBooks, OpenFreshBooks } from './books';
import { aMove, aPayment, anOrder, begun, freshNumber, paid, some, waiting } from './books';

/** End writes the result into the system's table and tells what the bill has become. */
export function describeEnd(open: OpenFreshBooks): void {
  describe('End', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each([...BILL_TYPES])('S of type %s saves amount, trade, buyer and time', async (type) => {
      const order = anOrder(type);
      const payment = aPayment();
      const receipt = await paid(books, order, payment);
      expect(receipt.billStatus).toBe('3');
      expect(await books.inspect.systemRow(type, order.outTradeNo)).toMatchObject({
        result: 'S',
        tradeno: payment.tradeNo,
        receiptvalue: '88.88',
        refundvalue: null,
        buyer: '138****1234',
        paidat: '2026-11-22 12:00:00',
      });
    });

    it('S without buyer and time is a payment too', async () => {
      const order = anOrder('2');
      await paid(books, order, aPayment(8_888, { buyer: null, paidAtMs: null }));
      const row = await books.inspect.systemRow('2', order.outTradeNo);
      expect(row).toMatchObject({ result: 'S', buyer: null, paidat: null });
    });

    it.each([
      ['close', 'C'],
      ['fail', 'F'],
    ] as const)('of %s is %s, and late money is accepted after it', async (event, result) => {
      for (const type of BILL_TYPES) {
        const order = anOrder(type);
        const receipts = books.repositories[type];
        const ended = some(await receipts.move(await waiting(books, order), ...aMove(event)));
        expect(ended.billStatus).toBe('0');
        const row = await books.inspect.systemRow(type, order.outTradeNo);
        expect(row).toMatchObject({ result, tradeno: null, receiptvalue: null });
        const late = some(await receipts.move(ended, ...aMove('pay', { payment: aPayment() })));
        expect([late.state, late.billStatus]).toEqual(['paid', '3']);
        const after = await books.inspect.systemRow(type, order.outTradeNo);
        expect(after).toMatchObject({ result: 'S', receiptvalue: '88.88' });
      }
    });

    it('of an undo is C', async () => {
      const order = anOrder('2');
      const receipts = books.repositories['2'];
      const receipt = await waiting(books, order);
      const undoing = some(await receipts.move(receipt, ...aMove('intendUndo')));
      expect((await books.inspect.systemRow('2', order.outTradeNo))?.result).toBeNull();
      some(await receipts.move(undoing, ...aMove('undo')));
      expect((await books.inspect.systemRow('2', order.outTradeNo))?.result).toBe('C');
    });
  });
}

/** What End tells of the bill, over all its receipts. */
export function describeBillStatus(open: OpenFreshBooks): void {
  describe('the state of a bill', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it('R in part, then in full, gives bill status 2, then 4', async () => {
      const order = anOrder('1');
      const receipts = books.repositories['1'];
      const move = async (receipt: Receipt, step: ReturnType<typeof aMove>) =>
        some(await receipts.move(receipt, ...step));
      const going = await move(await paid(books, order), aMove('beginRefund'));
      const part = await move(going, aMove('endRefund', { refunded: fen(1) }));
      expect([part.state, part.billStatus]).toEqual(['paid', '2']);
      const row = await books.inspect.systemRow('1', order.outTradeNo);
      expect(row).toMatchObject({ result: 'R', receiptvalue: '88.88', refundvalue: '0.01' });
      const more = await move(part, aMove('beginRefund'));
      const all = await move(more, aMove('refundInFull', { refunded: fen(8_888) }));
      expect([all.state, all.billStatus]).toEqual(['refunded', '4']);
      const after = await books.inspect.systemRow('1', order.outTradeNo);
      expect(after).toMatchObject({ result: 'R', refundvalue: '88.88' });
    });

    it('tells the state of the whole bill, not of one receipt', async () => {
      const billNo = freshNumber();
      const receipts = books.repositories['1'];
      const first = await paid(books, anOrder('1', { billNo }));
      await receipts.markTold(first.id, 1);
      const more = anOrder('1', { billNo, amount: fen(100) });
      const second = await paid(books, more);
      const gone = some(
        await receipts.move(second, ...aMove('refundInFull', { refunded: fen(100) })),
      );
      expect([first.billStatus, second.billStatus, gone.billStatus]).toEqual(['3', '3', '2']);
      expect((await receipts.get(first.id)).billStatus).toBe('2');
      const third = await begun(books, anOrder('1', { billNo, amount: fen(5) }));
      const closed = some(await receipts.move(third, ...aMove('close')));
      expect(closed.billStatus).toBe('2');
    });
  });
}

/** What End refuses is rolled back with everything around it. */
export function describeRefusedEnd(open: OpenFreshBooks): void {
  describe('a refused End', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each([...BILL_TYPES])(
      'S of type %s with another amount leaves nothing behind',
      async (type) => {
        const order = anOrder(type);
        const receipts = books.repositories[type];
        const receipt = await waiting(books, order);
        const rows = await books.inspect.countRows();
        const system = await books.inspect.systemRow(type, order.outTradeNo);
        for (const wrong of [8_887, 8_889, 1, 888_800]) {
          const pay = receipts.move(receipt, ...aMove('pay', { payment: aPayment(wrong) }));
          await expect(pay).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
        }
        expect(await receipts.get(receipt.id)).toEqual(receipt);
        expect(await books.inspect.systemRow(type, order.outTradeNo)).toEqual(system);
        expect(await books.inspect.countRows()).toBe(rows);
        if (order.cardNo) expect(await books.inspect.cardBalance(order.cardNo)).toBeNull();
      },
    );

    it('S with a trade that is booked elsewhere leaves an alarm alone behind', async () => {
      const payment = aPayment();
      await paid(books, anOrder('2'), payment);
      for (const type of ['2', '7'] as const) {
        const order = anOrder(type);
        const receipts = books.repositories[type];
        const receipt = await waiting(books, order);
        const rows = await books.inspect.countRows();
        const pay = receipts.move(receipt, ...aMove('pay', { payment }));
        await expect(pay).rejects.toMatchObject({ code: 'UNDECIDED' });
        expect(await receipts.get(receipt.id)).toEqual(receipt);
        expect((await books.inspect.systemRow(type, order.outTradeNo))?.result).toBeNull();
        expect(await books.inspect.alarms(receipt.id)).toEqual(['tradeNoMismatch']);
        expect(await books.inspect.countRows()).toBe(rows + 1);
        if (order.cardNo) expect(await books.inspect.cardBalance(order.cardNo)).toBeNull();
      }
    });

    it.each(['2', '7'] as const)(
      'S again with its own trade is old news, system %s',
      async (type) => {
        const order = anOrder(type);
        const payment = aPayment();
        const receipt = await paid(books, order, payment);
        const again = some(
          await books.repositories[type].move(receipt, ...aMove('pay', { payment })),
        );
        expect([again.state, again.payment, again.duplicate]).toEqual(['paid', payment, false]);
        expect(await books.inspect.alarms(receipt.id)).toEqual([]);
        if (order.cardNo) expect(await books.inspect.cardBalance(order.cardNo)).toBe('88.88');
      },
    );

    it('R above what was paid leaves nothing behind', async () => {
      const order = anOrder('3');
      const receipts = books.repositories['3'];
      const receipt = await paid(books, order);
      const over = receipts.move(receipt, ...aMove('refundInFull', { refunded: fen(8_889) }));
      await expect(over).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
      expect(await receipts.get(receipt.id)).toEqual(receipt);
      const row = await books.inspect.systemRow('3', order.outTradeNo);
      expect(row).toMatchObject({ result: 'S', refundvalue: null });
    });
  });
}

/** A card is credited by End alone, once for each payment. */
export function describeCards(open: OpenFreshBooks): void {
  describe('stored-value cards', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it('are credited once, whoever tries again', async () => {
      const order = anOrder('7');
      const cardNo = some(order.cardNo);
      const receipts = books.repositories['7'];
      const given = await waiting(books, order);
      expect(await books.inspect.cardBalance(cardNo)).toBeNull();
      const pay = aMove('pay', { payment: aPayment() });
      const moves = await Promise.all(
        Array.from({ length: 10 }, () => receipts.move(given, ...pay)),
      );
      expect(moves.filter((moved) => moved !== null)).toHaveLength(1);
      expect(await books.inspect.cardBalance(cardNo)).toBe('88.88');
    });

    it('add up exactly over payments, and over cards never', async () => {
      const cardNo = freshNumber('CARD');
      const other = freshNumber('CARD');
      for (const amount of [10, 20, 9_999_999_999, 1]) {
        await paid(books, anOrder('7', { cardNo, amount: fen(amount) }));
      }
      await paid(books, anOrder('7', { cardNo: other, amount: fen(5) }));
      expect(await books.inspect.cardBalance(cardNo)).toBe('100000000.30');
      expect(await books.inspect.cardBalance(other)).toBe('0.05');
    });

    it('are credited for late money too, and not for a closed payment', async () => {
      const order = anOrder('7');
      const cardNo = some(order.cardNo);
      const receipts = books.repositories['7'];
      const closed = some(await receipts.move(await waiting(books, order), ...aMove('close')));
      expect(await books.inspect.cardBalance(cardNo)).toBeNull();
      some(await receipts.move(closed, ...aMove('pay', { payment: aPayment() })));
      expect(await books.inspect.cardBalance(cardNo)).toBe('88.88');
    });

    it('are those of Begin: the other systems credit none', async () => {
      const cardNo = freshNumber('CARD');
      await paid(books, anOrder('2', { cardNo }));
      expect(await books.inspect.cardBalance(cardNo)).toBeNull();
    });
  });
}

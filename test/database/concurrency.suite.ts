import { BILL_TYPES } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { CollectDecision } from '../../src/domain/collect/collect-decision';
import type { FreshBooks, OpenFreshBooks } from './books';
import { aMove, aPayment, anOrder, freshNumber, paid, waiting } from './books';

function kinds(decisions: readonly CollectDecision[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of decisions) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What happens at the same time happens one after the other. */
export function describeConcurrency(open: OpenFreshBooks): void {
  describe('at the same time', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each([...BILL_TYPES])('50 Begins of one bill of type %s make one receipt', async (type) => {
      const order = anOrder(type);
      const rows = await books.inspect.countRows();
      const begins = Array.from({ length: 50 }, () =>
        books.repositories[type].begin({ ...order, outTradeNo: freshNumber('N') }),
      );
      const decisions = await Promise.all(begins);
      expect(kinds(decisions)).toEqual({ begun: 1, resume: 49 });
      expect(new Set(decisions.map(({ receipt }) => receipt.id)).size).toBe(1);
      // Bill, receipt, event, the system's row and, but for scenic tickets, the serial.
      expect((await books.inspect.countRows()) - rows).toBe(type === '1' ? 4 : 5);
    });

    it('two Begins on different terms: one wins, the other is told so', async () => {
      const order = anOrder('1');
      const terms = [100, 200, 300].map((amount) =>
        books.repositories['1'].begin({
          ...order,
          outTradeNo: freshNumber('N'),
          amount: fen(amount),
        }),
      );
      expect(kinds(await Promise.all(terms))).toEqual({ begun: 1, conflict: 2 });
    });
  });
}

/** Different bills do not hinder each other, and one result of a receipt wins. */
export function describeCrowd(open: OpenFreshBooks): void {
  describe('many at the same time', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it('Begins of different bills all succeed, with numbers of their own', async () => {
      const begins = Array.from({ length: 140 }, (_one, index) => {
        const type = BILL_TYPES[index % 7] ?? '1';
        return books.repositories[type].begin(anOrder(type));
      });
      const decisions = await Promise.all(begins);
      expect(kinds(decisions)).toEqual({ begun: 140 });
      const serials = decisions
        .filter(({ receipt }) => receipt.billType !== '1')
        .map(({ receipt }) => receipt.receiptId);
      expect(new Set(serials).size).toBe(120);
    });

    it('a Begin that fails takes none of the others with it', async () => {
      const known = anOrder('2');
      await waiting(books, known);
      const fails = anOrder('2', { outTradeNo: known.outTradeNo });
      const rows = await books.inspect.countRows();
      const results = await Promise.allSettled([
        books.repositories['2'].begin(anOrder('2')),
        books.repositories['2'].begin(fails),
        books.repositories['3'].begin(anOrder('3')),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((await books.inspect.countRows()) - rows).toBe(10);
    });

    it('a payment and a close: one wins, and the other moved nothing', async () => {
      for (const first of ['pay', 'close'] as const) {
        const receipt = await waiting(books, anOrder('4'));
        const receipts = books.repositories['4'];
        const pay = () => receipts.move(receipt, ...aMove('pay', { payment: aPayment() }));
        const close = () => receipts.move(receipt, ...aMove('close'));
        const moves = await Promise.all(first === 'pay' ? [pay(), close()] : [close(), pay()]);
        const [winner, ...others] = moves.filter((moved) => moved !== null);
        expect(others).toEqual([]);
        expect(await receipts.get(receipt.id)).toEqual(winner);
        expect((await books.inspect.events(receipt.id)).length).toBe(3);
      }
    });

    it('payments of different bills to one card all count', async () => {
      const cardNo = freshNumber('CARD');
      const orders = Array.from({ length: 20 }, () => anOrder('7', { cardNo, amount: fen(105) }));
      await Promise.all(orders.map((order) => paid(books, order)));
      expect(await books.inspect.cardBalance(cardNo)).toBe('21.00');
    });
  });
}

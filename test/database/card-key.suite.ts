import type { FreshBooks, OpenFreshBooks } from './books';
import { aMove, aPayment, anOrder, begun, freshNumber, paid, some, waiting } from './books';
import { fen } from '../../src/domain/money';

/** Numbers with the same key are one card: one balance, on either store. */
export function describeCardKeys(open: OpenFreshBooks): void {
  describe('a card', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it('has one balance however it is written, and each text stays as sent', async () => {
      const key = freshNumber('CARD');
      const written = [`${key} `, key.toLowerCase(), key, `${key.toLowerCase()}   `];
      for (const [index, cardNo] of written.entries()) {
        const order = anOrder('7', { cardNo, amount: fen(100) });
        const receipt = await paid(books, order);
        expect(receipt.cardNo).toBe(cardNo);
        expect((await books.inspect.systemRow('7', order.outTradeNo))?.cardno).toBe(cardNo);
        expect(await books.inspect.cardBalance(key)).toBe(`${index + 1}.00`);
      }
      expect((await books.inspect.countsByTable())['card_balance']).toBe(1);
    });

    it('gives up what it got under another writing, and holds no more than both', async () => {
      const key = freshNumber('CARD');
      const first = await paid(books, anOrder('7', { cardNo: `${key}  ` }));
      await books.inspect.setCard(key, '88.87');
      const receipts = books.repositories['7'];
      const going = aMove('beginRefund');
      await expect(receipts.move(first, ...going)).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
      const more = anOrder('7', { cardNo: key.toLowerCase(), amount: fen(1) });
      await paid(books, more, aPayment(1));
      some(await receipts.move(first, ...going));
      expect(await books.inspect.cardBalance(key)).toBe('0.00');
    });

    it('is another one when its number differs in more', async () => {
      const key = freshNumber('CARD');
      await paid(books, anOrder('7', { cardNo: key }));
      await paid(books, anOrder('7', { cardNo: ` ${key}`, amount: fen(100) }));
      expect(await books.inspect.cardBalance(key)).toBe('88.88');
      expect(await books.inspect.cardBalance(` ${key}`)).toBe('1.00');
    });

    it('written another way asks for the same code again', async () => {
      const cardNo = freshNumber('CARD');
      const order = anOrder('7', { cardNo });
      const { id } = await waiting(books, order);
      const ask = { ...order, outTradeNo: freshNumber('N') };
      const decided = (asked: string) => books.repositories['7'].begin({ ...ask, cardNo: asked });
      for (const same of [`${cardNo}  `, cardNo.toLowerCase()]) {
        expect(await decided(same)).toMatchObject({ kind: 'replay', receipt: { id, cardNo } });
      }
      expect(await decided(` ${cardNo}`)).toMatchObject({ kind: 'supersede', receipt: { id } });
      expect((await begun(books, anOrder('7', { cardNo }))).cardNo).toBe(cardNo);
    });
  });
}

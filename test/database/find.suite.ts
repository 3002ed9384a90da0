import { BILL_TYPES } from '../../src/domain/bill';
import type { BillType } from '../../src/domain/bill';
import type { FreshBooks, OpenFreshBooks } from './books';
import { anOrder, begun, freshNumber } from './books';

/** Two bill numbers, and whether they are one bill. */
const IDENTITY: [what: string, one: string, other: string, same: boolean][] = [
  ['small and capital ASCII letters', 'abc', 'ABC', true],
  ['trailing blanks', 'A1', 'A1   ', true],
  ['both', 'x9 ', 'X9', true],
  ['leading blanks', 'A1', ' A1', false],
  ['inner blanks', 'A 1', 'A1', false],
  ['full-width letters', 'A1', '\uff211', false],
  ['small and capital full-width letters', '\uff41', '\uff21', false],
  ['a trailing full-width space', 'A1', 'A1\u3000', false],
  ['a trailing zero-width space', 'A1', 'A1\u200b', false],
  ['NFC and NFD', '\u00e9', 'e\u0301', false],
  ['small and capital accented letters', '\u00e9', '\u00c9', false],
  ['sharp s and SS', '\u00df', 'SS', false],
  ['katakana and hiragana', '\u30a2', '\u3042', false],
  ['a wildcard', 'A%', 'AB', false],
  ['a single-character wildcard', 'A_', 'AB', false],
];

/** A receipt is found by four parts that all agree, and by nothing less. */
export function describeFind(open: OpenFreshBooks): void {
  describe('find', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each([...BILL_TYPES])('finds a receipt of type %s by all four parts only', async (type) => {
      const { billNo, payType, receiptId, id } = await begun(books, anOrder(type));
      const receipts = books.repositories[type];
      expect((await receipts.find(billNo, receiptId, payType))?.id).toBe(id);
      expect(await receipts.find(`${billNo}x`, receiptId, payType)).toBeNull();
      expect(await receipts.find(billNo, `${receiptId}1`, payType)).toBeNull();
      expect(await receipts.find(billNo, receiptId, '97')).toBeNull();
      const others = BILL_TYPES.filter((other) => other !== type);
      for (const other of others) {
        expect(await books.repositories[other].find(billNo, receiptId, payType)).toBeNull();
      }
    });

    it('does not reveal the receipt of another bill of the same system', async () => {
      const mine = await begun(books, anOrder('2'));
      const other = await begun(books, anOrder('2'));
      const receipts = books.repositories['2'];
      expect(await receipts.find(mine.billNo, other.receiptId, '98')).toBeNull();
      expect(await receipts.find(other.billNo, mine.receiptId, '98')).toBeNull();
    });

    it('compares the id and the paytype to the letter', async () => {
      const { billNo, receiptId } = await begun(books, anOrder('1', { payType: 'ab' }));
      const receipts = books.repositories['1'];
      expect(receiptId).toBe('ab|0|1');
      expect(await receipts.find(billNo, 'AB|0|1', 'ab')).toBeNull();
      expect(await receipts.find(billNo, 'ab_0_1', 'ab')).toBeNull();
      expect(await receipts.find(billNo, 'ab|0|1 ', 'ab')).toBeNull();
      expect(await receipts.find(billNo, 'ab|0|1', 'AB')).toBeNull();
      expect(await receipts.find(billNo, 'ab|0|1', 'ab')).not.toBeNull();
    });

    it('throws plainly for an id that is not ours', async () => {
      await expect(books.repositories['1'].get(987_654)).rejects.toThrow('no receipt');
    });
  });

  describe('the identity of a bill number', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    it.each(IDENTITY)('%s: %j and %j are one bill: %s', async (_what, one, other, same) => {
      const prefix = freshNumber();
      const first = await begun(books, anOrder('3', { billNo: prefix + one }));
      const receipts = books.repositories['3'];
      const found = await receipts.find(prefix + other, first.receiptId, '98');
      expect(found?.id).toBe(same ? first.id : undefined);
      const decision = await receipts.begin(anOrder('3', { billNo: prefix + other }));
      expect(decision.kind).toBe(same ? 'resume' : 'begun');
      expect(first.billNo).toBe(prefix + one);
    });

    it('keeps the same number of two systems apart', async () => {
      const billNo = freshNumber();
      const types: BillType[] = ['1', '2', '7'];
      const receipts = [];
      for (const type of types) receipts.push(await begun(books, anOrder(type, { billNo })));
      expect(new Set(receipts.map(({ id }) => id)).size).toBe(3);
    });
  });
}

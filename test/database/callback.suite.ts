import { fen } from '../../src/domain/money';
import type { ReceiptStep } from '../../src/domain/ports/receipt-repository';
import { Desk, HOUR, TAKEN, TOLD } from './callback-desk';
import type { FreshBooks, OpenFreshBooks } from './books';
import { MINUTE, T0, aPayment, anOrder, at, some } from './books';

/** What is to be told is written with the books. */
export function describeCallbacks(open: OpenFreshBooks): void {
  describe('callbacks are written', () => {
    let desk: Desk;
    let books: FreshBooks;
    beforeAll(async () => {
      books = await open();
      desk = new Desk(books);
    });
    afterAll(() => books.close());

    it('in the unit of the move they tell', async () => {
      const receipt = await desk.paid();
      expect(await desk.states(receipt)).toEqual(['payment.paid written']);
      expect(await desk.rows(receipt)).toEqual([expect.objectContaining({ tries: 0 })]);
    });

    it('not at all when the unit fails, or when somebody was first', async () => {
      const waiting = await desk.waiting();
      const payment = aPayment();
      const over = {
        refuseWhenOver: () => {
          throw new Error('over');
        },
        isOver: () => true,
      };
      const origin = { ...at(T0), wantedUntil: over as never };
      const move = [{ event: 'pay', payment }] as const;
      await expect(books.telling[TOLD].move(waiting, move, origin)).rejects.toThrow('over');
      expect(await desk.states(waiting)).toEqual([]);
      const paid = await desk.move(waiting, [...move]);
      expect(await books.telling[TOLD].move(waiting, move, at(T0))).toBeNull();
      expect(await desk.states(paid)).toEqual(['payment.paid written']);
    });

    it('for a system that is told alone', async () => {
      const order = anOrder('3');
      const decision = await books.telling['3'].begin(order);
      if (decision.kind !== 'begun') throw new Error(decision.kind);
      const pay: ReceiptStep[] = [{ event: 'pay', payment: aPayment() }];
      const receipt = await desk.move(decision.receipt, pay);
      expect(await desk.states(receipt)).toEqual([]);
    });

    it('from what the unit found, not from what its caller had read', async () => {
      const stale = await desk.move(await desk.paid(), [{ event: 'beginRefund' }]);
      await desk.move(stale, [{ event: 'refundInPart', refunded: fen(33) }]);
      await desk.move(stale, [{ event: 'endRefund' }]);
      const states = ['payment.paid written', 'refund.done written', 'refund.refused written'];
      expect(await desk.states(stale)).toEqual(states);
    });

    it('once for several steps of one unit, as they end', async () => {
      const waiting = await desk.waiting();
      const undoing = await desk.move(waiting, [{ event: 'intendUndo', reason: 'operator' }]);
      const steps: ReceiptStep[] = [{ event: 'beginRefund', payment: aPayment() }];
      const refunding = await desk.move(undoing, steps);
      expect(await desk.states(refunding)).toEqual([]);
      await desk.move(refunding, [{ event: 'refundInFull', refunded: fen(8_888) }]);
      expect(await desk.states(refunding)).toEqual(['payment.refunded written']);
    });
  });
}

/** Numbers without gaps, given once the rows are there. */
export function describeCallbackNumbers(open: OpenFreshBooks): void {
  describe('numbers of callbacks', () => {
    let desk: Desk;
    let books: FreshBooks;
    beforeEach(async () => {
      books = await open();
      desk = new Desk(books);
    });
    afterEach(() => books.close());

    it('have no gaps, within each bill type, in the order of each receipt', async () => {
      const receipts = [];
      for (let each = 0; each < 3; each += 1) receipts.push(await desk.paid());
      const back = await desk.giveBack(some(receipts[1]));
      const calls = Array.from({ length: 5 }, () => books.callbacks.number(TOLD));
      const given = (await Promise.all(calls)).reduce((sum, each) => sum + each);
      expect(given).toBe(4);
      expect(await books.callbacks.lastSeq(TOLD)).toBe(4);
      expect(await books.callbacks.lastSeq('7')).toBe(0);
      const listed = await books.callbacks.listAfter(TOLD, 0, 10);
      expect(listed.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      const own = listed.filter(({ receiptRowId }) => receiptRowId === back.id);
      expect(own.map(({ type }) => type)).toEqual(['payment.paid', 'payment.refunded']);
      expect(await books.callbacks.listAfter(TOLD, 2, 1)).toEqual([some(listed[2])]);
      expect(await books.callbacks.listAfter('7', 0, 10)).toEqual([]);
    });

    it('are given before anything is sent or listed', async () => {
      const receipt = await desk.paid();
      expect((await desk.due(receipt))[0]).toEqual([]);
      expect(await books.callbacks.listAfter(TOLD, 0, 10)).toEqual([]);
      await desk.number();
      expect((await desk.due(receipt))[0]).toHaveLength(1);
    });
  });
}

/** Shared by claims, in the order of each receipt. */
export function describeDueCallbacks(open: OpenFreshBooks): void {
  describe('callbacks that are due', () => {
    let desk: Desk;
    let books: FreshBooks;
    beforeAll(async () => {
      books = await open();
      desk = new Desk(books);
    });
    afterAll(() => books.close());

    it('are held by one claim, until it ends', async () => {
      const receipt = await desk.paid();
      await desk.number();
      const claims = await Promise.all([1, 2, 3].map(() => books.callbacks.claimDue(desk.claim())));
      expect(claims.flat().map(({ receiptRowId }) => receiptRowId)).toEqual([receipt.id]);
      expect((await desk.due(receipt, T0 + MINUTE - 1))[0]).toEqual([]);
      expect((await desk.due(receipt, T0 + MINUTE))[0]).toHaveLength(1);
    });

    it('are free again when a clock set back holds them for too long', async () => {
      const receipt = await desk.paid();
      await desk.number();
      expect((await desk.due(receipt, T0 + HOUR))[0]).toHaveLength(1);
      expect((await desk.due(receipt))[0]).toHaveLength(1);
    });

    it('wait for an earlier one of their receipt, half an hour at most', async () => {
      const receipt = await desk.paid();
      await desk.giveBackInPart(receipt);
      await desk.number();
      const [[first, ...more]] = await desk.due(receipt);
      expect([first?.type, more]).toEqual(['payment.paid', []]);
      const late = T0 + 30 * MINUTE;
      expect(await desk.tryOnce(receipt, {}, T0 + 2 * MINUTE)).toBe('waiting');
      const [early] = await desk.due(receipt, late - 1);
      expect(early.map(({ type }) => type)).toEqual(['payment.paid']);
      const [both] = await desk.due(receipt, late + 2 * MINUTE);
      expect(both.map(({ type }) => type)).toEqual(['refund.done', 'payment.paid']);
    });

    it('go on once the earlier one is taken', async () => {
      const receipt = await desk.paid();
      await desk.giveBackInPart(receipt);
      await desk.number();
      expect(await desk.tryOnce(receipt, TAKEN)).toBe('taken');
      const [[next]] = await desk.due(receipt);
      expect(next?.type).toBe('refund.done');
    });
  });
}

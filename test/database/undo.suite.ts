import { systemClock } from '../../src/config/system-clock';
import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt';
import { ApplyOutcome } from '../../src/pay/apply-outcome.service';
import { FakeGateway } from '../support/fake-gateway';
import type { FreshBooks, OpenFreshBooks } from './books';
import { T0, aMove, aPayment, anOrder, at, paid, some, waiting } from './books';

/** Undoing: its reason, and its events. */
export function describeUndo(open: OpenFreshBooks): void {
  describe('an undo in the books', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    async function cancelling(reason: 'superseded' | 'expired' | 'operator'): Promise<Receipt> {
      const receipt = await waiting(books, anOrder('1'));
      const intent = aMove('intendUndo', { reason });
      return some(await books.repositories['1'].move(receipt, ...intent));
    }

    function pay(receipt: Receipt): Promise<Receipt | null> {
      return books.repositories['1'].move(receipt, ...aMove('pay', { payment: aPayment() }));
    }

    function undoForOperator(receipt: Receipt): Promise<Receipt | null> {
      return books.repositories['1'].undoForOperator(receipt, at(T0 + 2_000));
    }

    it('of the operator takes over, and what was decided for the old reason is void', async () => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('superseded');
      const taken = some(await receipts.undoForOperator(stale, at(T0 + 2_000)));
      expect([taken.state, taken.undoReason]).toEqual(['cancelling', 'operator']);
      expect((await books.inspect.events(stale.id)).at(-1)).toBe('undoForOperator cancelling');
      expect(await receipts.move(stale, ...aMove('pay', { payment: aPayment() }))).toBeNull();
      expect(await receipts.undoForOperator(stale, at(T0 + 3_000))).toBeNull();
      expect(await receipts.get(stale.id)).toEqual(taken);
    });

    it('leases a cancel of the receipt it was decided on', async () => {
      const receipts = books.repositories['1'];
      const undoing = await cancelling('expired');
      const leased = some(await receipts.leaseCancel(undoing, T0 + 60_000));
      expect(leased).toEqual({ ...undoing, leaseUntilMs: T0 + 60_000 });
      expect(await receipts.get(undoing.id)).toEqual(leased);
    });

    it.each<[string, (stale: Receipt) => Promise<Receipt | null>]>([
      ['is paid', (stale) => pay(stale)],
      ['is closed', (stale) => books.repositories['1'].move(stale, ...aMove('close'))],
      ['is undone for another reason', (stale) => undoForOperator(stale)],
    ])('leases no cancel of a receipt that %s meanwhile', async (_what, change) => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('expired');
      const changed = some(await change(stale));
      expect(await receipts.leaseCancel(stale, T0 + 60_000)).toBeNull();
      // A lease would say that a cancel is under way, and money found then would go back.
      expect((await receipts.get(stale.id)).leaseUntilMs).toBe(changed.leaseUntilMs);
    });

    it('leases no cancel of any other receipt', async () => {
      const other = await cancelling('expired');
      some(await books.repositories['1'].leaseCancel(await cancelling('expired'), T0 + 60_000));
      expect(await books.repositories['1'].get(other.id)).toEqual(other);
    });

    it('cannot become so when it is over', async () => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('expired');
      const closed = some(await receipts.move(stale, ...aMove('close')));
      expect(await receipts.undoForOperator(stale, at(T0 + 2_000))).toBeNull();
      expect(await receipts.get(stale.id)).toEqual(closed);
    });

    it('notes what a cancel answered with the state as it is by then', async () => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('expired');
      some(await receipts.move(stale, ...aMove('close')));
      await receipts.noteEvent(stale, 'cancel:none', at(T0 + 2_000));
      expect((await books.inspect.events(stale.id)).at(-1)).toBe('cancel:none closed');
    });

    it('records payment and refund in one unit, never seen as paid', async () => {
      const receipt = await cancelling('operator');
      const payment = aPayment();
      const move = aMove('beginRefund', { payment });
      const going = some(await books.repositories['1'].move(receipt, ...move));
      expect([going.state, going.payment]).toEqual(['refunding', payment]);
      expect((await books.inspect.events(receipt.id)).at(-1)).toBe('beginRefund refunding');
      const row = await books.inspect.systemRow('1', receipt.outTradeNo);
      expect(row).toMatchObject({ result: 'S', receiptvalue: '88.88' });
    });
  });
}

/** H takes from the card before money goes back, U gives it again. */
export function describeCardHold(open: OpenFreshBooks): void {
  describe('the hold of a card', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    function move(receipt: Receipt, step: ReturnType<typeof aMove>): Promise<Receipt | null> {
      return books.repositories['7'].move(receipt, ...step);
    }

    function balance(receipt: Receipt): Promise<string | null> {
      return books.inspect.cardBalance(some(receipt.cardNo));
    }

    async function result(receipt: Receipt): Promise<string | null | undefined> {
      return (await books.inspect.systemRow('7', receipt.outTradeNo))?.result;
    }

    it('is taken once, given again once, and final with the refund', async () => {
      const done = await paid(books, anOrder('7'));
      const held = some(await move(done, aMove('beginRefund')));
      expect([await balance(done), await result(done)]).toEqual(['0.00', 'H']);
      expect(await move(done, aMove('beginRefund'))).toBeNull();
      const again = some(await move(held, aMove('beginRefund')));
      expect(await balance(done)).toBe('0.00');
      const back = some(await move(again, aMove('endRefundInPart')));
      expect([back.state, await balance(done), await result(done)]).toEqual(['paid', '88.88', 'S']);
      const more = some(await move(back, aMove('beginRefund')));
      const gone = some(await move(more, aMove('refundInFull', { refunded: fen(8_888) })));
      expect([gone.state, await balance(done), await result(done)]).toEqual([
        'refunded',
        '0.00',
        'R',
      ]);
    });

    it('of a payment found while undoing leaves the card as it was', async () => {
      const receipt = await waiting(books, anOrder('7'));
      const undoing = some(await move(receipt, aMove('intendUndo', { reason: 'operator' })));
      some(await move(undoing, aMove('beginRefund', { payment: aPayment() })));
      expect([await balance(receipt), await result(receipt)]).toEqual(['0.00', 'H']);
    });

    it('is refused for a card that holds less, and nothing has moved', async () => {
      const done = await paid(books, anOrder('7'));
      await books.inspect.setCard(some(done.cardNo), '88.87');
      const rows = await books.inspect.countRows();
      await expect(move(done, aMove('beginRefund'))).rejects.toMatchObject({
        code: 'ILLEGAL_STATE',
      });
      expect(await books.repositories['7'].get(done.id)).toEqual(done);
      expect([await balance(done), await result(done)]).toEqual(['88.87', 'S']);
      expect(await books.inspect.countRows()).toBe(rows);
    });

    it('is not asked of the other systems', async () => {
      const done = await paid(books, anOrder('2'));
      some(await books.repositories['2'].move(done, ...aMove('beginRefund')));
      expect((await books.inspect.systemRow('2', done.outTradeNo))?.result).toBe('S');
    });

    it('of two receipts goes to who comes first when the card holds one of them', async () => {
      const one = await paid(books, anOrder('7'));
      const cardNo = some(one.cardNo);
      const two = await paid(books, anOrder('7', { cardNo }));
      await books.inspect.setCard(cardNo, '100.00');
      const moves = await Promise.allSettled([one, two].map((r) => move(r, aMove('beginRefund'))));
      expect(moves.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await balance(one)).toBe('11.12');
    });

    it('is too late for money that went back elsewhere: booked, with an alarm', async () => {
      const done = await paid(books, anOrder('7'));
      await books.inspect.setCard(some(done.cardNo), '5.00');
      const applyOutcome = new ApplyOutcome(books.repositories, systemClock, new FakeGateway());
      const closed = { kind: 'closed', channelStatus: 'TRADE_CLOSED' } as const;
      const outcome = { ...closed, payment: done.payment };
      const gone = await applyOutcome.apply(done, outcome, 'test');
      expect([gone.state, gone.refunded, gone.billStatus]).toEqual(['refunded', 8_888, '4']);
      expect([await balance(done), await result(done)]).toEqual(['5.00', 'R']);
      expect(await books.inspect.alarms(done.id)).toEqual(['cardShort']);
      expect(await applyOutcome.apply(done, outcome, 'test')).toEqual(gone);
      expect(await books.inspect.alarms(done.id)).toEqual(['cardShort']);
    });
  });
}

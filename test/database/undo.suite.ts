import { systemClock } from '../../src/config/system-clock';
import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import { big, sql } from '../../src/legacy-db/sql/sql';
import { ApplyOutcome } from '../../src/pay/outcome/apply-outcome.service';
import { UnderWay } from '../../src/pay/outcome/under-way';
import { FakeGateway } from '../support/far-side/fake-gateway';
import type { FreshBooks, OpenFreshBooks } from './books';
import { T0, aMove, aPayment, anOrder, at, paid, some, waiting, by } from './books';

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

    /** When the sweep looks at it next, epoch ms. */
    async function dueAt({ id }: Receipt): Promise<number> {
      const dues = sql`select due_at_ms from receipt where id = ${big(id)}`;
      const [row] = await books.inspect.query<{ due_at_ms: number | string }>(dues);
      return Number(row?.due_at_ms);
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

    it.each<[string, (stale: Receipt) => Promise<Receipt | null>]>([
      ['is paid', (stale) => pay(stale)],
      ['is closed', (stale) => books.repositories['1'].move(stale, ...aMove('close'))],
      ['is undone for another reason', (stale) => undoForOperator(stale)],
    ])('counts no cancel of a receipt that %s meanwhile', async (_what, change) => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('expired');
      some(await change(stale));
      const changed = await receipts.get(stale.id);
      expect(await receipts.countCancel(stale, T0 + 60_000)).toBeNull();
      expect(await receipts.get(stale.id)).toEqual(changed);
    });

    it('counts no cancel of any other receipt', async () => {
      const other = await cancelling('expired');
      some(await books.repositories['1'].countCancel(await cancelling('expired'), T0 + 60_000));
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
      await receipts.countCancelAnswer(stale, 'cancel:none', at(T0 + 2_000));
      expect((await books.inspect.events(stale.id)).at(-1)).toBe('cancel:none closed');
    });

    it('counts each cancel before it is sent', async () => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('superseded');
      const counted = some(await receipts.countCancel(stale, T0 + 2_000));
      expect([counted.cancelTries, counted.cancelAnswers]).toEqual([1, 0]);
      expect(counted.cancelSentAtMs).toBe(T0 + 2_000);
      const again = some(await receipts.countCancel(stale, T0 + 3_000));
      expect([again.cancelTries, again.cancelSentAtMs]).toEqual([2, T0 + 3_000]);
    });

    it('counts no cancel of what is no longer being undone, or for another reason', async () => {
      const receipts = books.repositories['1'];
      const closed = await cancelling('expired');
      some(await receipts.move(closed, ...aMove('close')));
      const taken = await cancelling('expired');
      some(await receipts.undoForOperator(taken, at(T0 + 2_000)));
      for (const stale of [closed, taken]) {
        expect(await receipts.countCancel(stale, T0 + 3_000)).toBeNull();
        expect((await receipts.get(stale.id)).cancelTries).toBe(0);
      }
    });

    it('counts each answer once, and never more answers than cancels', async () => {
      const receipts = books.repositories['1'];
      const counted = some(await receipts.countCancel(await cancelling('expired'), T0 + 2_000));
      const count = () => receipts.countCancelAnswer(counted, 'tooLate', at(T0 + 3_000));
      expect([(await count()).cancelAnswers, (await count()).cancelAnswers]).toEqual([1, 1]);
      const more = await receipts.get(counted.id);
      const third = await receipts.countCancelAnswer(more, 'tooLate', at(T0 + 4_000));
      expect(third.cancelAnswers).toBe(1);
    });

    it('counts an answer for one of several cancels of one receipt', async () => {
      const receipts = books.repositories['1'];
      const other = some(await receipts.countCancel(await cancelling('expired'), T0 + 2_000));
      const once = some(await receipts.countCancel(await cancelling('expired'), T0 + 2_000));
      const twice = some(await receipts.countCancel(once, T0 + 3_000));
      const count = () => receipts.countCancelAnswer(twice, 'tooLate', at(T0 + 4_000));
      const told = [await count(), await count()];
      expect(told.map((one) => [one.cancelTries, one.cancelAnswers])).toEqual([
        [2, 1],
        [2, 1],
      ]);
      expect(await receipts.get(other.id)).toEqual(other);
    });

    it('keeps no payment once another cancel was counted, and looks again later', async () => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('superseded');
      const counted = some(await receipts.countCancel(stale, T0 + 2_000));
      const pay = aMove('pay', { payment: aPayment() });
      expect(await receipts.move(stale, ...pay)).toBeNull();
      const kept = some(await receipts.move(counted, ...pay));
      expect([kept.state, kept.checkAtMs]).toEqual(['paid', T0 + 61_000]);
      expect(await dueAt(kept)).toBe(T0 + 61_000);
      const part = { event: 'refundInPart', refunded: fen(333) } as const;
      const less = some(await receipts.move(kept, [part], at(T0 + 30_000)));
      expect([less.checkAtMs, await dueAt(less)]).toEqual([T0 + 61_000, T0 + 61_000]);
    });

    it('is never counted while money goes back by refunds', async () => {
      const receipts = books.repositories['1'];
      const refund = aMove('beginRefund', { givingBack: 'refund' });
      const going = some(await receipts.move(await paid(books, anOrder('1')), ...refund));
      expect([going.state, going.givingBack]).toEqual(['refunding', 'refund']);
      expect(await receipts.countCancel(going, T0 + 2_000)).toBeNull();
      expect((await receipts.get(going.id)).cancelTries).toBe(0);
      const byCancel = aMove('beginRefund');
      const other = some(await receipts.move(await paid(books, anOrder('1')), ...byCancel));
      expect(other.givingBack).toBe('cancel');
      expect(some(await receipts.countCancel(other, T0 + 2_000)).cancelTries).toBe(1);
    });

    it.each(['cancel', 'refund'] as const)(
      'says that a %s gives back until it ends',
      async (by) => {
        const receipts = books.repositories['1'];
        const begin = aMove('beginRefund', { givingBack: by });
        const going = some(await receipts.move(await paid(books, anOrder('1')), ...begin));
        const part = some(
          await receipts.move(going, ...aMove('refundInPart', { refunded: fen(3) })),
        );
        expect([going.givingBack, part.givingBack]).toEqual([by, by]);
        const kept = some(await receipts.move(part, ...aMove('endRefund')));
        expect(kept.givingBack).toBe('none');
        const again = some(await receipts.move(kept, ...begin));
        const all = aMove('refundInFull', { refunded: fen(8_888) });
        expect(some(await receipts.move(again, ...all)).givingBack).toBe('none');
      },
    );

    it('that has come to nothing voids what was decided before it', async () => {
      const receipts = books.repositories['1'];
      const stale = await paid(books, anOrder('1'));
      const going = await receipts.move(stale, ...aMove('beginRefund', { reason: 'operator' }));
      const kept = some(await receipts.move(some(going), ...aMove('endRefund')));
      expect(await receipts.move(stale, ...aMove('beginRefund'))).toBeNull();
      expect(await receipts.get(stale.id)).toEqual(kept);
    });

    it('ends unpaid however many cancels were counted since', async () => {
      const receipts = books.repositories['1'];
      const stale = await cancelling('superseded');
      some(await receipts.countCancel(stale, T0 + 2_000));
      const ended = some(await receipts.move(stale, ...aMove('undo')));
      expect(ended).toMatchObject({ state: 'cancelled', cancelTries: 1 });
      const counted = some(await receipts.countCancel(await cancelling('expired'), T0 + 2_000));
      const closed = some(await receipts.move(counted, ...aMove('close')));
      expect(closed).toMatchObject({ state: 'closed', cancelTries: 1, checkAtMs: null });
    });

    it('is looked at soon after it was intended, however old an earlier one is', async () => {
      const receipts = books.repositories['1'];
      expect(await dueAt(await cancelling('expired'))).toBe(T0 + 4_000);
      const first = some(
        await receipts.move(await paid(books, anOrder('1')), ...aMove('beginRefund')),
      );
      const kept = some(await receipts.move(first, ...aMove('endRefund')));
      const later = at(T0 + 3_600_000);
      const again = some(await receipts.move(kept, [{ event: 'beginRefund' }], later));
      expect(again.undoAtMs).toBe(later.nowMs);
      expect(await dueAt(again)).toBe(later.nowMs + 3_000);
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

    async function heldBy(receipt: Receipt): Promise<string | null | undefined> {
      return (await books.inspect.systemRow('7', receipt.outTradeNo))?.heldvalue;
    }

    it('is taken once, given again once, and final with the refund', async () => {
      const done = await paid(books, anOrder('7'));
      const held = some(await move(done, aMove('beginRefund')));
      expect([await balance(done), await heldBy(done)]).toEqual(['0.00', '88.88']);
      expect(await move(done, aMove('beginRefund'))).toBeNull();
      const again = some(await move(held, aMove('beginRefund')));
      expect(await balance(done)).toBe('0.00');
      const back = some(await move(again, aMove('endRefund')));
      expect([back.state, await balance(done), await result(done)]).toEqual(['paid', '88.88', 'S']);
      expect(await heldBy(done)).toBe('0.00');
      const more = some(await move(back, aMove('beginRefund')));
      const gone = some(await move(more, aMove('refundInFull', { refunded: fen(8_888) })));
      expect([gone.state, await balance(done), await result(done)]).toEqual([
        'refunded',
        '0.00',
        'R',
      ]);
    });

    it('is given up when a part went back elsewhere: no cancel takes the rest', async () => {
      const done = await paid(books, anOrder('7'));
      const held = some(await move(done, aMove('beginRefund')));
      const part = aMove('refundInPart', { refunded: fen(333), foreignRequestNo: 'portal' });
      const parted = some(await move(held, part));
      expect([parted.state, parted.refunded, await balance(done)]).toEqual([
        'refunding',
        333,
        '88.88',
      ]);
      const kept = some(await move(parted, aMove('endRefund')));
      expect([kept.state, kept.billStatus, await balance(done)]).toEqual(['paid', '2', '88.88']);
    });

    it('is given up by a cancel that is refused where a part went back before it', async () => {
      const done = await paid(books, anOrder('7'));
      const part = aMove('refundInPart', { refunded: fen(333), foreignRequestNo: 'portal' });
      const parted = some(await move(done, part));
      expect([await balance(done), await heldBy(done)]).toEqual(['88.88', null]);
      const holding = some(await move(parted, aMove('beginRefund')));
      expect([await balance(done), await result(done)]).toEqual(['0.00', 'R']);
      some(await move(holding, aMove('endRefund')));
      expect([await balance(done), await heldBy(done)]).toEqual(['88.88', '0.00']);
    });

    it('of a payment found while undoing leaves the card as it was', async () => {
      const receipt = await waiting(books, anOrder('7'));
      const undoing = some(await move(receipt, aMove('intendUndo', { reason: 'operator' })));
      some(await move(undoing, aMove('beginRefund', { payment: aPayment() })));
      expect([await balance(receipt), await heldBy(receipt)]).toEqual(['0.00', '88.88']);
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
      const applyOutcome = new ApplyOutcome(
        books.repositories,
        systemClock,
        new FakeGateway(),
        new UnderWay(systemClock),
      );
      const closed = { kind: 'closed', channelStatus: 'TRADE_CLOSED' } as const;
      const outcome = { ...closed, payment: done.payment };
      const gone = await applyOutcome.apply(done, outcome, by('test'));
      expect([gone.state, gone.refunded, gone.billStatus]).toEqual(['refunded', 8_888, '4']);
      expect([await balance(done), await result(done)]).toEqual(['5.00', 'R']);
      expect(await books.inspect.alarms(done.id)).toEqual(['cardShort', 'foreignRefund']);
      expect(await applyOutcome.apply(done, outcome, by('test'))).toEqual(gone);
      expect(await books.inspect.alarms(done.id)).toEqual(['cardShort', 'foreignRefund']);
    });
  });
}

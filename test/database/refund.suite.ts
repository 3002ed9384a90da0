import type { BillType } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { BegunRefund, RefundCase, SettledRefund } from '../../src/domain/ports/refunds';
import type { Receipt } from '../../src/domain/receipt/receipt';
import { planRefund, planRefundQuery } from '../../src/domain/refund/plan-refund';
import type { RefundPlan } from '../../src/domain/refund/plan-refund';
import type { RefundAnswer } from '../../src/domain/refund/refund-answer';
import { big, sql } from '../../src/legacy-db/sql/sql';
import type { FreshBooks, OpenFreshBooks } from './books';
import { T0, aMove, anOrder, at, freshNumber, paid, some, waiting } from './books';

export const CALL_MS = 5_000;
export const DONE = { kind: 'done', total: null, refundedAtMs: T0 } as const;
export const REFUSED: RefundAnswer = {
  kind: 'refused',
  cause: 'ACQ.TRADE_HAS_FINISHED',
  shown: null,
};
export const LOST: RefundAnswer = {
  kind: 'unknown',
  cause: 'timeout',
  sent: true,
  unverified: false,
};

/** What the tests do with refunds, each step at a time of its own. */
export class Desk {
  nowMs = T0 + 10_000;

  constructor(readonly books: FreshBooks) {}

  wish(receipt: Receipt, amount: number, batchNo: string): Promise<BegunRefund> {
    const names = { batchNo, outRequestNo: `no of ${batchNo}`, operatorNo: 'op', reason: 'why' };
    const wish = { receipt, amount: fen(amount), ...names, asked: false };
    return this.books.refunds.begin(wish, at(this.nowMs));
  }

  async begin(receipt: Receipt, amount: number, batchNo = freshNumber('R')): Promise<RefundCase> {
    const begun = await this.wish(receipt, amount, batchNo);
    if (begun.kind !== 'begun') throw new Error(`expected begun, got ${begun.kind}`);
    return begun.found;
  }

  /** Sends it; no other one was sent less than the gap before. */
  async send(found: RefundCase): Promise<RefundCase> {
    this.nowMs += 10_000;
    return some(await this.books.refunds.countTry(found.refund, this.nowMs, CALL_MS));
  }

  settle({ refund }: RefundCase, plan: (found: RefundCase) => RefundPlan): Promise<SettledRefund> {
    const news = { refund, sending: 'answered', word: 'a word', plan } as const;
    return this.books.refunds.settle(news, at(this.nowMs));
  }

  answer(sent: RefundCase, answer: RefundAnswer): Promise<SettledRefund> {
    const sending = answer.kind === 'unknown' ? ('lost' as const) : ('answered' as const);
    const news = { sending, word: 'a word', refund: sent.refund };
    const plan = (found: RefundCase) => planRefund(found.refund, answer, found);
    return this.books.refunds.settle({ ...news, plan }, at(this.nowMs));
  }

  async refund(receipt: Receipt, amount: number): Promise<RefundCase> {
    return (await this.answer(await this.send(await this.begin(receipt, amount)), DONE)).found;
  }
}

/** Where a receipt stands, in few words. */
function inWords({ state, givingBack, refunded, billStatus }: Receipt): string {
  return `${state} ${givingBack} ${refunded} ${billStatus}`;
}

/** Refunds begin, are sent and end. */
export function describeRefunds(open: OpenFreshBooks): void {
  describe('refunds in the books', () => {
    let books: FreshBooks;
    let desk: Desk;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());
    beforeEach(() => (desk = new Desk(books)));

    const aPaid = (type: BillType = '2', amount = 10_000) =>
      paid(books, anOrder(type, { amount: fen(amount) }));

    it('begin saved, with the receipt on its way', async () => {
      const receipt = await aPaid();
      const { refund, receipt: going } = await desk.begin(receipt, 3_333, 'B1');
      expect(refund).toMatchObject({
        ...{ batchNo: 'B1', amount: 3_333, state: 'queued', cause: 'caller', tries: 0 },
        ...{ outRequestNo: 'no of B1', operatorNo: 'op', reason: 'why', caller: 'till-1' },
      });
      expect(inWords(going)).toBe('refunding refund 0 3');
      expect((await books.inspect.events(receipt.id)).at(-1)).toBe('beginRefund refunding');
    });

    it('are one for one batch number, whatever its letters', async () => {
      const receipt = await aPaid();
      await desk.begin(receipt, 100, 'b-1');
      const again = await desk.wish(receipt, 100, 'B-1  ');
      expect(again).toMatchObject({ kind: 'repeat', found: { refund: { batchNo: 'b-1' } } });
      expect(await desk.wish(receipt, 101, 'B-1')).toMatchObject({ kind: 'otherContent' });
      expect(await books.inspect.refunds(receipt.id)).toEqual(['b-1 100 queued']);
      expect((await books.refunds.find(receipt, 'B-1'))?.refund.batchNo).toBe('b-1');
      expect(await books.refunds.find(receipt, 'B-2')).toBeNull();
    });

    it('never sum up to more than was paid, however many want one at once', async () => {
      const receipt = await aPaid();
      const amounts = [3_333, 3_333, 3_333, 1, 1, 1, 3_333];
      const wishes = amounts.map((amount, nth) => desk.wish(receipt, amount, `P${nth}`));
      const kinds = (await Promise.all(wishes)).map(({ kind }) => kind);
      const { refunds } = some(await books.refunds.find(receipt, 'P0'));
      const sum = refunds.reduce((all, { amount }) => all + amount, 0);
      expect(sum).toBeLessThanOrEqual(10_000);
      expect(kinds.filter((kind) => kind === 'begun')).toHaveLength(refunds.length);
      expect(kinds).toContain('refuse');
    });

    it('go out one after another, each counted before', async () => {
      const receipt = await aPaid();
      const one = await desk.begin(receipt, 100);
      const other = await desk.begin(receipt, 100);
      const sent = await desk.send(one);
      expect(sent.refund).toMatchObject({ state: 'asked', tries: 1, answered: 0 });
      const count = (refund: RefundCase, afterMs: number) =>
        books.refunds.countTry(refund.refund, desk.nowMs + afterMs, CALL_MS);
      // Its call may take so long, and then there is the gap.
      expect(await count(other, 7_999)).toBeNull();
      desk.nowMs += 1_000;
      await desk.answer(sent, DONE);
      expect(await count(other, 2_999)).toBeNull();
      expect(some(await count(other, 3_000)).refund.tries).toBe(1);
      // What was decided on an older count is void.
      expect(await count(other, 60_000)).toBeNull();
    });

    it.each([DONE, LOST])(
      'wait for the gap behind the end of a call that took long, %j',
      async (end) => {
        const receipt = await aPaid();
        const one = await desk.begin(receipt, 100);
        const other = await desk.begin(receipt, 200);
        const sent = await desk.send(one);
        // Longer than any call: its count had to wait before it.
        desk.nowMs += 20_000;
        await desk.answer(sent, end);
        const count = (afterMs: number) =>
          books.refunds.countTry(other.refund, desk.nowMs + afterMs, CALL_MS);
        expect(await count(2_999)).toBeNull();
        expect(await count(3_000)).not.toBeNull();
      },
    );

    it('wait after a clock that was set back no longer than after a sending now', async () => {
      const found = await desk.begin(await aPaid(), 100);
      const sent = some(await books.refunds.countTry(found.refund, T0 + 3_600_000, CALL_MS));
      expect(await books.refunds.countTry(sent.refund, T0 + 20_000, CALL_MS)).toBeNull();
      expect(await books.refunds.countTry(sent.refund, T0 + 22_999, CALL_MS)).toBeNull();
      expect(await books.refunds.countTry(sent.refund, T0 + 23_000, CALL_MS)).not.toBeNull();
    });

    it('are not sent where a cancel gives all of it back, nor once given up or ended', async () => {
      const found = await desk.begin(await aPaid(), 100);
      const sent = await desk.send(found);
      const lost = await desk.send(sent);
      await desk.answer(lost, REFUSED);
      const { refund } = await books.refunds.get(lost.refund.id);
      expect(refund).toMatchObject({ state: 'asked', givenUp: 'refused' });
      expect(await books.refunds.countTry(refund, desk.nowMs + 60_000, CALL_MS)).toBeNull();
      const done = await desk.refund(await aPaid(), 100);
      expect(await books.refunds.countTry(done.refund, desk.nowMs + 60_000, CALL_MS)).toBeNull();
    });

    it('part, part and rest: the receipt is paid in between, and refunded at the end', async () => {
      const receipt = await aPaid();
      const first = await desk.refund(receipt, 3_333);
      expect(inWords(first.receipt)).toBe('paid none 3333 2');
      expect(first.refund).toMatchObject({ state: 'done', refundedAtMs: T0, answered: 1 });
      const second = await desk.refund(receipt, 3_333);
      expect(inWords(second.receipt)).toBe('paid none 6666 2');
      expect(await desk.wish(receipt, 3_335, 'X')).toMatchObject({ why: 'tooMuch', left: 3_334 });
      const rest = await desk.refund(receipt, 3_334);
      expect(inWords(rest.receipt)).toBe('refunded none 10000 4');
      const row = await books.inspect.systemRow('2', receipt.outTradeNo);
      expect(row).toMatchObject({ result: 'R', refundvalue: '100.00' });
    });

    it('leave the receipt on its way while another is pending', async () => {
      const receipt = await aPaid();
      const [one, other] = [await desk.begin(receipt, 100), await desk.begin(receipt, 200)];
      const first = await desk.answer(await desk.send(one), DONE);
      expect(inWords(first.found.receipt)).toBe('refunding refund 100 2');
      const second = await desk.answer(await desk.send(other), REFUSED);
      expect(inWords(second.found.receipt)).toBe('paid none 100 2');
      expect(await books.inspect.refunds(receipt.id)).toEqual([
        `${one.refund.batchNo} 100 done`,
        `${other.refund.batchNo} 200 failed`,
      ]);
    });

    it('are told to the system as they end, also while others are pending', async () => {
      const receipt = await aPaid();
      const [one, other] = [await desk.begin(receipt, 100), await desk.begin(receipt, 200)];
      const told = async () => {
        const rows = await books.inspect.query<{ type: string }>(
          sql`select type from callback where receipt_row_id = ${big(receipt.id)} order by id`,
        );
        return rows.map(({ type }) => type).filter((type) => type !== 'payment.paid');
      };
      expect(await told()).toEqual([]);
      await desk.answer(await desk.send(one), REFUSED);
      expect(await told()).toEqual(['refund.refused']);
      await desk.answer(await desk.send(other), DONE);
      expect(await told()).toEqual(['refund.refused', 'refund.done']);
      await desk.refund(receipt, 9_800);
      expect(await told()).toEqual(['refund.refused', 'refund.done', 'payment.refunded']);
    });

    it('take the same answer once', async () => {
      const sent = await desk.send(await desk.begin(await aPaid(), 100));
      const first = await desk.answer(sent, DONE);
      const again = await desk.answer(sent, DONE);
      expect(again.plan).toEqual({ kind: 'nothing' });
      expect(again.found.receipt).toEqual(first.found.receipt);
      expect(again.found.refund.answered).toBe(1);
    });

    it('stay while what was sent may still arrive', async () => {
      const lost = await desk.answer(await desk.send(await desk.begin(await aPaid(), 100)), LOST);
      const refused = await desk.answer(await desk.send(lost.found), REFUSED);
      expect(refused.found.refund).toMatchObject({ tries: 2, answered: 1, givenUp: 'refused' });
      expect(inWords(refused.found.receipt)).toBe('refunding refund 0 3');
      const age = { visible: true, untouched: true };
      const nothing = await desk.settle(refused.found, (found) =>
        planRefundQuery(found.refund, { kind: 'nothing' }, found, age),
      );
      expect(nothing.found.refund.state).toBe('failed');
      expect(inWords(nothing.found.receipt)).toBe('paid none 0 3');
    });

    it('write down what went back elsewhere beside them, with an alarm', async () => {
      const receipt = await aPaid();
      const sent = await desk.send(await desk.begin(receipt, 1_000));
      const { found } = await desk.answer(sent, { ...DONE, total: fen(1_500) });
      expect(inWords(found.receipt)).toBe('paid none 1500 2');
      expect(found.refunds.map(({ amount, cause }) => [cause, amount])).toEqual([
        ['caller', 1_000],
        ['channel', 500],
      ]);
      expect(await books.inspect.alarms(receipt.id)).toEqual(['foreignRefund']);
    });

    it('write down once what went back after the end', async () => {
      const receipt = await aPaid();
      const sent = await desk.send(await desk.begin(receipt, 1_000));
      await desk.answer(sent, REFUSED);
      const late = await desk.answer(sent, DONE);
      expect(inWords(late.found.receipt)).toBe('paid none 1000 2');
      expect(late.found.refund.state).toBe('failed');
      expect((await desk.answer(sent, DONE)).plan).toEqual({ kind: 'nothing' });
      expect(await books.inspect.alarms(receipt.id)).toEqual(['foreignRefund']);
    });

    it('tell the system that wants to be told, as each unit ends', async () => {
      const receipt = await aPaid();
      await desk.refund(receipt, 100);
      await desk.answer(await desk.send(await desk.begin(receipt, 200)), REFUSED);
      await desk.refund(receipt, 9_900);
      const told = await books.inspect.query<{ type: string }>(
        sql`select type from callback where receipt_row_id = ${big(receipt.id)} order by id`,
      );
      const types = ['refund.done', 'refund.refused', 'payment.refunded'];
      expect(told.map(({ type }) => type)).toEqual(types);
    });
  });
}

/** What a refund shuts out, and what shuts it out. */
export function describeRefundRivals(open: OpenFreshBooks): void {
  describe('refunds and what is beside them', () => {
    let books: FreshBooks;
    let desk: Desk;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());
    beforeEach(() => (desk = new Desk(books)));

    it('no cancel begins on what was read before a part went back', async () => {
      const stale = await paid(books, anOrder('2'));
      await desk.refund(stale, 100);
      expect(await books.repositories['2'].move(stale, ...aMove('beginRefund'))).toBeNull();
    });

    it('no refund begins while a cancel gives all of it back', async () => {
      const receipt = await paid(books, anOrder('2'));
      some(await books.repositories['2'].move(receipt, ...aMove('beginRefund')));
      expect(await desk.wish(receipt, 100, 'B1')).toMatchObject({ why: 'beingCancelled' });
      expect(await books.inspect.refunds(receipt.id)).toEqual([]);
    });

    it('of what is not paid nothing begins before Alipay was asked', async () => {
      const receipt = await waiting(books, anOrder('2'));
      expect(await desk.wish(receipt, 100, 'B1')).toEqual({ kind: 'askFirst' });
    });

    it('a card gives up the sum of all of them, and has again what was refused', async () => {
      const receipt = await paid(books, anOrder('7'));
      const balance = () => books.inspect.cardBalance(some(receipt.cardNo));
      const one = await desk.begin(receipt, 3_000);
      const other = await desk.begin(receipt, 3_000);
      expect(await balance()).toBe('28.88');
      const refused = await desk.answer(await desk.send(one), REFUSED);
      expect([await balance(), inWords(refused.found.receipt)]).toEqual([
        '58.88',
        'refunding refund 0 3',
      ]);
      const done = await desk.answer(await desk.send(other), DONE);
      expect([await balance(), inWords(done.found.receipt)]).toEqual(['58.88', 'paid none 3000 2']);
      const rest = await desk.begin(receipt, 5_888);
      expect(await balance()).toBe('0.00');
      await desk.answer(await desk.send(rest), REFUSED);
      expect(await balance()).toBe('58.88');
    });

    it('a card that holds less refuses, and nothing of the refund stays', async () => {
      const receipt = await paid(books, anOrder('7'));
      await books.inspect.setCard(some(receipt.cardNo), '10.00');
      const wish = desk.wish(receipt, 1_001, 'B1');
      await expect(wish).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
      expect(await books.inspect.refunds(receipt.id)).toEqual([]);
      expect((await books.repositories['7'].get(receipt.id)).state).toBe('paid');
      expect((await desk.begin(receipt, 1_000)).receipt.state).toBe('refunding');
    });

    it('one made without us is booked once under its number, beside ours', async () => {
      const receipt = await paid(books, anOrder('7'));
      const ours = await desk.refund(receipt, 1_000);
      const foreign = {
        requestNo: 'P1',
        amount: fen(500),
        refundedAtMs: T0,
        provenBefore: fen(1_000),
      };
      const book = (more = {}) =>
        books.refunds.bookForeign(ours.receipt, { ...foreign, ...more }, at(desk.nowMs));
      expect(await book({ provenBefore: fen(999) })).toBe('notNow');
      expect((await Promise.all([book(), book()])).sort()).toEqual(['book', 'known']);
      expect(await book({ requestNo: 'no of it' })).toBe('notNow');
      const next = { requestNo: 'P2', provenBefore: fen(1_500) };
      expect(await book({ ...next, amount: fen(7_389) })).toBe('tooMuch');
      const found = await books.refunds.ofReceipt(receipt.id);
      expect(inWords(found.receipt)).toBe('paid none 1500 2');
      expect(found.refunds.map(({ outRequestNo, amount }) => [outRequestNo, amount])).toEqual([
        [ours.refund.outRequestNo, 1_000],
        ['P1', 500],
      ]);
      const pending = await desk.begin(receipt, 100);
      expect(await book(next)).toBe('notNow');
      await desk.answer(await desk.send(pending), REFUSED);
      // The card no longer holds what went back as a whole; the money went all the same.
      await books.inspect.setCard(some(receipt.cardNo), '1.00');
      expect(await book({ ...next, amount: fen(7_388) })).toBe('book');
      expect(inWords((await books.refunds.ofReceipt(receipt.id)).receipt)).toBe(
        'refunded none 8888 4',
      );
      expect(await books.inspect.cardBalance(some(receipt.cardNo))).toBe('1.00');
      expect(await books.inspect.alarms(receipt.id)).toEqual(['foreignRefund', 'cardShort']);
    });

    it('what is due is claimed once, looked at again later, and never once it ended', async () => {
      const { refund } = await desk.begin(await paid(books, anOrder('2')), 100);
      const claim = (owner: string, nowMs: number) =>
        books.refunds.claimDue({ owner, nowMs, claimUntilMs: nowMs + 20_000, limit: 100 });
      const ids = async (owner: string, nowMs: number) =>
        (await claim(owner, nowMs)).map((found) => found.refund.id);
      const dueMs = desk.nowMs + 10_000;
      expect(await ids('a', dueMs - 1)).not.toContain(refund.id);
      expect(await ids('b', dueMs)).toContain(refund.id);
      expect(await ids('c', dueMs + 1)).not.toContain(refund.id);
      const held = { owner: 'b', nowMs: dueMs, claimUntilMs: dueMs + 20_000, limit: 100 };
      await books.refunds.settleClaim(refund, held, dueMs + 1_000);
      expect(await ids('d', dueMs + 10_999)).not.toContain(refund.id);
      expect(await ids('e', dueMs + 11_000)).toContain(refund.id);
      desk.nowMs = dueMs + 20_000;
      await desk.answer(await desk.send(await books.refunds.get(refund.id)), DONE);
      expect(await ids('f', dueMs + 10_000_000)).not.toContain(refund.id);
    });
  });
}

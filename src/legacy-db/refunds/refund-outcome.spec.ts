import { aReceipt } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import type { FreshBooks } from '../../../test/database/books';
import { anOrder, at, paid } from '../../../test/database/books';
import { CALL_MS, DONE, Desk, LOST, REFUSED } from '../../../test/database/refund.suite';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { fen } from '../../domain/money';
import type { RefundCase } from '../../domain/ports/refunds';
import { planRefundQuery } from '../../domain/refund/plan-refund';
import type { RefundAnswer } from '../../domain/refund/refund-answer';
import type { Receipt } from '../../domain/receipt/receipt';
import type { BillType } from '../../domain/bill';
import type { ReceiptStore } from '../books/receipt-store';
import type { Sql } from '../sql/database';
import { RefundOutcome } from './refund-outcome';

let books: FreshBooks;
let desk: Desk;
let receipt: Receipt;

beforeAll(async () => (books = await openFreshSqlite()));
afterAll(() => books.close());
beforeEach(async () => {
  desk = new Desk(books);
  receipt = await paid(books, anOrder('2', { amount: fen(10_000) }));
});

async function now({ refund }: RefundCase): Promise<RefundCase> {
  return books.refunds.get(refund.id);
}

function counts(found: RefundCase, nowMs: number): Promise<RefundCase | null> {
  return books.refunds.countTry(found.refund, () => nowMs, CALL_MS);
}

describe('an answer to a refund', () => {
  it('is of this refund alone, and of its receipt', async () => {
    const other = await paid(books, anOrder('2'));
    const theirs = await desk.send(await desk.begin(other, 100));
    const next = await desk.begin(other, 100);
    const ours = await desk.send(await desk.begin(receipt, 100));
    await desk.answer(ours, REFUSED);
    expect((await now(ours)).refund).toMatchObject({ lastWord: 'a word', answered: 1 });
    const { refund } = await now(theirs);
    expect(refund).toMatchObject({ lastWord: null, answered: 0, state: 'asked', endedAtMs: null });
    expect((await now(next)).refund.lastWord).toBeNull();
  });

  it('lets nobody send sooner than the gap after the call of another receipt', async () => {
    const other = await paid(books, anOrder('2'));
    const [theirs, next] = [await desk.begin(other, 100), await desk.begin(other, 100)];
    const ours = await desk.send(await desk.begin(receipt, 100));
    await desk.send(theirs);
    await desk.answer(ours, DONE);
    // Their call may take five seconds from now, then there is the gap.
    expect(await counts(next, desk.nowMs + 7_999)).toBeNull();
    expect(await counts(next, desk.nowMs + 8_000)).not.toBeNull();
  });

  it('that is lost does not let others send while another call is under way', async () => {
    const [one, other] = [await desk.begin(receipt, 100), await desk.begin(receipt, 200)];
    const third = await desk.begin(receipt, 300);
    const lost = await desk.send(one);
    await desk.send(other);
    await desk.answer(lost, LOST);
    // The other call may take five seconds from now, then there is the gap.
    expect(await counts(third, desk.nowMs + 7_999)).toBeNull();
    expect(await counts(third, desk.nowMs + 8_000)).not.toBeNull();
  });

  it('to a question is none to a sending', async () => {
    const sent = await desk.send(await desk.begin(receipt, 100));
    const plan = { kind: 'nothing' } as const;
    const news = { refund: sent.refund, sending: null, word: 'nothing', plan: () => plan };
    await books.refunds.settle(news, at(desk.nowMs + 1));
    expect((await now(sent)).refund).toMatchObject({ answered: 0, tries: 1, lastWord: 'nothing' });
  });

  it('is counted once, however often it is told', async () => {
    const lost = await desk.answer(await desk.send(await desk.begin(receipt, 100)), LOST);
    const sent = await desk.send(lost.found);
    for (let time = 0; time < 3; time += 1) await desk.answer(sent, REFUSED);
    expect((await now(sent)).refund).toMatchObject({ tries: 2, answered: 1 });
    const first = await desk.send(await desk.begin(receipt, 100));
    const once = await desk.answer(first, { kind: 'unchanged' });
    await desk.answer(once.found, { kind: 'unchanged' });
    expect((await now(first)).refund).toMatchObject({ tries: 1, answered: 1 });
  });

  it('that was counted already opens no gap while another one is on its way', async () => {
    const [one, two, three] = [
      await desk.begin(receipt, 100),
      await desk.begin(receipt, 200),
      await desk.begin(receipt, 300),
    ];
    const sent = await desk.send(one);
    await desk.answer(sent, DONE);
    await desk.send(two);
    await desk.answer(sent, DONE);
    expect(await counts(three, desk.nowMs + 7_999)).toBeNull();
    expect(await counts(three, desk.nowMs + 8_000)).not.toBeNull();
  });

  it.each(['another one', 'it again'])(
    'saved late opens no gap while %s is on its way',
    async (which) => {
      const [one, two, three] = [
        await desk.begin(receipt, 100),
        await desk.begin(receipt, 200),
        await desk.begin(receipt, 300),
      ];
      const sent = await desk.send(one);
      const answeredAtMs = desk.nowMs;
      await desk.send(which === 'it again' ? sent : two);
      const plan = { kind: 'nothing' } as const;
      const news = {
        refund: sent.refund,
        sending: 'answered',
        word: 'late',
        plan: () => plan,
      } as const;
      await books.refunds.settle(news, at(answeredAtMs));
      expect((await now(sent)).refund.answered).toBe(1);
      expect(await counts(three, desk.nowMs + 7_999)).toBeNull();
      expect(await counts(three, desk.nowMs + 8_000)).not.toBeNull();
    },
  );

  it('opens the gap from its end on, however late it comes', async () => {
    const [one, two] = [await desk.begin(receipt, 100), await desk.begin(receipt, 200)];
    const sent = await desk.send(one);
    desk.nowMs += 60_000;
    await desk.answer(sent, REFUSED);
    expect(await counts(two, desk.nowMs + 2_999)).toBeNull();
    expect(await counts(two, desk.nowMs + 3_000)).not.toBeNull();
  });
});

describe('what an answer means', () => {
  it('waits with an alarm where a human has to do something', async () => {
    const answer: RefundAnswer = { kind: 'balanceShort', cause: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' };
    const other = await desk.send(await desk.begin(await paid(books, anOrder('2')), 100));
    const sent = await desk.send(await desk.begin(receipt, 100));
    await desk.answer(sent, answer);
    await desk.answer(sent, answer);
    expect(await books.inspect.alarms(receipt.id)).toEqual(['refundWaits']);
    await desk.answer(sent, { kind: 'unchanged' });
    expect(await books.inspect.alarms(receipt.id)).toEqual(['refundWaits']);
    expect(await books.inspect.alarms(other.receipt.id)).toEqual([]);
    const disagrees = await desk.answer(sent, { kind: 'disagrees', cause: 'x' });
    expect(disagrees.found.refund.givenUp).toBe('disagrees');
    expect((await now(other)).refund.givenUp).toBeNull();
  });

  it('ends it with an alarm where somebody else took what is left', async () => {
    const sent = await desk.send(await desk.begin(receipt, 100));
    const { found } = await desk.answer(sent, { kind: 'disagrees', cause: 'x' });
    const age = { visible: true, untouched: true };
    await desk.settle(found, (one) => planRefundQuery(one.refund, { kind: 'nothing' }, one, age));
    expect((await now(sent)).refund).toMatchObject({ state: 'failed', endedAtMs: desk.nowMs });
    expect(await books.inspect.alarms(receipt.id)).toEqual(['foreignRefund']);
  });

  it('is in the history of the receipt, where others keep it on its way, too', async () => {
    const one = await desk.send(await desk.begin(receipt, 100));
    await desk.begin(receipt, 200);
    await desk.answer(one, REFUSED);
    expect((await books.inspect.events(receipt.id)).at(-1)).toBe('refundRefused refunding');
  });

  it('raises the alarm alone where all of the money had gone back before', async () => {
    const late = await desk.send(await desk.begin(receipt, 100));
    await desk.answer(late, REFUSED);
    await desk.refund(receipt, 10_000);
    await desk.answer(late, DONE);
    expect((await books.repositories['2'].get(receipt.id)).refunded).toBe(10_000);
    expect(await books.inspect.alarms(receipt.id)).toEqual(['foreignRefund']);
  });

  it('never ends a refund twice', async () => {
    const done = await desk.refund(receipt, 100);
    const plan = { kind: 'done', refundedAtMs: null, elsewhere: fen(0) } as const;
    await expect(desk.settle(done, () => plan)).rejects.toThrow('has ended already');
  });
});

describe('what an answer does beside the refund', () => {
  const refund = aRefund();
  const rival = aRefund({ id: 2 });
  const DB = { change: () => Promise.resolve(1) } as Partial<Sql> as Sql;

  function outcome(type: BillType, store: Partial<ReceiptStore>): RefundOutcome {
    const stores = { [type]: store } as Record<BillType, ReceiptStore>;
    return new RefundOutcome(stores);
  }

  it('is undone when the receipt moves under the lock of its bill', async () => {
    const none = outcome('2', { makeStep: () => Promise.resolve(null) });
    const found = { receipt: aReceipt({ billType: '2', state: 'refunding' }), refund };
    const plan = { kind: 'failed', alarm: null } as const;
    const carried = none.carryOut(DB, { ...found, refunds: [refund] }, plan, at(0));
    await expect(carried).rejects.toThrow('moved under the lock');
  });

  it.each<[BillType, string[]]>([
    ['2', []],
    ['7', ['U 3333']],
  ])('bill type %s: End hears %j while another refund is pending', async (billType, heard) => {
    const told: string[] = [];
    const end: ReceiptStore['end'] = (_db, _receipt, results) => {
      for (const one of results) told.push(`${one.result} ${'held' in one ? one.held : ''}`);
      return Promise.resolve('3');
    };
    const found = { receipt: aReceipt({ billType, state: 'refunding' }), refund };
    const plan = { kind: 'failed', alarm: null } as const;
    const refunds = [refund, rival];
    await outcome(billType, { end }).carryOut(DB, { ...found, refunds }, plan, at(0));
    expect(told).toEqual(heard);
  });
});

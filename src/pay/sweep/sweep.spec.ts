import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import {
  MINUTE,
  T0,
  aMove,
  aPayment,
  anOrder,
  at,
  begun,
  paid,
  some,
} from '../../../test/database/books';
import { waiting, by } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import {
  CLOSED,
  NOT_EXIST,
  paidAs,
  payProcess,
  undone,
} from '../../../test/support/process/pay-process';
import { LATE_LOOKS_MS } from '../../domain/receipt/due';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { sql, text } from '../../legacy-db/sql/sql';
import type { Sweep } from './sweep.service';
import type { Undo } from '../outcome/undo.service';

const SECOND = 1_000;
const CLAIM_MS = 20 * SECOND;
const BATCH = 160;

describe('the sweep', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;
  let sweep: Sweep;
  let undo: Undo;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    books = await openFreshSqlite();
    gateway = new FakeGateway();
    gateway.channelNowMs = () => clock.nowMs();
    clock = new ManualClock(T0);
    ({ sweep, undo } = payProcess(books, gateway, clock));
    // The first round makes everything due; the tests below begin after it.
    await sweep.round();
  });
  afterEach(() => books.close());

  function process(): Sweep {
    return payProcess(books, gateway, clock).sweep;
  }

  function stored({ billType, id }: Receipt): Promise<Receipt> {
    return books.repositories[billType].get(id);
  }

  it('looks at a receipt ten seconds after its Begin, not before', async () => {
    await waiting(books, anOrder('1'));
    clock.pass(10 * SECOND - 1);
    expect(await sweep.round()).toEqual({ claimed: 0, undecided: 0 });
    clock.pass(1 + SECOND);
    gateway.willSay(NOT_EXIST);
    expect(await sweep.round()).toEqual({ claimed: 1, undecided: 0 });
    expect(await sweep.round()).toEqual({ claimed: 0, undecided: 0 });
    expect(gateway.queries).toHaveLength(1);
  });

  it('books a payment nobody asks for, once, and looks no more', async () => {
    const receipt = await waiting(books, anOrder('7'));
    clock.pass(11 * SECOND);
    gateway.willSay(paidAs());
    await sweep.round();
    expect((await stored(receipt)).state).toBe('paid');
    expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBe('88.88');
    clock.pass(10 * 24 * 60 * MINUTE);
    expect((await sweep.round()).claimed).toBe(0);
  });

  it('never waits longer than a minute while a code may live', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(...Array.from({ length: 200 }, () => NOT_EXIST));
    let looks = 0;
    let longestMs = 0;
    let lastMs = clock.nowMs();
    while (clock.nowMs() < receipt.codeEndsAtMs) {
      clock.pass(SECOND);
      const { claimed } = await sweep.round();
      if (claimed === 0) continue;
      longestMs = Math.max(longestMs, clock.nowMs() - lastMs);
      lastMs = clock.nowMs();
      looks += 1;
      if (looks >= 40) break;
    }
    expect(longestMs).toBeLessThanOrEqual(61 * SECOND);
    expect(looks).toBe(40);
  });

  it('at its first round looks at every open receipt at once', async () => {
    const open = [await begun(books, anOrder('2')), await waiting(books, anOrder('1'))];
    const undoing = await waiting(books, anOrder('3'));
    const intent = aMove('intendUndo', { reason: 'superseded' });
    some(await books.repositories['3'].move(undoing, ...intent));
    await paid(books, anOrder('4'));
    await process().round();
    expect(new Set(gateway.queries)).toEqual(
      new Set([...open, undoing].map(({ outTradeNo }) => outTradeNo)),
    );
  });

  it('makes a code unpayable a minute after its end, as expired', async () => {
    const receipt = await waiting(books, anOrder('1'));
    clock.pass(121 * MINUTE);
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    await sweep.round();
    expect(await stored(receipt)).toMatchObject({ state: 'closed', undoReason: 'expired' });
    expect(gateway.calls).toEqual(['query', 'cancel', 'query']);
  });

  it('keeps a payment made at the last second of a code', async () => {
    const receipt = await waiting(books, anOrder('1'));
    clock.pass(121 * MINUTE);
    gateway.willSay(paidAs());
    await sweep.round();
    expect((await stored(receipt)).state).toBe('paid');
    expect(gateway.cancels).toEqual([]);
  });

  it.each([
    ['its time is not over by our clock', 119 * MINUTE],
    ['our clock was set back a day', -24 * 60 * MINUTE],
  ])('never undoes a code while %s', async (_what, ms) => {
    const receipt = await waiting(books, anOrder('1'));
    clock.pass(ms);
    gateway.willSay(NOT_EXIST);
    await process().round();
    expect(gateway.calls).toEqual(['query']);
    expect((await stored(receipt)).state).toBe('waiting');
  });

  it('closes nothing on a doubt, however old: it comes back', async () => {
    const receipt = await waiting(books, anOrder('1'));
    clock.pass(30 * 24 * 60 * MINUTE);
    expect(await sweep.round()).toEqual({ claimed: 1, undecided: 1 });
    expect((await stored(receipt)).state).toBe('cancelling');
    clock.pass(61 * SECOND);
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    expect(await sweep.round()).toEqual({ claimed: 1, undecided: 0 });
    expect((await stored(receipt)).state).toBe('closed');
  });

  it('finishes what was being undone, by its reason', async () => {
    const reasons = ['operator', 'superseded', 'expired'] as const;
    const left: Receipt[] = [];
    for (const reason of reasons) {
      const receipt = await waiting(books, anOrder('1'));
      const intent = aMove('intendUndo', { reason });
      left.push(some(await books.repositories['1'].move(receipt, ...intent)));
    }
    const told = left.map(() => paidAs());
    const byNumber = new Map(left.map(({ outTradeNo }, index) => [outTradeNo, told[index]]));
    const answer = () => byNumber.get(gateway.queries.at(-1) ?? '') ?? UNKNOWN;
    gateway.willSay(answer, answer, answer, answer);
    gateway.willUndo(undone('refund'));
    clock.pass(5 * SECOND);
    await sweep.round();
    const states = await Promise.all(left.map(async (one) => (await stored(one)).state));
    expect(states).toEqual(['refunded', 'paid', 'paid']);
    expect(gateway.cancels).toEqual([left[0]?.outTradeNo]);
  });

  describe('of two processes', () => {
    it('looks at each receipt once', async () => {
      const orders = Array.from({ length: 60 }, () => anOrder('1'));
      for (const order of orders) await waiting(books, order);
      const other = process();
      clock.pass(SECOND);
      await other.round();
      gateway.queries.splice(0);
      clock.pass(20 * SECOND);
      gateway.willSay(...orders.map(() => NOT_EXIST));
      const rounds = await Promise.all([sweep.round(), other.round(), sweep.round()]);
      const claimed = rounds.reduce((sum, round) => sum + round.claimed, 0);
      expect(claimed).toBe(60);
      expect(new Set(gateway.queries).size).toBe(60);
      expect(gateway.queries).toHaveLength(60);
    });

    it('takes over what a dead one had claimed, when the claim is over', async () => {
      const receipt = await waiting(books, anOrder('1'));
      clock.pass(20 * SECOND);
      const nowMs = clock.nowMs();
      const claim = { owner: 'dead', nowMs, claimUntilMs: nowMs + CLAIM_MS, limit: 10 };
      expect(await books.openReceipts.claimDue(claim)).toHaveLength(1);
      clock.pass(CLAIM_MS - 1);
      expect((await sweep.round()).claimed).toBe(0);
      clock.pass(1);
      gateway.willSay(paidAs());
      expect((await sweep.round()).claimed).toBe(1);
      expect((await stored(receipt)).state).toBe('paid');
    });
  });

  it('works off a backlog in bounded batches, oldest first', async () => {
    const made = BATCH + 50;
    const receipts: Receipt[] = [];
    for (let index = 0; index < made; index += 1) {
      receipts.push(await waiting(books, anOrder('1', { nowMs: T0 + index })));
    }
    clock.pass(3 * 24 * 60 * MINUTE);
    gateway.willSay(...receipts.map(() => CLOSED));
    expect((await sweep.round()).claimed).toBe(BATCH);
    expect(new Set(gateway.queries).size).toBe(BATCH);
    expect((await sweep.round()).claimed).toBe(made - BATCH);
    expect((await sweep.round()).claimed).toBe(0);
    expect(gateway.queries).toHaveLength(made);
  });

  it('begins no look that could outlast its claim', async () => {
    const orders = Array.from({ length: 60 }, () => anOrder('1'));
    for (const order of orders) await waiting(books, order);
    clock.pass(20 * SECOND);
    const endsAtMs = clock.nowMs() + CLAIM_MS;
    const slow = () => {
      clock.pass(SECOND);
      return NOT_EXIST;
    };
    gateway.willSay(...orders.map(() => slow));
    expect((await sweep.round()).claimed).toBe(60);
    expect(gateway.queries.length).toBeLessThan(60);
    clock.pass(endsAtMs - clock.nowMs() + SECOND);
    gateway.queries.splice(0);
    gateway.willSay(...orders.map(() => NOT_EXIST));
    expect((await process().round()).claimed).toBe(60);
  });

  it('comes back ever more seldom to what it gave up on, past the end of the code', async () => {
    const receipt = await waiting(books, anOrder('1'));
    let told = paidAs(aPayment(1));
    const looks: number[] = [];
    while (clock.nowMs() < T0 + 12 * 60 * MINUTE) {
      clock.pass(30 * SECOND);
      gateway.willSay(() => told);
      if ((await sweep.round()).claimed > 0) looks.push(clock.nowMs());
    }
    const waits = looks.map((at, index) => at - (looks[index - 1] ?? T0));
    const live = waits.filter((_ms, index) => (looks[index] ?? 0) <= receipt.codeEndsAtMs);
    expect(Math.max(...live)).toBeLessThanOrEqual(90 * SECOND);
    expect(Math.max(...waits)).toBe(60 * MINUTE);
    expect(looks.length - live.length).toBeLessThan(20);
    expect(await books.inspect.alarms(receipt.id)).toEqual(['amountMismatch']);
    told = paidAs();
    clock.pass(60 * MINUTE);
    await sweep.round();
    expect((await stored(receipt)).state).toBe('paid');
  });

  it('is not stopped by one receipt that fails in any way', async () => {
    const orders = Array.from({ length: 5 }, () => anOrder('2'));
    const receipts: Receipt[] = [];
    for (const order of orders) receipts.push(await waiting(books, order));
    clock.pass(20 * SECOND);
    gateway.willSay(...receipts.map(() => byNumber));
    function byNumber() {
      const index = receipts.findIndex((one) => one.outTradeNo === gateway.queries.at(-1));
      if (index === 1) throw new Error('a defect of ours');
      return index === 3 ? UNKNOWN : paidAs();
    }
    expect(await sweep.round()).toEqual({ claimed: 5, undecided: 2 });
    const states = await Promise.all(receipts.map(async (one) => (await stored(one)).state));
    expect(states.filter((state) => state === 'paid')).toHaveLength(3);
    clock.pass(70 * SECOND);
    gateway.willSay(paidAs(), paidAs());
    expect(await sweep.round()).toEqual({ claimed: 2, undecided: 0 });
  });

  describe('of what ended unpaid', () => {
    it('looks again after a minute, ten, past the end of the code and a day', async () => {
      const receipt = await waiting(books, anOrder('1'));
      await books.repositories['1'].move(receipt, [{ event: 'close' }], at(T0));
      gateway.willSay(...Array.from({ length: 20 }, () => NOT_EXIST));
      const looks: number[] = [];
      while (clock.nowMs() < T0 + 3 * 24 * 60 * MINUTE) {
        clock.pass(30 * SECOND);
        if ((await sweep.round()).claimed > 0) looks.push((clock.nowMs() - T0) / MINUTE);
      }
      const expected = [...LATE_LOOKS_MS.map((ms) => ms / MINUTE), 130];
      expect(looks).toEqual(expected.sort((a, b) => a - b));
      expect((await stored(receipt)).state).toBe('closed');
    });

    it('books late money, and tells a human', async () => {
      const receipt = await waiting(books, anOrder('7'));
      await books.repositories['7'].move(receipt, [{ event: 'close' }], at(T0));
      clock.pass(MINUTE);
      gateway.willSay(paidAs());
      await sweep.round();
      expect((await stored(receipt)).state).toBe('paid');
      expect(await books.inspect.alarms(receipt.id)).toEqual(['lateMoney']);
    });

    it('does not count a look that got no answer', async () => {
      const receipt = await waiting(books, anOrder('1'));
      await books.repositories['1'].move(receipt, [{ event: 'close' }], at(T0));
      clock.pass(24 * 60 * MINUTE + 1);
      expect(await sweep.round()).toEqual({ claimed: 1, undecided: 1 });
      clock.pass(MINUTE);
      gateway.willSay(paidAs());
      expect(await sweep.round()).toEqual({ claimed: 1, undecided: 0 });
      expect((await stored(receipt)).state).toBe('paid');
    });
  });

  describe('and clocks that are wrong', () => {
    const HOURS = 60 * MINUTE;

    it('ends no code by ours while it lives by the one of Alipay', async () => {
      const receipt = await waiting(books, anOrder('1'));
      const channelMs = clock.nowMs();
      gateway.channelNowMs = () => channelMs;
      clock.pass(24 * HOURS);
      gateway.willSay(NOT_EXIST);
      await sweep.round();
      expect([(await stored(receipt)).state, gateway.cancels]).toEqual(['waiting', []]);
    });

    it('asks for the time of Alipay first, and then goes by it', async () => {
      const receipt = await waiting(books, anOrder('1'));
      const channelMs = clock.nowMs();
      gateway.channelNowMs = () => (gateway.queries.length === 0 ? null : channelMs);
      clock.pass(24 * HOURS);
      gateway.willSay(NOT_EXIST, NOT_EXIST);
      await sweep.round();
      expect([(await stored(receipt)).state, gateway.cancels]).toEqual(['waiting', []]);
    });

    it('raises an alarm when ours is more than half a minute off, once', async () => {
      const at = (gapMs: number): void => {
        const nowMs = clock.nowMs();
        gateway.channelNowMs = () => nowMs + gapMs;
      };
      const alarms = () =>
        books.inspect.query(sql`select detail from alarm where kind = ${text(30, 'clockWrong')}`);
      at(30_000);
      await sweep.round();
      at(-30_000);
      await sweep.round();
      expect(await alarms()).toEqual([]);
      at(-30_001);
      await sweep.round();
      at(70_000);
      await sweep.round();
      expect(await alarms()).toEqual([{ detail: 'this machine is 30 s ahead of Alipay' }]);
    });
  });

  it('looks once more at a payment that was kept after a cancel, until none can come', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const told = paidAs();
    gateway.willSay(NOT_EXIST);
    gateway.willUndo(UNKNOWN);
    const attempt = () => undo.undo(receipt, 'superseded', by('test'));
    await expect(attempt()).rejects.toMatchObject({ code: 'UNDECIDED' });
    clock.pass(MINUTE);
    gateway.willSay(told, told);
    expect((await attempt()).state).toBe('paid');
    clock.pass(MINUTE);
    const { payment } = told as Extract<PayOutcome, { kind: 'paid' }>;
    gateway.willSay({ kind: 'closed', channelStatus: 'TRADE_CLOSED', payment });
    await sweep.round();
    expect((await stored(receipt)).state).toBe('refunded');
    expect(await books.inspect.alarms(receipt.id)).toEqual(['foreignRefund']);
  });
});

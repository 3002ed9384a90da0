import { BILL_TYPES } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { AlarmScope } from '../../src/domain/reading/alarm-book';
import { receiptSubject, receiverSubject } from '../../src/domain/ports/alarm';
import { aMove, aPayment, anOrder, at, freshNumber, paid, some, T0, waiting } from './books';
import type { FreshBooks, OpenFreshBooks } from './books';
import { Desk, REFUSED } from './refund.suite';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** T0 is noon in China. */
const START = T0 - 12 * HOUR;

/** What a day came to, as the page of today shows it. */
export function describeDayBook(open: OpenFreshBooks): void {
  describe('the day book', () => {
    let books: FreshBooks;
    beforeAll(async () => (books = await open()));
    afterAll(() => books.close());

    async function pay(type: '2' | '3', yuanFen: number, paidAtMs: number, billNo = freshNumber()) {
      const order = anOrder(type, { amount: fen(yuanFen), billNo, nowMs: T0 });
      const receipt = await paid(books, order, aPayment(yuanFen, { paidAtMs }));
      await books.repositories[type].markTold(receipt.id, T0 - DAY);
      return receipt;
    }

    /** What the day before and the day after hold, and what is over without a payment. */
    async function leaveNeighbours(): Promise<void> {
      const pos = books.repositories['2'];
      for (const nowMs of [START - 1, START + DAY]) await waiting(books, anOrder('2', { nowMs }));
      const closed = await waiting(books, anOrder('2', { nowMs: T0 }));
      some(await pos.move(closed, [{ event: 'close' }], at(T0)));
      let parts = await pay('2', 900, START - HOUR);
      for (const [refunded, nowMs] of [
        [100, START - 1],
        [300, START + DAY],
      ] as const) {
        const step = { event: 'refundInPart', refunded: fen(refunded) } as const;
        parts = some(await pos.move(parts, [step], at(nowMs)));
      }
    }

    it('counts payments, refunds and what is open by system, to the fen', async () => {
      const bill = freshNumber();
      await pay('2', 1_001, T0 + 5_000, bill);
      await pay('2', 2_002, T0 + 9_000);
      await pay('3', 5, T0 + 20_000);
      await pay('2', 7, START - 1); // Yesterday's last moment.
      await pay('2', 9, START + DAY); // Tomorrow's first.
      await waiting(books, anOrder('3'));
      const back = await pay('3', 300, T0 + HOUR);
      await books.repositories['3'].move(back, [{ event: 'beginRefund' }], at(T0 + HOUR));
      const going = some(await books.repositories['3'].get(back.id));
      const step = { event: 'refundInFull', refunded: fen(300) } as const;
      await books.repositories['3'].move(going, [step], at(T0 + 2 * HOUR));
      await leaveNeighbours();
      const days = await books.dayBook.systems(['3', '2'], START);
      expect(days.map(({ billType }) => billType)).toEqual(['3', '2']);
      expect(days[0]).toMatchObject({ payments: 2, paid: 305, refunds: 1, refunded: 300, open: 1 });
      expect(days[0]).toMatchObject({ begun: 3, begunPaid: 2, begunEnded: 2 });
      expect(days[1]).toMatchObject({ payments: 2, paid: 3_003, refunds: 0, refunded: 0, open: 2 });
      expect(days[1]).toMatchObject({ begun: 6, begunPaid: 5, begunEnded: 6 });
      const [none] = await books.dayBook.systems(['7'], START);
      expect(none).toMatchObject({ begun: 0, payments: 0, paid: 0, refunds: 0, open: 0 });
    });

    /** One attempt that ended, and another in its place, both paid at last. */
    async function payTwice(type: '2', billNo: string): Promise<void> {
      const store = books.repositories[type];
      const old = await waiting(books, anOrder(type, { billNo, amount: fen(449) }));
      const dead = some(await store.move(old, [{ event: 'close' }], at(T0)));
      await pay(type, 449, T0 + HOUR, billNo);
      const payment = aPayment(449, { paidAtMs: T0 + HOUR });
      const late = await store.move(dead, [{ event: 'pay', payment }], at(T0));
      expect(some(late).duplicate).toBe(true);
    }

    it('tells hours by China time, and the middle of the waits', async () => {
      const hours = await books.dayBook.hours(['2', '3'], START);
      expect(hours).toEqual([
        { hour: 12, payments: 3, paid: 3_008 },
        { hour: 13, payments: 1, paid: 300 },
      ]);
      expect(await books.dayBook.hours(['1'], START)).toEqual([]);
      expect(await books.dayBook.medianSeconds(['2'], START)).toBe(5);
      expect(await books.dayBook.medianSeconds(['2', '3'], START)).toBe(9);
      expect(await books.dayBook.medianSeconds(['7'], START)).toBeNull();
    });

    it('names bills that were paid twice alike', async () => {
      expect(await books.dayBook.repeats(BILL_TYPES, START)).toEqual([]);
      const bill = freshNumber();
      await pay('2', 444, T0 + HOUR, bill);
      await pay('2', 444, T0 + 2 * HOUR, bill);
      await pay('2', 445, T0 + 2 * HOUR, bill);
      // Not alike on this day: one of them on the next or the last, or gone back, or a duplicate.
      for (const [amount, paidAtMs] of [
        [446, START - 1],
        [447, START + DAY],
        [448, T0],
      ] as const) {
        await pay('2', amount, T0 + HOUR, bill);
        const other = await pay('2', amount, paidAtMs, bill);
        const all = { event: 'refundInFull', refunded: fen(448) } as const;
        if (amount === 448) some(await books.repositories['2'].move(other, [all], at(T0)));
      }
      await payTwice('2', freshNumber());
      const repeat = { billType: '2', billNo: bill, amount: 444, times: 2 };
      expect(await books.dayBook.repeats(BILL_TYPES, START)).toEqual([repeat]);
      expect(await books.dayBook.repeats(['3'], START)).toEqual([]);
    });
  });
}

/** Alarms as people see and close them. */
export function describeAlarmBook(open: OpenFreshBooks): void {
  describe('the alarm book', () => {
    let books: FreshBooks;
    beforeEach(async () => (books = await open()));
    afterEach(() => books.close());
    const ALL: AlarmScope = { billTypes: BILL_TYPES, wholeHouse: true };

    it('shows what is open to those it concerns', async () => {
      const receipt = await waiting(books, anOrder('2'));
      const step = { event: 'intendUndo', undoReason: 'operator' } as const;
      const alarm = { kind: 'undoRefused', detail: 'by <Alipay>' } as const;
      await books.repositories['2'].move(receipt, [step], at(T0));
      await books.repositories['2'].raiseAlarm(receipt, alarm.kind, alarm.detail, T0);
      const receiver = receiverSubject('3');
      for (const [subject, kind] of [
        ['clock', 'clockWrong'],
        [receiver, 'receiverFailing'],
      ] as const)
        await books.alarms.raise({ subject, kind, detail: 'd', nowMs: T0 + 1 });
      const subjects = async (scope: AlarmScope) =>
        (await books.alarmBook.open(scope, 10)).map(({ subject }) => subject);
      const own = receiptSubject(receipt.id);
      expect(await subjects(ALL)).toEqual([receiver, 'clock', own]);
      expect(await subjects({ billTypes: ['2'], wholeHouse: false })).toEqual([own]);
      expect(await subjects({ billTypes: ['3'], wholeHouse: false })).toEqual([receiver]);
      expect(await subjects({ billTypes: ['1'], wholeHouse: false })).toEqual([]);
      const [, , first] = await books.alarmBook.open(ALL, 10);
      const { id, billNo } = receipt;
      const about = { id, billType: '2', billNo, state: 'cancelling' };
      expect(first).toMatchObject({ ...alarm, receipt: about });
      expect(await books.alarmBook.find(ALL, some(first).id)).toEqual(first);
    });

    it('closes one once, and only for those it concerns; the same later is a new one', async () => {
      const clock = { subject: 'clock', kind: 'clockWrong', detail: 'd', nowMs: T0 } as const;
      await books.alarms.raise(clock);
      await books.alarms.raise({ ...clock, kind: 'booksRestored' });
      const alarms = await books.alarmBook.open(ALL, 10);
      const alarm = alarms.find(({ kind }) => kind === 'clockWrong');
      const end = { id: alarm?.id ?? 0, by: 'boss', note: 'set right', nowMs: T0 + 5 };
      expect(await books.alarmBook.close({ billTypes: ['1'], wholeHouse: false }, end)).toBe(false);
      const both = [books.alarmBook.close(ALL, end), books.alarmBook.close(ALL, end)];
      expect((await Promise.all(both)).sort()).toEqual([false, true]);
      expect(await books.alarmBook.find(ALL, end.id)).toBeNull();
      expect(await books.alarms.raise(clock)).toBe(true);
      expect(await books.alarmBook.open(ALL, 10)).toHaveLength(2);
    });
  });
}

/** Refunds that are not settled. */
export function describeRefundBook(open: OpenFreshBooks): void {
  it('the refund book lists what is not decided, and what was refused of late', async () => {
    const books = await open();
    const receipt = await paid(books, anOrder('2', { amount: fen(1_000) }));
    const ask = (batchNo: string, amount: number, nowMs: number) => {
      const names = { batchNo, outRequestNo: `no-${batchNo}`, operatorNo: null, reason: null };
      return books.refunds.begin(
        { receipt, amount: fen(amount), ...names, asked: false },
        at(nowMs),
      );
    };
    await ask('B1', 100, T0 + 1);
    await ask('B2', 200, T0 + 2);
    await paid(books, anOrder('2'));
    const found = await books.refundBook.unsettled(['1', '2'], T0, 10);
    expect(found).toMatchObject([
      { billNo: receipt.billNo, amount: 200, state: 'queued', cause: 'caller', endedAtMs: null },
      { billNo: receipt.billNo, amount: 100, receiptRowId: receipt.id, queuedAtMs: T0 + 1 },
    ]);
    expect(await books.refundBook.unsettled(['2'], T0, 1)).toHaveLength(1);
    expect(await books.refundBook.unsettled(['1'], T0, 10)).toEqual([]);
    const id = found[0]?.id ?? 0;
    expect(await books.refundBook.find(['2'], id)).toEqual(found[0]);
    expect(await books.refundBook.find(['2'], found[1]?.id ?? 0)).toEqual(found[1]);
    expect(await books.refundBook.find(['1'], id)).toBeNull();
    expect(await books.refunds.withdraw(id, at(T0 + 3))).toBeNull();
    expect(await books.refunds.withdraw(id, at(T0 + 4))).toBe('givenUp');
    expect(await books.refundBook.find(['2'], id)).toMatchObject({ givenUp: 'withdrawn' });
    expect(await books.refunds.leaveToPerson(id, at(T0 + 5))).toBe(false);
    expect(await books.refunds.leaveToPerson(9_999, at(T0 + 5))).toBe(false);
    await books.close();
  });

  it('the refund book lists nothing that is done, or was refused long ago', () =>
    listsTheRest(open));

  it('what a duplicate is owed is left to a person until it goes back', async () => {
    const books = await open();
    const order = anOrder('2');
    const store = books.repositories['2'];
    const first = await waiting(books, order);
    const old = some(await store.move(first, ...aMove('intendUndo', { reason: 'superseded' })));
    const dead = some(await store.move(old, ...aMove('undo')));
    await paid(books, anOrder('2', { billNo: order.billNo }));
    const duplicate = some(await store.move(dead, ...aMove('pay', { payment: aPayment() })));
    const [owed] = await books.refundBook.unsettled(['2'], T0, 10);
    expect(owed).toMatchObject({ isOwed: true, receiptRowId: duplicate.id, givenUp: null });
    const id = owed?.id ?? 0;
    const claim = { owner: 'sweep', nowMs: T0 + DAY, claimUntilMs: T0 + DAY + 9, limit: 9 };
    expect(await books.refunds.leaveToPerson(id, at(T0 + 1))).toBe(true);
    expect(await books.refunds.claimDue(claim)).toEqual([]);
    expect(await books.refunds.withdraw(id, at(T0 + 2))).toBe('owed');
    const wish = { receipt: duplicate, asker: 'person', outRequestNo: 'no-1' } as const;
    expect(await books.refunds.beginOwed(wish, at(T0 + 3))).toMatchObject({ kind: 'begun' });
    expect(await books.refunds.leaveToPerson(id, at(T0 + 4))).toBe(false);
    expect(await books.refunds.claimDue(claim)).toHaveLength(1);
    await books.close();
  });
}

/** What is left of refunds that were refused, the first one long ago, and one that is done. */
async function listsTheRest(open: OpenFreshBooks): Promise<void> {
  const books = await open();
  const desk = new Desk(books);
  const receipt = await paid(books, anOrder('2', { amount: fen(1_000) }));
  const refuse = async () => {
    await desk.answer(await desk.send(await desk.begin(receipt, 100)), REFUSED);
    return desk.nowMs;
  };
  const [, since] = [await refuse(), await refuse()];
  await desk.refund(receipt, 200);
  const found = await books.refundBook.unsettled(['2'], since, 10);
  expect(found).toMatchObject([{ state: 'failed', amount: 100, endedAtMs: since }]);
  await books.close();
}

import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0, aMove, aPayment, anOrder, at, freshNumber } from '../../../test/database/books';
import { some, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { SETTINGS, paidAs, payProcess, undone } from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import { fen } from '../../domain/money';
import type { ReceiptRepository } from '../../domain/ports/receipt-repository';
import type { Refunds } from '../../domain/ports/refunds';
import type { Receipt } from '../../domain/receipt/receipt';
import { DUPLICATE_BATCH } from '../../domain/refund/refund';
import type { RefundAnswer } from '../../domain/refund/refund-answer';
import { outRequestNo } from './out-request-no';

const DONE = { kind: 'done', total: null, refundedAtMs: T0 } as const;
const NOTHING = { kind: 'nothing' } as const;
const REFUSED: RefundAnswer = { kind: 'refused', cause: 'ACQ.TRADE_HAS_FINISHED', shown: null };
const MINUTE = 60_000;

let books: FreshBooks;
let gateway: FakeGateway;
let clock: ManualClock;
let process: PayProcess;

beforeAll(() => {
  Logger.overrideLogger(false);
});
// Books of its own for each: what is due is due to every sweep.
beforeEach(async () => {
  books = await openFreshSqlite();
  gateway = new FakeGateway();
  clock = new ManualClock(T0);
  process = payProcess(books, gateway, clock);
});
afterEach(() => {
  jest.restoreAllMocks();
  return books.close();
});

interface Pair {
  readonly counts: Receipt;
  readonly duplicate: Receipt;
}

/** Two receipts of one bill, both paid, the second in the place of the first. */
async function paidTwice(type: '2' | '7' = '2'): Promise<Pair> {
  const order = anOrder(type);
  const receipts = books.repositories[type];
  const pay = () => aMove('pay', { payment: aPayment() });
  const first = some(await receipts.move(await waiting(books, order), ...aMove('close')));
  const second = await waiting(books, { ...order, outTradeNo: freshNumber('N') });
  const counts = some(await receipts.move(second, ...pay()));
  const duplicate = some(await receipts.move(first, ...pay()));
  expect([counts.duplicate, duplicate.duplicate]).toEqual([false, true]);
  return { counts, duplicate };
}

const again = ({ billType, id }: Receipt) => books.repositories[billType].get(id);
const move = async (receipt: Receipt, ...steps: Parameters<typeof aMove>) =>
  some(await books.repositories['2'].move(await again(receipt), ...aMove(...steps)));
const nameOf = ({ billType, billNo, receiptId, payType }: Receipt) => {
  return { billType, billNo, receiptId, payType };
};
const cancel = (receipt: Receipt) => process.cancel.cancel(nameOf(receipt));
const owed = ({ id }: Receipt) => books.inspect.refunds(id);
const openAlarms = async () => (await books.figures.read()).alarms;

function refund(receipt: Receipt, batchNo = 'B1') {
  const more = { operatorNo: null, reason: null, wantedUntilMs: null, amount: receipt.amount };
  return process.refund.refund({ name: nameOf(receipt), batchNo, ...more });
}

async function roundAfter(ms: number, by = process): Promise<void> {
  clock.pass(ms);
  await by.refundSweep.round();
}

describe('a duplicate', () => {
  it('goes back by itself a minute after it was booked, once, and its alarm ends', async () => {
    const { counts, duplicate } = await paidTwice('7');
    gateway.willRefund(DONE);
    await roundAfter(MINUTE - 1_000);
    expect(gateway.calls).toEqual([]);
    expect(await openAlarms()).toMatchObject({ duplicatePayment: 1 });
    const other = payProcess(books, gateway, clock);
    await Promise.all([roundAfter(2_000), roundAfter(0, other)]);
    expect(gateway.refunds).toEqual([
      {
        outTradeNo: duplicate.outTradeNo,
        outRequestNo: outRequestNo(duplicate.outTradeNo, DUPLICATE_BATCH),
        amount: 8_888,
        reason: null,
      },
    ]);
    expect(await again(duplicate)).toMatchObject({ state: 'refunded', refunded: 8_888 });
    expect(await owed(duplicate)).toEqual([`${DUPLICATE_BATCH} 8888 done`]);
    expect(await openAlarms()).not.toHaveProperty('duplicatePayment');
    // The card was credited once, and keeps that.
    expect(await books.inspect.cardBalance(some(counts.cardNo))).toBe('88.88');
    await roundAfter(3_600_000);
    expect(gateway.calls).toEqual(['refund']);
  });

  it('waits while the payment that counts may go back, and goes once that one stays', async () => {
    const { counts, duplicate } = await paidTwice();
    await move(counts, 'beginRefund', { reason: 'operator' });
    const logged = jest.spyOn(Logger.prototype, 'error');
    await roundAfter(2 * MINUTE);
    expect(gateway.calls).toEqual([]);
    expect(logged).not.toHaveBeenCalled();
    await move(counts, 'endRefund');
    gateway.willRefund(DONE);
    await roundAfter(2 * MINUTE);
    expect((await again(duplicate)).state).toBe('refunded');
  });

  it('stays, with its alarm, when nothing else of the bill is paid any more', async () => {
    const { counts, duplicate } = await paidTwice();
    await move(counts, 'refundInFull', { refunded: counts.amount });
    await roundAfter(2 * MINUTE);
    await roundAfter(24 * 60 * MINUTE);
    expect(gateway.calls).toEqual([]);
    expect((await again(duplicate)).state).toBe('paid');
    expect(await openAlarms()).toMatchObject({ duplicatePayment: 1 });
    gateway.willRefund(DONE);
    expect((await cancel(duplicate)).payStatusDesc).toBe('已退款');
  });

  it('is left to a person with `ask`, for good, and goes back when one refunds it', async () => {
    const { duplicate } = await paidTwice();
    const asking = payProcess(books, gateway, clock, { ...SETTINGS, refundDuplicates: 'ask' });
    await roundAfter(2 * MINUTE, asking);
    await roundAfter(60 * MINUTE);
    expect(gateway.calls).toEqual([]);
    gateway.willRefund(DONE);
    expect((await refund(duplicate)).refund).toMatchObject({ state: 'done', batchNo: 'B1' });
    expect(await owed(duplicate)).toEqual(['B1 8888 done']);
  });

  it('that a person has begun goes back with `ask`, too, when it was not sent yet', async () => {
    const { duplicate } = await paidTwice();
    const number = outRequestNo(duplicate.outTradeNo, DUPLICATE_BATCH);
    const wish = { receipt: duplicate, asker: 'person', outRequestNo: number } as const;
    expect(await books.refunds.beginOwed(wish, at(T0))).toMatchObject({ kind: 'begun' });
    gateway.willRefund(DONE);
    const asking = payProcess(books, gateway, clock, { ...SETTINGS, refundDuplicates: 'ask' });
    await roundAfter(2 * MINUTE, asking);
    expect((await again(duplicate)).state).toBe('refunded');
  });

  it('keeps the number it was first sent under, whoever takes it over', async () => {
    const { duplicate } = await paidTwice();
    gateway.willRefund(UNKNOWN, DONE);
    await roundAfter(2 * MINUTE);
    clock.pass(10_000);
    gateway.willFind(NOTHING);
    expect((await refund(duplicate)).refund).toMatchObject({ state: 'done', batchNo: 'B1' });
    const numbers = gateway.refunds.map((one) => one.outRequestNo);
    expect(numbers).toEqual(Array(2).fill(outRequestNo(duplicate.outTradeNo, DUPLICATE_BATCH)));
  });

  it('that went back is found under the batch of whoever asks for it', async () => {
    const { duplicate } = await paidTwice();
    gateway.willRefund(DONE);
    await roundAfter(2 * MINUTE);
    expect((await refund(duplicate)).refund).toMatchObject({ state: 'done', batchNo: 'B1' });
    const query = process.refund.query(nameOf(duplicate), 'b1');
    expect((await query).refund.state).toBe('done');
    await expect(refund(duplicate, 'B2')).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    expect(gateway.refunds).toHaveLength(1);
  });

  it('is cancelled by the same refund, which is undecided as long as that is', async () => {
    const { duplicate } = await paidTwice();
    gateway.willRefund(UNKNOWN);
    await expect(cancel(duplicate)).rejects.toMatchObject({ code: 'UNDECIDED' });
    await expect(cancel(duplicate)).rejects.toMatchObject({ code: 'UNDECIDED' });
    clock.pass(10_000);
    gateway.willFind({ kind: 'found', amount: duplicate.amount, refundedAtMs: T0 });
    expect((await cancel(duplicate)).payStatusDesc).toBe('已退款');
    expect(gateway.calls).toEqual(['refund', 'refundQuery']);
  });

  it('that Alipay does not refund keeps its alarm; then a cancel may give it back', async () => {
    const { duplicate } = await paidTwice();
    gateway.willRefund(REFUSED);
    await roundAfter(2 * MINUTE);
    expect(await owed(duplicate)).toEqual([`${DUPLICATE_BATCH} 8888 failed`]);
    expect((await again(duplicate)).state).toBe('paid');
    expect(await openAlarms()).toMatchObject({ duplicatePayment: 1 });
    gateway.willSay(paidAs(some(duplicate.payment)));
    gateway.willUndo(undone('refund'));
    expect((await cancel(duplicate)).payStatusDesc).toBe('已退款');
    expect(await openAlarms()).not.toHaveProperty('duplicatePayment');
  });

  it('whose refund Alipay finally refuses answers so to the Cancel that wanted it', async () => {
    const { duplicate } = await paidTwice();
    gateway.willRefund(REFUSED);
    await expect(cancel(duplicate)).rejects.toMatchObject({
      code: 'ILLEGAL_STATE',
      shown: expect.stringContaining('Alipay refuses the refund'),
    });
    expect(gateway.calls).toEqual(['refund']);
  });

  it('that somebody begins to cancel meanwhile is undecided to another Cancel', async () => {
    const { duplicate } = await paidTwice();
    const refunds = Object.assign(Object.create(books.refunds) as Refunds, {
      beginOwed: async (...wish: Parameters<Refunds['beginOwed']>) => {
        await move(duplicate, 'beginRefund', { reason: 'operator' });
        return books.refunds.beginOwed(...wish);
      },
    });
    const { cancel: late } = payProcess({ ...books, refunds }, gateway, clock);
    await expect(late.cancel(nameOf(duplicate))).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(gateway.calls).toEqual([]);
  });

  it('that is being cancelled is not refunded beside it', async () => {
    const { duplicate } = await paidTwice();
    await move(duplicate, 'beginRefund', { reason: 'operator' });
    await roundAfter(2 * MINUTE);
    expect(gateway.calls).toEqual([]);
    await books.repositories['2'].move(await again(duplicate), ...aMove('endRefund'));
    gateway.willRefund(DONE);
    await roundAfter(3 * MINUTE);
    expect((await again(duplicate)).state).toBe('refunded');
  });

  it('is not told to go back when its cancel was refused to somebody else meanwhile', async () => {
    const { duplicate } = await paidTwice();
    gateway.willRefund(REFUSED);
    await roundAfter(2 * MINUTE);
    const pos = books.repositories['2'];
    const raced = Object.assign(Object.create(pos) as ReceiptRepository, {
      move: async (...wish: Parameters<ReceiptRepository['move']>) => {
        await move(duplicate, 'beginRefund', { reason: 'operator' });
        await move(duplicate, 'endRefund');
        return pos.move(...wish);
      },
    });
    const repositories = { ...books.repositories, '2': raced };
    const { cancel: late } = payProcess({ ...books, repositories }, gateway, clock);
    await expect(late.cancel(nameOf(duplicate))).rejects.toMatchObject({
      code: 'ILLEGAL_STATE',
      shown: expect.stringContaining('no money went back'),
    });
    expect((await again(duplicate)).state).toBe('paid');
    expect(gateway.cancels).toEqual([]);
  });

  it('that is being cancelled is brought on by the next Cancel, as a cancel', async () => {
    const { duplicate } = await paidTwice();
    await move(duplicate, 'beginRefund', { reason: 'operator' });
    gateway.willSay(paidAs(some(duplicate.payment)));
    gateway.willUndo(undone('refund'));
    expect((await cancel(duplicate)).payStatusDesc).toBe('已退款');
    expect(gateway.calls).toEqual(['query', 'cancel']);
  });

  it('of which a part went back elsewhere is cancelled by nobody: Refund is named', async () => {
    const { duplicate } = await paidTwice();
    await move(duplicate, 'refundInPart', { refunded: fen(1) });
    await expect(cancel(duplicate)).rejects.toMatchObject({
      code: 'ILLEGAL_STATE',
      shown: expect.stringContaining('use Refund'),
    });
    expect(gateway.calls).toEqual([]);
  });

  it('is begun by no Cancel that comes too late', async () => {
    const { duplicate } = await paidTwice();
    const late = process.cancel.cancel(nameOf(duplicate), clock.nowMs() - 6_000);
    await expect(late).rejects.toMatchObject({ code: 'TOO_LATE' });
    expect(await owed(duplicate)).toEqual([`${DUPLICATE_BATCH} 8888 queued`]);
    expect(gateway.calls).toEqual([]);
  });
});

import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../test/database/books';
import { T0, aMove, aPayment, anOrder, paid, some, waiting } from '../../test/database/books';
import { openFreshSqlite } from '../../test/database/sqlite-books';
import { FakeGateway } from '../../test/support/fake-gateway';
import { ManualClock } from '../../test/support/manual-clock';
import { NOT_EXIST, paidAs, payProcess } from '../../test/support/pay-process';
import type { Receipt } from '../domain/receipt';
import type { ReceiptRepository, ReceiptStep } from '../domain/receipt-repository';
import type { Undo } from './undo.service';

describe('an undo of a receipt that others move', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let pos: ReceiptRepository;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
    pos = books.repositories['2'];
  });
  afterAll(() => books.close());
  beforeEach(() => {
    gateway = new FakeGateway();
  });

  /** A process whose books of pos bills do some things in another way. */
  function undoOn(changes: Partial<ReceiptRepository>): Undo {
    const changed = Object.assign(Object.create(pos) as ReceiptRepository, changes);
    const repositories = { ...books.repositories, '2': changed };
    return payProcess({ ...books, repositories }, gateway, new ManualClock(T0)).undo;
  }

  /** Somebody else makes a step just before a cancel is counted. */
  function movedBeforeTheCount(...step: Parameters<typeof aMove>): Undo {
    return undoOn({
      countCancel: async (receipt, nowMs) => {
        some(await pos.move(await pos.get(receipt.id), ...aMove(...step)));
        return pos.countCancel(receipt, nowMs);
      },
    });
  }

  async function moved(receipt: Receipt, step: ReceiptStep): Promise<Receipt> {
    const { event, ...more } = step;
    return some(await pos.move(receipt, ...aMove(event, more)));
  }

  it('never answers while its intent loses every race', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const undo = undoOn({ move: () => Promise.resolve(null) });
    const attempt = undo.undo(receipt, 'operator', 'test');
    await expect(attempt).rejects.toThrow('keeps moving');
    expect(gateway.calls).toEqual([]);
  });

  it('is undecided while the count of its cancel loses every race', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const undo = undoOn({ countCancel: () => Promise.resolve(null) });
    gateway.willSay(...Array.from({ length: 20 }, () => NOT_EXIST));
    await expect(undo.undo(receipt, 'operator', 'test')).rejects.toMatchObject({
      code: 'UNDECIDED',
      tag: { billnum: receipt.billNo, autoid: receipt.receiptId },
    });
    expect(gateway.cancels).toEqual([]);
    expect((await pos.get(receipt.id)).state).toBe('cancelling');
  });

  it('cancels nothing that was paid before the cancel was counted', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const undo = movedBeforeTheCount('pay', { payment: aPayment() });
    gateway.willSay(NOT_EXIST);
    expect((await undo.undo(receipt, 'superseded', 'test')).state).toBe('paid');
    expect(gateway.cancels).toEqual([]);
  });

  it('gives nothing back that went back before the cancel was counted', async () => {
    const done = await paid(books, anOrder('2'));
    const refunding = await moved(done, { event: 'beginRefund', reason: 'operator' });
    const undo = movedBeforeTheCount('refundInFull', { refunded: done.amount });
    gateway.willSay(paidAs(some(done.payment)));
    expect((await undo.finish(refunding, 'test')).state).toBe('refunded');
    expect(gateway.cancels).toEqual([]);
  });
});

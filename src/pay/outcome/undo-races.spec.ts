import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import {
  T0,
  aMove,
  aPayment,
  anOrder,
  paid,
  some,
  waiting,
  by,
} from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import type { PayProcess } from '../../../test/support/process/pay-process';
import { NOT_EXIST, paidAs, payProcess } from '../../../test/support/process/pay-process';
import type { Receipt } from '../../domain/receipt/receipt';
import type { ReceiptRepository, ReceiptStep } from '../../domain/ports/receipt-repository';
import type { CancelPayment } from '../operations/cancel.service';
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
  function processOn(changes: Partial<ReceiptRepository>): PayProcess {
    const changed = Object.assign(Object.create(pos) as ReceiptRepository, changes);
    const repositories = { ...books.repositories, '2': changed };
    return payProcess({ ...books, repositories }, gateway, new ManualClock(T0));
  }

  /** Somebody else makes a step just before a cancel is counted. */
  function movedBeforeTheCount(...step: Parameters<typeof aMove>): Undo {
    const { undo } = processOn({
      countCancel: async (receipt, nowMs) => {
        some(await pos.move(await pos.get(receipt.id), ...aMove(...step)));
        return pos.countCancel(receipt, nowMs);
      },
    });
    return undo;
  }

  async function moved(receipt: Receipt, step: ReceiptStep): Promise<Receipt> {
    const { event, ...more } = step;
    return some(await pos.move(receipt, ...aMove(event, more)));
  }

  it('goes back by refunds without it: nothing is asked, nothing is sent', async () => {
    const done = await paid(books, anOrder('2'));
    const left = await moved(done, { event: 'beginRefund', givingBack: 'refund' });
    expect(await processOn({}).undo.finish(left, by('sweep'))).toEqual(left);
    expect(gateway.calls).toEqual([]);
    expect(await pos.get(left.id)).toEqual(left);
  });

  it('never answers while its intent loses every race', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const { undo } = processOn({ move: () => Promise.resolve(null) });
    const attempt = undo.undo(receipt, 'operator', by('test'));
    await expect(attempt).rejects.toThrow('keeps moving');
    expect(gateway.calls).toEqual([]);
  });

  it('is undecided while the count of its cancel loses every race', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const { undo } = processOn({ countCancel: () => Promise.resolve(null) });
    gateway.willSay(...Array.from({ length: 20 }, () => NOT_EXIST));
    await expect(undo.undo(receipt, 'operator', by('test'))).rejects.toMatchObject({
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
    expect((await undo.undo(receipt, 'superseded', by('test'))).state).toBe('paid');
    expect(gateway.cancels).toEqual([]);
  });

  it('gives nothing back that went back before the cancel was counted', async () => {
    const done = await paid(books, anOrder('2'));
    const refunding = await moved(done, { event: 'beginRefund', reason: 'operator' });
    const undo = movedBeforeTheCount('refundInFull', { refunded: done.amount });
    gateway.willSay(paidAs(some(done.payment)));
    expect((await undo.finish(refunding, by('test'))).state).toBe('refunded');
    expect(gateway.cancels).toEqual([]);
  });

  /** Another caller's refund is finally refused just before this one's begins. */
  function refusedBefore(): CancelPayment {
    const { cancel } = processOn({
      move: async (receipt, steps, origin) => {
        const refunding = await moved(receipt, { event: 'beginRefund', reason: 'operator' });
        await moved(refunding, { event: 'endRefund' });
        return pos.move(receipt, steps, origin);
      },
    });
    return cancel;
  }

  it('of a Cancel says no success when another one was finally refused meanwhile', async () => {
    const done = await paid(books, anOrder('2'));
    const attempt = refusedBefore().cancel(done);
    await expect(attempt).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    expect((await pos.get(done.id)).state).toBe('paid');
    expect(gateway.calls).toEqual([]);
  });
});

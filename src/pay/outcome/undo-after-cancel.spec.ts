import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { MINUTE, T0, anOrder, waiting, by } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import {
  NOT_EXIST,
  PENDING,
  paidAs,
  payProcess,
  undone,
} from '../../../test/support/process/pay-process';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { Undo } from './undo.service';

describe('an undo that has sent a cancel', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;
  let undo: Undo;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
  });
  afterAll(() => books.close());
  beforeEach(() => {
    gateway = new FakeGateway();
    clock = new ManualClock(T0);
    undo = payProcess(books, gateway, clock).undo;
  });

  function stored({ billType, id }: Receipt): Promise<Receipt> {
    return books.repositories[billType].get(id);
  }

  async function expectUndecided(receipt: Receipt): Promise<void> {
    const attempt = undo.undo(receipt, 'superseded', by('test'));
    await expect(attempt).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect((await stored(receipt)).state).toBe('cancelling');
  }

  it('gives up keeping a payment once a cancel has given its money back', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(PENDING, UNKNOWN);
    gateway.willUndo(undone('refund'));
    await expect(undo.undo(receipt, 'superseded', by('test'))).rejects.toMatchObject({
      code: 'UNDECIDED',
    });
    const undoing = await stored(receipt);
    expect(undoing).toMatchObject({ state: 'cancelling', undoReason: 'operator' });
    // Long after: an answer older than the refund, then the truth.
    clock.pass(10 * MINUTE);
    const told = paidAs();
    gateway.willSay(told, told, told);
    gateway.willUndo(undone('refund'));
    const ended = await undo.finish(undoing, by('test'));
    expect(ended).toMatchObject({ state: 'refunded', refunded: receipt.amount });
  });

  it('keeps a payment the cancel did not see, once no cancel can take it back', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const told = paidAs();
    gateway.willSay(NOT_EXIST, ...Array.from({ length: 6 }, () => told));
    gateway.willUndo(undone('none'));
    const attempt = () => undo.undo(receipt, 'superseded', by('test'));
    await expect(attempt()).rejects.toMatchObject({ code: 'UNDECIDED' });
    clock.pass(MINUTE - 1);
    await expect(attempt()).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect((await stored(receipt)).state).toBe('cancelling');
    clock.pass(1);
    expect((await attempt()).state).toBe('paid');
  });

  it('believes no payment that a second question does not find', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const told = paidAs();
    gateway.willSay(PENDING);
    gateway.willUndo(UNKNOWN);
    await expectUndecided(receipt);
    clock.pass(10 * MINUTE);
    gateway.willSay(told, UNKNOWN);
    await expectUndecided(receipt);
    const { payment } = told as Extract<PayOutcome, { kind: 'paid' }>;
    gateway.willSay(told, { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment });
    const ended = await undo.undo(receipt, 'superseded', by('test'));
    expect(ended).toMatchObject({ state: 'refunded', refunded: receipt.amount });
  });

  it('ends nothing when the trade that seemed to have vanished is still to be paid', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(PENDING, NOT_EXIST, PENDING);
    gateway.willUndo(undone('close'));
    await expectUndecided(receipt);
    expect(gateway.calls).toEqual(['query', 'cancel', 'query', 'query']);
    expect(await books.inspect.alarms(receipt.id)).toEqual([]);
  });
});

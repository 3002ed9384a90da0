import { Logger } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import type { FreshBooks } from '../../../test/database/books';
import { T0, anOrder, paid, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { ManualClock } from '../../../test/support/manual-clock';
import { PAY_STATUS } from '../../domain/receipt/pay-status';
import type { PayStatus } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';
import { Told } from './told.service';

describe('that a till was told', () => {
  const clock = new ManualClock(T0);
  let books: FreshBooks;
  let told: Told;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
    told = new Told(books.repositories, clock);
  });
  afterAll(() => books.close());

  /** When the receipt counts as told after a reply that did, or did not, leave. */
  async function toldAt(receipt: Receipt, status: PayStatus, leaves = true) {
    const reply = new EventEmitter();
    told.whenSent({ receipt, ...status }, reply);
    if (leaves) reply.emit('finish');
    // The note is written after the reply, by whom nobody waits for.
    for (let turn = 0; turn < 20; turn += 1) await clock.turn();
    return (await books.repositories['2'].get(receipt.id)).toldAtMs;
  }

  it.each([
    ['SUCCESS', PAY_STATUS.success],
    ['REFUND', PAY_STATUS.refunded],
  ])('is noted for %s, once the reply has left', async (_word, status) => {
    const receipt = await paid(books, anOrder('2'));
    expect(await toldAt(receipt, status, false)).toBeNull();
    expect(await toldAt(receipt, status)).toBe(clock.nowMs());
  });

  it.each([
    ['NOTPAY', PAY_STATUS.notPaid],
    ['USERPAYING', PAY_STATUS.userPaying],
    ['CLOSED', PAY_STATUS.closed],
    ['REVOKED', PAY_STATUS.revoked],
    ['PAYERROR', PAY_STATUS.payError],
  ])('is not noted for %s: a payment that comes later is still untold', async (_word, status) => {
    expect(await toldAt(await waiting(books, anOrder('2')), status)).toBeNull();
  });

  it('is not written again for a receipt that is known to be told', async () => {
    const receipt = await paid(books, anOrder('2'));
    await toldAt(receipt, PAY_STATUS.success);
    let writes = 0;
    const counting = { '2': { markTold: () => Promise.resolve((writes += 1)) } };
    const reply = new EventEmitter();
    const known = await books.repositories['2'].get(receipt.id);
    const repositories = { ...books.repositories, ...counting } as never;
    new Told(repositories, clock).whenSent({ receipt: known, ...PAY_STATUS.success }, reply);
    reply.emit('finish');
    expect(writes).toBe(0);
  });

  it('and cannot be noted leaves the payment untold, and the service alive', async () => {
    const receipt = await paid(books, anOrder('2'));
    expect(
      await toldAt({ ...receipt, id: 999_999 }, PAY_STATUS.success).catch(() => null),
    ).toBeNull();
    const failing = { '2': { markTold: () => Promise.reject(new Error('disk')) } };
    const repositories = { ...books.repositories, ...failing } as never;
    const reply = new EventEmitter();
    new Told(repositories, clock).whenSent({ receipt, ...PAY_STATUS.success }, reply);
    reply.emit('finish');
    await clock.turn();
    expect((await books.repositories['2'].get(receipt.id)).toldAtMs).toBeNull();
  });
});

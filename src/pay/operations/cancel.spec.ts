import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0, aMove, aPayment, anOrder, begun, paid, some } from '../../../test/database/books';
import { waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import {
  CLOSED,
  NOT_EXIST,
  PENDING,
  TOO_LATE,
  paidAs,
  payProcess,
  undone,
} from '../../../test/support/process/pay-process';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { ReceiptStatus } from './query.service';

const DAY_MS = 24 * 3_600_000;
const AUTH_CODE = '281234567890123456';

describe('Cancel', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;
  let cancel: (receipt: Receipt) => Promise<ReceiptStatus>;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
  });
  afterAll(() => books.close());
  beforeEach(() => {
    gateway = new FakeGateway();
    clock = new ManualClock(T0);
    cancel = (receipt) => payProcess(books, gateway, clock).cancel.cancel(receipt);
  });

  function stored({ billType, id }: Receipt): Promise<Receipt> {
    return books.repositories[billType].get(id);
  }

  /** Alipay finds a payment, and gives it back. */
  function willRefund(receipt: Receipt): void {
    gateway.willSay(paidAs(some(receipt.payment)));
    gateway.willUndo(undone('refund'));
  }

  it.each([
    ['begun', begun],
    ['given a code', waiting],
  ] as const)('of a receipt that was %s revokes it, twice over', async (_what, make) => {
    const receipt = await make(books, anOrder('1'));
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    const first = await cancel(receipt);
    expect([first.payStatus, first.payStatusDesc]).toEqual(['REVOKED', '已撤销']);
    expect(await cancel(receipt)).toEqual(first);
    expect(gateway.calls).toEqual(['query', 'cancel', 'query']);
  });

  it('of a scanned one revokes it', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(PENDING, CLOSED);
    gateway.willUndo(undone('close'));
    expect((await cancel(receipt)).payStatus).toBe('REVOKED');
  });

  it('of a payment nobody knew of records it together with its refund', async () => {
    const receipt = await waiting(books, anOrder('7'));
    const told = paidAs();
    gateway.willSay(told, told);
    gateway.willUndo(undone('refund'));
    const status = await cancel(receipt);
    expect([status.payStatus, status.payStatusDesc]).toEqual(['REFUND', '已退款']);
    expect(status.receipt).toMatchObject({ state: 'refunded', payment: { amount: 8_888 } });
    expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBe('0.00');
    expect(await books.inspect.systemRow('7', receipt.outTradeNo)).toMatchObject({
      result: 'R',
      receiptvalue: '88.88',
      refundvalue: '88.88',
    });
  });

  it.each(['1', '2', '7'] as const)('of a paid receipt of type %s refunds it', async (type) => {
    const done = await paid(books, anOrder(type));
    willRefund(done);
    const status = await cancel(done);
    expect([status.payStatus, status.receipt.billStatus]).toEqual(['REFUND', '4']);
    expect((await cancel(done)).payStatus).toBe('REFUND');
    expect(gateway.cancels).toHaveLength(1);
  });

  it('of a card takes the money before Alipay is asked to give it back', async () => {
    const done = await paid(books, anOrder('7'));
    let held: string | null = null;
    gateway.willSay(paidAs(some(done.payment)));
    gateway.willUndo(async () => {
      held = await books.inspect.cardBalance(some(done.cardNo));
      return undone('refund');
    });
    await cancel(done);
    expect(held).toBe('0.00');
    expect(await books.inspect.cardBalance(some(done.cardNo))).toBe('0.00');
  });

  it('of a card that holds too little is refused, and nothing has moved', async () => {
    const done = await paid(books, anOrder('7'));
    const cardNo = some(done.cardNo);
    await books.inspect.setCard(cardNo, '88.87');
    const rows = await books.inspect.countRows();
    await expect(cancel(done)).rejects.toMatchObject({
      code: 'ILLEGAL_STATE',
      shown: expect.stringContaining('余额不足'),
    });
    expect(await stored(done)).toEqual(done);
    expect(await books.inspect.countRows()).toBe(rows);
    expect(await books.inspect.cardBalance(cardNo)).toBe('88.87');
    expect(gateway.calls).toEqual([]);
    await books.inspect.setCard(cardNo, '88.88');
    willRefund(done);
    expect((await cancel(done)).payStatusDesc).toBe('已退款');
    expect(await books.inspect.cardBalance(cardNo)).toBe('0.00');
  });

  it('follows an undo that was begun for another reason, and refunds', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const intent = aMove('intendUndo', { reason: 'superseded' });
    some(await books.repositories['1'].move(receipt, ...intent));
    const told = paidAs();
    gateway.willSay(told, told);
    gateway.willUndo(undone('refund'));
    expect((await cancel(receipt)).payStatus).toBe('REFUND');
  });

  it.each([
    ['the query', [UNKNOWN], []],
    ['the cancel', [NOT_EXIST], [UNKNOWN]],
    ['the last query', [NOT_EXIST, UNKNOWN], [undone('none')]],
  ])('is undecided while %s tells nothing, and can be repeated', async (_what, says, undoes) => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(...says);
    gateway.willUndo(...undoes);
    await expect(cancel(receipt)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stored(receipt)).toMatchObject({ state: 'cancelling', undoReason: 'operator' });
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    expect((await cancel(receipt)).payStatus).toBe('REVOKED');
  });

  it('of a payment is undecided while its refund is, and never SUCCESS again', async () => {
    const done = await paid(books, anOrder('7'));
    gateway.willSay(paidAs(some(done.payment)));
    gateway.willUndo(UNKNOWN);
    await expect(cancel(done)).rejects.toMatchObject({ code: 'UNDECIDED' });
    const { query } = payProcess(books, gateway, clock);
    expect((await query.query(done)).payStatusDesc).toBe('退款中');
    willRefund(done);
    expect((await cancel(done)).payStatusDesc).toBe('已退款');
  });

  it('that is not decided lets nobody collect: the payment may stay', async () => {
    const done = await paid(books, anOrder('1'));
    const { scan, barCode } = payProcess(books, gateway, clock);
    const { billType, billNo, payType, amount, cardNo } = done;
    const terms = { billType, billNo, payType, amount, cardNo };
    const ask = { ...terms, body: '景区门票', detail: null, clientIp: '202.96.128.68' };
    const collect = () =>
      Promise.allSettled([scan.scanCode(ask), barCode.barCode({ ...ask, authCode: AUTH_CODE })]);
    const refusedBy = (code: string) => ({
      status: 'rejected',
      reason: { code, tag: { billnum: done.billNo, autoid: done.receiptId } },
    });
    const told = paidAs(some(done.payment));
    gateway.willSay(told, told);
    // Refused for its pace: answered, and nothing decided.
    gateway.willUndo({ kind: 'refused', fault: 'pace', cause: 'X', shown: null }, TOO_LATE);
    await expect(cancel(done)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await collect()).toMatchObject([refusedBy('UNDECIDED'), refusedBy('UNDECIDED')]);
    await expect(cancel(done)).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    expect(await collect()).toMatchObject([refusedBy('ALREADY_PAID'), refusedBy('ALREADY_PAID')]);
  });

  it.each([
    ['a second before a day is over', DAY_MS - 1_000, 'REFUND'],
    ['after a day', DAY_MS, 'ILLEGAL_STATE'],
  ])('of a payment %s', async (_what, ageMs, expected) => {
    const done = await paid(books, anOrder('1'));
    clock.pass(ageMs);
    willRefund(done);
    const said = await cancel(done).then(
      ({ payStatus }) => payStatus,
      ({ code }: { code: string }) => code,
    );
    expect(said).toBe(expected);
    if (expected === 'ILLEGAL_STATE') expect(await stored(done)).toEqual(done);
  });

  it('of a payment whose time Alipay has not told asks Alipay', async () => {
    const order = anOrder('1');
    const done = await paid(books, order, aPayment(order.amount, { paidAtMs: null }));
    willRefund(done);
    expect((await cancel(done)).payStatusDesc).toBe('已退款');
  });

  it.each([0, DAY_MS])('of money on its way back follows it, %d ms later', async (laterMs) => {
    const done = await paid(books, anOrder('7'));
    gateway.willSay(paidAs(some(done.payment)));
    gateway.willUndo(UNKNOWN);
    await expect(cancel(done)).rejects.toMatchObject({ code: 'UNDECIDED' });
    clock.pass(laterMs);
    willRefund(done);
    expect((await cancel(done)).payStatusDesc).toBe('已退款');
    const begins = (await books.inspect.events(done.id)).filter((one) => one.includes('begin'));
    expect(begins).toEqual(['begin begun', 'beginRefund refunding']);
    clock.pass(DAY_MS);
    expect((await cancel(done)).payStatusDesc).toBe('已退款');
  });

  it.each([
    ['close', 'CLOSED'],
    ['fail', 'PAYERROR'],
  ] as const)('of one that ended by %s says so, and asks nobody', async (event, payStatus) => {
    const receipt = await waiting(books, anOrder('1'));
    some(await books.repositories['1'].move(receipt, ...aMove(event)));
    expect((await cancel(receipt)).payStatus).toBe(payStatus);
    expect(gateway.calls).toEqual([]);
  });

  it('of a payment that came while it was undone for nobody else: refunded', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(NOT_EXIST, { ...CLOSED, payment: aPayment() } as PayOutcome);
    gateway.willUndo(undone('refund'));
    expect((await cancel(receipt)).payStatusDesc).toBe('已退款');
  });

  it('of no receipt is refused', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const cancelled = cancel({ ...receipt, payType: '97' });
    await expect(cancelled).rejects.toMatchObject({ code: 'NO_RECEIPT' });
  });

  it('many times at once is one undo', async () => {
    const done = await paid(books, anOrder('7'));
    willRefund(done);
    const { cancel: operation } = payProcess(books, gateway, clock);
    const all = Array.from({ length: 10 }, () => operation.cancel(done));
    const told = new Set((await Promise.all(all)).map(({ payStatusDesc }) => payStatusDesc));
    expect(told).toEqual(new Set(['已退款']));
    expect(gateway.cancels).toHaveLength(1);
    expect(await books.inspect.cardBalance(some(done.cardNo))).toBe('0.00');
  });
});

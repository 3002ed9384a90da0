import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import {
  T0,
  aMove,
  aPayment,
  anOrder,
  at,
  freshNumber,
  paid,
  some,
  waiting,
} from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { NOT_EXIST, PENDING, paidAs, payProcess } from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import { fen } from '../../domain/money';
import type { Receipt } from '../../domain/receipt/receipt';
import { outRequestNo } from '../refund/out-request-no';

const HOUR = 3_600_000;
const NOTHING = { kind: 'nothing' } as const;

let books: FreshBooks;
let gateway: FakeGateway;
let clock: ManualClock;
let process: PayProcess;

beforeAll(async () => {
  Logger.overrideLogger(false);
  books = await openFreshSqlite();
});
afterAll(() => books.close());
beforeEach(() => {
  gateway = new FakeGateway();
  clock = new ManualClock(T0 + 20 * HOUR);
  process = payProcess(books, gateway, clock);
});

const aPaid = (type: '1' | '7' = '1') => paid(books, anOrder(type, { amount: fen(10_000) }));
const found = (amount = 300) => ({ kind: 'found', amount: fen(amount), refundedAtMs: T0 }) as const;

const payment = ({ id }: Receipt, amount = 8_888) =>
  process.mend.mend({ receiptRowId: id, kind: 'payment', amount: fen(amount), requestNo: null });

interface Row {
  readonly amount?: number;
  readonly requestNo?: string | null;
  readonly by?: PayProcess;
}

function refund({ id }: Receipt, { amount = 300, requestNo = 'P1', by = process }: Row = {}) {
  return by.mend.mend({ receiptRowId: id, kind: 'refund', amount: fen(amount), requestNo });
}

/** How the receipt stands, in few words. */
async function stands({ id, billType }: Receipt): Promise<string> {
  const { state, refunded } = await books.repositories[billType].get(id);
  const alarms = await books.inspect.alarms(id);
  return [`${state} ${refunded}`, ...alarms].join(', ');
}

/** The refunds that were made without us, as `number fen`. */
async function foreign({ id }: Receipt): Promise<string[]> {
  const { refunds } = await books.refunds.ofReceipt(id);
  const all = refunds.filter(({ cause }) => cause === 'channel');
  return all.map(({ outRequestNo: number, amount }) => `${number} ${amount}`);
}

describe('a payment of the bill alone', () => {
  it('is asked for, and booked by what Alipay says then', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(paidAs());
    expect(await payment(receipt)).toBe('booked');
    expect(await stands(receipt)).toBe('paid 0');
    expect(await payment(receipt)).toBe('left');
    expect(gateway.calls).toEqual(['query']);
  });

  it.each([
    ['left', NOT_EXIST],
    ['left', PENDING],
    ['later', UNKNOWN],
  ] as const)('is %s when nothing proves it', async (mended, said) => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(said);
    expect(await payment(receipt)).toBe(mended);
    expect(await stands(receipt)).toBe('waiting 0');
  });

  it('of another amount is left, with an alarm', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(paidAs(aPayment(8_889)));
    expect(await payment(receipt, 8_889)).toBe('left');
    expect(await stands(receipt)).toBe('waiting 0, amountMismatch');
  });

  it('is looked at later, unasked, while its receipt is made unpayable', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const undo = aMove('intendUndo', { reason: 'operator' });
    some(await books.repositories['1'].move(receipt, ...undo));
    expect(await payment(receipt)).toBe('later');
    expect(gateway.calls).toEqual([]);
  });
});

describe('a refund of the bill alone', () => {
  it('is asked for under its number, and booked once, by however many', async () => {
    const receipt = await aPaid();
    gateway.willFind(found(), found(), found(), found());
    const other = payProcess(books, gateway, clock);
    const all = await Promise.all([refund(receipt), refund(receipt, { by: other })]);
    expect(all.sort()).toEqual(['booked', 'left']);
    expect(await foreign(receipt)).toEqual(['P1 300']);
    expect(await stands(receipt)).toBe('paid 300, foreignRefund');
    const { refunds } = await books.refunds.ofReceipt(receipt.id);
    expect(refunds[0]?.refundedAtMs).toBe(T0);
  });

  it('is booked beside others that Alipay knows with the same amounts', async () => {
    const receipt = await aPaid();
    gateway.willFind(found(), found(400), found());
    await refund(receipt);
    expect(await refund(receipt, { requestNo: 'P2', amount: 400 })).toBe('booked');
    expect(await foreign(receipt)).toEqual(['P1 300', 'P2 400']);
    expect(await stands(receipt)).toMatch(/^paid 700/);
  });

  it('is left beside a sum that may hold the same money already', async () => {
    for (const [number, provenAs] of [
      ['P2', 500],
      [null, 0],
    ] as const) {
      const receipt = await aPaid();
      const step = { event: 'refundInPart', refunded: fen(1_000) } as const;
      const told = [{ ...step, foreignRequestNo: number }];
      some(await books.repositories['1'].move(receipt, told, at(T0 + HOUR)));
      gateway.willFind(found(500), found(provenAs));
      expect(await refund(receipt, { amount: 500 })).toBe('left');
      expect(await stands(receipt)).toBe('paid 1000, foreignRefund');
      gateway = new FakeGateway();
      process = payProcess(books, gateway, clock);
    }
  });

  it('is left when Alipay tells of another amount, or it is more than is left', async () => {
    const receipt = await aPaid();
    gateway.willFind(found(299), found(10_001));
    expect(await refund(receipt)).toBe('left');
    expect(await refund(receipt, { amount: 10_001 })).toBe('left');
    expect(await stands(receipt)).toBe('paid 0, foreignRefund');
  });

  it('is looked at later when Alipay says nothing', async () => {
    const receipt = await aPaid();
    expect(await refund(receipt)).toBe('later');
    expect(await stands(receipt)).toBe('paid 0');
  });

  it('takes all of it back from a card, and an alarm when the card is short', async () => {
    for (const [balance, alarms] of [
      ['100.00', 'foreignRefund'],
      ['10.00', 'cardShort'],
    ] as const) {
      const receipt = await aPaid('7');
      await books.inspect.setCard(some(receipt.cardNo), balance);
      gateway.willFind(found(10_000));
      expect(await refund(receipt, { amount: 10_000 })).toBe('booked');
      expect(await stands(receipt)).toBe(`refunded 10000, ${alarms}`);
      const left = balance === '100.00' ? '0.00' : balance;
      expect(await books.inspect.cardBalance(some(receipt.cardNo))).toBe(left);
    }
  });

  it('under a number of ours goes the way of our refunds', async () => {
    const receipt = await aPaid();
    gateway.willRefund({ kind: 'refused', cause: 'x', shown: null });
    const { billType, billNo, receiptId, payType } = receipt;
    const name = { billType, billNo, receiptId, payType };
    const more = { operatorNo: null, reason: null, wantedUntilMs: null };
    await process.refund.refund({ name, batchNo: 'B1', amount: fen(300), ...more });
    const requestNo = outRequestNo(receipt.outTradeNo, 'B1');
    expect(await refund(receipt, { requestNo })).toBe('later'); // Sent a moment ago.
    clock.pass(60_000);
    gateway.willFind(UNKNOWN, NOTHING, found(), found());
    expect(await refund(receipt, { requestNo })).toBe('later');
    expect(await refund(receipt, { requestNo })).toBe('left');
    expect(await refund(receipt, { requestNo })).toBe('booked');
    expect(await refund(receipt, { requestNo })).toBe('left');
    expect(await foreign(receipt)).toEqual([`${requestNo} 300`]);
    expect(await stands(receipt)).toBe('paid 300, foreignRefund');
  });

  it.each([null, 'number of the cancel'])(
    '%s is the cancel when one was sent',
    async (requestNo) => {
      const receipt = await aPaid();
      const store = books.repositories['1'];
      const going = some(await store.move(receipt, ...aMove('beginRefund')));
      const sent = some(await store.countCancel(going, T0));
      const kept = some(await store.move(sent, [{ event: 'endRefund' }], at(T0 + 1_000)));
      const money = some(kept.payment);
      gateway.willFind(NOTHING, NOTHING);
      gateway.willSay(paidAs(money), {
        kind: 'closed',
        channelStatus: 'TRADE_CLOSED',
        payment: money,
      });
      expect(await refund(kept, { amount: 10_000, requestNo })).toBe('left');
      expect(await refund(kept, { amount: 10_000, requestNo })).toBe('booked');
      expect(await stands(kept)).toMatch(/^refunded 10000/);
    },
  );

  it('without a number is never booked where no cancel was sent', async () => {
    const receipt = await aPaid();
    expect(await refund(receipt, { amount: 10_000, requestNo: null })).toBe('left');
    expect(gateway.calls).toEqual([]);
    expect(await stands(receipt)).toBe('paid 0, foreignRefund');
  });

  it('of a duplicate is what the duplicate was owed', async () => {
    const order = anOrder('1', { amount: fen(10_000) });
    const first = await waiting(books, order);
    const gone = some(await books.repositories['1'].move(first, ...aMove('close')));
    const second = await paid(books, { ...order, outTradeNo: freshNumber('N') });
    const money = aPayment(10_000);
    const late = await books.repositories['1'].move(gone, ...aMove('pay', { payment: money }));
    const duplicate = some(late);
    expect(duplicate.duplicate).toBe(true);
    gateway.willFind(found(10_000));
    expect(await refund(duplicate, { amount: 10_000 })).toBe('booked');
    expect(await books.inspect.refunds(duplicate.id)).toEqual([
      expect.stringMatching(/duplicate 10000 done$/),
      expect.stringMatching(/channel 0 10000 done$/),
    ]);
    expect(await stands(second)).toBe('paid 0');
  });

  it('of a payment that the books lack brings the payment first', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(paidAs());
    expect(await refund(receipt)).toBe('booked');
    expect(await stands(receipt)).toBe('paid 0');
    gateway.willFind(found());
    expect(await refund(receipt)).toBe('booked');
    expect(await stands(receipt)).toBe('paid 300, foreignRefund');
  });

  it.each(['refunding', 'just cancelled'])('is looked at later while %s', async (how) => {
    const receipt = await aPaid();
    const store = books.repositories['1'];
    const going = some(await store.move(receipt, ...aMove('beginRefund')));
    if (how === 'just cancelled') {
      const sent = some(await store.countCancel(going, clock.nowMs() - 59_000));
      some(await store.move(sent, [{ event: 'endRefund' }], at(T0 + 1_000)));
    }
    expect(await refund(receipt)).toBe('later');
    expect(gateway.calls).toEqual([]);
  });
});

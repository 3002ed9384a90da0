import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { MINUTE, T0, aPayment, anOrder, at } from '../../../test/database/books';
import { paid, some, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import {
  CLOSED,
  NOT_EXIST,
  PENDING,
  paidAs,
  payProcess,
} from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import { BILL_TYPES } from '../../domain/bill';
import { fen } from '../../domain/money';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import { SCANNED } from '../../domain/receipt/pay-status';
import type { Payment, Receipt } from '../../domain/receipt/receipt';
import { GONE_FOR_GOOD_MS } from '../../domain/receipt/release-plan';
import { sql } from '../../legacy-db/sql/sql';

const ASKER = { actor: 'boss', requestId: 'r-9' };
const NOTE = 'seen in the portal';
/** When a code of these tests is surely dead. */
const DEAD_MS = T0 + 120 * MINUTE + GONE_FOR_GOOD_MS;
const GONE: PayOutcome = { kind: 'notExist', channelTimeMs: DEAD_MS };
const REFUSED = { kind: 'refused', fault: 'configuration', cause: 'X', shown: null } as const;

function wentBack(payment: Payment): PayOutcome {
  return { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment };
}

const ELSE_WENT_BACK = wentBack(aPayment(8_889));

let books: FreshBooks;
let gateway: FakeGateway;
let clock: ManualClock;
let process: PayProcess;

beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(async () => {
  books = await openFreshSqlite();
  gateway = new FakeGateway();
  clock = new ManualClock(DEAD_MS);
  process = payProcess(books, gateway, clock);
});
afterEach(() => books.close());

function release({ id }: Receipt, more: { note?: string; by?: PayProcess } = {}) {
  const { note = NOTE, by = process } = more;
  return by.release.release({ receiptRowId: id, billTypes: BILL_TYPES, note }, ASKER);
}

/** The answer in a word or two. */
async function told(receipt: Receipt): Promise<string> {
  const answer = await release(receipt);
  return answer.kind === 'refused' ? answer.why : `released, ${answer.receipt.state}`;
}

function stored({ billType, id }: Receipt): Promise<Receipt> {
  return books.repositories[billType].get(id);
}

/** A receipt whose payment of another amount the sweep has given up on, undone for its age. */
async function givenUp(type: '1' | '2' | '7' = '1'): Promise<Receipt> {
  const receipt = await waiting(books, anOrder(type));
  gateway.willSay(paidAs(aPayment(8_889)));
  const undo = process.undo.undo(receipt, 'expired', { ...ASKER, cause: 'sweep' });
  await expect(undo).rejects.toMatchObject({ code: 'UNDECIDED' });
  expect(await books.inspect.alarms(receipt.id)).toEqual(['amountMismatch']);
  return stored(receipt);
}

/** A receipt whose guest was seen, and of which Alipay knows nothing any more. */
async function vanished(): Promise<Receipt> {
  const receipt = await waiting(books, anOrder('1'));
  const seen = some(await books.repositories['1'].noteChannel(receipt, SCANNED, at(T0 + 1)));
  gateway.willSay(NOT_EXIST, NOT_EXIST);
  const undo = process.undo.undo(seen, 'expired', { ...ASKER, cause: 'sweep' });
  await expect(undo).rejects.toMatchObject({ code: 'UNDECIDED' });
  expect(await books.inspect.alarms(receipt.id)).toEqual(['tradeVanished']);
  return stored(receipt);
}

/** A payment from before the receipts of these tests were begun. */
function paidBefore(): Promise<Receipt> {
  return paid(books, anOrder('2'), aPayment(8_888, { paidAtMs: T0 - MINUTE }));
}

const alarmsOf = ({ id }: Receipt) => books.alarms.about('amountMismatch', `receipt ${id}`);

describe('the release of a receipt whose payment has another amount', () => {
  it('ends it once all of that went back, with its alarm, by who did it', async () => {
    const receipt = await givenUp();
    gateway.willSay(ELSE_WENT_BACK);
    expect(await told(receipt)).toBe('released, closed');
    expect(await stored(receipt)).toMatchObject({
      state: 'closed',
      undoReason: 'released',
      payment: null,
      refunded: 0,
      endedAtMs: DEAD_MS,
      channelStatus: 'TRADE_CLOSED',
    });
    const closed = { by: 'boss', note: NOTE, nowMs: DEAD_MS };
    expect(await alarmsOf(receipt)).toMatchObject([{ closed }]);
    const [last] = (await books.reading.life(await stored(receipt))).events.slice(-1);
    expect(last).toMatchObject({
      ...{ event: 'close', from: 'cancelling', state: 'closed' },
      ...{ actor: 'boss', cause: 'release', requestId: 'r-9', channelStatus: 'TRADE_CLOSED' },
    });
    const row = await books.inspect.systemRow('1', receipt.outTradeNo);
    expect(row).toMatchObject({ result: 'C', receiptvalue: null });
  });

  it('lets the bill have another receipt', async () => {
    const receipt = await givenUp();
    const order = { ...anOrder('1'), billNo: receipt.billNo, nowMs: DEAD_MS };
    expect((await books.repositories['1'].begin(order)).kind).not.toBe('begun');
    gateway.willSay(ELSE_WENT_BACK);
    await release(receipt);
    expect((await books.repositories['1'].begin(order)).kind).toBe('begun');
  });

  it.each([
    ['holds it still', paidAs(aPayment(8_889)), 'otherMoney'],
    ['holds the very amount', paidAs(), 'ourMoney'],
    ['gave the very amount back', wentBack(aPayment()), 'ourMoney'],
    ['lets a guest pay', PENDING, 'payable'],
    ['does not know it, and does not say when', NOT_EXIST, 'tooYoung'],
    ['refuses to say', REFUSED, 'noAnswer'],
    ['does not answer', UNKNOWN, 'noAnswer'],
  ] as const)('is refused while Alipay %s', async (_what, said, why) => {
    const receipt = await givenUp();
    const rows = await books.inspect.countRows();
    gateway.willSay(said);
    expect(await told(receipt)).toBe(why);
    expect(await stored(receipt)).toEqual(receipt);
    expect(await alarmsOf(receipt)).toMatchObject([{ closed: null }]);
    expect(await books.inspect.countRows()).toBe(rows);
  });

  it('never sends anything but questions', async () => {
    const receipt = await givenUp();
    const before = gateway.calls.length;
    gateway.willSay(ELSE_WENT_BACK);
    await release(receipt);
    expect(gateway.calls.slice(before)).toEqual(['query']);
    expect([gateway.cancels, gateway.refunds]).toEqual([[], []]);
  });

  it('done twice, at two processes and again, is one', async () => {
    const receipt = await givenUp();
    gateway.willSay(ELSE_WENT_BACK, ELSE_WENT_BACK);
    const other = payProcess(books, gateway, clock);
    const both = await Promise.all([release(receipt), release(receipt, { by: other })]);
    expect(both.map(({ kind }) => kind)).toEqual(['released', 'released']);
    const events = await books.inspect.events(receipt.id);
    expect(events.filter((one) => one === 'close closed')).toHaveLength(1);
    const questions = gateway.queries.length;
    expect(await told(receipt)).toBe('released, closed');
    expect([gateway.queries.length, await books.inspect.events(receipt.id)]).toEqual([
      questions,
      events,
    ]);
  });

  it('loses to a payment that was booked meanwhile', async () => {
    const receipt = await givenUp();
    gateway.willSay(async () => {
      const pay = { event: 'pay', payment: aPayment() } as const;
      some(await books.repositories['1'].move(receipt, [pay], at(DEAD_MS)));
      return ELSE_WENT_BACK;
    });
    expect(await told(receipt)).toBe('moved');
    expect((await stored(receipt)).state).toBe('paid');
    expect(await told(receipt)).toBe('booked');
  });

  it('is told to the system as any end is, and credits no card', async () => {
    const receipt = await givenUp('7');
    gateway.willSay(ELSE_WENT_BACK);
    const telling = payProcess({ ...books, repositories: books.telling }, gateway, clock);
    await release(receipt, { by: telling });
    const told = await books.inspect.query<{ type: string }>(sql`select type from callback`);
    expect(told).toEqual([{ type: 'payment.closed' }]);
    expect(await books.inspect.cardBalance(some(receipt.cardNo))).toBeNull();
  });

  it('stays quiet when Alipay says the same again, and not when it says more', async () => {
    const receipt = await givenUp();
    gateway.willSay(ELSE_WENT_BACK);
    await release(receipt);
    const ended = await stored(receipt);
    const apply = (said: PayOutcome) =>
      process.applyOutcome.apply(ended, said, { ...ASKER, cause: 'query' });
    expect(await apply(ELSE_WENT_BACK)).toEqual(ended);
    expect(await apply(CLOSED)).toEqual(ended);
    // A notify from before all of it went back.
    gateway.willSay(ELSE_WENT_BACK);
    expect(await apply(paidAs(aPayment(8_889)))).toEqual(ended);
    expect(await alarmsOf(receipt)).toHaveLength(1);
    gateway.willSay(paidAs(aPayment(8_889)));
    await expect(apply(paidAs(aPayment(8_889)))).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await alarmsOf(receipt)).toMatchObject([{ closed: {} }, { closed: null }]);
    gateway.willSay(paidAs(aPayment(8_889)));
    expect(await told(receipt)).toBe('otherMoney');
    expect(await apply(paidAs())).toMatchObject({ state: 'paid' });
  });

  it('may come to one that had ended before: its system hears nothing new', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const fail = [{ event: 'fail' }] as const;
    const failed = some(await books.repositories['1'].move(receipt, fail, at(T0 + 1)));
    gateway.willSay(ELSE_WENT_BACK);
    const by = { ...ASKER, cause: 'sweep' };
    const look = process.applyOutcome.apply(failed, ELSE_WENT_BACK, by, 'askedAgain');
    await expect(look).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await told(receipt)).toBe('released, failed');
    expect(await books.inspect.systemRow('1', receipt.outTradeNo)).toMatchObject({ result: 'F' });
    expect(await alarmsOf(receipt)).toMatchObject([{ closed: {} }]);
  });
});

describe('the release of a receipt whose trade has vanished', () => {
  it('ends it once its code is long over, if Alipay knows what was paid before', async () => {
    const before = await paidBefore();
    const receipt = await vanished();
    gateway.willSay(GONE, paidAs(some(before.payment)));
    expect(await told(receipt)).toBe('released, closed');
    expect(gateway.queries.slice(-2)).toEqual([receipt.outTradeNo, before.outTradeNo]);
    const about = await books.alarms.about('tradeVanished', `receipt ${receipt.id}`);
    expect(about).toMatchObject([{ closed: { by: 'boss', note: NOTE } }]);
  });

  it('is refused a moment earlier, by either clock', async () => {
    await paidBefore();
    const receipt = await vanished();
    gateway.willSay({ kind: 'notExist', channelTimeMs: DEAD_MS - 1 });
    expect(await told(receipt)).toBe('tooYoung');
    clock.pass(-1);
    gateway.willSay(GONE);
    expect(await told(receipt)).toBe('tooYoung');
    expect(await stored(receipt)).toEqual(receipt);
  });

  it.each([
    ['nothingBefore', null],
    ['otherAlipay', GONE],
    ['otherAlipay', CLOSED],
    ['otherAlipay', paidAs()],
    ['otherAlipay', PENDING],
    ['noAnswer', UNKNOWN],
    ['noAnswer', REFUSED],
  ] as const)('is refused as %s when an earlier payment does not show it', async (why, said) => {
    if (said !== null) await paidBefore();
    const receipt = await vanished();
    await paid(books, anOrder('2'), aPayment(8_888, { paidAtMs: T0 + MINUTE }));
    gateway.willSay(GONE, ...(said === null ? [] : [said]));
    expect(await told(receipt)).toBe(why);
    expect(await stored(receipt)).toEqual(receipt);
  });

  it('takes an earlier payment that went back for as good', async () => {
    const before = await paidBefore();
    const receipt = await vanished();
    gateway.willSay(GONE, wentBack(some(before.payment)));
    expect(await told(receipt)).toBe('released, closed');
  });
});

describe('nothing is released', () => {
  it('without an open alarm that says so, and Alipay is not asked', async () => {
    const receipt = await waiting(books, anOrder('1'));
    await books.repositories['1'].raiseAlarm(receipt, 'undoRefused', 'x', T0);
    expect(await told(receipt)).toBe('notGivenUp');
    expect(gateway.calls).toEqual([]);
  });

  it('for the alarm of a receipt whose number begins the same', async () => {
    const receipts: Receipt[] = [];
    for (let n = 0; n < 10; n += 1) receipts.push(await waiting(books, anOrder('1')));
    const [first, tenth] = [some(receipts[0]), some(receipts[9])];
    expect([first.id, tenth.id]).toEqual([1, 10]);
    await books.repositories['1'].raiseAlarm(tenth, 'amountMismatch', 'x', T0);
    expect(await told(first)).toBe('notGivenUp');
  });

  it('of a system that the operator does not speak for', async () => {
    const receipt = await givenUp();
    const wish = { receiptRowId: receipt.id, billTypes: ['2'] as const, note: NOTE };
    const act = process.release.release(wish, ASKER);
    await expect(act).rejects.toMatchObject({ code: 'NO_RECEIPT' });
  });

  it('that is paid, though a refund of it has raised the alarm', async () => {
    const receipt = await paid(books, anOrder('1', { amount: fen(8_888) }));
    await books.repositories['1'].raiseAlarm(receipt, 'amountMismatch', 'x', T0);
    gateway.willSay(wentBack(aPayment(1)));
    expect(await told(receipt)).toBe('booked');
    expect(await stored(receipt)).toEqual(receipt);
  });

  it('without a signature that holds, and an alarm says so', async () => {
    const receipt = await givenUp();
    gateway.willSay({ ...UNKNOWN, unverified: true });
    expect(await told(receipt)).toBe('noAnswer');
    expect(await books.inspect.alarms(receipt.id)).toContain('unverifiedAnswer');
  });
});

import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0, aMove, aPayment, anOrder, paid, some, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { NOT_EXIST, PENDING, paidAs, payProcess } from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import type { PayOutcome, Refusal } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';

const REFUSED = {
  kind: 'refused',
  fault: 'configuration',
  cause: '40006',
  shown: null,
} as const;
const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

function refusedFor(fault: Refusal['fault']): PayOutcome {
  return { kind: 'refused', fault, cause: 'X', shown: null };
}

describe('Query', () => {
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
    clock = new ManualClock(T0);
    process = payProcess(books, gateway, clock);
  });

  function query({ billType, billNo, receiptId, payType }: Receipt) {
    return process.query.query({ billType, billNo, receiptId, payType });
  }

  async function closed(): Promise<Receipt> {
    const receipt = await waiting(books, anOrder('2'));
    return some(await books.repositories['2'].move(receipt, ...aMove('close')));
  }

  it('asks Alipay for a live receipt every time, and for a paid one never', async () => {
    const live = await waiting(books, anOrder('2'));
    gateway.willSay(PENDING, PENDING);
    expect((await query(live)).payStatus).toBe('USERPAYING');
    expect((await query(live)).payStatus).toBe('USERPAYING');
    expect(gateway.queries).toEqual([live.outTradeNo, live.outTradeNo]);
    expect((await query(await paid(books, anOrder('2')))).payStatus).toBe('SUCCESS');
    expect(gateway.queries).toHaveLength(2);
  });

  it('looks for late money of an ended receipt once a minute', async () => {
    const ended = await closed();
    gateway.willSay(paidAs(), NOT_EXIST, NOT_EXIST);
    clock.pass(MINUTE_MS);
    expect((await query(ended)).payStatus).toBe('SUCCESS');
    const other = await closed();
    await query(other);
    await query(other);
    expect(gateway.queries).toEqual([ended.outTradeNo, other.outTradeNo]);
    clock.pass(MINUTE_MS);
    await query(other);
    expect(gateway.queries).toHaveLength(3);
  });

  it.each([
    ['without an answer', UNKNOWN],
    ['that is refused', REFUSED],
  ])('tells what has ended from the books after a look %s', async (_how, outcome) => {
    const ended = await closed();
    gateway.willSay(outcome);
    expect((await query(ended)).payStatus).toBe('CLOSED');
    expect(gateway.queries).toEqual([ended.outTradeNo]);
  });

  it('tells what was booked while that look went on', async () => {
    const ended = await closed();
    gateway.willSay(async () => {
      const pay = aMove('pay', { payment: aPayment() });
      some(await books.repositories['2'].move(ended, ...pay));
      return UNKNOWN;
    });
    expect((await query(ended)).payStatus).toBe('SUCCESS');
  });

  it.each([UNKNOWN, REFUSED])(
    'is undecided for what is live when nobody answers',
    async (outcome) => {
      const live = await waiting(books, anOrder('2'));
      gateway.willSay(outcome);
      const code = outcome === UNKNOWN ? 'UNDECIDED' : 'CHANNEL_MISCONFIGURED';
      await expect(query(live)).rejects.toMatchObject({ code });
    },
  );

  it('is undecided for money that came late while a cancel may take it back', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const receipts = books.repositories['2'];
    const undoing = some(
      await receipts.move(receipt, ...aMove('intendUndo', { reason: 'superseded' })),
    );
    const counted = some(await receipts.countCancel(undoing, T0));
    const ended = some(await receipts.move(counted, ...aMove('undo')));
    gateway.willSay(paidAs());
    await expect(query(ended)).rejects.toMatchObject({ code: 'UNDECIDED' });
  });

  it('looks for it for a day after its begin, and no longer', async () => {
    const ended = await closed();
    clock.pass(DAY_MS - 1);
    gateway.willSay(paidAs());
    expect((await query(ended)).payStatus).toBe('SUCCESS');
    const forgotten = await closed();
    clock.pass(1);
    gateway.willSay(paidAs());
    expect((await query(forgotten)).payStatus).toBe('CLOSED');
    expect(gateway.queries).toEqual([ended.outTradeNo]);
  });

  it('knows no receipt when one of the four parts differs', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const wrong = [{ billNo: 'X' }, { receiptId: '0' }, { payType: '97' }];
    for (const part of wrong) {
      await expect(query({ ...receipt, ...part })).rejects.toMatchObject({ code: 'NO_RECEIPT' });
    }
    await expect(query({ ...receipt, billType: '3' })).rejects.toMatchObject({
      code: 'NO_RECEIPT',
    });
    expect(gateway.queries).toEqual([]);
  });

  it.each<[string, PayOutcome, string, string[]]>([
    ['no answer', UNKNOWN, 'UNDECIDED', []],
    ['a forged answer', { ...UNKNOWN, unverified: true }, 'UNDECIDED', ['unverifiedAnswer']],
    ['a refusal for our settings', refusedFor('configuration'), 'CHANNEL_MISCONFIGURED', []],
    ['a refusal for our pace', refusedFor('pace'), 'UNDECIDED', []],
    ['a refusal of the question', refusedFor('request'), 'UNDECIDED', []],
  ])('tells nothing on %s', async (_what, outcome, code, alarms) => {
    const receipt = await waiting(books, anOrder('2'));
    gateway.willSay(outcome);
    await expect(query(receipt)).rejects.toMatchObject({ code });
    expect(await books.repositories['2'].get(receipt.id)).toEqual(receipt);
    expect(await books.inspect.alarms(receipt.id)).toEqual(alarms);
  });

  it('tells nothing of a receipt that is being undone', async () => {
    const receipt = await waiting(books, anOrder('2'));
    some(
      await books.repositories['2'].move(receipt, ...aMove('intendUndo', { reason: 'operator' })),
    );
    gateway.willSay(PENDING);
    await expect(query(receipt)).rejects.toMatchObject({ code: 'UNDECIDED' });
  });
});

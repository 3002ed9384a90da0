import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import {
  T0,
  aMove,
  aPayment,
  anOrder,
  begun,
  by,
  freshNumber,
  paid,
  some,
} from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { systemRandomness } from '../../config/system-clock';
import type { PayError } from '../../domain/errors';
import { fen } from '../../domain/money';
import { NOBODY } from '../../domain/receipt/by';
import type { CodeOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { ApplyOutcome } from '../outcome/apply-outcome.service';
import { BeginOrders } from '../charge/begin-orders.service';
import type { ScanCodeAsk } from '../charge/begin-orders.service';
import { CodeRequests } from '../charge/code-requests.service';
import { Refresh } from '../outcome/refresh.service';
import { ScanCode } from './scan-code.service';
import { UnderWay } from '../outcome/under-way';
import { Undo } from '../outcome/undo.service';

const SETTINGS = {
  codeMinutes: 120,
  tradePrefix: '3pzz',
  repeatGuardMs: 120_000,
  channelTimeoutMs: 5_000,
  sweepPeriodMs: 5_000,
  refundDuplicates: 'auto' as const,
};
const NOT_EXIST = { kind: 'notExist', channelTimeMs: null } as const;
const CODE = { kind: 'code', qrCode: 'https://qr.example.test/1' } as const;

function anAsk(changes: Partial<ScanCodeAsk> = {}): ScanCodeAsk {
  return {
    billType: '2',
    billNo: freshNumber(),
    payType: '98',
    amount: fen(8_888),
    body: '景区门票',
    detail: null,
    clientIp: '202.96.128.68',
    cardNo: null,
    ...changes,
  };
}

describe('ScanCode', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
  });
  afterAll(() => books.close());
  beforeEach(() => {
    gateway = new FakeGateway();
    clock = new ManualClock(T0);
  });

  /** The operation as one process has it; two of them are two processes on the same books. */
  function process(): ScanCode {
    const { repositories } = books;
    const underWay = new UnderWay(clock);
    const applyOutcome = new ApplyOutcome(repositories, clock, gateway, underWay);
    const refresh = new Refresh(gateway, applyOutcome);
    const undo = new Undo(repositories, gateway, clock, applyOutcome, underWay);
    const orders = new BeginOrders(gateway, SETTINGS, clock, systemRandomness);
    const codes = new CodeRequests(repositories, gateway, SETTINGS, clock, refresh);
    return new ScanCode(repositories, orders, codes, undo);
  }

  async function receiptOf(billNo: string): Promise<Receipt> {
    const probe = { ...anAsk({ billNo, amount: fen(1) }), outTradeNo: freshNumber('P') };
    const decision = await books.repositories['2'].begin({
      ...probe,
      begunBy: 'scanCode',
      asker: NOBODY,
      channelCall: '',
      codeEndsAtMs: T0,
      channelNowMs: T0,
      nowMs: T0,
      leaseUntilMs: T0,
      repeatGuardMs: 0,
    });
    if (decision.kind === 'begun') throw new Error('the bill has no live receipt');
    return decision.receipt;
  }

  it('saves the receipt before it asks for the code', async () => {
    const ask = anAsk();
    let found: Receipt | null = null;
    gateway.willGive(async () => {
      found = await receiptOf(ask.billNo);
      return CODE;
    });
    const receipt = await process().scanCode(ask);
    expect(found).toMatchObject({ id: receipt.id, state: 'begun', precreateTries: 1 });
    expect(receipt).toMatchObject({ state: 'waiting', qrCode: CODE.qrCode });
    expect(JSON.parse(gateway.codeCalls[0] ?? '')).toMatchObject({
      outTradeNo: receipt.outTradeNo,
      amount: 8_888,
      endsAtMs: T0 + 120 * 60_000,
    });
  });

  it('sends the very same call again after an unknown outcome, hours later too', async () => {
    const ask = anAsk();
    const scan = process();
    gateway.willGive(UNKNOWN, UNKNOWN, CODE);
    for (let time = 1; time <= 2; time += 1) {
      await expect(scan.scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
      clock.pass(45 * 60_000);
    }
    const again = { ...ask, body: 'other', detail: 'other', clientIp: '203.0.113.9' };
    expect((await scan.scanCode(again)).qrCode).toBe(CODE.qrCode);
    expect(new Set(gateway.codeCalls).size).toBe(1);
    expect(gateway.codeCalls).toHaveLength(3);
  });

  it.each<[string, CodeOutcome]>([
    ['an unknown outcome', UNKNOWN],
    ['a refusal for too many calls', { kind: 'refused', fault: 'pace', cause: 'X', shown: null }],
  ])('lets the next one ask at once after %s, not when a lease is over', async (_what, outcome) => {
    const ask = anAsk();
    gateway.willGive(outcome, CODE);
    await expect(process().scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect((await process().scanCode(ask)).precreateTries).toBe(2);
    expect(clock.nowMs()).toBe(T0);
  });

  it('ends a receipt that was refused at the first call, and begins anew', async () => {
    const ask = anAsk();
    const scan = process();
    const refusal = {
      kind: 'refused',
      fault: 'request',
      cause: 'X',
      shown: '商品含违禁词',
    } as const;
    gateway.willGive(refusal, CODE);
    await expect(scan.scanCode(ask)).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
      shown: '商品含违禁词',
    });
    const second = await scan.scanCode(ask);
    expect(second.state).toBe('waiting');
    expect(new Set(gateway.codeCalls).size).toBe(2);
  });

  it('keeps a receipt refused after an answer was lost: a code may live', async () => {
    const ask = anAsk();
    const scan = process();
    const refusal = { kind: 'refused', fault: 'request', cause: 'X', shown: null } as const;
    gateway.willGive(UNKNOWN, refusal);
    await expect(scan.scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
    await expect(scan.scanCode(ask)).rejects.toMatchObject({ code: 'CHANNEL_REFUSED' });
    expect((await receiptOf(ask.billNo)).state).toBe('begun');
  });

  it('tells our own misconfiguration from the order, without its text', async () => {
    const refusal = { kind: 'refused', fault: 'configuration', cause: 'K', shown: 'no' } as const;
    gateway.willGive(refusal);
    const scan = process().scanCode(anAsk());
    await expect(scan).rejects.toMatchObject({ code: 'CHANNEL_MISCONFIGURED' });
    await expect(scan).rejects.not.toMatchObject({ shown: 'no' });
  });

  it('sends the till to the receipt when Alipay says the number is paid', async () => {
    const ask = anAsk();
    const scan = process();
    gateway.willGive(UNKNOWN, { kind: 'alreadyPaid' });
    gateway.willSay({ kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: aPayment() });
    await expect(scan.scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
    const { receiptId } = await receiptOf(ask.billNo);
    await expect(scan.scanCode(ask)).rejects.toMatchObject({
      code: 'ALREADY_PAID',
      tag: { billnum: ask.billNo, autoid: receiptId, codeurl: null },
    });
  });

  it('gives no code for a number said to be paid while its trade is not known', async () => {
    const ask = anAsk();
    gateway.willGive({ kind: 'alreadyPaid' });
    gateway.willSay(NOT_EXIST);
    await expect(process().scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect((await receiptOf(ask.billNo)).state).toBe('begun');
    // The next one may ask at once.
    gateway.willGive(CODE);
    expect((await process().scanCode(ask)).qrCode).toBe(CODE.qrCode);
    expect(clock.nowMs()).toBe(T0);
  });

  it('begins anew in the same call when Alipay refuses a number, once that is dead', async () => {
    const ask = anAsk();
    gateway.willGive({ kind: 'numberRefused', cause: 'X' }, CODE);
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo({ kind: 'done', action: 'none' });
    const receipt = await process().scanCode(ask);
    expect(receipt.qrCode).toBe(CODE.qrCode);
    expect(gateway.calls).toEqual(['code', 'query', 'cancel', 'query', 'code']);
    expect(new Set(gateway.codeCalls).size).toBe(2);
    expect(gateway.cancels).not.toContain(receipt.outTradeNo);
  });

  it.each([
    [3, 'code'],
    [4, 'UNDECIDED'],
  ])('begins anew after %i refused numbers: %s', async (refusals, expected) => {
    for (let time = 1; time <= refusals; time += 1) {
      gateway.willGive({ kind: 'numberRefused', cause: 'X' });
      gateway.willSay(NOT_EXIST, NOT_EXIST);
      gateway.willUndo({ kind: 'done', action: 'none' });
    }
    gateway.willGive(CODE);
    const [outcome] = await Promise.allSettled([process().scanCode(anAsk())]);
    const code = outcome.status === 'rejected' && (outcome.reason as PayError).code;
    expect(code || 'code').toBe(expected);
    expect(new Set(gateway.codeCalls).size).toBe(4);
  });

  it('gives up when another process asks for the code without an end', async () => {
    const ask = anAsk();
    gateway.willGive(UNKNOWN);
    await expect(process().scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
    const lease = jest.spyOn(books.repositories['2'], 'leasePrecreate').mockResolvedValue(null);
    await expect(process().scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
    lease.mockRestore();
    // The lease of a process that died is over by then.
    expect(clock.nowMs() - T0).toBeGreaterThan(SETTINGS.channelTimeoutMs + 2_000);
    expect(clock.nowMs() - T0).toBeLessThan(SETTINGS.channelTimeoutMs + 3_000);
    expect(gateway.codeCalls).toHaveLength(1);
  });

  it('gives no other number while the refused one is in doubt', async () => {
    const ask = anAsk();
    gateway.willGive({ kind: 'numberRefused', cause: 'X' });
    gateway.willSay(NOT_EXIST);
    gateway.willUndo(UNKNOWN);
    await expect(process().scanCode(ask)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(gateway.codeCalls).toHaveLength(1);
    expect(await receiptOf(ask.billNo)).toMatchObject({
      state: 'cancelling',
      undoReason: 'superseded',
    });
  });

  it('gives the same receipt and code again, without a call', async () => {
    const ask = anAsk();
    gateway.willGive(CODE);
    const first = await process().scanCode(ask);
    expect(await process().scanCode(ask)).toEqual(first);
    expect(gateway.calls).toEqual(['code']);
  });

  it('lets another call go first that is getting a code on other terms', async () => {
    const ask = anAsk();
    gateway.willGive(() => new Promise(() => undefined));
    void process().scanCode(ask);
    await untilCalls(1);
    const dearer = process().scanCode({ ...ask, amount: fen(9_999) });
    await expect(dearer).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    expect(gateway.calls).toEqual(['code']);
  });

  it.each(['UNDECIDED', 'ALREADY_PAID'])('begins nothing on a bill that is %s', async (code) => {
    const ask = anAsk();
    const { billNo } = ask;
    if (code === 'ALREADY_PAID') await paid(books, anOrder('2', { billNo }));
    else await begun(books, anOrder('2', { billNo, begunBy: 'barCode' }));
    await expect(process().scanCode(ask)).rejects.toMatchObject({ code, tag: { billnum: billNo } });
    expect(gateway.calls).toEqual([]);
  });

  it('leaves a code alone that another call got while it made way', async () => {
    const ask = anAsk();
    gateway.willGive(CODE, { kind: 'code', qrCode: 'https://qr.example.test/2' });
    await process().scanCode(ask);
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo({ kind: 'done', action: 'none' });
    const receipts = books.repositories['2'];
    const begin = receipts.begin.bind(receipts);
    let begins = 0;
    const spy = jest.spyOn(receipts, 'begin').mockImplementation(async (order) => {
      begins += 1;
      if (begins === 2) await process().scanCode(ask);
      return begin(order);
    });
    const dearer = process().scanCode({ ...ask, amount: fen(9_999) });
    await expect(dearer).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    spy.mockRestore();
    expect(await receiptOf(ask.billNo)).toMatchObject({ state: 'waiting', amount: 8_888 });
    expect(gateway.cancels).toHaveLength(1);
  });

  it('gives a code beside one that turns out to be a duplicate', async () => {
    const ask = anAsk();
    const { repositories } = books;
    const applyOutcome = new ApplyOutcome(repositories, clock, gateway, new UnderWay(clock));
    const late = { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: aPayment() } as const;
    gateway.willGive(CODE, CODE, CODE);
    const first = await process().scanCode(ask);
    some(await repositories['2'].move(first, ...aMove('close')));
    const second = await process().scanCode(ask);
    await applyOutcome.apply(first, late, by('test'));
    await repositories['2'].markTold(first.id, T0);
    clock.pass(SETTINGS.repeatGuardMs + 1);
    gateway.willSay({ ...late, payment: aPayment() });
    const third = await process().scanCode(ask);
    expect([third.state, third.id > second.id]).toEqual(['waiting', true]);
    expect(await repositories['2'].get(second.id)).toMatchObject({ duplicate: true });
  });

  it('sends the till to the payment that came before the late code', async () => {
    const ask = anAsk();
    gateway.willGive(async () => {
      const pay = aMove('pay', { payment: aPayment() });
      some(await books.repositories['2'].move(await receiptOf(ask.billNo), ...pay));
      return CODE;
    });
    await expect(process().scanCode(ask)).rejects.toMatchObject({ code: 'ALREADY_PAID' });
  });

  it('of two processes shares one call: the second waits for its code', async () => {
    const ask = anAsk();
    let answer: (outcome: CodeOutcome) => void = () => undefined;
    gateway.willGive(() => new Promise((resolve) => (answer = resolve)));
    const first = process().scanCode(ask);
    await untilCalls(1);
    const second = process().scanCode(ask);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
    answer(CODE);
    expect((await second).id).toBe((await first).id);
    expect(gateway.codeCalls).toHaveLength(1);
  });

  it('takes over from a process that died, once its lease is over', async () => {
    const ask = anAsk();
    gateway.willGive(() => new Promise(() => undefined), CODE);
    void process().scanCode(ask);
    await untilCalls(1);
    const receipt = await process().scanCode(ask);
    expect(receipt).toMatchObject({ state: 'waiting', precreateTries: 2 });
    expect(gateway.codeCalls[1]).toBe(gateway.codeCalls[0]);
    expect(clock.nowMs() - T0).toBeGreaterThanOrEqual(SETTINGS.channelTimeoutMs);
  });

  async function untilCalls(count: number): Promise<void> {
    while (gateway.codeCalls.length < count) await new Promise((done) => setImmediate(done));
  }
});

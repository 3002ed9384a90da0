import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { MINUTE, T0, freshNumber, some } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import type { PayProcess } from '../../../test/support/process/pay-process';
import {
  CLOSED,
  NOT_EXIST,
  PENDING,
  paidAs,
  payProcess,
  undone,
} from '../../../test/support/process/pay-process';
import { NOTIFY } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import { fen } from '../../domain/money';
import type { ChargeOutcome, PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { BarCodeAsk } from './bar-code.service';

const AUTH_CODE = '281234567890123456';
const PASSWORD = PENDING as ChargeOutcome;

function refusal(fault: 'request' | 'configuration' | 'pace', shown: string | null) {
  return { kind: 'refused', fault, cause: '40004 ACQ.BUYER_BALANCE_NOT_ENOUGH', shown } as const;
}

function anAsk(changes: Partial<BarCodeAsk> = {}): BarCodeAsk {
  return {
    billType: '2',
    billNo: freshNumber(),
    payType: '97',
    amount: fen(8_888),
    body: '景区门票',
    detail: null,
    clientIp: '202.96.128.68',
    cardNo: null,
    authCode: AUTH_CODE,
    ...changes,
  };
}

describe('BarCode', () => {
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
    clock = new ManualClock(T0);
    process = payProcess(books, gateway, clock);
  });
  afterEach(() => books.close());

  /** The bill's receipt as it stands: the only one of fresh books unless told otherwise. */
  function stored(id = 1): Promise<Receipt> {
    return books.repositories['2'].get(id);
  }

  /** The refusal of a call, which must be one of ours. */
  async function refused(call: Promise<unknown>): Promise<PayError> {
    try {
      await call;
    } catch (error) {
      return error as PayError;
    }
    throw new Error('it was not refused');
  }

  function charge(ask = anAsk()): ReturnType<PayProcess['barCode']['barCode']> {
    return process.barCode.barCode(ask);
  }

  /** A charge whose answer was lost. */
  async function lostCharge(ask = anAsk()): Promise<Receipt> {
    gateway.willCharge(UNKNOWN);
    expect((await refused(charge(ask))).code).toBe('UNDECIDED');
    // Nobody waits for its answer any more.
    expect((await stored()).leaseUntilMs).toBe(0);
    return stored();
  }

  it('saves the receipt, without the code, before it charges', async () => {
    let found: Receipt | null = null;
    gateway.willCharge(async () => {
      found = await stored();
      return PASSWORD;
    });
    await charge();
    expect(found).toMatchObject({ state: 'begun', begunBy: 'barCode', precreateTries: 1 });
    expect(JSON.stringify(found)).not.toContain(AUTH_CODE);
    expect(gateway.charges).toEqual([[some<Receipt>(found).channelCall, AUTH_CODE]]);
    expect(await books.inspect.events(1)).toEqual(['begin begun', 'giveCode waiting']);
  });

  it('confirms a payment by a query before it is booked and told', async () => {
    const told = paidAs();
    gateway.willCharge(told as ChargeOutcome);
    gateway.willSay(async () => {
      expect((await stored()).state).toBe('begun');
      return told;
    });
    const status = await charge();
    expect([status.payStatus, status.receipt.state]).toEqual(['SUCCESS', 'paid']);
    expect(status.refusal).toBeNull();
    expect(await stored()).toEqual(status.receipt);
    expect(gateway.calls).toEqual(['pay', 'query']);
  });

  it('does not believe a payment that no query confirms', async () => {
    gateway.willCharge(paidAs() as ChargeOutcome);
    const error = await refused(charge());
    expect(error).toMatchObject({ code: 'UNDECIDED', tag: { autoid: '1' } });
    expect((await stored()).state).toBe('begun');
  });

  it('that meets a defect of ours tells it as one, and the sweep finds the payment', async () => {
    const told = paidAs();
    gateway.willCharge(told as ChargeOutcome);
    gateway.willSay(() => Promise.reject(new Error('a defect of ours')), told);
    expect((await refused(charge())).code).toBeUndefined();
    expect((await stored()).state).toBe('begun');
    await process.sweep.round();
    expect((await stored()).state).toBe('paid');
  });

  it('tells that it is undecided in its own words, whatever hinders the question', async () => {
    gateway.willCharge(paidAs() as ChargeOutcome);
    gateway.willSay(refusal('configuration', null));
    const error = await refused(charge());
    expect(error.code).toBe('UNDECIDED');
    expect(error.shown).toBe(new PayError('UNDECIDED', '').shown);
  });

  it.each([8_887, 8_889])('of %d fen told as paid is an alarm, and no success', async (amount) => {
    const paid = paidAs({ tradeNo: '2026', amount: fen(amount), buyer: null, paidAtMs: null });
    gateway.willCharge(paid as ChargeOutcome);
    const error = await refused(charge());
    expect(error).toMatchObject({ code: 'UNDECIDED', tag: { autoid: '1' } });
    expect(error.shown).toContain('金额');
    expect(await books.inspect.alarms(1)).toEqual(['amountMismatch']);
    expect((await stored()).state).toBe('begun');
  });

  it('waits for the password, and a Query brings the payment', async () => {
    const ask = anAsk();
    gateway.willCharge(PASSWORD);
    const { receipt, payStatus } = await charge(ask);
    expect([payStatus, receipt.state]).toEqual(['USERPAYING', 'waiting']);
    expect(receipt.scannedAtMs).toBe(T0);
    gateway.willSay(PENDING, paidAs());
    const name = { ...ask, receiptId: receipt.receiptId };
    expect((await process.query.query(name)).payStatus).toBe('USERPAYING');
    expect((await process.query.query(name)).payStatus).toBe('SUCCESS');
    expect(gateway.charges).toHaveLength(1);
  });

  it.each([
    ['request', '买家余额不足'],
    ['pace', null],
  ] as const)('refused for its %s has failed, and frees the bill', async (fault, shown) => {
    const ask = anAsk();
    gateway.willCharge(refusal(fault, shown), PASSWORD);
    const status = await charge(ask);
    expect([status.payStatus, status.payStatusDesc]).toEqual(['PAYERROR', '支付失败']);
    expect([status.refusal, status.receipt.state]).toEqual([shown, 'failed']);
    expect((await charge({ ...ask, authCode: 'fresh' })).receipt.id).toBe(2);
  });

  it('refused for our own settings says so', async () => {
    gateway.willCharge(refusal('configuration', null));
    expect((await refused(charge())).code).toBe('CHANNEL_MISCONFIGURED');
    expect((await stored()).state).toBe('failed');
  });

  it.each([
    ['a lost answer', UNKNOWN, []],
    ['a forged answer', { ...UNKNOWN, unverified: true }, ['unverifiedAnswer']],
    ['a charge that never left', { ...UNKNOWN, sent: false }, []],
  ] as const)('after %s is undecided, and charges nothing again', async (_what, answer, alarms) => {
    const ask = anAsk();
    gateway.willCharge(answer);
    for (const authCode of [AUTH_CODE, AUTH_CODE, 'fresh']) {
      const error = await refused(charge({ ...ask, authCode }));
      expect(error).toMatchObject({ code: 'UNDECIDED', tag: { billnum: ask.billNo, autoid: '1' } });
    }
    expect(gateway.charges).toHaveLength(1);
    expect((await stored()).state).toBe('begun');
    expect(await books.inspect.alarms(1)).toEqual(alarms);
  });

  it('is not told as waiting for a scan while nothing is known of it', async () => {
    const ask = anAsk();
    await lostCharge(ask);
    gateway.willSay(NOT_EXIST);
    const error = await refused(process.query.query({ ...ask, receiptId: '1' }));
    expect(error.code).toBe('UNDECIDED');
  });

  it('that took too long to save is not sent', async () => {
    const begin = books.repositories['2'].begin.bind(books.repositories['2']);
    jest.spyOn(books.repositories['2'], 'begin').mockImplementation((order) => {
      clock.pass(20_000);
      return begin(order);
    });
    expect((await refused(charge())).code).toBe('UNDECIDED');
    expect(gateway.charges).toEqual([]);
  });

  describe('lost', () => {
    it('and paid is found by the sweep', async () => {
      await lostCharge();
      clock.pass(11_000);
      gateway.willSay(paidAs());
      await process.sweep.round();
      expect((await stored()).state).toBe('paid');
    });

    it('and never heard of is closed, but not while it may be under way', async () => {
      await lostCharge();
      clock.pass(59_000);
      gateway.willSay(NOT_EXIST);
      await process.sweep.round();
      expect([(await stored()).state, gateway.cancels]).toEqual(['begun', []]);
      clock.pass(20_000);
      gateway.willSay(NOT_EXIST, NOT_EXIST);
      gateway.willUndo(undone('none'));
      await process.sweep.round();
      expect((await stored()).state).toBe('closed');
    });

    it('is not revoked by a Cancel while it may be under way', async () => {
      const ask = anAsk();
      await lostCharge(ask);
      const cancel = () => process.cancel.cancel({ ...ask, receiptId: '1' });
      gateway.willSay(NOT_EXIST, NOT_EXIST, NOT_EXIST, NOT_EXIST);
      gateway.willUndo(undone('none'), undone('none'));
      expect((await refused(cancel())).code).toBe('UNDECIDED');
      expect((await stored()).state).toBe('cancelling');
      clock.pass(MINUTE);
      expect((await cancel()).payStatus).toBe('REVOKED');
    });

    it('and arriving after a Cancel gives its money back', async () => {
      const ask = anAsk();
      await lostCharge(ask);
      const told = paidAs();
      gateway.willSay(NOT_EXIST, told, told, told);
      gateway.willUndo(undone('none'), undone('refund'));
      expect((await process.cancel.cancel({ ...ask, receiptId: '1' })).payStatus).toBe('REFUND');
      expect((await stored()).state).toBe('refunded');
    });
  });

  it('whose guest walks away is ended four minutes after its begin', async () => {
    gateway.willCharge(PASSWORD);
    await charge();
    clock.pass(4 * MINUTE - 1_000);
    gateway.willSay(PENDING);
    await process.sweep.round();
    expect((await stored()).state).toBe('waiting');
    clock.pass(20_000);
    gateway.willSay(PENDING, CLOSED);
    gateway.willUndo(undone('close'));
    await process.sweep.round();
    expect((await stored()).state).toBe('closed');
  });

  it('makes a code of the bill unpayable first', async () => {
    const ask = anAsk();
    gateway.willGive({ kind: 'code', qrCode: 'https://qr.example.test/1' });
    await process.scan.scanCode(ask);
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    gateway.willCharge(PASSWORD);
    expect((await charge(ask)).receipt.id).toBe(2);
    expect((await stored(1)).state).toBe('cancelled');
    expect(gateway.calls).toEqual(['code', 'query', 'cancel', 'query', 'pay']);
  });

  it('charges nothing when the code of the bill turns out paid, or cannot be decided', async () => {
    const ask = anAsk();
    gateway.willGive({ kind: 'code', qrCode: 'https://qr.example.test/1' });
    await process.scan.scanCode(ask);
    expect((await refused(charge(ask))).code).toBe('UNDECIDED');
    gateway.willSay(paidAs());
    expect(await refused(charge(ask))).toMatchObject({
      code: 'ALREADY_PAID',
      tag: { autoid: '1' },
    });
    expect(gateway.charges).toEqual([]);
  });

  it('gives way to a ScanCode only when it surely takes no money', async () => {
    const ask = anAsk();
    gateway.willCharge(PASSWORD);
    await charge(ask);
    gateway.willSay(PENDING);
    expect((await refused(process.scan.scanCode(ask))).code).toBe('UNDECIDED');
    gateway.willSay(PENDING, CLOSED);
    gateway.willUndo(undone('close'));
    gateway.willGive({ kind: 'code', qrCode: 'https://qr.example.test/2' });
    expect((await process.scan.scanCode(ask)).id).toBe(2);
  });

  it('of twenty at once charges one', async () => {
    const ask = anAsk();
    gateway.willCharge(PASSWORD);
    const calls = Array.from({ length: 20 }, (_each, n) =>
      charge({ ...ask, authCode: `${AUTH_CODE}${n}` }).then(
        ({ payStatus }) => payStatus,
        ({ code, tag }: PayError) => `${code} ${JSON.stringify(tag)}`,
      ),
    );
    const answers = (await Promise.all(calls)).sort();
    expect(answers.filter((answer) => answer === 'USERPAYING')).toHaveLength(1);
    expect(answers.filter((answer) => /^UNDECIDED .*"autoid":"1"/.test(answer))).toHaveLength(19);
    expect(gateway.charges).toHaveLength(1);
  });

  it('sends a till to a payment nobody was told of', async () => {
    const ask = anAsk();
    await lostCharge(ask);
    clock.pass(11_000);
    gateway.willSay(paidAs());
    await process.sweep.round();
    expect(await refused(charge(ask))).toMatchObject({
      code: 'ALREADY_PAID',
      tag: { autoid: '1' },
    });
    expect(gateway.charges).toHaveLength(1);
  });

  it('undone while its answer is on the way is never told as paid', async () => {
    const ask = anAsk();
    const told = paidAs();
    gateway.willSay(told, told, told);
    gateway.willUndo(undone('refund'));
    gateway.willCharge(async () => {
      await process.cancel.cancel({ ...ask, receiptId: '1' });
      return told as ChargeOutcome;
    });
    expect((await charge(ask)).payStatus).toBe('REFUND');
    expect((await stored()).state).toBe('refunded');
  });

  it('does not take the answer to an older question for its own', async () => {
    const ask = anAsk();
    let answer: (outcome: PayOutcome) => void = () => undefined;
    gateway.willSay(() => new Promise((resolve) => (answer = resolve)), paidAs());
    let older: Promise<unknown> = Promise.resolve();
    gateway.willCharge(async () => {
      older = refused(process.query.query({ ...ask, receiptId: '1' }));
      while (gateway.queries.length === 0) await clock.turn();
      return paidAs() as ChargeOutcome;
    });
    const charged = charge(ask);
    while (gateway.queries.length < 2) await clock.turn();
    answer(NOT_EXIST);
    expect((await charged).payStatus).toBe('SUCCESS');
    await older;
  });

  it.each(['request', 'configuration'] as const)(
    'refused for its %s although a notify has booked its payment stays paid',
    async (fault) => {
      gateway.willCharge(async () => {
        await process.applyOutcome.apply(await stored(), paidAs(), NOTIFY);
        return refusal(fault, null);
      });
      const status = await charge();
      expect([status.payStatus, status.refusal]).toEqual(['SUCCESS', null]);
    },
  );

  it('refused while it was being cancelled leaves the word to the Cancel', async () => {
    const ask = anAsk();
    const name = { ...ask, receiptId: '1' };
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    gateway.willCharge(async () => {
      await refused(process.cancel.cancel(name));
      return refusal('request', null);
    });
    expect((await refused(charge(ask))).code).toBe('UNDECIDED');
    expect((await stored()).state).toBe('cancelling');
  });
});

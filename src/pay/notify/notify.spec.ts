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
  paidAs,
  payProcess,
} from '../../../test/support/process/pay-process';
import { PayError } from '../../domain/errors';
import { fen } from '../../domain/money';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { NotifyReading, PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { ReceiptRepository } from '../../domain/ports/receipt-repository';
import type { CountSigned } from '../../wire/request/request-context';
import { sql, text } from '../../legacy-db/sql/sql';

const BODY = Buffer.from('out_trade_no=1');
const FORM = 'application/x-www-form-urlencoded';

describe('a notify', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
  });
  afterAll(() => books.close());
  beforeEach(() => (gateway = new FakeGateway()));

  function receive(outTradeNo: string, outcome: PayOutcome, on = books): Promise<boolean> {
    gateway.willRead({ kind: 'notify', outTradeNo, outcome });
    return payProcess(on, gateway, new ManualClock(T0)).notify.receive(BODY, FORM);
  }

  function stored({ billType, id }: Receipt): Promise<Receipt> {
    return books.repositories[billType].get(id);
  }

  /** The books, with another way to move the receipts of pos bills. */
  function movingBy(move: ReceiptRepository['move']): FreshBooks {
    const books2 = books.repositories['2'];
    const moving = Object.assign(Object.create(books2) as ReceiptRepository, { move });
    return { ...books, repositories: { ...books.repositories, '2': moving } };
  }

  it('of a payment is taken once it is durably booked', async () => {
    const receipt = await waiting(books, anOrder('7'));
    expect(await receive(receipt.outTradeNo, paidAs())).toBe(true);
    expect((await stored(receipt)).state).toBe('paid');
    expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBe('88.88');
    expect(gateway.calls).toEqual([]);
  });

  it('is not taken before the commit', async () => {
    const receipt = await waiting(books, anOrder('2'));
    let commit: () => void = () => undefined;
    const committed = new Promise<void>((resolve) => (commit = resolve));
    const slow = movingBy(async (...args) => {
      await committed;
      return books.repositories['2'].move(...args);
    });
    let answer: boolean | null = null;
    const answered = receive(receipt.outTradeNo, paidAs(), slow).then((taken) => (answer = taken));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
    expect([answer, (await stored(receipt)).state]).toEqual([null, 'waiting']);
    commit();
    await answered;
    expect([answer, (await stored(receipt)).state]).toEqual([true, 'paid']);
  });

  it.each([
    ['the database is gone', new PayError('DATABASE_UNAVAILABLE', 'x')],
    ['End refuses', new PayError('ILLEGAL_STATE', 'x')],
    ['something breaks', new Error('x')],
  ])('is not taken when %s, and is taken the next time', async (_what, error) => {
    const receipt = await waiting(books, anOrder('2'));
    const broken = movingBy(() => Promise.reject(error));
    const outcome = paidAs();
    expect(await receive(receipt.outTradeNo, outcome, broken)).toBe(false);
    expect((await stored(receipt)).state).toBe('waiting');
    expect(await receive(receipt.outTradeNo, outcome)).toBe(true);
    expect((await stored(receipt)).state).toBe('paid');
  });

  it('for a number that is not ours changes nothing', async () => {
    const rows = await books.inspect.countRows();
    expect(await receive('0199a8c3f0004d5e6f708192a3b4c5d6', CLOSED)).toBe(false);
    expect(await books.inspect.countRows()).toBe(rows);
  });

  it('of a payment whose number is not ours raises an alarm, once', async () => {
    const strange = paidAs(aPayment(4_200));
    const outTradeNo = '0199a8c3f0004d5e6f708192a3b4c5d7';
    const rows = await books.inspect.countRows();
    expect(await receive(outTradeNo, strange)).toBe(false);
    expect(await receive(outTradeNo, strange)).toBe(false);
    expect(await books.inspect.countRows()).toBe(rows + 1);
    const { tradeNo } = (strange as { payment: { tradeNo: string } }).payment;
    const alarms = await books.inspect.query(sql`select kind, detail, receipt_row_id from alarm
        where subject = ${text(100, `trade ${tradeNo}`)}`);
    const detail = `${outTradeNo}: 42.00 yuan, trade ${tradeNo}, paid`;
    expect(alarms).toMatchObject([{ kind: 'unknownPayment', detail }]);
  });

  it.each<[string, Partial<PayOutcome>, string]>([
    ['paid without an amount', paidAs({ ...aPayment(), amount: null } as never), 'no amount'],
    ['paid and given back', { ...CLOSED, payment: aPayment() } as PayOutcome, '88.88 yuan'],
  ])('of a trade %s, whose number is not ours, calls somebody', async (_what, outcome, sum) => {
    const outTradeNo = '0199a8c3f0004d5e6f708192a3b4c5d8';
    expect(await receive(outTradeNo, outcome as PayOutcome)).toBe(false);
    const { tradeNo } = (outcome as { payment: { tradeNo: string } }).payment;
    const alarms = await books.inspect.query(sql`select detail from alarm
        where subject = ${text(100, `trade ${tradeNo}`)}`);
    expect(alarms).toEqual([
      { detail: `${outTradeNo}: ${sum}, trade ${tradeNo}, ${outcome.kind}` },
    ]);
  });

  describe('in the log', () => {
    const OTHERS = '0199a8c3f0004d5e6f708192a3b4c5d9';
    let lines: string[];

    beforeEach(() => {
      lines = [];
      const note = (line: string) => void lines.push(line);
      Logger.overrideLogger({ log: note, warn: note, error: note });
    });
    afterEach(() => {
      Logger.overrideLogger(false);
    });

    it('whose alarm is there already is no new alarm', async () => {
      const strange = paidAs();
      await receive(OTHERS, strange);
      await receive(OTHERS, strange);
      expect(lines).toEqual([expect.stringContaining(`alarm unknownPayment: ${OTHERS}`)]);
    });

    it('that was refused says why', async () => {
      gateway.willRead({ kind: 'refused', cause: 'bad sign', unverified: true });
      await payProcess(books, gateway, new ManualClock(T0)).notify.receive(BODY, FORM);
      expect(lines).toEqual(['notify refused: bad sign']);
    });

    it('of no payment that is not ours says what it was of', async () => {
      await receive(OTHERS, NOT_EXIST);
      expect(lines).toEqual(['notify for a number that is not ours: notExist']);
    });

    it('that was not booked says why', async () => {
      const receipt = await waiting(books, anOrder('2'));
      const broken = movingBy(() => Promise.reject(new Error('a defect of ours')));
      await receive(receipt.outTradeNo, paidAs(), broken);
      expect(lines).toEqual(['notify not booked: a defect of ours']);
    });
  });

  describe('is counted once its signature is known', () => {
    const counted = async (reading: NotifyReading, count: CountSigned) => {
      gateway.willRead(reading);
      const { notify } = payProcess(books, gateway, new ManualClock(T0));
      return notify.receive(BODY, FORM, count);
    };
    const genuine = { kind: 'notify', outTradeNo: 'N1', outcome: NOT_EXIST } as const;

    it.each<[string | null, NotifyReading]>([
      ['notify N1', genuine],
      ['notify for others', { kind: 'refused', cause: 'another seller', unverified: false }],
      [null, { kind: 'refused', cause: 'bad sign', unverified: true }],
    ])('by %s', async (signer, reading) => {
      const signers: (string | null)[] = [];
      await counted(reading, (by) => Promise.resolve(void signers.push(by)));
      expect(signers).toEqual([signer]);
    });

    it('is refused when it comes too often, and by nothing else', async () => {
      const tooOften = new PayError('RATE_LIMITED', 'x');
      const attempt = counted(genuine, () => Promise.reject(tooOften));
      await expect(attempt).rejects.toBe(tooOften);
      for (const error of [new PayError('DATABASE_UNAVAILABLE', 'x'), new Error('x')]) {
        expect(await counted(genuine, () => Promise.reject(error))).toBe(false);
      }
    });
  });

  it('of a part that went back in the portal books it, once', async () => {
    const payment = aPayment();
    const done = await paid(books, anOrder('2'), payment);
    const refund = { total: fen(333), requestNo: 'portal' };
    const told = { ...paidAs(payment), refund } as PayOutcome;
    expect([await receive(done.outTradeNo, told), await receive(done.outTradeNo, told)]).toEqual([
      true,
      true,
    ]);
    const booked = await books.repositories['2'].get(done.id);
    expect([booked.state, booked.refunded, booked.billStatus]).toEqual(['paid', 333, '2']);
    expect(payStatusOf(booked)).toEqual({ payStatus: 'REFUND', payStatusDesc: '部分退款' });
    expect(await books.inspect.alarms(done.id)).toEqual(['foreignRefund']);
  });

  it('that is refused by its signature or form changes nothing', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const rows = await books.inspect.countRows();
    gateway.willRead({ kind: 'refused', cause: 'bad sign', unverified: true });
    const { notify } = payProcess(books, gateway, new ManualClock(T0));
    expect(await notify.receive(BODY, FORM)).toBe(false);
    expect(await stored(receipt)).toEqual(receipt);
    expect(await books.inspect.countRows()).toBe(rows);
  });

  it('that cannot even be read is not taken', async () => {
    gateway.readNotify = () => {
      throw new Error('a defect of ours');
    };
    const { notify } = payProcess(books, gateway, new ManualClock(T0));
    expect(await notify.receive(BODY, FORM)).toBe(false);
  });

  it.each([8_887, 8_889, 0, null])(
    'of %s fen instead of 8888 is an alarm, and not taken, however often it comes',
    async (amount) => {
      const receipt = await waiting(books, anOrder('7'));
      const payment = { ...aPayment(), amount: amount === null ? null : fen(amount) };
      const outcome: PayOutcome = { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment };
      for (let time = 1; time <= 3; time += 1) {
        expect(await receive(receipt.outTradeNo, outcome)).toBe(false);
      }
      expect(await stored(receipt)).toEqual(receipt);
      expect(await books.inspect.alarms(receipt.id)).toEqual(['amountMismatch']);
      expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBeNull();
    },
  );

  it.each<[string, PayOutcome]>([
    ['unknown', UNKNOWN],
    ['refused', { kind: 'refused', fault: 'request', cause: 'X', shown: null }],
  ])('whose news are %s is not taken', async (_what, outcome) => {
    const receipt = await waiting(books, anOrder('2'));
    expect(await receive(receipt.outTradeNo, outcome)).toBe(false);
    expect(await stored(receipt)).toEqual(receipt);
  });

  it('a thousand times over is taken each time and changes nothing', async () => {
    const receipt = await waiting(books, anOrder('7'));
    const outcome = paidAs();
    expect(await receive(receipt.outTradeNo, outcome)).toBe(true);
    const booked = await stored(receipt);
    const rows = await books.inspect.countRows();
    for (let time = 1; time <= 1_000; time += 1) {
      if (!(await receive(receipt.outTradeNo, outcome))) throw new Error(`not taken: ${time}`);
    }
    expect(await stored(receipt)).toEqual(booked);
    expect(await books.inspect.countRows()).toBe(rows);
    expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBe('88.88');
  });

  it.each<[string, PayOutcome]>([
    ['waiting', PENDING],
    ['not existing', NOT_EXIST],
  ])('of %s that comes after the payment takes no step back', async (_what, late) => {
    const receipt = await waiting(books, anOrder('2'));
    await receive(receipt.outTradeNo, paidAs());
    const booked = await stored(receipt);
    await receive(receipt.outTradeNo, late);
    expect(await stored(receipt)).toEqual(booked);
  });

  it('of a refund made elsewhere: the receipt is refunded, and never paid again', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const payment = aPayment();
    await receive(receipt.outTradeNo, paidAs(payment));
    expect(await receive(receipt.outTradeNo, { ...CLOSED, payment } as PayOutcome)).toBe(true);
    const gone = await stored(receipt);
    expect([gone.state, gone.refunded]).toEqual(['refunded', 8_888]);
    expect(await receive(receipt.outTradeNo, paidAs(payment))).toBe(true);
    expect(await stored(receipt)).toEqual(gone);
  });

  it('that comes before the answer to the request for the code is booked', async () => {
    const receipt = await begun(books, anOrder('2'));
    expect(await receive(receipt.outTradeNo, paidAs())).toBe(true);
    expect((await stored(receipt)).state).toBe('paid');
  });

  it('that races a Query, a sweep and itself books one payment', async () => {
    const receipt = await waiting(books, anOrder('7'));
    const outcome = paidAs();
    gateway.willSay(outcome, outcome);
    const clock = new ManualClock(T0 + 11_000);
    const { query, sweep } = payProcess(books, gateway, clock);
    await Promise.all([
      ...Array.from({ length: 5 }, () => receive(receipt.outTradeNo, outcome)),
      query.query(receipt),
      sweep.round(),
    ]);
    const events = await books.inspect.events(receipt.id);
    expect(events.filter((event) => event === 'pay paid')).toHaveLength(1);
    expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBe('88.88');
  });

  it('of a payment found while an operator undoes it begins its refund', async () => {
    const receipt = await waiting(books, anOrder('7'));
    const intent = aMove('intendUndo', { reason: 'operator' });
    some(await books.repositories['7'].move(receipt, ...intent));
    expect(await receive(receipt.outTradeNo, paidAs())).toBe(true);
    expect((await stored(receipt)).state).toBe('refunding');
    expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBe('0.00');
  });
});

import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import {
  T0,
  aMove,
  aPayment,
  anOrder,
  begun,
  by,
  paid,
  some,
  waiting,
} from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { CANCEL_UNDER_WAY_MS } from '../../domain/receipt/due';
import { PayError } from '../../domain/errors';
import { fen } from '../../domain/money';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { ReceiptRepository } from '../../domain/ports/receipt-repository';
import { ApplyOutcome } from './apply-outcome.service';
import { UnderWay } from './under-way';

type Paid = PayOutcome & { kind: 'paid' };

function paidOutcome(changes: Partial<Paid['payment']> = {}): Paid {
  const payment = { ...aPayment(), ...changes };
  return { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment };
}

const PENDING: PayOutcome = { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' };
const CLOSED: PayOutcome = { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: null };
const DOUBT = { cause: 'x', sent: true, unverified: false };

describe('a channel answer that is applied', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  const clock = new ManualClock(T0);
  let apply: (receipt: Receipt, outcome: PayOutcome) => Promise<Receipt>;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
    gateway = new FakeGateway();
    const service = serviceOn();
    apply = (receipt, outcome) => service.apply(receipt, outcome, by('test'));
  });
  afterAll(() => books.close());

  /** The service; the books of ticket bills do some things in another way. */
  function serviceOn(changes: Partial<ReceiptRepository> = {}): ApplyOutcome {
    const own = Object.create(books.repositories['1']) as ReceiptRepository;
    const repositories = { ...books.repositories, '1': Object.assign(own, changes) };
    return new ApplyOutcome(repositories, clock, gateway, new UnderWay(clock));
  }

  /** What is in the books now, whatever the caller was told. */
  function stored({ billType, id }: Receipt): Promise<Receipt> {
    return books.repositories[billType].get(id);
  }

  it('paid: is booked, and again changes nothing', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const outcome = paidOutcome();
    const first = await apply(receipt, outcome);
    const rows = await books.inspect.countRows();
    expect([first.state, first.payment]).toEqual(['paid', outcome.payment]);
    expect(await apply(receipt, outcome)).toEqual(first);
    expect(await apply(first, outcome)).toEqual(first);
    expect(await books.inspect.countRows()).toBe(rows);
  });

  it.each([
    ['a fen less', 8_887],
    ['a fen more', 8_889],
    ['nothing', 0],
    ['no amount', null],
  ])('paid with %s: undecided, one alarm, nothing booked', async (_what, amount) => {
    const receipt = await waiting(books, anOrder('7'));
    const outcome = paidOutcome({ amount: amount === null ? null : fen(amount) });
    for (let time = 1; time <= 2; time += 1) {
      await expect(apply(receipt, outcome)).rejects.toMatchObject({
        code: 'UNDECIDED',
        shown: expect.stringContaining('金额'),
      });
    }
    expect(await stored(receipt)).toEqual(receipt);
    expect(await books.inspect.alarms(receipt.id)).toEqual(['amountMismatch']);
  });

  it('paid under a second trade number: alarm, the first is kept', async () => {
    const first = await paid(books, anOrder('1'));
    const second = apply(first, paidOutcome());
    await expect(second).rejects.toMatchObject({
      code: 'UNDECIDED',
      shown: expect.not.stringContaining('金额'),
    });
    expect(await stored(first)).toEqual(first);
    expect(await books.inspect.alarms(first.id)).toEqual(['tradeNoMismatch']);
  });

  it.each(['close', 'fail'] as const)('paid after %s: late money is booked', async (event) => {
    const ended = some(
      await books.repositories['7'].move(await waiting(books, anOrder('7')), ...aMove(event)),
    );
    expect((await apply(ended, paidOutcome())).state).toBe('paid');
    expect(await books.inspect.cardBalance(ended.cardNo ?? '')).toBe('88.88');
  });

  it('paid after our undo: not kept before the last cancel has had its time', async () => {
    const books1 = books.repositories['1'];
    const undoing = await books1.move(
      await waiting(books, anOrder('1')),
      ...aMove('intendUndo', { reason: 'superseded' }),
    );
    const leased = some(await books1.countCancel(some(undoing), T0));
    const ended = some(await books1.move(leased, ...aMove('undo')));
    await expect(apply(ended, paidOutcome())).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stored(ended)).toEqual(ended);
    clock.pass(CANCEL_UNDER_WAY_MS);
    expect((await apply(ended, paidOutcome())).state).toBe('paid');
    clock.pass(-CANCEL_UNDER_WAY_MS);
  });

  it('paid while somebody closes it: the lost race is run again', async () => {
    const stale = await waiting(books, anOrder('1'));
    some(await books.repositories['1'].move(stale, ...aMove('close')));
    expect((await apply(stale, paidOutcome())).state).toBe('paid');
  });

  it('closed, but booked as paid meanwhile: asked afresh, it stays paid', async () => {
    const stale = await waiting(books, anOrder('1'));
    const payment = aPayment();
    const done = await apply(stale, paidOutcome(payment));
    gateway.willSay(paidOutcome(payment));
    expect(await apply(stale, CLOSED)).toEqual(done);
    expect(await books.inspect.alarms(done.id)).toEqual([]);
  });

  it('closed, and the fresh answer proves that the money went back: refunded', async () => {
    const payment = aPayment();
    const done = await paid(books, anOrder('1'), payment);
    gateway.willSay({ ...CLOSED, payment });
    const gone = await apply(done, CLOSED);
    expect([gone.state, gone.refunded, gone.payment]).toEqual(['refunded', 8_888, payment]);
  });

  it.each<[string, PayOutcome, string[]]>([
    ['says the same again', CLOSED, ['refundUnproven']],
    ['is none', { kind: 'unknown', ...DOUBT }, []],
    ['is refused', { kind: 'refused', fault: 'pace', cause: 'x', shown: null }, []],
  ])('closed, and the fresh answer %s: undecided, it stays paid', async (_what, again, alarms) => {
    const done = await paid(books, anOrder('7'));
    gateway.willSay(again);
    await expect(apply(done, CLOSED)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stored(done)).toEqual(done);
    expect(await books.inspect.alarms(done.id)).toEqual(alarms);
    expect(await books.inspect.cardBalance(done.cardNo ?? '')).toBe('88.88');
  });

  it('pending: the first scan is noted, older news after a payment is not', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const scanned = await apply(receipt, PENDING);
    expect([scanned.state, scanned.scannedAtMs]).toEqual(['waiting', T0]);
    expect(await apply(scanned, PENDING)).toEqual(scanned);
    const done = await apply(scanned, paidOutcome());
    expect(await apply(done, PENDING)).toEqual(done);
    expect((await apply(receipt, PENDING)).state).toBe('paid');
  });

  it('unknown trade: normal before the scan, undecided and alarmed after it', async () => {
    const receipt = await waiting(books, anOrder('1'));
    expect(await apply(receipt, { kind: 'notExist', channelTimeMs: null })).toEqual(receipt);
    const scanned = await apply(receipt, PENDING);
    gateway.willSay({ kind: 'notExist', channelTimeMs: null });
    const vanished = apply(scanned, { kind: 'notExist', channelTimeMs: null });
    await expect(vanished).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stored(scanned)).toEqual(scanned);
    expect(await books.inspect.alarms(scanned.id)).toEqual(['tradeVanished']);
  });

  it('unknown trade, said before the guest scanned or paid: old news, and no alarm', async () => {
    const old = { kind: 'notExist', channelTimeMs: null } as const;
    const scanned = await apply(await waiting(books, anOrder('1')), PENDING);
    gateway.willSay(PENDING);
    expect(await apply(scanned, old)).toEqual(scanned);
    const payment = aPayment();
    const done = await paid(books, anOrder('1'), payment);
    gateway.willSay(paidOutcome(payment));
    expect(await apply(done, old)).toEqual(done);
    expect(await books.inspect.alarms(scanned.id)).toEqual([]);
    expect(await books.inspect.alarms(done.id)).toEqual([]);
  });

  it('waiting for the password, said before the end: old news, and no alarm', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const closed = some(await books.repositories['1'].move(receipt, ...aMove('close')));
    gateway.willSay(CLOSED);
    expect(await apply(closed, PENDING)).toEqual(closed);
    expect(await books.inspect.alarms(closed.id)).toEqual([]);
    gateway.willSay(PENDING);
    await expect(apply(closed, PENDING)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await books.inspect.alarms(closed.id)).toEqual(['payableAgain']);
  });

  it('is no step of ours: one that is impossible by now is not made', async () => {
    const done = await paid(books, anOrder('1'));
    expect(await serviceOn().step(done, { event: 'close' }, by('test'))).toBeNull();
    expect(await stored(done)).toEqual(done);
  });

  it('closed unpaid: closed, and the bill is free', async () => {
    const order = anOrder('1');
    const closed = await apply(await waiting(books, order), CLOSED);
    expect(closed.state).toBe('closed');
    expect((await begun(books, anOrder('1', { billNo: order.billNo }))).receiptId).toBe('98|0|2');
  });

  it('closed after it was paid and given back: payment and refund are both recorded', async () => {
    const outcome: PayOutcome = { ...CLOSED, payment: aPayment() };
    const receipt = await apply(await waiting(books, anOrder('1')), outcome);
    expect([receipt.state, receipt.refunded, receipt.billStatus]).toEqual(['refunded', 8_888, '4']);
    expect(await books.inspect.events(receipt.id)).toEqual([
      'begin begun',
      'giveCode waiting',
      'pay paid',
      'beginRefund refunding',
      'refundInFull refunded',
    ]);
  });

  it.each<PayOutcome>([
    { kind: 'unknown', ...DOUBT },
    { kind: 'refused', fault: 'pace', cause: 'x', shown: null },
  ])('$kind: changes nothing', async (outcome) => {
    for (const receipt of [await begun(books, anOrder('1')), await paid(books, anOrder('1'))]) {
      expect(await apply(receipt, outcome)).toEqual(receipt);
      expect(await stored(receipt)).toEqual(receipt);
    }
  });

  it('paid, to the question of an undo begun by somebody else meanwhile: not kept', async () => {
    const stale = await waiting(books, anOrder('1'));
    const intent = aMove('intendUndo', { reason: 'superseded' });
    const undoing = some(await books.repositories['1'].move(stale, ...intent));
    const attempt = serviceOn().apply(stale, paidOutcome(), by('test'), 'ofUndo');
    await expect(attempt).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stored(stale)).toEqual(undoing);
  });

  it('no news to a refund that has ended meanwhile in a payment: asked afresh', async () => {
    const payment = aPayment();
    const done = await paid(books, anOrder('1'), payment);
    const books1 = books.repositories['1'];
    const stale = some(await books1.move(done, ...aMove('beginRefund')));
    const kept = some(await books1.move(stale, ...aMove('endRefund')));
    const asked = gateway.queries.length;
    gateway.willSay(paidOutcome(payment));
    expect(await apply(stale, CLOSED)).toEqual(kept);
    expect(gateway.queries).toHaveLength(asked + 1);
  });

  describe('and cannot be saved', () => {
    const REFUNDED: PayOutcome = { ...CLOSED, payment: aPayment() };
    const GONE = new PayError('DATABASE_UNAVAILABLE', 'x');
    const REFUSED = new PayError('ILLEGAL_STATE', 'x');

    function failing(receipt: Receipt, outcome: PayOutcome, error: Error): Promise<Receipt> {
      return serviceOn({ move: () => Promise.reject(error) }).apply(receipt, outcome, by('test'));
    }

    it.each([
      ['money that came', paidOutcome(), GONE, 'UNDECIDED', []],
      ['money that came and went', REFUNDED, GONE, 'UNDECIDED', []],
      ['the end of a code', CLOSED, GONE, 'DATABASE_UNAVAILABLE', []],
      ['money that came, refused', paidOutcome(), REFUSED, 'UNDECIDED', ['endRefused']],
      ['money that came and went, refused', REFUNDED, REFUSED, 'UNDECIDED', ['endRefused']],
      ['the end of a code, refused', CLOSED, REFUSED, 'ILLEGAL_STATE', []],
    ] as const)('%s', async (_what, outcome, error, code, alarms) => {
      const receipt = await waiting(books, anOrder('1'));
      await expect(failing(receipt, outcome, error)).rejects.toMatchObject({ code });
      expect(await stored(receipt)).toEqual(receipt);
      expect(await books.inspect.alarms(receipt.id)).toEqual(alarms);
    });

    it.each([new Error('a defect of ours'), new PayError('UNDECIDED', 'a trade of another one')])(
      'by what is no fault of the database, %s: told as it is',
      async (error) => {
        const receipt = await waiting(books, anOrder('1'));
        await expect(failing(receipt, paidOutcome(), error)).rejects.toBe(error);
      },
    );

    it('because the card holds less than went back already: booked, with an alarm', async () => {
      const done = await paid(books, anOrder('7'));
      await books.inspect.setCard(some(done.cardNo), '0.01');
      const gone = await apply(done, { ...CLOSED, payment: done.payment });
      expect([gone.state, gone.refunded]).toEqual(['refunded', 8_888]);
      expect(await books.inspect.alarms(done.id)).toContain('cardShort');
      expect(await books.inspect.cardBalance(some(done.cardNo))).toBe('0.01');
    });

    it('because it loses every race: never an answer', async () => {
      const receipt = await waiting(books, anOrder('1'));
      const losing = serviceOn({ move: () => Promise.resolve(null) });
      const attempt = losing.apply(receipt, paidOutcome(), by('test'));
      await expect(attempt).rejects.toThrow('keeps moving');
    });
  });
});

import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import {
  MINUTE,
  T0,
  aMove,
  aPayment,
  anOrder,
  begun,
  paid,
  some,
} from '../../../test/database/books';
import { waiting, by } from '../../../test/database/books';
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
import { SWEEP } from '../../domain/receipt/by';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt, UndoReason } from '../../domain/receipt/receipt';
import type { Undo } from './undo.service';

const REFUSED = { kind: 'refused', fault: 'pace', cause: 'X', shown: null } as const;
const REASONS: UndoReason[] = ['operator', 'superseded', 'expired'];
const UNPAYABLE = { operator: 'cancelled', superseded: 'cancelled', expired: 'closed' };

describe('an undo', () => {
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

  /** `left`: the reason that it is under way for then. */
  async function expectUndecided(
    receipt: Receipt,
    reason: UndoReason = 'superseded',
    left = reason,
  ) {
    await expect(undo.undo(receipt, reason, by('test'))).rejects.toMatchObject({
      code: 'UNDECIDED',
      tag: { billnum: receipt.billNo, autoid: receipt.receiptId },
    });
    expect(await stored(receipt)).toMatchObject({ state: 'cancelling', undoReason: left });
  }

  /** Alipay looks at the books at the moment it is asked. */
  function whileAsked(receipt: Receipt, outcome: PayOutcome, seen: Receipt[]) {
    return async () => {
      seen.push(await stored(receipt));
      return outcome;
    };
  }

  it('commits its intent, asks, cancels, and asks again: in this order', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const seen: Receipt[] = [];
    gateway.willSay(whileAsked(receipt, NOT_EXIST, seen), NOT_EXIST);
    gateway.willUndo(undone('none'));
    const ended = await undo.undo(receipt, 'superseded', by('test'));
    expect(seen).toMatchObject([{ state: 'cancelling', undoReason: 'superseded', undoAtMs: T0 }]);
    expect(ended.state).toBe('cancelled');
    expect(gateway.calls).toEqual(['query', 'cancel', 'query']);
    expect(await books.inspect.events(receipt.id)).toEqual([
      'begin begun',
      'giveCode waiting',
      'intendUndo cancelling',
      'cancel:none cancelling',
      'undo cancelled',
    ]);
  });

  it.each(REASONS)('for reason %s ends what is surely unpayable', async (reason) => {
    const notScanned = await waiting(books, anOrder('7'));
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('close'));
    const dead = await undo.undo(notScanned, reason, by('test'));
    const scanned = await waiting(books, anOrder('2'));
    gateway.willSay(PENDING, CLOSED);
    gateway.willUndo(undone('close'));
    const closed = await undo.undo(scanned, reason, by('test'));
    expect([dead.state, closed.state]).toEqual([UNPAYABLE[reason], UNPAYABLE[reason]]);
    expect(await books.inspect.cardBalance(notScanned.cardNo ?? '')).toBeNull();
  });

  it.each([
    ['a query without an answer', UNKNOWN],
    ['a refused query', REFUSED],
  ])('never cancels on %s', async (_what, outcome) => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(outcome);
    await expectUndecided(receipt);
    expect(gateway.cancels).toEqual([]);
  });

  it.each([
    ['without an answer', UNKNOWN],
    ['that was refused', REFUSED],
  ])('ends nothing on a cancel %s', async (_what, outcome) => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(outcome);
    await expectUndecided(receipt);
    expect(gateway.calls).toEqual(['query', 'cancel']);
  });

  it.each([
    ['without an answer', UNKNOWN, 'none'],
    ['that was refused', REFUSED, 'none'],
    ['with a trade still to be paid', PENDING, 'close'],
    ['that knows nothing of the money that went back', NOT_EXIST, 'refund'],
  ] as const)('ends nothing on a last query %s', async (_what, outcome, action) => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(NOT_EXIST, outcome);
    gateway.willUndo(undone(action));
    await expectUndecided(receipt, 'superseded', action === 'refund' ? 'operator' : 'superseded');
  });

  it('ends nothing when a trade that was seen has vanished', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(PENDING, NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    await expect(undo.undo(receipt, 'expired', by('test'))).rejects.toMatchObject({
      code: 'UNDECIDED',
    });
    expect((await stored(receipt)).state).toBe('cancelling');
    expect(await books.inspect.alarms(receipt.id)).toEqual(['tradeVanished']);
  });

  it.each(['superseded', 'expired'] as const)(
    'for reason %s keeps a payment it finds, and cancels nothing',
    async (reason) => {
      const receipt = await waiting(books, anOrder('7'));
      gateway.willSay(paidAs());
      const kept = await undo.undo(receipt, reason, by('test'));
      expect([kept.state, kept.duplicate]).toEqual(['paid', false]);
      expect(gateway.cancels).toEqual([]);
      expect(await books.inspect.cardBalance(receipt.cardNo ?? '')).toBe('88.88');
    },
  );

  it('records a payment made in the gap together with its refund', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(NOT_EXIST, { ...CLOSED, payment: aPayment() } as PayOutcome);
    gateway.willUndo(undone('refund'));
    const gone = await undo.undo(receipt, 'superseded', by('test'));
    expect(gone).toMatchObject({ state: 'refunded', refunded: 8_888, billStatus: '4' });
    expect((await books.inspect.events(receipt.id)).slice(3)).toEqual([
      'cancel:refund cancelling',
      'undoForOperator cancelling',
      'pay paid',
      'beginRefund refunding',
      'refundInFull refunded',
    ]);
  });

  it('of an operator gives a payment back; nobody ever sees it as success', async () => {
    const receipt = await waiting(books, anOrder('7'));
    const cardNo = some(receipt.cardNo);
    const seen: Receipt[] = [];
    const balances: (string | null)[] = [];
    const told = paidAs();
    gateway.willSay(told, told);
    gateway.willUndo(async () => {
      seen.push(await stored(receipt));
      balances.push(await books.inspect.cardBalance(cardNo));
      return undone('refund');
    });
    const gone = await undo.undo(receipt, 'operator', by('test'));
    expect(seen).toMatchObject([{ state: 'refunding', payment: { amount: 8_888 } }]);
    expect(balances).toEqual(['0.00']);
    expect(gone).toMatchObject({ state: 'refunded', refunded: 8_888 });
    const events = await books.inspect.events(receipt.id);
    expect(events).toContain('beginRefund refunding');
    expect(events.some((event) => event.endsWith(' paid'))).toBe(false);
  });

  describe('of a code too old to be cancelled', () => {
    const LONG_DEAD_MS = T0 + 120 * MINUTE + 150 * MINUTE;

    it.each([
      ['Alipay told no time', null, 'cancelling'],
      ['by its clock it may live', LONG_DEAD_MS - 1, 'cancelling'],
      ['by its clock it is long dead', LONG_DEAD_MS, 'closed'],
    ] as const)('%s', async (_what, channelTimeMs, state) => {
      const receipt = await waiting(books, anOrder('1'));
      // Our own clock proves nothing.
      clock.pass(10 * 24 * 60 * MINUTE);
      gateway.willSay({ kind: 'notExist', channelTimeMs });
      gateway.willUndo(TOO_LATE);
      await undo.undo(receipt, 'expired', by('test')).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'UNDECIDED' });
      });
      expect((await stored(receipt)).state).toBe(state);
      // It is the usual end of an old code: nobody is called.
      expect(await books.inspect.alarms(receipt.id)).toEqual([]);
    });

    it('a trade that is still to be paid is not dead', async () => {
      const receipt = await waiting(books, anOrder('1'));
      gateway.willSay(PENDING);
      gateway.willUndo(TOO_LATE);
      await expectUndecided(receipt, 'expired');
    });
  });

  describe('that is under way', () => {
    async function cancelling(reason: UndoReason, billType: '1' | '7' = '1'): Promise<Receipt> {
      const receipt = await waiting(books, anOrder(billType));
      const move = aMove('intendUndo', { reason });
      return some(await books.repositories[billType].move(receipt, ...move));
    }

    it.each(['superseded', 'expired'] as const)(
      'for reason %s is joined by an operator: then a payment goes back',
      async (reason) => {
        const receipt = await cancelling(reason);
        const told = paidAs();
        gateway.willSay(told, told);
        gateway.willUndo(undone('refund'));
        const gone = await undo.undo(receipt, 'operator', by('test'));
        expect([gone.state, gone.undoReason]).toEqual(['refunded', 'operator']);
        expect(await books.inspect.events(receipt.id)).toContain('undoForOperator cancelling');
      },
    );

    it('for the operator stays so, whoever comes', async () => {
      const receipt = await cancelling('operator');
      const told = paidAs();
      gateway.willSay(told, told);
      gateway.willUndo(undone('refund'));
      const gone = await undo.undo(receipt, 'superseded', by('test'));
      expect([gone.state, gone.undoReason]).toEqual(['refunded', 'operator']);
    });

    it('is one attempt for all who ask in this process', async () => {
      const receipt = await cancelling('superseded');
      gateway.willSay(NOT_EXIST, NOT_EXIST);
      gateway.willUndo(undone('none'));
      const all = Array.from({ length: 10 }, () => undo.undo(receipt, 'superseded', by('test')));
      const states = (await Promise.all(all)).map(({ state }) => state);
      expect(new Set(states)).toEqual(new Set(['cancelled']));
      expect(gateway.calls).toEqual(['query', 'cancel', 'query']);
    });

    it('in two processes ends once', async () => {
      const receipt = await cancelling('superseded', '7');
      gateway.willSay(NOT_EXIST, NOT_EXIST, NOT_EXIST, NOT_EXIST);
      gateway.willUndo(undone('none'), undone('none'));
      const other = payProcess(books, gateway, clock).undo;
      const ended = await Promise.all([
        undo.undo(receipt, 'superseded', by('test')),
        other.undo(receipt, 'superseded', by('test')),
      ]);
      expect(ended.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
      const events = await books.inspect.events(receipt.id);
      expect(events.filter((event) => event === 'undo cancelled')).toHaveLength(1);
    });

    it('meets a payment that was booked meanwhile', async () => {
      const receipt = await cancelling('superseded');
      gateway.willSay(async () => {
        const pay = aMove('pay', { payment: aPayment() });
        some(await books.repositories['1'].move(receipt, ...pay));
        return NOT_EXIST;
      });
      // What Alipay said before contradicts the books: it is not the end of it.
      await undo.finish(receipt, by('test')).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'UNDECIDED' });
      });
      expect((await stored(receipt)).state).toBe('paid');
      expect(gateway.cancels).toEqual([]);
    });
  });

  describe('after a crash', () => {
    it.each([
      ['after the intent', [NOT_EXIST, NOT_EXIST], 'none', 'cancelled'],
      ['after the cancel', [CLOSED], null, 'cancelled'],
      ['after a cancel of nothing', [NOT_EXIST, NOT_EXIST], 'none', 'cancelled'],
    ] as const)('%s is finished by its reason', async (_what, answers, action, state) => {
      const receipt = await waiting(books, anOrder('1'));
      const intent = aMove('intendUndo', { reason: 'superseded' });
      const left = some(await books.repositories['1'].move(receipt, ...intent));
      gateway.willSay(...answers);
      if (action) gateway.willUndo(undone(action));
      expect((await undo.finish(left, SWEEP)).state).toBe(state);
    });

    it('after the hold of a card is refunded, and the card is not debited again', async () => {
      const done = await paid(books, anOrder('7'));
      const left = some(await books.repositories['7'].move(done, ...aMove('beginRefund')));
      gateway.willSay(paidAs(some(done.payment)));
      gateway.willUndo(undone('refund'));
      expect((await undo.finish(left, SWEEP)).state).toBe('refunded');
      expect(await books.inspect.cardBalance(some(done.cardNo))).toBe('0.00');
    });

    it('after the refund was made is closed by what Alipay says', async () => {
      const done = await paid(books, anOrder('1'));
      const left = some(await books.repositories['1'].move(done, ...aMove('beginRefund')));
      gateway.willSay({ ...CLOSED, payment: done.payment } as PayOutcome);
      expect((await undo.finish(left, SWEEP)).state).toBe('refunded');
      expect(gateway.cancels).toEqual([]);
    });

    it.each([
      ['the query', [UNKNOWN], []],
      ['the cancel', [PENDING], [UNKNOWN]],
    ])('stays under way while %s tells nothing', async (_what, answers, undoings) => {
      const done = await paid(books, anOrder('1'));
      const left = some(await books.repositories['1'].move(done, ...aMove('beginRefund')));
      gateway.willSay(...answers);
      gateway.willUndo(...undoings);
      await expect(undo.finish(left, SWEEP)).rejects.toMatchObject({ code: 'UNDECIDED' });
      expect((await stored(left)).state).toBe('refunding');
    });
  });

  describe('of a payment', () => {
    it.each(['close', 'none'] as const)(
      'whose cancel answers %s is no refund: it stays under way',
      async (action) => {
        const done = await paid(books, anOrder('1'));
        gateway.willSay(paidAs(some(done.payment)));
        gateway.willUndo(undone(action));
        await expect(undo.giveBack(done, by('test'))).rejects.toMatchObject({ code: 'UNDECIDED' });
        expect((await stored(done)).state).toBe('refunding');
      },
    );

    it.each([undone('close'), TOO_LATE])(
      'that is closed without a word of a refund, cancel %o: alarm, it stays under way',
      async (cancelled) => {
        const done = await paid(books, anOrder('7'));
        gateway.willSay(CLOSED);
        gateway.willUndo(cancelled);
        await expect(undo.giveBack(done, by('test'))).rejects.toMatchObject({ code: 'UNDECIDED' });
        expect((await stored(done)).state).toBe('refunding');
        expect(await books.inspect.alarms(done.id)).toEqual(['refundUnproven']);
      },
    );

    it('that is finally refused stays paid, and the card gets its money again', async () => {
      const done = await paid(books, anOrder('7'));
      gateway.willSay(paidAs(some(done.payment)));
      gateway.willUndo(TOO_LATE);
      await expect(undo.giveBack(done, by('test'))).rejects.toMatchObject({
        code: 'ILLEGAL_STATE',
        shown: expect.stringContaining('退款'),
      });
      expect(await stored(done)).toMatchObject({ state: 'paid', refunded: 0 });
      expect(await books.inspect.cardBalance(some(done.cardNo))).toBe('88.88');
    });

    it('is left alone for any other reason, as is one that is over', async () => {
      const done = await paid(books, anOrder('1'));
      expect(await undo.undo(done, 'superseded', by('test'))).toEqual(done);
      const fresh = await begun(books, anOrder('1'));
      const failed = some(await books.repositories['1'].move(fresh, ...aMove('fail')));
      expect(await undo.undo(failed, 'operator', by('test'))).toEqual(failed);
      expect(gateway.calls).toEqual([]);
    });
  });

  it('decides again when somebody moved the receipt before the intent', async () => {
    const stale = await waiting(books, anOrder('1'));
    const done = some(
      await books.repositories['1'].move(stale, ...aMove('pay', { payment: aPayment() })),
    );
    expect(await undo.undo(stale, 'superseded', by('test'))).toEqual(done);
    expect(gateway.calls).toEqual([]);
  });
});

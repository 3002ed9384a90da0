import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import {
  MINUTE,
  T0,
  anOrder,
  at,
  begun,
  paid,
  some,
  waiting,
  by,
} from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import {
  CLOSED,
  NOT_EXIST,
  PENDING,
  paidAs,
  payProcess,
  undone,
} from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { OpenReceipts, ReceiptStep } from '../../domain/ports/receipt-repository';
import type { Sweep } from './sweep.service';

const DAY = 24 * 60 * MINUTE;
const REFUSED: PayOutcome = { kind: 'refused', fault: 'pace', cause: 'X', shown: null };

describe('a look of the sweep', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    books = await openFreshSqlite();
    gateway = new FakeGateway();
    clock = new ManualClock(T0);
  });
  afterEach(() => books.close());

  /** A process that was just started. */
  function process(): PayProcess {
    return payProcess(books, gateway, clock);
  }

  function stored({ id }: Receipt): Promise<Receipt> {
    return books.repositories['1'].get(id);
  }

  describe('once something is due', () => {
    async function moved(receipt: Receipt, ...steps: ReceiptStep[]): Promise<Receipt> {
      return some(await books.repositories['1'].move(receipt, steps, at(T0)));
    }

    it.each<[string, ReceiptStep[]]>([
      ['closed', [{ event: 'close' }]],
      ['failed', [{ event: 'fail' }]],
      ['cancelled', [{ event: 'intendUndo', reason: 'operator' }, { event: 'undo' }]],
    ])('finds late money of what is %s', async (state, steps) => {
      const ended = await moved(await waiting(books, anOrder('1')), ...steps);
      expect(ended.state).toBe(state);
      clock.pass(2 * MINUTE);
      gateway.willSay(paidAs());
      expect(await process().sweep.round()).toEqual({ claimed: 1, undecided: 0 });
      expect((await stored(ended)).state).toBe('paid');
    });

    it('gives the money back that was on its way', async () => {
      const done = await paid(books, anOrder('1'));
      const refunding = await moved(done, { event: 'beginRefund', reason: 'operator' });
      clock.pass(2 * MINUTE);
      gateway.willSay(paidAs(some(done.payment)));
      gateway.willUndo(undone('refund'));
      expect(await process().sweep.round()).toEqual({ claimed: 1, undecided: 0 });
      expect((await stored(refunding)).state).toBe('refunded');
    });
  });

  describe('at what may still be paid', () => {
    const charged = { begunBy: 'barCode', payType: '97' } as const;

    /** How it stands after a look of a new process, and after one a minute later. */
    async function looks(receipt: Receipt, says: PayOutcome): Promise<string[]> {
      const { sweep } = process();
      gateway.willSay(says, says, says);
      gateway.willUndo(undone('none'));
      await sweep.round();
      const first = (await stored(receipt)).state;
      clock.pass(MINUTE);
      await sweep.round();
      return [first, (await stored(receipt)).state];
    }

    it('ends a charge nobody knows of, but not while it may arrive', async () => {
      const receipt = await begun(books, anOrder('1', charged));
      expect(await looks(receipt, NOT_EXIST)).toEqual(['begun', 'closed']);
    });

    it('leaves a charge alone whose guest is asked for the password', async () => {
      const receipt = await waiting(books, anOrder('1', charged));
      expect(await looks(receipt, PENDING)).toEqual(['waiting', 'waiting']);
    });

    it('leaves a code alone that may just be given', async () => {
      const receipt = await begun(books, anOrder('1'));
      expect(await looks(receipt, NOT_EXIST)).toEqual(['begun', 'begun']);
    });
  });

  describe('at a code that is over by our clock, while Alipay tells no time', () => {
    it.each([
      ['no answer', UNKNOWN],
      ['a refusal', REFUSED],
    ])('undoes nothing on %s', async (_what, outcome) => {
      const receipt = await waiting(books, anOrder('1'));
      clock.pass(DAY);
      gateway.willSay(outcome, outcome);
      expect(await process().sweep.round()).toEqual({ claimed: 1, undecided: 1 });
      expect([(await stored(receipt)).state, gateway.cancels]).toEqual(['waiting', []]);
    });

    it('undoes it once Alipay has answered', async () => {
      const receipt = await waiting(books, anOrder('1'));
      clock.pass(DAY);
      gateway.willSay(NOT_EXIST, NOT_EXIST, NOT_EXIST);
      gateway.willUndo(undone('none'));
      expect(await process().sweep.round()).toEqual({ claimed: 1, undecided: 0 });
      expect(await stored(receipt)).toMatchObject({ state: 'closed', undoReason: 'expired' });
    });
  });

  describe('at a payment that was kept after a cancel, by another process', () => {
    const told = paidAs() as Extract<PayOutcome, { kind: 'paid' }>;

    async function keptAfterCancel(): Promise<Receipt> {
      const { undo } = process();
      const receipt = await waiting(books, anOrder('1'));
      gateway.willSay(NOT_EXIST, told, told);
      gateway.willUndo(UNKNOWN);
      const attempt = () => undo.undo(receipt, 'superseded', by('test'));
      await expect(attempt()).rejects.toMatchObject({ code: 'UNDECIDED' });
      clock.pass(MINUTE);
      expect((await attempt()).state).toBe('paid');
      clock.pass(MINUTE);
      return receipt;
    }

    it('decides nothing before the cancel has had its time, and then is the last', async () => {
      await keptAfterCancel();
      const { sweep } = process();
      gateway.willSay(told, told);
      expect(await sweep.round()).toEqual({ claimed: 1, undecided: 1 });
      clock.pass(MINUTE);
      expect(await sweep.round()).toEqual({ claimed: 1, undecided: 0 });
      clock.pass(DAY);
      expect(await sweep.round()).toEqual({ claimed: 0, undecided: 0 });
    });

    it('is the last as soon as the money has gone back', async () => {
      const receipt = await keptAfterCancel();
      const { sweep } = process();
      gateway.willSay({ ...CLOSED, payment: told.payment } as PayOutcome);
      expect(await sweep.round()).toEqual({ claimed: 1, undecided: 0 });
      expect((await stored(receipt)).state).toBe('refunded');
      clock.pass(DAY);
      expect(await sweep.round()).toEqual({ claimed: 0, undecided: 0 });
    });
  });

  describe('in a round', () => {
    /** A process whose claims do some things in another way. */
    function sweepOn(changes: Partial<OpenReceipts>): Sweep {
      const own = Object.create(books.openReceipts) as OpenReceipts;
      const openReceipts = Object.assign(own, changes);
      return payProcess({ ...books, openReceipts }, gateway, clock).sweep;
    }

    it('makes everything due at first, and once a minute what was put off too far', async () => {
      const woken: boolean[] = [];
      const sweep = sweepOn({
        wake: (_nowMs, _longestMs, all) => Promise.resolve(void woken.push(all)),
      });
      const counts: number[] = [];
      for (const ms of [0, MINUTE - 1, 1, 1]) {
        clock.pass(ms);
        await sweep.round();
        counts.push(woken.length);
      }
      expect([counts, woken]).toEqual([
        [1, 1, 2, 2],
        [true, false],
      ]);
    });

    it('goes on when a claim cannot be ended, and calls a defect one', async () => {
      const lines: string[] = [];
      const note = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
      Logger.overrideLogger({
        log: note('log'),
        ...{ debug: note('debug'), warn: note('warn'), error: note('error') },
      });
      for (const type of ['1', '2', '3'] as const) await waiting(books, anOrder(type));
      const sweep = sweepOn({ settleClaim: () => Promise.reject(new Error('no database')) });
      gateway.willSay(NOT_EXIST, UNKNOWN, () => Promise.reject(new Error('a defect')));
      expect(await sweep.round()).toEqual({ claimed: 3, undecided: 2 });
      Logger.overrideLogger(false);
      const told = lines.map((line) => line.replace(/receipt \d+/, 'it')).sort();
      expect(told).toEqual([
        'debug it: UNDECIDED: query: scripted',
        'error it: a defect',
        ...Array.from({ length: 3 }, () => 'warn claim of it not settled: Error: no database'),
      ]);
    });
  });
});

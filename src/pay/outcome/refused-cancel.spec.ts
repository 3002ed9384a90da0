import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { MINUTE, T0, anOrder, paid, some, waiting, by } from '../../../test/database/books';
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
import type { PayProcess } from '../../../test/support/process/pay-process';
import type { BillType } from '../../domain/bill';
import { PayError } from '../../domain/errors';
import type { CancelOutcome, PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { big, sql } from '../../legacy-db/sql/sql';

const FROZEN: CancelOutcome = {
  kind: 'refused',
  fault: 'request',
  cause: '40004 ACQ.REASON_TRADE_BEEN_FREEZEN',
  shown: '交易已经被冻结',
};
const FORBIDDEN: CancelOutcome = {
  kind: 'refused',
  fault: 'configuration',
  cause: '40004 ACQ.ACCESS_FORBIDDEN',
  shown: null,
};
const SHORT: CancelOutcome = { kind: 'balanceShort', cause: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' };

describe('a cancel that Alipay refuses', () => {
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
    gateway.channelNowMs = () => clock.nowMs();
    process = payProcess(books, gateway, clock);
  });

  const stored = ({ billType, id }: Receipt): Promise<Receipt> =>
    books.repositories[billType].get(id);
  const balance = ({ cardNo }: Receipt): Promise<string | null> =>
    books.inspect.cardBalance(some(cardNo));

  async function sold(type: BillType): Promise<[Receipt, PayOutcome]> {
    const receipt = await paid(books, anOrder(type));
    return [receipt, paidAs(some(receipt.payment))];
  }

  async function cancel(receipt: Receipt, on = process): Promise<PayError> {
    const { billType, billNo, receiptId, payType } = receipt;
    const error: unknown = await on.cancel
      .cancel({ billType, billNo, receiptId, payType })
      .then((status) => `answered ${status.payStatus}`)
      .catch((reason: unknown) => reason);
    if (error instanceof PayError) return error;
    throw new Error(String(error));
  }

  describe('of a payment', () => {
    it.each([
      ['because it is frozen', FROZEN, 'ILLEGAL_STATE', []],
      ['without a word', { ...FROZEN, shown: null }, 'ILLEGAL_STATE', []],
      ['for our settings', FORBIDDEN, 'CHANNEL_MISCONFIGURED', ['undoRefused']],
      ['for its age', TOO_LATE, 'ILLEGAL_STATE', []],
    ] as const)('%s leaves it paid, and the card as it was', async (_why, answer, code, alarms) => {
      const [receipt, told] = await sold('7');
      gateway.willSay(told);
      gateway.willUndo(answer);
      const error = await cancel(receipt);
      expect(error.code).toBe(code);
      expect(error.shown.includes('too late')).toBe(answer.kind === 'tooLate');
      expect(error.shown.includes('交易已经被冻结')).toBe(answer === FROZEN);
      expect(error.shown).not.toContain('null');
      expect((await stored(receipt)).state).toBe('paid');
      expect(await balance(receipt)).toBe('88.88');
      expect(await books.inspect.alarms(receipt.id)).toEqual(alarms);
      const status = await process.query.query(receipt);
      expect(status.payStatus).toBe('SUCCESS');
    });

    it('for want of money waits with an alarm, and goes back when there is some', async () => {
      const [receipt, told] = await sold('7');
      gateway.willSay(told);
      gateway.willUndo(SHORT);
      expect((await cancel(receipt)).code).toBe('UNDECIDED');
      expect([(await stored(receipt)).state, await balance(receipt)]).toEqual([
        'refunding',
        '0.00',
      ]);
      expect(await books.inspect.alarms(receipt.id)).toEqual(['refundWaits']);
      gateway.willSay(told);
      gateway.willUndo(undone('refund'));
      clock.pass(MINUTE);
      await process.sweep.round();
      expect((await stored(receipt)).state).toBe('refunded');
    });

    it.each(['close', 'none'] as const)('in its own words, %s, raises an alarm', async (action) => {
      const [receipt, told] = await sold('2');
      gateway.willSay(told);
      gateway.willUndo(undone(action));
      expect((await cancel(receipt)).code).toBe('UNDECIDED');
      expect((await stored(receipt)).state).toBe('refunding');
      expect(await books.inspect.alarms(receipt.id)).toEqual(['refundUnproven']);
    });

    it.each([
      ['cancel close', undone('close')],
      ['tooLate', TOO_LATE],
      ['refused', FROZEN],
    ] as const)('of a closed trade, %s: whoever is called learns both', async (said, answer) => {
      const [receipt] = await sold('2');
      gateway.willSay(CLOSED);
      gateway.willUndo(answer);
      expect((await cancel(receipt)).code).toBe('UNDECIDED');
      const alarms = await books.inspect.query(
        sql`select detail from alarm where receipt_row_id = ${big(receipt.id)}`,
      );
      const detail = `question closed, ${said}: nothing says that its money went back`;
      expect(alarms).toEqual([{ detail }]);
      const events = await books.inspect.events(receipt.id);
      expect(events.at(-1)).toBe(`${said.replace(' ', ':')} refunding`);
    });

    it.each([FROZEN, TOO_LATE])('is not final while an earlier one may arrive', async (answer) => {
      const [receipt, told] = await sold('2');
      gateway.willSay(told);
      gateway.willUndo(UNKNOWN);
      expect((await cancel(receipt)).code).toBe('UNDECIDED');
      const again = async (): Promise<string> => {
        gateway.willSay(told);
        gateway.willUndo(answer);
        return (await cancel(receipt)).code;
      };
      expect(await again()).toBe('UNDECIDED');
      clock.pass(MINUTE);
      expect(await again()).toBe('UNDECIDED');
      clock.pass(10_000);
      expect(await again()).toBe('ILLEGAL_STATE');
      expect((await stored(receipt)).state).toBe('paid');
      expect((await stored(receipt)).checkAtMs).toBe(clock.nowMs() + MINUTE);
    });

    it('is not final to a process that does not know what was sent before it', async () => {
      const [receipt, told] = await sold('2');
      gateway.willSay(told);
      gateway.willUndo(UNKNOWN);
      await cancel(receipt);
      clock.pass(10 * MINUTE);
      const other = payProcess(books, gateway, clock);
      gateway.willSay(told);
      gateway.willUndo(FROZEN);
      expect((await cancel(receipt, other)).code).toBe('UNDECIDED');
    });
  });

  describe('of a code', () => {
    it.each([FROZEN, FORBIDDEN])('raises an alarm, and tills learn why', async (answer) => {
      const receipt = await waiting(books, anOrder('2'));
      gateway.willSay(NOT_EXIST);
      gateway.willUndo(answer);
      const error = await cancel(receipt);
      expect(error.code).toBe('UNDECIDED');
      expect(error.shown).toContain('Alipay refuses to cancel the code');
      expect((await stored(receipt)).state).toBe('cancelling');
      expect(await books.inspect.alarms(receipt.id)).toEqual(['undoRefused']);
    });

    it('ends by its age when Alipay knows nothing of it long after its end', async () => {
      const receipt = await waiting(books, anOrder('2'));
      const dead = receipt.codeEndsAtMs + 150 * MINUTE;
      const look = (channelTimeMs: number): Promise<Receipt> => {
        gateway.willSay({ kind: 'notExist', channelTimeMs });
        gateway.willUndo(FORBIDDEN);
        return process.undo.undo(receipt, 'expired', by('test'));
      };
      await expect(look(dead - 1)).rejects.toMatchObject({ code: 'UNDECIDED' });
      expect((await look(dead)).state).toBe('closed');
    });

    it('never ends by its age what was scanned', async () => {
      const receipt = await waiting(books, anOrder('2'));
      gateway.willSay(PENDING);
      gateway.willUndo(FORBIDDEN);
      clock.pass(30 * 24 * 60 * MINUTE);
      await expect(process.undo.undo(receipt, 'expired', by('test'))).rejects.toMatchObject({
        code: 'UNDECIDED',
      });
    });

    it('for the pace is no refusal: nobody is called', async () => {
      const receipt = await waiting(books, anOrder('2'));
      gateway.willSay(NOT_EXIST);
      gateway.willUndo({ ...FROZEN, fault: 'pace' });
      expect((await cancel(receipt)).shown).not.toContain('refuses');
      expect(await books.inspect.alarms(receipt.id)).toEqual([]);
    });
  });
});

import { Logger } from '@nestjs/common';
import { MINUTE, T0, anOrder, some, waiting } from '../../../test/database/books';
import type { FreshBooks } from '../../../test/database/books';
import { MarkedFile } from '../../../test/database/marked-file';
import { SYSTEM_TABLES, SqliteInspect } from '../../../test/database/sqlite-books';
import { openSqlite } from '../../legacy-db/sqlite/open-sqlite';
import { storesOf } from '../../../test/database/books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { TOO_LATE, paidAs, payProcess, undone } from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import type { CancelOutcome, PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';

type Paid = Extract<PayOutcome, { kind: 'paid' }>;

const BOSS = { actor: 'boss', requestId: 'r-9' };
const PAID = paidAs() as Paid;
/** All of it went back. */
const GONE: PayOutcome = {
  kind: 'closed',
  channelStatus: 'TRADE_CLOSED',
  payment: PAID.payment,
};

describe('a payment that End does not take', () => {
  let file: MarkedFile;
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;
  let process: PayProcess;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    file = new MarkedFile();
    const open = await openSqlite(file.file, file.clock);
    const inspect = new SqliteInspect(file.file);
    const close = async () => {
      inspect.close();
      await open.close();
    };
    books = { ...storesOf(open), inspect, close };
    gateway = new FakeGateway();
    clock = new ManualClock(T0 + MINUTE);
    process = payProcess(books, gateway, clock);
  });
  afterEach(async () => {
    await books.close();
    file.remove();
  });

  /** Somebody has changed what the system asked for: its End compares, and refuses. */
  function systemAsks({ billType, outTradeNo }: Receipt, yuan: string): void {
    const set = `update ${SYSTEM_TABLES[billType]} set paymentvalue = ? where outtradeno = ?`;
    file.inFile((handle) => handle.prepare(set).run(yuan, outTradeNo));
  }

  /** A receipt whose guest has paid, and whose End refuses it. */
  async function refused(type: '1' | '7' = '1'): Promise<Receipt> {
    const receipt = await waiting(books, anOrder(type));
    systemAsks(receipt, '1.00');
    gateway.willSay(PAID);
    const { billType, billNo, receiptId, payType } = receipt;
    const asked = process.query.query({ billType, billNo, receiptId, payType });
    await expect(asked).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stands(receipt)).toEqual(['waiting', 'endRefused']);
    return receipt;
  }

  /** As the console's act does it. */
  function giveBack({ billType, billNo, receiptId, payType }: Receipt) {
    const name = { billType, billNo, receiptId, payType };
    return process.cancel.cancel(name, null, BOSS);
  }

  /** Its state, and its open alarms. */
  async function stands({ id, billType }: Receipt): Promise<string[]> {
    const { state } = await books.repositories[billType].get(id);
    const open = (await books.alarms.open(100)).filter(
      ({ subject }) => subject === `receipt ${id}`,
    );
    return [state, ...open.map(({ kind }) => kind)];
  }

  it.each(['1', '7'] as const)('goes back for an operator, once, system %s', async (type) => {
    const receipt = await refused(type);
    gateway.willSay(PAID, GONE);
    gateway.willUndo(undone('refund'));
    const { payStatus } = await giveBack(receipt);
    expect(payStatus).toBe('REVOKED');
    expect(await stands(receipt)).toEqual(['cancelled']);
    expect(gateway.cancels).toEqual([receipt.outTradeNo]);
    const [alarm] = await books.alarms.about('endRefused', `receipt ${receipt.id}`);
    expect(alarm?.closed).toMatchObject({ by: 'boss' });
    const row = await books.inspect.systemRow(type, receipt.outTradeNo);
    expect(row).toMatchObject({ result: 'C', receiptvalue: null });
    if (receipt.cardNo) expect(await books.inspect.cardBalance(receipt.cardNo)).toBeNull();
    // Asked again, by whomever: nothing is sent, and nobody is called again.
    expect((await giveBack(receipt)).payStatus).toBe('REVOKED');
    const ended = await books.repositories[type].get(receipt.id);
    const late = await process.applyOutcome.apply(ended, GONE, { ...BOSS, cause: 'sweep' });
    expect([late, gateway.cancels.length]).toEqual([ended, 1]);
    expect(await stands(receipt)).toEqual(['cancelled']);
  });

  it('is booked with what went back, should End take it after all', async () => {
    const receipt = await refused();
    gateway.willSay(PAID, () => {
      systemAsks(receipt, '88.88');
      return GONE;
    });
    gateway.willUndo(undone('refund'));
    expect((await giveBack(receipt)).payStatus).toBe('REFUND');
    const stored = await books.repositories['1'].get(receipt.id);
    expect(stored).toMatchObject({ state: 'refunded', refunded: 8_888, payment: PAID.payment });
    const row = await books.inspect.systemRow('1', receipt.outTradeNo);
    expect(row).toMatchObject({ result: 'R', receiptvalue: '88.88', refundvalue: '88.88' });
  });

  it.each<[string, PayOutcome | null, CancelOutcome | null, string[]]>([
    ['Alipay does not answer', null, null, []],
    ['its cancel has no answer', PAID, UNKNOWN, []],
    ['the account is short', PAID, { kind: 'balanceShort', cause: 'X' }, ['refundWaits']],
    ['it is too old to cancel', PAID, TOO_LATE, ['undoRefused']],
  ])('stays where it is while %s, and the sweep goes on', async (_what, said, sent, alarms) => {
    const receipt = await refused();
    if (said) gateway.willSay(said);
    if (sent) gateway.willUndo(sent);
    await expect(giveBack(receipt)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stands(receipt)).toEqual(['cancelling', 'endRefused', ...alarms]);
    // It went back meanwhile: by that cancel, or in Alipay's portal.
    gateway.willSay(GONE);
    const cancelling = await books.repositories['1'].get(receipt.id);
    const ended = await process.undo.finish(cancelling, { ...BOSS, cause: 'sweep' });
    expect(ended).toMatchObject({ state: 'cancelled', payment: null });
    expect(await stands(receipt)).toEqual(['cancelled', ...alarms]);
  });

  it('is not believed to be back as long as Alipay says that it is paid', async () => {
    const receipt = await refused();
    gateway.willSay(PAID, PAID);
    gateway.willUndo(undone('refund'));
    await expect(giveBack(receipt)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await stands(receipt)).toEqual(['cancelling', 'endRefused']);
  });

  it.each(['superseded', 'expired'] as const)(
    'is never cancelled for reason %s',
    async (reason) => {
      const receipt = await refused();
      gateway.willSay(PAID);
      const undo = process.undo.undo(receipt, reason, { ...BOSS, cause: 'sweep' });
      await expect(undo).rejects.toMatchObject({ code: 'UNDECIDED' });
      expect(gateway.cancels).toEqual([]);
      const stored = some(await books.openReceipts.findById(receipt.id));
      gateway.willSay(GONE);
      await expect(process.undo.finish(stored, { ...BOSS, cause: 'sweep' })).rejects.toMatchObject({
        code: 'UNDECIDED',
      });
      expect(await stands(receipt)).toEqual(['cancelling', 'endRefused']);
    },
  );
});

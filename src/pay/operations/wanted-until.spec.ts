import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0, aMove, anOrder, freshNumber, paid, some, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import type { PayProcess } from '../../../test/support/process/pay-process';
import {
  NOT_EXIST,
  PENDING,
  paidAs,
  payProcess,
  undone,
} from '../../../test/support/process/pay-process';
import { PayError } from '../../domain/errors';
import { fen } from '../../domain/money';
import type { ChargeOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { BeginOrder, ReceiptRepository } from '../../domain/ports/receipt-repository';
import type { CollectDecision } from '../../domain/collect/collect-decision';
import { WANTED_TOLERANCE_MS } from '../../domain/receipt/wanted-until';
import type { BarCodeAsk } from './bar-code.service';

const LATE_MS = WANTED_TOLERANCE_MS + 1;
const AUTH_CODE = '281234567890123456';

async function refused(call: Promise<unknown>): Promise<PayError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof PayError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a request that is wanted until a time', () => {
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

  function anAsk(changes: Partial<BarCodeAsk> = {}): BarCodeAsk {
    return {
      ...{ billType: '2', billNo: freshNumber(), payType: '97', amount: fen(8_888) },
      ...{ body: '景区门票', detail: null, clientIp: '202.96.128.68', cardNo: null },
      ...{ authCode: AUTH_CODE, wantedUntilMs: T0 },
      ...changes,
    };
  }

  function stored(id = 1): Promise<Receipt> {
    return books.repositories['2'].get(id);
  }

  function cancel({ billType, billNo, receiptId, payType }: Receipt, untilMs = T0) {
    return process.cancel.cancel({ billType, billNo, receiptId, payType }, untilMs);
  }

  /** Books whose Begin takes time after its commit. */
  function slowAfterBegin(ms: number): FreshBooks {
    const slow = Object.create(books.repositories['2']) as ReceiptRepository;
    slow.begin = async (order: BeginOrder): Promise<CollectDecision> => {
      const decision = await books.repositories['2'].begin(order);
      clock.pass(ms);
      return decision;
    };
    return { ...books, repositories: { ...books.repositories, '2': slow } };
  }

  it('BarCode in time charges', async () => {
    clock.pass(WANTED_TOLERANCE_MS);
    gateway.willCharge(PENDING as ChargeOutcome);
    expect((await process.barCode.barCode(anAsk())).payStatus).toBe('USERPAYING');
  });

  it('BarCode too late charges nothing and writes nothing', async () => {
    const rows = await books.inspect.countRows();
    clock.pass(LATE_MS);
    expect((await refused(process.barCode.barCode(anAsk()))).code).toBe('TOO_LATE');
    expect(await books.inspect.countRows()).toBe(rows);
    expect(gateway.calls).toEqual([]);
  });

  it('BarCode that became too late between its saving and its charge charges nothing', async () => {
    process = payProcess(slowAfterBegin(LATE_MS), gateway, clock);
    const ask = anAsk();
    const error = await refused(process.barCode.barCode(ask));
    expect(error).toMatchObject({ code: 'TOO_LATE', tag: { billnum: ask.billNo, autoid: '1' } });
    expect(gateway.calls).toEqual([]);
    expect((await stored()).state).toBe('failed');
    // The bill is free again.
    process = payProcess(books, gateway, clock);
    gateway.willCharge(PENDING as ChargeOutcome);
    const again = await process.barCode.barCode({ ...ask, wantedUntilMs: T0 + 60_000 });
    expect(again.receipt.id).toBe(2);
  });

  it('a charge of an earlier try is told, however late the repeat is', async () => {
    const ask = anAsk();
    gateway.willCharge(UNKNOWN);
    expect((await refused(process.barCode.barCode(ask))).code).toBe('UNDECIDED');
    clock.pass(LATE_MS);
    const error = await refused(process.barCode.barCode(ask));
    expect(error).toMatchObject({ code: 'UNDECIDED', tag: { autoid: '1' } });
    expect(gateway.calls).toEqual(['pay']);
  });

  it('BarCode that became too late while a code made way says what has ended', async () => {
    const code = await waiting(books, anOrder('2'));
    gateway.willSay(NOT_EXIST, () => {
      clock.pass(LATE_MS);
      return Promise.resolve(NOT_EXIST);
    });
    gateway.willUndo(undone('none'));
    const error = await refused(process.barCode.barCode(anAsk({ billNo: code.billNo })));
    expect(error.code).toBe('TOO_LATE');
    expect(error.shown).toContain('原二维码已作废');
    expect((await stored(code.id)).state).toBe('cancelled');
    expect(gateway.charges).toEqual([]);
  });

  it('Cancel too late begins no undo of a code, and asks nobody', async () => {
    const receipt = await waiting(books, anOrder('2'));
    clock.pass(LATE_MS);
    expect((await refused(cancel(receipt))).code).toBe('TOO_LATE');
    expect(await stored(receipt.id)).toEqual(receipt);
    expect(gateway.calls).toEqual([]);
  });

  it('Cancel too late gives no money back', async () => {
    const receipt = await paid(books, anOrder('2'));
    clock.pass(LATE_MS);
    expect((await refused(cancel(receipt))).code).toBe('TOO_LATE');
    expect(await stored(receipt.id)).toMatchObject({ state: 'paid', undoReason: null });
    expect(gateway.calls).toEqual([]);
  });

  it('Cancel too late does not become the reason of an undo under way', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const step = aMove('intendUndo', { reason: 'superseded' });
    const undoing = some(await books.repositories['2'].move(receipt, ...step));
    clock.pass(LATE_MS);
    expect((await refused(cancel(receipt))).code).toBe('TOO_LATE');
    expect(await stored(receipt.id)).toEqual(undoing);
  });

  it('an undo of an earlier Cancel is followed, however late the repeat is', async () => {
    const receipt = await paid(books, anOrder('2'));
    gateway.willSay(paidAs(some(receipt.payment)), paidAs(some(receipt.payment)));
    gateway.willUndo(UNKNOWN, undone('refund'));
    expect((await refused(cancel(receipt))).code).toBe('UNDECIDED');
    clock.pass(LATE_MS);
    expect((await cancel(receipt)).payStatus).toBe('REFUND');
    clock.pass(LATE_MS);
    expect((await cancel(receipt)).payStatus).toBe('REFUND');
  });

  it('an undo of a code by an earlier Cancel is followed, however late the repeat is', async () => {
    const receipt = await waiting(books, anOrder('2'));
    gateway.willSay(NOT_EXIST, NOT_EXIST, NOT_EXIST);
    gateway.willUndo(UNKNOWN, undone('none'));
    expect((await refused(cancel(receipt))).code).toBe('UNDECIDED');
    clock.pass(LATE_MS);
    expect((await cancel(receipt)).payStatus).toBe('REVOKED');
    expect(await books.inspect.events(receipt.id)).not.toContain('undoForOperator cancelling');
  });

  it('an intent saved in time is followed to its end, however long that takes', async () => {
    const receipt = await waiting(books, anOrder('2'));
    const found = paidAs();
    gateway.willSay(() => {
      clock.pass(LATE_MS);
      return Promise.resolve(found);
    }, found);
    gateway.willUndo(undone('refund'));
    expect((await cancel(receipt)).payStatus).toBe('REFUND');
  });
});

import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0, anOrder, freshNumber, paid, some, waiting } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { PENDING, paidAs, payProcess } from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import { PayError } from '../../domain/errors';
import { fen } from '../../domain/money';
import type { RefundCase, Refunds } from '../../domain/ports/refunds';
import type { Receipt } from '../../domain/receipt/receipt';
import type { RefundAnswer } from '../../domain/refund/refund-answer';
import { outRequestNo } from './out-request-no';

const DONE = { kind: 'done', total: null, refundedAtMs: T0 } as const;
const UNCHANGED = { kind: 'unchanged' } as const;
const NOTHING = { kind: 'nothing' } as const;
const FOUND = { kind: 'found', amount: fen(3_333), refundedAtMs: T0 } as const;
const REFUSED: RefundAnswer = { kind: 'refused', cause: 'ACQ.TRADE_HAS_FINISHED', shown: null };
const UNSENT = { ...UNKNOWN, sent: false } as const;
const ILLEGAL = { code: 'ILLEGAL_STATE' };

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
  clock = new ManualClock(T0 + 60_000);
  process = payProcess(books, gateway, clock);
});

function nameOf({ billType, billNo, receiptId, payType }: Receipt) {
  return { billType, billNo, receiptId, payType };
}

function refund(
  receipt: Receipt,
  { amount = 3_333, batchNo = 'B1', by = process, until = null as number | null } = {},
): Promise<RefundCase> {
  const more = { operatorNo: null, reason: 'broken', wantedUntilMs: until };
  return by.refund.refund({ name: nameOf(receipt), batchNo, amount: fen(amount), ...more });
}

function query(receipt: Receipt, batchNo = 'B1'): Promise<RefundCase> {
  return process.refund.query(nameOf(receipt), batchNo);
}

const aPaid = (type: '1' | '7' = '1') => paid(books, anOrder(type, { amount: fen(10_000) }));

/** Where refund and receipt stand, in few words. */
function inWords({ refund: one, receipt }: RefundCase): string {
  return `${one.state} ${one.tries}/${one.answered}, ${receipt.state} ${receipt.refunded}`;
}

describe('Refund', () => {
  it('gives a part back under a number of ours', async () => {
    const receipt = await aPaid();
    gateway.willRefund(DONE);
    expect(inWords(await refund(receipt))).toBe('done 1/1, paid 3333');
    const outRequest = outRequestNo(receipt.outTradeNo, 'B1');
    const order = { outTradeNo: receipt.outTradeNo, outRequestNo: outRequest, amount: 3_333 };
    expect(gateway.refunds).toEqual([{ ...order, reason: 'broken' }]);
  });

  it('is one refund for one batch, from however many callers and processes', async () => {
    const receipt = await aPaid();
    gateway.willRefund(DONE);
    const other = payProcess(books, gateway, clock);
    const callers = Array.from({ length: 20 }, (_, nth) =>
      refund(receipt, { by: nth % 2 === 0 ? process : other }),
    );
    await Promise.all(callers);
    expect(inWords(await refund(receipt))).toBe('done 1/1, paid 3333');
    expect(gateway.calls).toEqual(['refund']);
    const more = refund(receipt, { amount: 3_334 });
    await expect(more).rejects.toMatchObject({ code: 'OTHER_CONTENT' });
  });

  it('part, part, rest, and not one fen more', async () => {
    const receipt = await aPaid();
    gateway.willRefund(DONE, DONE, DONE);
    await refund(receipt, { batchNo: 'B1' });
    await refund(receipt, { batchNo: 'B2' });
    const much = refund(receipt, { batchNo: 'B3', amount: 3_335 });
    await expect(much).rejects.toMatchObject({
      ...ILLEGAL,
      shown: expect.stringContaining('33.34') as string,
    });
    const rest = await refund(receipt, { batchNo: 'B4', amount: 3_334 });
    expect(inWords(rest)).toBe('done 1/1, refunded 10000');
    await expect(refund(receipt, { batchNo: 'B5', amount: 1 })).rejects.toMatchObject(ILLEGAL);
    expect(inWords(await refund(receipt, { batchNo: 'B2' }))).toBe('done 1/1, refunded 10000');
    expect(gateway.refunds).toHaveLength(3);
  });

  it('whose answer is lost is asked after, and found', async () => {
    const receipt = await aPaid();
    gateway.willRefund(UNKNOWN);
    expect(inWords(await refund(receipt))).toBe('asked 1/0, refunding 0');
    clock.pass(9_999);
    expect(inWords(await query(receipt))).toBe('asked 1/0, refunding 0');
    expect(gateway.calls).toEqual(['refund']);
    clock.pass(1);
    gateway.willFind(FOUND);
    expect(inWords(await query(receipt))).toBe('done 1/0, paid 3333');
    expect(gateway.calls).toEqual(['refund', 'refundQuery']);
  });

  it('that was lost on its way is sent again by the sweep, and never by a question', async () => {
    const receipt = await aPaid();
    gateway.willRefund(UNKNOWN, UNCHANGED);
    await refund(receipt);
    clock.pass(10_000);
    gateway.willFind(NOTHING);
    expect(inWords(await query(receipt))).toBe('asked 1/0, refunding 0');
    clock.pass(20_000);
    gateway.willFind(NOTHING);
    expect(await process.refundSweep.round()).toBe(1);
    expect(gateway.calls).toEqual(['refund', 'refundQuery', 'refundQuery', 'refund']);
    expect(gateway.refunds[1]).toEqual(gateway.refunds[0]);
    clock.pass(20_000);
    gateway.willFind(FOUND);
    await process.refundSweep.round();
    expect(inWords(await query(receipt))).toBe('done 2/1, paid 3333');
  });

  it('that is refused has failed for ever, and the amount is free', async () => {
    const receipt = await aPaid('7');
    gateway.willRefund(REFUSED, DONE);
    expect(inWords(await refund(receipt))).toBe('failed 1/1, paid 0');
    expect(await books.inspect.cardBalance(some(receipt.cardNo))).toBe('100.00');
    expect(inWords(await refund(receipt))).toBe('failed 1/1, paid 0');
    expect(gateway.calls).toEqual(['refund']);
    const all = await refund(receipt, { batchNo: 'B2', amount: 10_000 });
    expect(inWords(all)).toBe('done 1/1, refunded 10000');
  });

  it('that surely never left counts as answered', async () => {
    const receipt = await aPaid();
    gateway.willRefund(UNSENT);
    expect(inWords(await refund(receipt))).toBe('asked 1/1, refunding 0');
    clock.pass(20_000);
    gateway.willFind(NOTHING);
    gateway.willRefund(REFUSED);
    await process.refundSweep.round();
    expect(inWords(await query(receipt))).toBe('failed 2/2, paid 0');
  });

  it('fails after a lost one only when nothing of it can be under way', async () => {
    const receipt = await aPaid();
    gateway.willRefund(UNKNOWN, REFUSED);
    await refund(receipt);
    clock.pass(10_000);
    gateway.willFind(NOTHING);
    expect(inWords(await refund(receipt))).toBe('asked 2/1, refunding 0');
    const look = async (afterMs: number) => {
      clock.pass(afterMs);
      gateway.willFind(NOTHING);
      return inWords(await refund(receipt));
    };
    expect(await look(59_999)).toBe('asked 2/1, refunding 0');
    expect(await look(10_000)).toBe('asked 2/1, refunding 0');
    expect(await look(9_999)).toBe('asked 2/1, refunding 0');
    expect(await look(1)).toBe('failed 2/1, paid 0');
    expect((await query(receipt)).refund.lastWord).toBe('refused: ACQ.TRADE_HAS_FINISHED');
    expect(gateway.refunds).toHaveLength(2);
  });

  it('waits three seconds behind another one of the receipt', async () => {
    const receipt = await aPaid();
    gateway.willRefund(DONE, DONE);
    const first = refund(receipt, { batchNo: 'B1' });
    await Promise.all([first, refund(receipt, { batchNo: 'B2' })]);
    await process.refundSweep.round();
    clock.pass(20_000);
    await process.refundSweep.round();
    expect(inWords(await query(receipt, 'B2'))).toBe('done 1/1, paid 6666');
  });

  it('that was saved before a crash is sent by the sweep', async () => {
    const receipt = await aPaid();
    const more = { operatorNo: null, reason: null, outRequestNo: 'n', asked: false };
    const wish = { receipt, batchNo: 'B1', amount: fen(3_333), ...more };
    const origin = { actor: null, requestId: null, cause: 'test', nowMs: clock.nowMs() };
    await books.refunds.begin(wish, origin);
    expect(inWords(await query(receipt))).toBe('queued 0/0, refunding 0');
    expect(gateway.calls).toEqual([]);
    clock.pass(10_000);
    gateway.willRefund(DONE);
    await process.refundSweep.round();
    expect(inWords(await query(receipt))).toBe('done 1/1, paid 3333');
  });

  it('whose outcome cannot be saved is undecided, and its tag says which one', async () => {
    const receipt = await aPaid();
    const away = new PayError('DATABASE_UNAVAILABLE', 'away');
    const refunds = Object.assign(Object.create(books.refunds) as Refunds, {
      settle: () => Promise.reject(away),
    });
    gateway.willRefund(DONE);
    const other = payProcess({ ...books, refunds }, gateway, clock);
    const unsaved = refund(receipt, { by: other });
    await expect(unsaved).rejects.toMatchObject({
      code: 'UNDECIDED',
      tag: { batchno: 'B1', refundstatus: '1', refundvalue: '33.33' },
    });
    // Another process: its time begins when it first sees it.
    expect(inWords(await query(receipt))).toBe('asked 1/0, refunding 0');
    clock.pass(10_000);
    gateway.willFind(FOUND);
    expect(inWords(await query(receipt))).toBe('done 1/0, paid 3333');
  });

  it('begins nothing that comes too late', async () => {
    const receipt = await aPaid();
    const late = refund(receipt, { until: clock.nowMs() - 5_001 });
    await expect(late).rejects.toMatchObject({ code: 'TOO_LATE' });
    expect(await books.inspect.refunds(receipt.id)).toEqual([]);
  });
});

describe('Refund of what the books do not hold as paid', () => {
  it('asks Alipay first, and gives back what it finds', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(paidAs());
    gateway.willRefund(DONE);
    expect(inWords(await refund(receipt))).toBe('done 1/1, paid 3333');
  });

  it('is undecided on a doubt, and refused when nothing was paid', async () => {
    const receipt = await waiting(books, anOrder('1'));
    gateway.willSay(UNKNOWN, PENDING);
    await expect(refund(receipt)).rejects.toMatchObject({ code: 'UNDECIDED' });
    await expect(refund(receipt)).rejects.toMatchObject(ILLEGAL);
    expect(gateway.calls).toEqual(['query', 'query']);
  });

  it('knows no other receipt and no other batch', async () => {
    const receipt = await aPaid();
    const stranger = { ...receipt, billNo: freshNumber() };
    await expect(refund(stranger)).rejects.toMatchObject({ code: 'NO_RECEIPT' });
    await expect(query(receipt, 'B9')).rejects.toMatchObject({ code: 'NO_RECEIPT' });
  });
});

describe('Refund beside Cancel', () => {
  const cancel = (receipt: Receipt) => process.cancel.cancel(nameOf(receipt));

  it('no cancel is sent while a refund is pending, nor after a part went back', async () => {
    const receipt = await aPaid();
    gateway.willRefund(UNKNOWN);
    await refund(receipt);
    await expect(cancel(receipt)).rejects.toMatchObject(ILLEGAL);
    clock.pass(10_000);
    gateway.willFind(FOUND);
    await query(receipt);
    await expect(cancel(receipt)).rejects.toMatchObject(ILLEGAL);
    expect(gateway.cancels).toEqual([]);
  });

  it('a receipt whose refund was refused may be cancelled', async () => {
    const receipt = await aPaid();
    gateway.willRefund(REFUSED);
    await refund(receipt);
    gateway.willSay(paidAs(some(receipt.payment)));
    gateway.willUndo({ kind: 'done', action: 'refund' });
    expect((await cancel(receipt)).payStatus).toBe('REFUND');
  });

  it('no refund begins while a cancel is not decided', async () => {
    const receipt = await aPaid();
    await expect(cancel(receipt)).rejects.toMatchObject({ code: 'UNDECIDED' });
    await expect(refund(receipt)).rejects.toMatchObject(ILLEGAL);
    expect(gateway.refunds).toEqual([]);
  });

  it('of the two exactly one begins when they come together', async () => {
    for (let round = 0; round < 10; round += 1) {
      const receipt = await aPaid();
      const both = await Promise.allSettled([cancel(receipt), refund(receipt)]);
      const begun = await books.inspect.refunds(receipt.id);
      const { givingBack } = await books.repositories['1'].get(receipt.id);
      expect(givingBack).toBe(begun.length === 0 ? 'cancel' : 'refund');
      expect(both.some(({ status }) => status === 'rejected')).toBe(true);
    }
  });

  it('the sweep of receipts leaves a refund alone', async () => {
    const receipt = await aPaid();
    gateway.willRefund(UNKNOWN);
    await refund(receipt);
    const before = gateway.calls.length;
    clock.pass(3_600_000);
    await process.sweep.round(5_000);
    expect(gateway.calls.slice(before).filter((one) => one === 'cancel')).toEqual([]);
    expect((await books.repositories['1'].get(receipt.id)).state).toBe('refunding');
  });
});

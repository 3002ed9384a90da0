import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0, anOrder, paid } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { aRefund } from '../../../test/support/books/a-refund';
import { FakeGateway, UNKNOWN } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { SETTINGS, payProcess } from '../../../test/support/process/pay-process';
import type { PayProcess } from '../../../test/support/process/pay-process';
import { PayError } from '../../domain/errors';
import { fen } from '../../domain/money';
import type { RefundCase, Refunds } from '../../domain/ports/refunds';
import { SWEEP } from '../../domain/receipt/by';
import type { Receipt } from '../../domain/receipt/receipt';
import { DUPLICATE_BATCH } from '../../domain/refund/refund';
import type { Refund } from '../../domain/refund/refund';
import type { RefundAnswer, RefundQueryAnswer } from '../../domain/refund/refund-answer';
import { outRequestNo } from './out-request-no';
import { RefundWork } from './refund-work.service';

const DONE = { kind: 'done', total: null, refundedAtMs: T0 } as const;
const NOTHING = { kind: 'nothing' } as const;
const FOUND = { kind: 'found', amount: fen(3_333), refundedAtMs: T0 } as const;
const REFUSED: RefundAnswer = { kind: 'refused', cause: 'ACQ.TRADE_HAS_FINISHED', shown: null };
const UNVERIFIED = { ...UNKNOWN, unverified: true } as const;

let books: FreshBooks;
let gateway: FakeGateway;
let clock: ManualClock;
let process: PayProcess;
let receipt: Receipt;

beforeAll(async () => {
  Logger.overrideLogger(false);
  books = await openFreshSqlite();
});
afterAll(() => books.close());
beforeEach(async () => {
  gateway = new FakeGateway();
  clock = new ManualClock(T0 + 60_000);
  process = payProcess(books, gateway, clock);
  receipt = await paid(books, anOrder('1', { amount: fen(10_000) }));
});

function refund(by = process, batchNo = 'B1'): Promise<RefundCase> {
  const more = { operatorNo: null, reason: null, wantedUntilMs: null };
  return by.refund.refund({ name: receipt, batchNo, amount: fen(3_333), ...more });
}

function query(by = process): Promise<RefundCase> {
  return by.refund.query(receipt, 'B1');
}

/** What Alipay answers to the question asked so much later, and where that leaves the refund. */
async function later(afterMs: number, answer: RefundQueryAnswer): Promise<string> {
  clock.pass(afterMs);
  gateway.willFind(answer);
  return (await query()).refund.state;
}

/** A process that cannot save answers while `trouble` gives an error. */
function forgetful(trouble: () => Error | null): PayProcess {
  const refunds = Object.create(books.refunds, {
    settle: {
      value: (...asked: Parameters<Refunds['settle']>) => {
        const error = trouble();
        return error ? Promise.reject(error) : books.refunds.settle(...asked);
      },
    },
  }) as Refunds;
  return payProcess({ ...books, refunds }, gateway, clock);
}

describe('a refund on its way', () => {
  it('is sent without a pause, and after its end Alipay is never asked again', async () => {
    gateway.willRefund(DONE, REFUSED);
    await refund();
    expect(clock.monotonicMs()).toBe(0);
    clock.pass(3_000);
    expect((await refund(process, 'B2')).refund.state).toBe('failed');
    clock.pass(3_600_000);
    expect((await refund()).refund.state).toBe('done');
    expect((await query()).refund.state).toBe('done');
    expect((await refund(process, 'B2')).refund.state).toBe('failed');
    expect((await refund(payProcess(books, gateway, clock), 'B2')).refund.state).toBe('failed');
    expect(gateway.calls).toEqual(['refund', 'refund']);
  });

  it('is not asked after sooner than ten seconds after its call has ended', async () => {
    gateway.willRefund(() => {
      clock.pass(4_000);
      return UNKNOWN;
    });
    await refund();
    expect(await later(9_999, FOUND)).toBe('asked');
    expect(gateway.calls).toEqual(['refund']);
    expect(await later(1, FOUND)).toBe('done');
  });

  it('is not asked after twice within ten seconds', async () => {
    gateway.willRefund(UNKNOWN);
    await refund();
    expect(await later(10_000, UNKNOWN)).toBe('asked');
    expect(await later(9_999, FOUND)).toBe('asked');
    expect(gateway.calls).toEqual(['refund', 'refundQuery']);
    expect(await later(1, FOUND)).toBe('done');
  });

  it('an answer that is not signed by Alipay raises an alarm, each time', async () => {
    gateway.willRefund(UNVERIFIED);
    await refund();
    expect(await books.inspect.alarms(receipt.id)).toEqual(['unverifiedAnswer']);
    receipt = await paid(books, anOrder('1', { amount: fen(10_000) }));
    gateway.willRefund(UNKNOWN);
    await refund();
    expect(await books.inspect.alarms(receipt.id)).toEqual([]);
    expect(await later(10_000, UNKNOWN)).toBe('asked');
    expect(await books.inspect.alarms(receipt.id)).toEqual([]);
    expect(await later(10_000, UNVERIFIED)).toBe('asked');
    expect(await books.inspect.alarms(receipt.id)).toEqual(['unverifiedAnswer']);
  });

  it('a lost one fails by two questions that found nothing; a doubt is none of them', async () => {
    gateway.willRefund(UNKNOWN, REFUSED);
    await refund();
    clock.pass(10_000);
    gateway.willFind(NOTHING);
    expect((await refund()).refund).toMatchObject({ tries: 2, answered: 1, givenUp: 'refused' });
    expect(await later(60_000, UNKNOWN)).toBe('asked');
    expect(await later(10_000, NOTHING)).toBe('asked');
    expect(await later(10_000, UNKNOWN)).toBe('asked');
    expect(await later(10_000, NOTHING)).toBe('failed');
    expect(gateway.refunds).toHaveLength(2);
  });
});

describe('a refund that is looked at', () => {
  const origin = { actor: null, requestId: null, cause: 'test', nowMs: T0 };
  let work: RefundWork;

  beforeEach(() => {
    work = new RefundWork(books.refunds, gateway, books.repositories, SETTINGS, clock);
  });

  it('is asked after, and not sent, when it was given up before it was sent', async () => {
    const more = { batchNo: 'B1', operatorNo: null, reason: null, asked: false };
    const wish = { ...more, receipt, amount: fen(3_333), outRequestNo: 'saved' };
    const begun = await books.refunds.begin(wish, origin);
    if (begun.kind !== 'begun') throw new Error(begun.kind);
    const { id } = begun.found.refund;
    expect(await books.refunds.withdraw(id, origin)).toBeNull();
    const look = async () => work.bring(await books.refunds.get(id), SWEEP, true);
    await look();
    clock.pass(10_000);
    gateway.willFind(FOUND);
    expect((await look()).refund).toMatchObject({ state: 'done', tries: 0 });
    expect(gateway.calls).toEqual(['refundQuery']);
  });

  it('is confirmed by what decides it, and by nothing else', async () => {
    gateway.willRefund(UNKNOWN);
    const found = await refund();
    clock.pass(10_000);
    gateway.willFind(NOTHING, UNKNOWN, FOUND);
    expect(await work.confirm(found, SWEEP)).toBeNull();
    expect(await work.confirm(found, SWEEP)).toBeNull();
    expect((await work.confirm(found, SWEEP))?.refund.state).toBe('done');
  });
});

describe('a refund whose sending took so long to count', () => {
  /** Every commit of a count takes so long. */
  function slow(): PayProcess {
    const refunds = Object.create(books.refunds, {
      countTry: {
        value: async (...asked: Parameters<Refunds['countTry']>) => {
          const counted = await books.refunds.countTry(...asked);
          clock.pass(commitMs);
          return counted;
        },
      },
    }) as Refunds;
    return payProcess({ ...books, refunds }, gateway, clock);
  }

  let commitMs = 0;

  it.each([
    [2_999, 'done', 1],
    [3_000, 'asked', 0],
    [7_500, 'asked', 0],
  ])('%d ms is %s: sent %d times', async (ms, state, sent) => {
    commitMs = ms;
    gateway.willRefund(DONE);
    expect((await refund(slow())).refund).toMatchObject({ state, tries: 1, answered: 1 });
    expect(gateway.refunds).toHaveLength(sent);
  });

  it('goes back in a later turn, after a question', async () => {
    commitMs = 7_500;
    const late = slow();
    const { refund: unsent } = await refund(late);
    expect(unsent.lastWord).toBe('unknown: not sent: saved too late');
    commitMs = 0;
    clock.pass(10_000);
    gateway.willFind(NOTHING);
    gateway.willRefund(DONE);
    expect((await refund(late)).refund).toMatchObject({ state: 'done', tries: 2, answered: 2 });
    expect(gateway.calls).toEqual(['refundQuery', 'refund']);
  });

  it('counts from its turn on: waiting for other writers is not its own time', async () => {
    const refunds = Object.create(books.refunds, {
      countTry: {
        value: (...asked: Parameters<Refunds['countTry']>) => {
          clock.pass(7_500);
          return books.refunds.countTry(...asked);
        },
      },
    }) as Refunds;
    gateway.willRefund(DONE);
    expect((await refund(payProcess({ ...books, refunds }, gateway, clock))).refund.state).toBe(
      'done',
    );
  });
});

describe('the number of a refund at Alipay', () => {
  const origin = { actor: null, requestId: null, cause: 'test', nowMs: T0 };

  it('is the one that was saved, whatever its batch', async () => {
    const more = { batchNo: 'B1', operatorNo: null, reason: null, asked: false };
    const wish = { ...more, receipt, amount: fen(3_333), outRequestNo: 'saved' };
    await books.refunds.begin(wish, origin);
    gateway.willRefund(UNKNOWN);
    await refund();
    await later(10_000, NOTHING);
    expect(gateway.refunds.map(({ outRequestNo: number }) => number)).toEqual(['saved']);
    expect(gateway.asked).toEqual([[receipt.outTradeNo, 'saved']]);
  });

  it('is saved with the first try of one that has none', async () => {
    const counted: Refund[] = [];
    const refunds: Pick<Refunds, 'countTry' | 'get'> = {
      countTry: (asked) => {
        counted.push(asked);
        return Promise.resolve(null);
      },
      get: () => Promise.resolve(owed),
    };
    const one = aRefund({
      state: 'queued',
      tries: 0,
      batchNo: DUPLICATE_BATCH,
      outRequestNo: null,
    });
    const owed: RefundCase = { receipt, refunds: [one], refund: one };
    const all = refunds as Refunds;
    const work = new RefundWork(all, gateway, books.repositories, SETTINGS, clock);
    await work.bring(owed, SWEEP, true);
    const number = outRequestNo(receipt.outTradeNo, DUPLICATE_BATCH);
    expect(counted.map((each) => each.outRequestNo)).toEqual([number, number]);
    expect(gateway.calls).toEqual([]);
  });
});

it('the last word of Alipay is kept, with its cause', async () => {
  gateway.willRefund(REFUSED);
  expect((await refund()).refund.lastWord).toBe('refused: ACQ.TRADE_HAS_FINISHED');
  gateway.willRefund(DONE);
  clock.pass(3_000);
  expect((await refund(process, 'B2')).refund.lastWord).toBe('done');
});

it('a question that finds nothing hides no refusal; another answer is told', async () => {
  gateway.willRefund(UNKNOWN, UNKNOWN, REFUSED);
  const word = async (afterMs: number, answer: RefundQueryAnswer) => {
    await later(afterMs, answer);
    return (await query()).refund.lastWord;
  };
  await refund();
  expect(await word(10_000, NOTHING)).toBe('nothing');
  clock.pass(10_000);
  gateway.willFind(NOTHING);
  expect((await refund()).refund.lastWord).toBe('unknown: scripted');
  clock.pass(10_000);
  gateway.willFind(NOTHING);
  expect((await refund()).refund.lastWord).toBe('refused: ACQ.TRADE_HAS_FINISHED');
  expect(await word(10_000, NOTHING)).toBe('refused: ACQ.TRADE_HAS_FINISHED');
  expect(await word(10_000, UNKNOWN)).toBe('unknown: scripted');
});

it('a question that finds nothing is the word of one that was given up without any', async () => {
  gateway.willRefund(UNKNOWN);
  const found = await refund();
  const given = { ...found.refund, givenUp: 'withdrawn', lastWord: null } as const;
  const work = new RefundWork(books.refunds, gateway, books.repositories, SETTINGS, clock);
  const look = () => work.bring({ ...found, refund: given }, SWEEP, false);
  await look();
  clock.pass(10_000);
  gateway.willFind(NOTHING);
  await look();
  expect((await books.refunds.get(given.id)).refund.lastWord).toBe('nothing');
});

describe('an answer that cannot be saved', () => {
  it('is undecided for the caller, and found again when it can', async () => {
    let trouble: Error | null = new PayError('DATABASE_UNAVAILABLE', 'full');
    const one = forgetful(() => trouble);
    gateway.willRefund(DONE);
    const shown = expect.stringContaining('not saved yet') as string;
    await expect(refund(one)).rejects.toMatchObject({ code: 'UNDECIDED', shown });
    expect(await books.inspect.alarms(receipt.id)).toEqual([]);
    trouble = null;
    clock.pass(10_000);
    gateway.willFind(FOUND);
    expect((await query(one)).refund).toMatchObject({ state: 'done', tries: 1, answered: 0 });
    expect(gateway.refunds).toHaveLength(1);
  });

  it('raises an alarm when it is End that takes none', async () => {
    const one = forgetful(() => new PayError('ILLEGAL_STATE', 'no'));
    gateway.willRefund(DONE);
    await expect(refund(one)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await books.inspect.alarms(receipt.id)).toEqual(['endRefused']);
  });

  it('is passed on as it is when it is a defect of ours', async () => {
    const defect = new Error('a defect');
    const one = forgetful(() => defect);
    gateway.willRefund(DONE);
    await expect(refund(one)).rejects.toBe(defect);
  });
});

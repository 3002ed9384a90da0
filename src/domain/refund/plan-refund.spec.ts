import { aReceipt } from '../../../test/support/books/a-receipt';
import { aRefund } from '../../../test/support/books/a-refund';
import { fen } from '../money';
import { planRefund, planRefundQuery } from './plan-refund';
import type { RefundContext, RefundPlan } from './plan-refund';
import type { RefundAnswer, RefundQueryAnswer } from './refund-answer';
import type { Refund } from './refund';

const receipt = aReceipt({ state: 'refunding', givingBack: 'refund', refunded: fen(0) });

const DOUBT = { kind: 'unknown', cause: 'timeout', sent: true, unverified: false } as const;

/** Every answer to a refund of 33.33. */
const ANSWERS: Readonly<Record<RefundAnswer['kind'], RefundAnswer>> = {
  done: { kind: 'done', total: fen(3_333), refundedAtMs: 5 },
  unchanged: { kind: 'unchanged' },
  balanceShort: { kind: 'balanceShort', cause: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' },
  discordant: { kind: 'discordant', cause: 'ACQ.DISCORDANT_REPEAT_REQUEST' },
  refused: { kind: 'refused', cause: 'ACQ.TRADE_HAS_FINISHED', shown: null },
  disagrees: { kind: 'disagrees', cause: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' },
  noTrade: { kind: 'noTrade', cause: 'ACQ.TRADE_NOT_EXIST' },
  unknown: DOUBT,
};

/** Every answer to the question after it. */
const QUESTIONS = {
  found: { kind: 'found', amount: fen(3_333), refundedAtMs: 5 },
  other: { kind: 'found', amount: fen(3_334), refundedAtMs: 5 },
  bare: { kind: 'found', amount: null, refundedAtMs: 5 },
  nothing: { kind: 'nothing' },
  unknown: DOUBT,
} as const satisfies Readonly<Record<string, RefundQueryAnswer>>;

/** Every way a refund can stand when an answer comes. */
const STANDS: Readonly<Record<string, Partial<Refund>>> = {
  first: { tries: 1, answered: 0 },
  again: { tries: 3, answered: 2 }, // All before it were answered.
  lost: { tries: 3, answered: 1 }, // One before it was not.
  refused: { tries: 3, answered: 3, givenUp: 'refused' },
  disagrees: { tries: 3, answered: 3, givenUp: 'disagrees' },
  withdrawn: { tries: 3, answered: 3, givenUp: 'withdrawn' },
  queued: { state: 'queued', tries: 0 }, // Only an answer to books that were lost.
  done: { state: 'done' },
  failed: { state: 'failed' },
};

/** The long words of the tables. */
const SHORT: Readonly<Record<string, string>> = {
  amountMismatch: 'amount',
  foreignRefund: 'foreign',
};

/** `next(givenUp)!alarm` of a wait, else the kind. */
function shown(plan: RefundPlan): string {
  const kind = 'alarm' in plan && plan.alarm ? plan.alarm.kind : null;
  const alarm = kind === null ? '' : `!${SHORT[kind] ?? kind}`;
  if (plan.kind !== 'wait') return plan.kind.replace('nothing', '-') + alarm;
  return plan.next + (plan.givenUp ? `(${plan.givenUp})` : '') + alarm;
}

function contextOf(refund: Refund, more: Partial<RefundContext> = {}): RefundContext {
  return { receipt, refunds: [refund], ...more };
}

/** Rows of a table, each as its cells. */
function rows(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

/**
 * How it stands, what Alipay answers to a refund that was sent, and what that means. `query`,
 * `send`, `sendLater`: not decided, and what tells more; in brackets why it is sent no more; `-`:
 * nothing; `!`: an alarm.
 */
const SENT = `
  first     | done         | done
  first     | unchanged    | query
  first     | balanceShort | sendLater!refundWaits
  first     | discordant   | query!amount
  first     | refused      | failed
  first     | disagrees    | query(disagrees)
  first     | noTrade      | sendLater!tradeVanished
  first     | unknown      | query
  again     | done         | done
  again     | unchanged    | query
  again     | balanceShort | sendLater!refundWaits
  again     | discordant   | query!amount
  again     | refused      | failed
  again     | disagrees    | query(disagrees)
  again     | noTrade      | sendLater!tradeVanished
  again     | unknown      | query
  lost      | done         | done
  lost      | unchanged    | query
  lost      | balanceShort | sendLater!refundWaits
  lost      | discordant   | query!amount
  lost      | refused      | query(refused)
  lost      | disagrees    | query(disagrees)
  lost      | noTrade      | sendLater!tradeVanished
  lost      | unknown      | query
  refused   | done         | done
  refused   | unchanged    | query(refused)
  refused   | balanceShort | query(refused)
  refused   | discordant   | query(refused)
  refused   | refused      | query(refused)
  refused   | disagrees    | query(refused)
  refused   | noTrade      | query(refused)
  refused   | unknown      | query(refused)
  disagrees | done         | done
  disagrees | unchanged    | query(disagrees)
  disagrees | balanceShort | query(disagrees)
  disagrees | discordant   | query(disagrees)
  disagrees | refused      | query(disagrees)
  disagrees | disagrees    | query(disagrees)
  disagrees | noTrade      | query(disagrees)
  disagrees | unknown      | query(disagrees)
  withdrawn | done         | done
  withdrawn | unchanged    | query(withdrawn)
  withdrawn | balanceShort | query(withdrawn)
  withdrawn | discordant   | query(withdrawn)
  withdrawn | refused      | query(withdrawn)
  withdrawn | disagrees    | query(withdrawn)
  withdrawn | noTrade      | query(withdrawn)
  withdrawn | unknown      | query(withdrawn)
  queued    | done         | done
  queued    | unchanged    | query
  queued    | balanceShort | sendLater!refundWaits
  queued    | discordant   | query!amount
  queued    | refused      | failed
  queued    | disagrees    | query(disagrees)
  queued    | noTrade      | sendLater!tradeVanished
  queued    | unknown      | query
  done      | done         | -
  done      | unchanged    | -
  done      | balanceShort | -
  done      | discordant   | -
  done      | refused      | -
  done      | disagrees    | -
  done      | noTrade      | -
  done      | unknown      | -
  failed    | done         | late!foreign
  failed    | unchanged    | -
  failed    | balanceShort | -
  failed    | discordant   | -
  failed    | refused      | -
  failed    | disagrees    | -
  failed    | noTrade      | -
  failed    | unknown      | -`;

/**
 * The same for the question after it: where it came too soon to see anything, where it is the first
 * to find nothing, and where nothing can be under way any more.
 */
const ASKED = `
  first     | found   | done                    | done                    | done
  first     | other   | query!amount            | query!amount            | query!amount
  first     | bare    | query!amount            | query!amount            | query!amount
  first     | nothing | query                   | send                    | send
  first     | unknown | query                   | query                   | query
  again     | found   | done                    | done                    | done
  again     | other   | query!amount            | query!amount            | query!amount
  again     | bare    | query!amount            | query!amount            | query!amount
  again     | nothing | query                   | send                    | send
  again     | unknown | query                   | query                   | query
  lost      | found   | done                    | done                    | done
  lost      | other   | query!amount            | query!amount            | query!amount
  lost      | bare    | query!amount            | query!amount            | query!amount
  lost      | nothing | query                   | send                    | send
  lost      | unknown | query                   | query                   | query
  refused   | found   | done                    | done                    | done
  refused   | other   | query(refused)!amount   | query(refused)!amount   | query(refused)!amount
  refused   | bare    | query(refused)!amount   | query(refused)!amount   | query(refused)!amount
  refused   | nothing | query(refused)          | query(refused)          | failed
  refused   | unknown | query(refused)          | query(refused)          | query(refused)
  disagrees | found   | done                    | done                    | done
  disagrees | other   | query(disagrees)!amount | query(disagrees)!amount | query(disagrees)!amount
  disagrees | bare    | query(disagrees)!amount | query(disagrees)!amount | query(disagrees)!amount
  disagrees | nothing | query(disagrees)        | query(disagrees)        | failed!foreign
  disagrees | unknown | query(disagrees)        | query(disagrees)        | query(disagrees)
  withdrawn | found   | done                    | done                    | done
  withdrawn | other   | query(withdrawn)!amount | query(withdrawn)!amount | query(withdrawn)!amount
  withdrawn | bare    | query(withdrawn)!amount | query(withdrawn)!amount | query(withdrawn)!amount
  withdrawn | nothing | query(withdrawn)        | query(withdrawn)        | failed
  withdrawn | unknown | query(withdrawn)        | query(withdrawn)        | query(withdrawn)
  queued    | found   | done                    | done                    | done
  queued    | other   | query!amount            | query!amount            | query!amount
  queued    | bare    | query!amount            | query!amount            | query!amount
  queued    | nothing | query                   | send                    | send
  queued    | unknown | query                   | query                   | query
  done      | found   | -                       | -                       | -
  done      | other   | -                       | -                       | -
  done      | bare    | -                       | -                       | -
  done      | nothing | -                       | -                       | -
  done      | unknown | -                       | -                       | -
  failed    | found   | late!foreign            | late!foreign            | late!foreign
  failed    | other   | -                       | -                       | -
  failed    | bare    | -                       | -                       | -
  failed    | nothing | -                       | -                       | -
  failed    | unknown | -                       | -                       | -`;

const AGES = [
  { visible: false, untouched: false },
  { visible: true, untouched: false },
  { visible: true, untouched: true },
] as const;

describe('the answer to a refund', () => {
  it('has a row for every way it stands and every answer', () => {
    const wanted = Object.keys(STANDS).flatMap((stand) =>
      Object.keys(ANSWERS).map((answer) => `${stand} ${answer}`),
    );
    expect(rows(SENT).map(([stand, answer]) => `${stand} ${answer}`)).toEqual(wanted);
  });

  it.each(rows(SENT))('%s, %s: %s', (stand = '', answer = '', meant = '') => {
    const refund = aRefund(STANDS[stand]);
    const plan = planRefund(refund, ANSWERS[answer as keyof typeof ANSWERS], contextOf(refund));
    expect(shown(plan)).toBe(meant);
  });
});

describe('the answer to the question after a refund', () => {
  it('has a row for every way it stands and every answer', () => {
    const wanted = Object.keys(STANDS).flatMap((stand) =>
      Object.keys(QUESTIONS).map((answer) => `${stand} ${answer}`),
    );
    expect(rows(ASKED).map(([stand, answer]) => `${stand} ${answer}`)).toEqual(wanted);
  });

  it.each(rows(ASKED))('%s, %s', (stand = '', answer = '', ...meant) => {
    const refund = aRefund(STANDS[stand]);
    const told = QUESTIONS[answer as keyof typeof QUESTIONS];
    const plans = AGES.map((age) => planRefundQuery(refund, told, contextOf(refund), age));
    expect(plans.map(shown)).toEqual(meant);
  });

  it.each([
    ['other', '3334 fen'],
    ['bare', 'no amount'],
  ] as const)('tells a human what it named: %s, %s', (answer, named) => {
    const refund = aRefund();
    const plan = planRefundQuery(refund, QUESTIONS[answer], contextOf(refund), AGES[0]);
    const detail = `asked for 3333 fen, and Alipay tells of ${named}`;
    expect(plan).toMatchObject({ alarm: { kind: 'amountMismatch', detail } });
  });
});

describe('what went back beyond what we asked for', () => {
  const other = (changes: Partial<Refund>) => aRefund({ id: 2, batchNo: 'B2', ...changes });

  /** Booked as gone, another refund's state and amount, the total Alipay tells; what is foreign. */
  it.each<[number, Refund['state'] | null, number, number | null, number]>([
    [0, null, 0, 3_333, 0],
    [0, null, 0, null, 0],
    [0, null, 0, 3_334, 1],
    [0, null, 0, 8_888, 5_555],
    [1_000, null, 0, 4_333, 0],
    [1_000, null, 0, 4_334, 1],
    // The other one may have gone back by now: its answer was lost, or is still on its way.
    [0, 'asked', 2_000, 5_333, 0],
    [0, 'queued', 2_000, 5_333, 0],
    [0, 'asked', 2_000, 5_334, 1],
    // It has, and is booked: part of what is booked as gone.
    [2_000, 'done', 2_000, 5_333, 0],
    // It never will.
    [0, 'failed', 2_000, 5_333, 2_000],
    // An answer from before others were booked, and a total that cannot be.
    [5_000, null, 0, 3_333, 0],
    [0, null, 0, 1_000_000, 5_555],
  ])('%d fen booked, another %s of %d: of %j %d', (refunded, state, amount, total, elsewhere) => {
    const refund = aRefund();
    const refunds = state === null ? [refund] : [refund, other({ state, amount: fen(amount) })];
    const context = { receipt: { ...receipt, refunded: fen(refunded) }, refunds };
    const told = total === null ? null : fen(total);
    const plan = planRefund(refund, { kind: 'done', total: told, refundedAtMs: 7 }, context);
    expect(plan).toEqual({ kind: 'done', refundedAtMs: 7, elsewhere });
  });

  it('is written down once of a refund that had ended without money', () => {
    const refund = aRefund({ state: 'failed' });
    const noted = other({ cause: 'channel', state: 'done', outRequestNo: refund.outRequestNo });
    const strange = other({ cause: 'channel', state: 'done', outRequestNo: 'portal' });
    const plan = (refunds: readonly Refund[]) =>
      planRefund(refund, ANSWERS.done, { receipt, refunds });
    expect(plan([refund, strange])).toMatchObject({ kind: 'late', refundedAtMs: 5 });
    expect(plan([refund, noted])).toEqual({ kind: 'nothing' });
  });
});

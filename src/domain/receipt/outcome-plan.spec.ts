import { aReceipt } from '../../../test/support/books/a-receipt';
import { fen } from '../money';
import { planOutcome } from './outcome-plan';
import type { AnswerAge, AnswerContext, OutcomePlan } from './outcome-plan';
import type { PayOutcome } from '../ports/payment-gateway';
import type { Receipt, UndoReason } from './receipt';
import { RECEIPT_STATES, nextState } from './receipt-state';
import type { ReceiptState } from './receipt-state';

const AMOUNT = fen(8_888);
const PART = fen(333);
const told = { tradeNo: '2026', amount: AMOUNT, buyer: null, paidAtMs: null };
const refund = { total: PART, requestNo: 'portal' };
const TRADE_SUCCESS = { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: told } as const;

const OUTCOMES: Record<string, PayOutcome> = {
  paid: TRADE_SUCCESS,
  part: { ...TRADE_SUCCESS, refund },
  pending: { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' },
  notExist: { kind: 'notExist', channelTimeMs: null },
  closed: { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: null },
  refunded: { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: told },
  unknown: { kind: 'unknown', cause: 'timeout', sent: true, unverified: false },
  refused: { kind: 'refused', fault: 'pace', cause: '40005', shown: null },
};

/** The long words of the tables. */
const SHORT: Readonly<Record<string, string>> = {
  beginRefund: 'begin',
  refundInPart: 'part',
  refundInFull: 'full',
};

const AGES = ['mayBeOlder', 'ofUndo', 'askedAgain'] as const satisfies readonly AnswerAge[];

/**
 * Every state (with the reason of an undo), every answer of Alipay (`part`: paid, and a part went
 * back), and what is done with it: where it may be older than the books, where the undo has just
 * asked itself, and where it was asked again because the first contradicted. The steps (`begin`,
 * `part` and `full`: of a refund); `note`;
 * `wait`: nothing is kept yet; `-`: nothing; `?`: asked again; `!`: an alarm. No cancel is under
 * way. No code of theirs was scanned.
 */
const TABLE = `
  begun                 | paid     | pay             | pay             | pay
  begun                 | part     | pay+part        | pay+part        | pay+part
  begun                 | pending  | note            | note            | note
  begun                 | notExist | -               | -               | -
  begun                 | closed   | close           | close           | close
  begun                 | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  begun                 | unknown  | -               | -               | -
  begun                 | refused  | -               | -               | -
  waiting               | paid     | pay             | pay             | pay
  waiting               | part     | pay+part        | pay+part        | pay+part
  waiting               | pending  | note            | note            | note
  waiting               | notExist | -               | -               | -
  waiting               | closed   | close           | close           | close
  waiting               | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  waiting               | unknown  | -               | -               | -
  waiting               | refused  | -               | -               | -
  cancelling/operator   | paid     | begin           | begin           | begin
  cancelling/operator   | part     | begin+part      | begin+part      | begin+part
  cancelling/operator   | pending  | note            | note            | note
  cancelling/operator   | notExist | -               | -               | -
  cancelling/operator   | closed   | undo            | undo            | undo
  cancelling/operator   | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  cancelling/operator   | unknown  | -               | -               | -
  cancelling/operator   | refused  | -               | -               | -
  cancelling/superseded | paid     | wait            | pay             | wait
  cancelling/superseded | part     | wait            | pay+part        | wait
  cancelling/superseded | pending  | note            | note            | note
  cancelling/superseded | notExist | -               | -               | -
  cancelling/superseded | closed   | undo            | undo            | undo
  cancelling/superseded | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  cancelling/superseded | unknown  | -               | -               | -
  cancelling/superseded | refused  | -               | -               | -
  cancelling/expired    | paid     | wait            | pay             | wait
  cancelling/expired    | part     | wait            | pay+part        | wait
  cancelling/expired    | pending  | note            | note            | note
  cancelling/expired    | notExist | -               | -               | -
  cancelling/expired    | closed   | close           | close           | close
  cancelling/expired    | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  cancelling/expired    | unknown  | -               | -               | -
  cancelling/expired    | refused  | -               | -               | -
  paid                  | paid     | -               | -               | -
  paid                  | part     | part            | part            | part
  paid                  | pending  | -               | -               | -
  paid                  | notExist | ?tradeVanished  | ?tradeVanished  | !tradeVanished
  paid                  | closed   | ?refundUnproven | ?refundUnproven | !refundUnproven
  paid                  | refunded | begin+full      | begin+full      | begin+full
  paid                  | unknown  | -               | -               | -
  paid                  | refused  | -               | -               | -
  refunding             | paid     | -               | -               | -
  refunding             | part     | part            | part            | part
  refunding             | pending  | -               | -               | -
  refunding             | notExist | ?tradeVanished  | ?tradeVanished  | !tradeVanished
  refunding             | closed   | -               | -               | -
  refunding             | refunded | full            | full            | full
  refunding             | unknown  | -               | -               | -
  refunding             | refused  | -               | -               | -
  refunded              | paid     | -               | -               | -
  refunded              | part     | -               | -               | -
  refunded              | pending  | -               | -               | -
  refunded              | notExist | ?tradeVanished  | ?tradeVanished  | !tradeVanished
  refunded              | closed   | -               | -               | -
  refunded              | refunded | -               | -               | -
  refunded              | unknown  | -               | -               | -
  refunded              | refused  | -               | -               | -
  closed                | paid     | pay             | pay             | pay
  closed                | part     | pay+part        | pay+part        | pay+part
  closed                | pending  | ?payableAgain   | ?payableAgain   | !payableAgain
  closed                | notExist | -               | -               | -
  closed                | closed   | -               | -               | -
  closed                | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  closed                | unknown  | -               | -               | -
  closed                | refused  | -               | -               | -
  cancelled/operator    | paid     | pay             | pay             | pay
  cancelled/operator    | part     | pay+part        | pay+part        | pay+part
  cancelled/operator    | pending  | ?payableAgain   | ?payableAgain   | !payableAgain
  cancelled/operator    | notExist | -               | -               | -
  cancelled/operator    | closed   | -               | -               | -
  cancelled/operator    | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  cancelled/operator    | unknown  | -               | -               | -
  cancelled/operator    | refused  | -               | -               | -
  failed                | paid     | pay             | pay             | pay
  failed                | part     | pay+part        | pay+part        | pay+part
  failed                | pending  | ?payableAgain   | ?payableAgain   | !payableAgain
  failed                | notExist | -               | -               | -
  failed                | closed   | -               | -               | -
  failed                | refunded | pay+begin+full  | pay+begin+full  | pay+begin+full
  failed                | unknown  | -               | -               | -
  failed                | refused  | -               | -               | -
`;

/** The same while a cancel of ours may still take effect: what differs. */
const UNDER_WAY = `
  cancelling/superseded | paid     | wait | wait | wait
  cancelling/superseded | part     | wait | wait | wait
  cancelling/expired    | paid     | wait | wait | wait
  cancelling/expired    | part     | wait | wait | wait
  cancelled/operator    | paid     | wait | wait | wait
  cancelled/operator    | part     | wait | wait | wait
  closed/expired        | paid     | wait | wait | wait
`;

type TableRow = readonly [state: string, answer: string, ...says: string[]];

function rowsOf(table: string): TableRow[] {
  const lines = table.trim().split('\n');
  return lines.map((line) => line.split('|').map((cell) => cell.trim()) as unknown as TableRow);
}

const ROWS = rowsOf(TABLE);

const BOOKED: ReadonlySet<string> = new Set(['paid', 'refunding', 'refunded']);

function receiptIn(words: string, changes: Partial<Receipt> = {}): Receipt {
  const [state, reason = null] = words.split('/') as [ReceiptState, UndoReason?];
  return aReceipt({
    state,
    undoReason: reason,
    payment: BOOKED.has(state) ? told : null,
    refunded: state === 'refunded' ? AMOUNT : fen(0),
    ...changes,
  });
}

function inWords(
  receipt: Receipt,
  outcome: PayOutcome,
  context: Partial<AnswerContext> = {},
): string {
  const plan = planOutcome(receipt, outcome, {
    age: 'mayBeOlder',
    cancelUnderWay: false,
    ...context,
  });
  switch (plan.kind) {
    case 'nothing':
      return '-';
    case 'note':
    case 'wait':
      return plan.kind;
    case 'moves':
      return plan.steps.map(({ event }) => SHORT[event] ?? event).join('+');
    case 'contradiction':
      return `!${plan.alarm}`;
    case 'askAgain':
      return `?${plan.alarm}`;
  }
}

function outcomeOf(name: string): PayOutcome {
  const outcome = OUTCOMES[name];
  if (!outcome) throw new Error(`no outcome ${name}`);
  return outcome;
}

function said(state: string, answer: string, cancelUnderWay: boolean): string[] {
  const receipt = receiptIn(state);
  return AGES.map((age) => inWords(receipt, outcomeOf(answer), { age, cancelUnderWay }));
}

describe('the table of states and answers', () => {
  it('has a row for every state and every answer', () => {
    const pairs = ROWS.map(([state, answer]) => `${state.split('/')[0]} ${answer}`);
    const all = RECEIPT_STATES.flatMap((state) =>
      Object.keys(OUTCOMES).map((answer) => `${state} ${answer}`),
    );
    expect([...new Set(pairs)].sort()).toEqual(all.sort());
  });

  it.each(ROWS)('%s, Alipay says %s: %s, %s, %s', (state, answer, ...says) => {
    expect(said(state, answer, false)).toEqual(says);
  });

  it.each(rowsOf(UNDER_WAY))(
    '%s, a cancel under way, says %s: %s, %s, %s',
    (state, answer, ...says) => {
      expect(said(state, answer, true)).toEqual(says);
    },
  );

  it('differs nowhere else while a cancel is under way', () => {
    const differs = ROWS.filter(
      ([state, answer]) => said(state, answer, true).join() !== said(state, answer, false).join(),
    );
    const listed = rowsOf(UNDER_WAY).filter(([state]) => state !== 'closed/expired');
    expect(differs.map(([state, answer]) => `${state} ${answer}`)).toEqual(
      listed.map(([state, answer]) => `${state} ${answer}`).sort((a, b) => order(a) - order(b)),
    );
  });
});

function order(pair: string): number {
  return ROWS.findIndex(([state, answer]) => `${state} ${answer}` === pair);
}

/** Does the table of states know every step of the plan, one after the other? */
function isLegal(receipt: Receipt, plan: OutcomePlan): boolean {
  if (plan.kind !== 'moves') return true;
  let state: ReceiptState | undefined = receipt.state;
  for (const { event } of plan.steps) state = state && nextState(state, event);
  return state !== undefined;
}

const FRESH: AnswerContext = { age: 'ofUndo', cancelUnderWay: false };

describe('what an operator has let go of', () => {
  const other = { ...told, amount: fen(8_889) };
  const back: PayOutcome = { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: other };
  const held: PayOutcome = { ...TRADE_SUCCESS, payment: other };
  const said = (words: string, outcome: PayOutcome) =>
    inWords(receiptIn(words, { undoReason: 'released' }), outcome);

  it.each(['closed', 'cancelled', 'failed'])('%s, knows of what went back of it', (state) => {
    expect(said(state, back)).toBe('-');
    expect(inWords(receiptIn(state), back)).toBe('!amountMismatch');
  });

  it('is news again once there is money of it', () => {
    expect(said('closed', held)).toBe('?amountMismatch');
    const again = receiptIn('closed', { undoReason: 'released' });
    expect(inWords(again, held, { age: 'askedAgain' })).toBe('!amountMismatch');
    expect(said('closed', outcomeOf('paid'))).toBe('pay');
    expect(said('closed', outcomeOf('refunded'))).toBe('pay+begin+full');
    expect(said('closed', outcomeOf('pending'))).toBe('?payableAgain');
    expect(said('paid', back)).toBe('!amountMismatch');
  });
});

describe('planOutcome', () => {
  it.each([0, 332, 8_888])('plans legal moves alone, when %d fen went back before', (sum) => {
    for (const [state, answer] of ROWS) {
      const receipt = receiptIn(state, { refunded: fen(sum) });
      for (const age of AGES) {
        for (const cancelUnderWay of [false, true]) {
          const plan = planOutcome(receipt, outcomeOf(answer), { age, cancelUnderWay });
          expect([state, answer, isLegal(receipt, plan)]).toEqual([state, answer, true]);
        }
      }
    }
  });

  it.each(['begun', 'waiting', 'cancelling/expired', 'closed', 'cancelled', 'failed'])(
    'never books another amount, in %s',
    (state) => {
      for (const amount of [fen(8_887), fen(8_889), null]) {
        const payment = { ...told, amount };
        const paid = { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment } as const;
        const refunded = { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment } as const;
        expect(inWords(receiptIn(state), paid)).toBe('!amountMismatch');
        expect(inWords(receiptIn(state), refunded)).toBe('!amountMismatch');
      }
    },
  );

  it.each([
    [null, 'Alipay says no amount, the receipt 8888 fen'],
    [fen(8_887), 'Alipay says 8887, the receipt 8888 fen'],
  ])('tells whoever is called both amounts: %s', (amount, detail) => {
    const outcome = { ...TRADE_SUCCESS, payment: { ...told, amount } };
    expect(planOutcome(receiptIn('waiting'), outcome, FRESH)).toMatchObject({ detail });
  });

  it('keeps the first of two trade numbers', () => {
    const payment = { ...told, tradeNo: '2027' };
    const second = { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment } as const;
    expect(inWords(receiptIn('paid'), second)).toBe('!tradeNoMismatch');
  });

  it.each(['begun', 'waiting', 'cancelling/operator'])('misses a trade it saw, in %s', (state) => {
    const seen = receiptIn(state, { channelStatus: 'WAIT_BUYER_PAY' });
    const gone = outcomeOf('notExist');
    expect(inWords(seen, gone)).toBe('?tradeVanished');
    expect(inWords(seen, gone, { age: 'askedAgain' })).toBe('!tradeVanished');
  });

  it.each(['closed', 'cancelled/operator', 'failed'])('misses no trade it saw once %s', (state) => {
    const seen = receiptIn(state, { channelStatus: 'WAIT_BUYER_PAY' });
    expect(AGES.map((age) => inWords(seen, outcomeOf('notExist'), { age }))).toEqual([
      '-',
      '-',
      '-',
    ]);
  });

  it('takes a charge for waiting once Alipay asks its guest for the password', () => {
    const begun = receiptIn('begun', { begunBy: 'barCode', qrCode: null });
    expect(inWords(begun, outcomeOf('pending'))).toBe('giveCode');
    expect(inWords(begun, outcomeOf('notExist'))).toBe('-');
    const undone = receiptIn('cancelling/expired', { begunBy: 'barCode', qrCode: null });
    expect(inWords(undone, outcomeOf('pending'))).toBe('note');
  });

  it('notes a word once', () => {
    const seen = receiptIn('waiting', { channelStatus: 'WAIT_BUYER_PAY' });
    expect(inWords(seen, outcomeOf('pending'))).toBe('-');
  });

  it('books the payment with the amount of the receipt', () => {
    const plan = planOutcome(receiptIn('waiting'), outcomeOf('paid'), FRESH);
    expect(plan).toMatchObject({ steps: [{ payment: { tradeNo: '2026', amount: AMOUNT } }] });
  });

  it.each(['part', 'refunded'])('lets %s wait for the refunds under way', (name) => {
    const going = receiptIn('refunding', { givingBack: 'refund' });
    // Not taken: it may tell of money that they do not know of, and has to be told again.
    expect(inWords(going, outcomeOf(name))).toBe('wait');
    expect(inWords({ ...going, givingBack: 'cancel' }, outcomeOf(name))).not.toBe('wait');
  });

  it('takes a part for known that the books hold, whatever is under way beside it', () => {
    const going = receiptIn('refunding', { givingBack: 'refund', refunded: PART });
    expect(inWords(going, outcomeOf('part'))).toBe('-');
    expect(inWords(going, outcomeOf('paid'))).toBe('-');
  });

  it('returns all of the money of a refunded trade', () => {
    const plan = planOutcome(receiptIn('refunding'), outcomeOf('refunded'), FRESH);
    expect(plan).toMatchObject({ steps: [{ event: 'refundInFull', refunded: AMOUNT }] });
  });

  it('books a part that went back elsewhere once, with what is to be looked at', () => {
    const plan = planOutcome(receiptIn('paid'), outcomeOf('part'), FRESH);
    expect(plan).toMatchObject({
      steps: [{ event: 'refundInPart', refunded: PART, foreignRequestNo: 'portal' }],
    });
    expect(plan).toMatchObject({ steps: [{ alarm: { kind: 'foreignRefund' } }] });
    expect(inWords(receiptIn('paid', { refunded: PART }), outcomeOf('part'))).toBe('-');
    const less = receiptIn('paid', { refunded: fen(332) });
    expect(inWords(less, outcomeOf('part'))).toBe('part');
  });

  it.each([AMOUNT, fen(8_889)])('takes %d fen for no part', (total) => {
    const outcome = { ...TRADE_SUCCESS, refund: { ...refund, total } };
    expect(inWords(receiptIn('paid'), outcome)).toBe('!amountMismatch');
  });
});

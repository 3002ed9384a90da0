import { aReceipt } from '../../test/support/a-receipt';
import { fen } from './money';
import { planOutcome } from './outcome-plan';
import type { PayOutcome } from './payment-gateway';
import type { Receipt, UndoReason } from './receipt';
import type { ReceiptState } from './receipt-state';

const AMOUNT = fen(8_888);
const told = { tradeNo: '2026', amount: AMOUNT, buyer: null, paidAtMs: null };

const OUTCOMES: Record<string, PayOutcome> = {
  paid: { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: told },
  pending: { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' },
  notExist: { kind: 'notExist', channelTimeMs: null },
  closed: { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: null },
  refunded: { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: told },
  unknown: { kind: 'unknown', cause: 'timeout', sent: true, unverified: false },
  refused: { kind: 'refused', fault: 'pace', cause: '40005', shown: null },
};

// State (with the reason of an undo), Alipay's answer, what is done: the steps, `note`, `-` for
// nothing, or `!` and the alarm of a contradiction.
const TABLE = `
  begun                 paid      pay
  begun                 pending   note
  begun                 notExist  -
  begun                 closed    close
  begun                 refunded  pay+beginRefund+refundInFull
  waiting               paid      pay
  waiting               pending   note
  waiting               notExist  -
  waiting               closed    close
  waiting               refunded  pay+beginRefund+refundInFull
  cancelling/operator   paid      beginRefund
  cancelling/operator   pending   note
  cancelling/operator   notExist  -
  cancelling/operator   closed    undo
  cancelling/operator   refunded  pay+beginRefund+refundInFull
  cancelling/superseded paid      pay
  cancelling/superseded closed    undo
  cancelling/superseded refunded  pay+beginRefund+refundInFull
  cancelling/expired    paid      pay
  cancelling/expired    closed    close
  cancelling/expired    notExist  -
  paid                  paid      -
  paid                  pending   -
  paid                  notExist  !tradeVanished
  paid                  closed    beginRefund+refundInFull
  paid                  refunded  beginRefund+refundInFull
  refunding             paid      -
  refunding             pending   -
  refunding             closed    refundInFull
  refunding             refunded  refundInFull
  refunded              paid      -
  refunded              pending   -
  refunded              closed    -
  refunded              refunded  -
  closed                paid      pay
  closed                pending   !payableAgain
  closed                notExist  -
  closed                closed    -
  closed                refunded  pay+beginRefund+refundInFull
  cancelled             paid      pay
  cancelled             pending   !payableAgain
  cancelled             closed    -
  cancelled             refunded  pay+beginRefund+refundInFull
  failed                paid      pay
  failed                pending   !payableAgain
  failed                closed    -
  failed                refunded  pay+beginRefund+refundInFull
  waiting               unknown   -
  waiting               refused   -
  paid                  unknown   -
  cancelling/operator   unknown   -
`;

const ROWS = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/) as [string, string, string]);

const BOOKED: ReadonlySet<string> = new Set(['paid', 'refunding', 'refunded']);

function receiptIn(words: string, changes: Partial<Receipt> = {}): Receipt {
  const [state, reason = null] = words.split('/') as [ReceiptState, UndoReason?];
  return aReceipt({
    state,
    undoReason: reason,
    payment: BOOKED.has(state) ? told : null,
    ...changes,
  });
}

function inWords(receipt: Receipt, outcome: PayOutcome): string {
  const plan = planOutcome(receipt, outcome);
  switch (plan.kind) {
    case 'nothing':
      return '-';
    case 'note':
      return 'note';
    case 'moves':
      return plan.steps.map((step) => step.event).join('+');
    case 'contradiction':
      return `!${plan.alarm}`;
  }
}

function outcomeOf(name: string): PayOutcome {
  const outcome = OUTCOMES[name];
  if (!outcome) throw new Error(`no outcome ${name}`);
  return outcome;
}

describe('planOutcome', () => {
  it.each(ROWS)('%s, Alipay says %s: %s', (state, answer, expected) => {
    expect(inWords(receiptIn(state), outcomeOf(answer))).toBe(expected);
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

  it('keeps the first of two trade numbers', () => {
    const payment = { ...told, tradeNo: '2027' };
    const second = { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment } as const;
    expect(inWords(receiptIn('paid'), second)).toBe('!tradeNoMismatch');
  });

  it.each(['begun', 'waiting', 'cancelling/operator'])('misses a trade it saw, in %s', (state) => {
    const seen = receiptIn(state, { channelStatus: 'WAIT_BUYER_PAY' });
    expect(inWords(seen, outcomeOf('notExist'))).toBe('!tradeVanished');
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
    const plan = planOutcome(receiptIn('waiting'), outcomeOf('paid'));
    expect(plan).toMatchObject({ steps: [{ payment: { tradeNo: '2026', amount: AMOUNT } }] });
  });

  it('returns all of the money of a refunded trade', () => {
    const plan = planOutcome(receiptIn('refunding'), outcomeOf('refunded'));
    expect(plan).toMatchObject({ steps: [{ event: 'refundInFull', refunded: AMOUNT }] });
  });
});

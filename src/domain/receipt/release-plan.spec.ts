import { NOW_MS, aReceipt } from '../../../test/support/books/a-receipt';
import { fen } from '../money';
import type { PayOutcome, ToldPayment } from '../ports/payment-gateway';
import type { Receipt } from './receipt';
import { RECEIPT_STATES } from './receipt-state';
import type { ReceiptState } from './receipt-state';
import { GONE_FOR_GOOD_MS, planRelease } from './release-plan';

const CLOSED_WORD = { channelStatus: 'TRADE_CLOSED' } as const;
const DOUBT = { cause: 'x', sent: true, unverified: false } as const;
const REFUSAL = { fault: 'configuration', cause: 'x', shown: null } as const;
/** The code's end lies just so far back that its death is believed. */
const DEAD_MS = NOW_MS - GONE_FOR_GOOD_MS;

function told(amount: number | null): ToldPayment {
  const sum = amount === null ? null : fen(amount);
  return { tradeNo: 'T1', amount: sum, buyer: null, paidAtMs: NOW_MS };
}

const ANSWERS: Readonly<Record<string, PayOutcome>> = {
  unknown: { kind: 'unknown', ...DOUBT },
  refused: { kind: 'refused', ...REFUSAL },
  waits: { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' },
  'paid 88.88': { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: told(8_888) },
  'paid 88.89': { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: told(8_889) },
  'paid no amount': { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: told(null) },
  'closed unpaid': { kind: 'closed', ...CLOSED_WORD, payment: null },
  '88.88 went back': { kind: 'closed', ...CLOSED_WORD, payment: told(8_888) },
  '88.89 went back': { kind: 'closed', ...CLOSED_WORD, payment: told(8_889) },
  'unknown there': { kind: 'notExist', channelTimeMs: NOW_MS },
};

function plan(receipt: Receipt, answer: PayOutcome | undefined, nowMs = NOW_MS): string {
  if (!answer) throw new Error('no such answer');
  const planned = planRelease(receipt, answer, nowMs);
  if (planned.kind === 'refuse') return planned.why;
  return planned.ifKnown ? `${planned.event} if known` : planned.event;
}

describe('what an operator lets go of', () => {
  it.each([
    ['unknown', 'noAnswer'],
    ['refused', 'noAnswer'],
    ['waits', 'payable'],
    ['paid 88.88', 'ourMoney'],
    ['paid 88.89', 'otherMoney'],
    ['paid no amount', 'otherMoney'],
    ['closed unpaid', 'close'],
    ['88.88 went back', 'ourMoney'],
    ['88.89 went back', 'close'],
    ['unknown there', 'close if known'],
  ])('when Alipay says %s: %s', (answer, planned) => {
    expect(plan(aReceipt({ codeEndsAtMs: DEAD_MS }), ANSWERS[answer])).toBe(planned);
  });

  it('holds no payment, whatever Alipay says', () => {
    const live: ReceiptState[] = ['begun', 'waiting', 'cancelling'];
    const ended: ReceiptState[] = ['closed', 'cancelled', 'failed'];
    for (const state of RECEIPT_STATES) {
      const may = [...live, ...ended].includes(state);
      const ends = state === 'cancelling' ? 'undo' : 'close';
      expect([state, plan(aReceipt({ state }), ANSWERS['88.89 went back'])]).toEqual([
        state,
        may ? ends : 'booked',
      ]);
    }
  });

  it.each([
    ['operator', 'undo'],
    ['superseded', 'undo'],
    ['expired', 'close'],
  ] as const)('ends as the undo of reason %s would have: %s', (undoReason, event) => {
    const receipt = aReceipt({ state: 'cancelling', undoReason });
    expect(plan(receipt, ANSWERS['closed unpaid'])).toBe(event);
  });

  it('is believed to be gone three hours after its code, by both clocks', () => {
    const receipt = aReceipt({ codeEndsAtMs: DEAD_MS });
    const at = (channelTimeMs: number | null) => ({ kind: 'notExist', channelTimeMs }) as const;
    expect(GONE_FOR_GOOD_MS).toBe(3 * 3_600_000);
    expect(plan(receipt, at(NOW_MS))).toBe('close if known');
    expect(plan(receipt, at(NOW_MS - 1))).toBe('tooYoung');
    expect(plan(receipt, at(NOW_MS), NOW_MS - 1)).toBe('tooYoung');
    expect(plan(receipt, at(null))).toBe('tooYoung');
  });
});

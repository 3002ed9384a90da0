import { aReceipt } from '../../../test/support/books/a-receipt';
import { aPayment } from '../../../test/database/books';
import { fen } from '../../domain/money';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import type { EndCall } from './booking';
import { endCalls } from './booking';

/** Each as its result, of holds with their total in fen. */
function shown(calls: readonly EndCall[]): string {
  return calls
    .map((call) => ('held' in call ? `${call.result}${call.held}` : call.result))
    .join(' ');
}

describe('the results End is told', () => {
  const payment = aPayment();
  const part = fen(1);

  /** For scenic tickets, and for cards. */
  it.each<[ReceiptStep, string, string]>([
    [{ event: 'giveCode' }, '', ''],
    [{ event: 'intendUndo', reason: 'operator' }, '', ''],
    [{ event: 'pay', payment }, 'S', 'S'],
    [{ event: 'close' }, 'C', 'C'],
    [{ event: 'undo' }, 'C', 'C'],
    [{ event: 'fail' }, 'F', 'F'],
    [{ event: 'beginRefund' }, '', 'H8888'],
    [{ event: 'beginRefund', payment }, 'S', 'S H8888'],
    [{ event: 'endRefund', refunded: part }, 'R', 'R U0'],
    [{ event: 'endRefund', refunded: fen(0) }, '', 'U0'],
    [{ event: 'endRefund' }, '', 'U0'],
    [{ event: 'refundInPart', refunded: part }, 'R', 'R'],
    [{ event: 'refundInFull', refunded: fen(8_888) }, 'R', 'R'],
  ])('of %o', (step, tickets, cards) => {
    expect(shown(endCalls(aReceipt({ billType: '1' }), step))).toBe(tickets);
    expect(shown(endCalls(aReceipt({ billType: '7' }), step))).toBe(cards);
  });

  it.each(['closed', 'cancelled', 'failed'] as const)('of a close of what is %s: none', (state) => {
    expect(endCalls(aReceipt({ state }), { event: 'close' })).toEqual([]);
  });

  it('of a part that went back while a cancel held the card gives the hold up first', () => {
    const step: ReceiptStep = { event: 'refundInPart', refunded: part };
    const refunding = { state: 'refunding', payment } as const;
    expect(shown(endCalls(aReceipt({ billType: '7', ...refunding }), step))).toBe('U0 R');
    expect(shown(endCalls(aReceipt({ billType: '1', ...refunding }), step))).toBe('R');
  });

  it('of a refund that ends where an earlier one has given some back are R, and no hold', () => {
    const step: ReceiptStep = { event: 'endRefund' };
    expect(shown(endCalls(aReceipt({ refunded: part }), step))).toBe('R');
    expect(shown(endCalls(aReceipt({ billType: '7', refunded: part }), step))).toBe('R U0');
  });

  // Whoever wrote another system's End never heard of holds.
  it.each<[ReceiptStep['event'], string, string]>([
    ['beginRefund', '', 'H33'],
    ['refundInPart', 'R', 'R'],
    ['refundInFull', 'R', 'R'],
    ['endRefund', '', 'U33'],
  ])(
    'of one refund, at its %s, hold what all of them do, of cards alone',
    (event, others, cards) => {
      const step = { event, part: { amount: fen(30), held: fen(33) } };
      for (const billType of ['1', '2'] as const) {
        expect(shown(endCalls(aReceipt({ billType }), step))).toBe(others);
      }
      expect(shown(endCalls(aReceipt({ billType: '7' }), step))).toBe(cards);
    },
  );
});

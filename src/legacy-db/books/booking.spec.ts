import { aReceipt } from '../../../test/support/books/a-receipt';
import { aPayment } from '../../../test/database/books';
import { fen } from '../../domain/money';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import { endResults } from './booking';

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
    [{ event: 'beginRefund' }, '', 'H'],
    [{ event: 'beginRefund', payment }, 'S', 'S H'],
    [{ event: 'endRefund', refunded: part }, 'R', 'R'],
    [{ event: 'endRefund', refunded: fen(0) }, '', 'U'],
    [{ event: 'endRefund' }, '', 'U'],
    [{ event: 'refundInPart', refunded: part }, 'R', 'R'],
    [{ event: 'refundInFull', refunded: fen(8_888) }, 'R', 'R'],
  ])('of %o', (step, tickets, cards) => {
    expect(endResults(aReceipt({ billType: '1' }), step).join(' ')).toBe(tickets);
    expect(endResults(aReceipt({ billType: '7' }), step).join(' ')).toBe(cards);
  });

  it('of a part that went back while a cancel held the card gives the hold up first', () => {
    const step: ReceiptStep = { event: 'refundInPart', refunded: part };
    const refunding = { state: 'refunding', payment } as const;
    expect(endResults(aReceipt({ billType: '7', ...refunding }), step)).toEqual(['U', 'R']);
    expect(endResults(aReceipt({ billType: '1', ...refunding }), step)).toEqual(['R']);
  });

  it('of a refund that ends where an earlier one has given some back is R', () => {
    const step: ReceiptStep = { event: 'endRefund' };
    expect(endResults(aReceipt({ refunded: part }), step)).toEqual(['R']);
    expect(endResults(aReceipt({ billType: '7', refunded: part }), step)).toEqual(['R']);
  });
});

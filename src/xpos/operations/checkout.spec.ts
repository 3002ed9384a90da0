import { aReceipt } from '../../../test/support/books/a-receipt';
import { fen } from '../../domain/money';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_STATES } from '../../domain/receipt/receipt-state';
import { checkoutOf } from './checkout';

const payment = {
  tradeNo: '2026112222001',
  amount: fen(8_888),
  buyer: null,
  paidAtMs: Date.UTC(2026, 10, 22, 4, 0, 0),
};

/** State, what else is in the books, and what is told: status, fen, code. */
const TABLE: [Receipt['state'], Partial<Receipt>, string][] = [
  ['begun', {}, 'INIT 0 0'],
  ['waiting', {}, 'INIT 0 0'],
  ['waiting', { channelStatus: 'WAIT_BUYER_PAY' }, 'PROCESSING 0 0'],
  ['cancelling', {}, 'PROCESSING 0 1'],
  ['cancelling', { payment }, 'PROCESSING 0 1'],
  ['paid', { payment }, 'SUCCEEDED 8888 0'],
  ['paid', { payment, refunded: fen(1) }, 'SUCCEEDED 8888 REFUND'],
  ['paid', { payment, duplicate: true }, 'PROCESSING 0 REFUND'],
  ['refunding', { payment }, 'SUCCEEDED 8888 REFUND'],
  ['refunding', { payment, duplicate: true }, 'PROCESSING 0 REFUND'],
  ['refunded', { payment, refunded: fen(8_888) }, 'SUCCEEDED 8888 REFUND'],
  ['refunded', { payment, refunded: fen(8_888), duplicate: true }, 'CANCELED 0 REFUND'],
  ['closed', {}, 'CANCELED 0 0'],
  ['cancelled', {}, 'CANCELED 0 0'],
  ['failed', {}, 'FAILED 0 0'],
];

function told(receipt: Receipt, upToDate?: boolean): string {
  const { model } = checkoutOf(receipt, '900', upToDate);
  return `${model?.checkout_status} ${model?.paid_fee} ${model?.result_code}`;
}

it('every state is told', () => {
  expect(new Set(TABLE.map(([state]) => state))).toEqual(new Set(RECEIPT_STATES));
});

it.each(TABLE)('%s with %j', (state, more, line) => {
  expect(told(aReceipt({ state, ...more }))).toBe(line);
  expect(told(aReceipt({ state, ...more }), false)).toBe('PROCESSING 0 1');
});

it('the whole answer', () => {
  const receipt = aReceipt({ state: 'paid', payment, outTradeNo: '788' });
  expect(checkoutOf(receipt, '900')).toEqual({
    model: {
      paid_fee: 8888,
      paid_time: '2026-11-22 12:00:00',
      checkout_status: 'SUCCEEDED',
      checkout_id: '788',
      out_biz_id: '900',
      result_message: '查询成功',
      result_code: '0',
      success: true,
    },
    http_status_code: 200,
    msg_code: '0',
    msg_info: '查询支付状态成功',
    success: true,
  });
  const untimed = aReceipt({ state: 'paid', payment: { ...payment, paidAtMs: null } });
  expect(checkoutOf(untimed, '900').model).toMatchObject({ paid_time: undefined, paid_fee: 8888 });
});

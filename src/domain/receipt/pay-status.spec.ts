import { NOW_MS, aReceipt } from '../../../test/support/books/a-receipt';
import { fen } from '../money';
import { payStatusOf } from './pay-status';
import type { Receipt } from './receipt';
import { RECEIPT_STATES } from './receipt-state';

type Row = [what: string, receipt: Partial<Receipt>, says: string | null];

const PART = { refunded: fen(1) };
const SCAN = { channelStatus: 'WAIT_BUYER_PAY', scannedAtMs: NOW_MS };

/** What the books hold and what the till is told, from the product's table of words. */
const ROWS: Row[] = [
  ['saved, no code yet', { state: 'begun', qrCode: null }, 'NOTPAY 等待扫码中'],
  [
    'a scan seen before the code was stored',
    { state: 'begun', ...SCAN },
    'USERPAYING 等待用户输入密码中',
  ],
  ['nobody scanned', { state: 'waiting' }, 'NOTPAY 等待扫码中'],
  ['scanned', { state: 'waiting', ...SCAN }, 'USERPAYING 等待用户输入密码中'],
  ['a word we do not know', { state: 'waiting', channelStatus: 'ODD' }, 'NOTPAY 等待扫码中'],
  ['a charge nothing is known of', { state: 'begun', begunBy: 'barCode' }, null],
  [
    'a charge whose password is typed',
    { state: 'waiting', begunBy: 'barCode', ...SCAN },
    'USERPAYING 等待用户输入密码中',
  ],
  ['a charge that ended', { state: 'closed', begunBy: 'barCode' }, 'CLOSED 交易已关闭'],
  ['being undone', { state: 'cancelling' }, null],
  ['being undone after a scan', { state: 'cancelling', ...SCAN }, null],
  ['paid', { state: 'paid', ...SCAN }, 'SUCCESS 支付成功'],
  ['paid, a fen went back', { state: 'paid', ...PART }, 'REFUND 部分退款'],
  ['paid a second time, goes back', { state: 'paid', duplicate: true }, 'REFUND 退款中'],
  ['money is going back', { state: 'refunding' }, 'REFUND 退款中'],
  ['more money is going back', { state: 'refunding', ...PART }, 'REFUND 退款中'],
  ['all of it went back', { state: 'refunded', refunded: fen(8_888) }, 'REFUND 已退款'],
  ['never scanned, over', { state: 'closed' }, 'CLOSED 二维码已过期'],
  ['scanned, never paid, over', { state: 'closed', ...SCAN }, 'CLOSED 交易已关闭'],
  ['undone by us', { state: 'cancelled' }, 'REVOKED 已撤销'],
  ['undone by us after a scan', { state: 'cancelled', ...SCAN }, 'REVOKED 已撤销'],
  ['refused', { state: 'failed' }, 'PAYERROR 支付失败'],
];

function words(changes: Partial<Receipt>): string | null {
  const status = payStatusOf(aReceipt(changes));
  return status && `${status.payStatus} ${status.payStatusDesc}`;
}

describe('what a till is told', () => {
  it.each(ROWS)('%s', (_what, receipt, says) => expect(words(receipt)).toBe(says));

  it('covers every state', () => {
    const states = new Set(ROWS.map(([, receipt]) => receipt.state));
    expect([...states].sort()).toEqual([...RECEIPT_STATES].sort());
  });

  it('says SUCCESS in state paid alone, and only while nothing went back', () => {
    for (const state of RECEIPT_STATES) {
      for (const refunded of [fen(0), fen(1)]) {
        const success = words({ state, refunded })?.startsWith('SUCCESS') ?? false;
        expect([state, refunded, success]).toEqual([
          state,
          refunded,
          state === 'paid' && refunded === 0,
        ]);
      }
    }
  });
});

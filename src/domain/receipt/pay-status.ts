import type { Receipt } from './receipt';

/** What a till is told of a payment: the word and its text. */
export interface PayStatus {
  readonly payStatus: string;
  readonly payStatusDesc: string;
}

/** The words told to tills. Source: wire members paystatus and paystatusdesc. */
export const PAY_STATUS = {
  success: { payStatus: 'SUCCESS', payStatusDesc: '支付成功' },
  notPaid: { payStatus: 'NOTPAY', payStatusDesc: '等待扫码中' },
  userPaying: { payStatus: 'USERPAYING', payStatusDesc: '等待用户输入密码中' },
  closed: { payStatus: 'CLOSED', payStatusDesc: '交易已关闭' },
  expired: { payStatus: 'CLOSED', payStatusDesc: '二维码已过期' },
  revoked: { payStatus: 'REVOKED', payStatusDesc: '已撤销' },
  refunding: { payStatus: 'REFUND', payStatusDesc: '退款中' },
  partRefunded: { payStatus: 'REFUND', payStatusDesc: '部分退款' },
  refunded: { payStatus: 'REFUND', payStatusDesc: '已退款' },
  payError: { payStatus: 'PAYERROR', payStatusDesc: '支付失败' },
} as const satisfies Record<string, PayStatus>;

/** Alipay's word for a trade that a guest has scanned and not paid. */
export const SCANNED = 'WAIT_BUYER_PAY';

/**
 * What the books say of a receipt, in the till's words; null where nothing may be said because the
 * outcome is being decided (an undo is under way, a charge without an answer). Pure.
 */
export function payStatusOf(receipt: Receipt): PayStatus | null {
  switch (receipt.state) {
    case 'begun':
    case 'waiting':
      if (receipt.channelStatus === SCANNED) return PAY_STATUS.userPaying;
      // Nobody is waited for to scan anything: what became of the charge is not known.
      return receipt.begunBy === 'barCode' ? null : PAY_STATUS.notPaid;
    case 'cancelling':
      return null;
    case 'paid':
      if (receipt.duplicate) return PAY_STATUS.refunding;
      return receipt.refunded > 0 ? PAY_STATUS.partRefunded : PAY_STATUS.success;
    case 'refunding':
      return PAY_STATUS.refunding;
    case 'refunded':
      return PAY_STATUS.refunded;
    case 'closed':
      return receipt.scannedAtMs === null && receipt.begunBy === 'scanCode'
        ? PAY_STATUS.expired
        : PAY_STATUS.closed;
    case 'cancelled':
      return PAY_STATUS.revoked;
    case 'failed':
      return PAY_STATUS.payError;
  }
}

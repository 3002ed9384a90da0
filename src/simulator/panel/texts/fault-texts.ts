import { ConditionKind, FaultKind } from '../../gateway/faults';
import { Words } from '../look';

/** What the caller gets by each fault. */
export const FAULTS: Readonly<Record<FaultKind, Words>> = {
  delay: ['正确的应答，但迟到 delayMs', 'the true answer, delayMs later'],
  reset: ['读完请求后连接被重置', 'a connection reset after the request was read'],
  http502: ['HTTP 502 和一个 HTML 页面', 'an HTML page with status 502'],
  html: ['HTTP 200 和一个 HTML 页面', 'an HTML page with status 200'],
  truncated: ['应答只有前一半', 'the first half of the answer'],
  bad_sign: ['签名属于别的内容', 'the answer with a signature of other bytes'],
  no_sign: ['应答没有签名', 'the answer without a signature'],
  wrong_out_trade_no: ['别的单号，但签名有效', 'another number, truly signed'],
  wrong_amount: ['金额多一分，但签名有效', 'a fen more, truly signed'],
  number_amounts: ['金额是 JSON 数字而不是文本', 'the true answer, its amounts as JSON numbers'],
  refuse: ['40004 和指定的 subCode，已签名', '40004 with the subCode of the order, signed'],
  system_error: ['40004 ACQ.SYSTEM_ERROR，已签名', '40004 ACQ.SYSTEM_ERROR, signed'],
  unknown_error: ['20000：结果未知，已签名', '20000: the outcome is unknown, signed'],
  rate_limited: ['40005：调用过于频繁，已签名', '40005: too many calls, signed'],
};

/** What stands until it is withdrawn. */
export const CONDITIONS: Readonly<Record<ConditionKind, Words>> = {
  seller_balance: [
    '商家账户余额不足：退款和已付款的撤销都被拒绝',
    'the merchant’s account is short: refunds, and cancels of paid trades, are refused',
  ],
  refund_unseen: [
    '退款查询看不到 visibleMs 以内的退款',
    'the refund query shows no refund younger than visibleMs',
  ],
};

/** The methods that a fault may be of, as the control API takes them. */
export const METHODS: readonly (readonly [method: string, words: Words])[] = [
  ['*', ['所有接口', 'every method']],
  ['precreate', ['申请二维码', 'a code is asked for']],
  ['pay', ['付款码收款', 'a barcode is charged']],
  ['query', ['查询', 'query']],
  ['cancel', ['撤销', 'cancel']],
  ['close', ['关闭', 'close']],
  ['refund', ['退款', 'refund']],
  ['fastpay.refund.query', ['退款查询', 'refund query']],
  ['alipay.data.dataservice.bill.downloadurl.query', ['账单下载', 'the bill’s link']],
];

/** Refusals that are worth rehearsing. */
export const SUB_CODES = [
  'ACQ.NOT_CERTIFIED_USER',
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.ACCESS_FORBIDDEN',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH',
] as const;

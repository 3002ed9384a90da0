import type { ReceiptState } from '../receipt/receipt-state';

/** The languages people read. */
export const LANGUAGES = ['zh', 'en'] as const;

/** A language people read. */
export type Language = (typeof LANGUAGES)[number];

/** The same in each language. */
export type Words = Readonly<Record<Language, string>>;

/** What each state is called, for pages, files and views. */
export const STATE_WORDS: Readonly<Record<ReceiptState, Words>> = {
  begun: { zh: '已登记', en: 'begun' },
  waiting: { zh: '等待付款', en: 'waiting for payment' },
  cancelling: { zh: '撤销中', en: 'being cancelled' },
  paid: { zh: '已付款', en: 'paid' },
  refunding: { zh: '退款中', en: 'being refunded' },
  closed: { zh: '已关闭(未付款)', en: 'closed, never paid' },
  cancelled: { zh: '已撤销(未付款)', en: 'cancelled, never paid' },
  failed: { zh: '支付失败', en: 'payment refused' },
  refunded: { zh: '已全部退款', en: 'wholly refunded' },
};

/** What each event of a receipt's life is called, for pages, files and views. */
export const EVENT_WORDS: Readonly<Record<string, Words>> = {
  begin: { zh: '登记收款', en: 'begun' },
  giveCode: { zh: '取得付款码', en: 'Alipay took the order' },
  channelAnswer: { zh: '支付宝应答', en: 'Alipay answered' },
  pay: { zh: '付款入账', en: 'paid and saved' },
  close: { zh: '关闭', en: 'closed unpaid' },
  fail: { zh: '支付被拒绝', en: 'finally refused' },
  intendUndo: { zh: '准备撤销', en: 'to be made unpayable' },
  undoForOperator: { zh: '按要求撤销', en: 'to be undone for a caller' },
  undo: { zh: '撤销完成', en: 'cancelled unpaid' },
  'cancel:close': { zh: '支付宝已关闭交易', en: 'cancel: Alipay closed the trade' },
  'cancel:refund': { zh: '支付宝已退款撤销', en: 'cancel: Alipay gave the money back' },
  'cancel:none': { zh: '支付宝应答撤销', en: 'cancel: Alipay had nothing to do' },
  beginRefund: { zh: '开始退款', en: 'refund begun' },
  refundInPart: { zh: '部分退款完成', en: 'a part was refunded' },
  refundInFull: { zh: '全部退款完成', en: 'all was refunded' },
  endRefund: { zh: '退款结束', en: 'refund ended' },
};

/** What an event is called; one without words is told as it is written. */
export function eventWord(event: string, language: Language): string {
  return EVENT_WORDS[event]?.[language] ?? event;
}

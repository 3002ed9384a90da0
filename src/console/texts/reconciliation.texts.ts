import type { Lang } from '../view/look';

const zh = {
  title: '对账',
  lead: '账本与支付宝每日账单的逐笔比较。下载与比较自动进行，或用 npm run reconcile。',
  day: '日期',
  payments: '付款',
  refunds: '退款',
  net: '净额（账单）',
  differences: '差异',
  equal: '一致',
  comparedAt: '比较时间',
  notYet: '尚未比较',
  differencesOf: '差异明细',
  kind: '类别',
  billed: '账单',
  booked: '账本',
  when: '时间',
  number: '商户订单号',
  open: '等待中',
  receipt: '收款单',
  none: '没有差异。',
  older: '更早',
};

const en: typeof zh = {
  title: 'Reconciliation',
  lead:
    "The books against Alipay's daily bill, row by row. Bills are fetched and compared by " +
    'themselves, or by npm run reconcile.',
  day: 'Day',
  payments: 'Payments',
  refunds: 'Refunds',
  net: 'Net, by the bill',
  differences: 'Differences',
  equal: 'equal',
  comparedAt: 'Compared',
  notYet: 'not compared yet',
  differencesOf: 'What differs',
  kind: 'Kind',
  billed: 'The bill',
  booked: 'The books',
  when: 'Time',
  number: 'Our number',
  open: 'waits',
  receipt: 'Receipt',
  none: 'Nothing differs.',
  older: 'Earlier days',
};

/** The pages of the daily bills. */
export const RECONCILIATION_TEXTS: Record<Lang, typeof zh> = { zh, en };

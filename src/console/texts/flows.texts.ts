import type { RefundCause } from '../../domain/refund/refund';
import type { Lang } from '../view/look';

const zh = {
  refundsTitle: '退款',
  refundsLead:
    '尚未办结的退款，以及最近 30 天被最终拒绝的退款。办理中的会自动继续，请勿以现金退款。',
  refundsNone: '没有未办结的退款。',
  callbacksTitle: '回调',
  callbacksLead:
    '各业务系统的回调：待送达数量与最近事件。重发请在收款单页进行，或用 npm run callbacks。',
  bill: '单号',
  system: '系统',
  amount: '金额',
  state: '状态',
  cause: '起因',
  since: '登记时间',
  longWaiting: '已超过 24 小时',
  tries: '次数',
  word: '支付宝应答',
  causes: { caller: '退款', duplicate: '重复支付', channel: '支付宝侧' } satisfies Record<
    RefundCause,
    string
  >,
  notTold: '未配置接收地址',
  told: '接收地址',
  waiting: '待送达',
  oldest: '最早的已等待',
  lastSeq: '最后编号',
  event: '事件',
  latest: '最近事件',
  noEvents: '还没有事件。',
  receipt: '收款单',
};

const en: typeof zh = {
  refundsTitle: 'Refunds',
  refundsLead:
    'What is not settled, and what was finally refused within 30 days. What is under way goes on ' +
    'by itself: give no cash.',
  refundsNone: 'Every refund is settled.',
  callbacksTitle: 'Callbacks',
  callbacksLead:
    'What waits at each system, and what it was told last. Send again on the page of a receipt, ' +
    'or by npm run callbacks.',
  bill: 'Bill',
  system: 'System',
  amount: 'Amount',
  state: 'State',
  cause: 'Why',
  since: 'Since',
  longWaiting: 'longer than 24 h',
  tries: 'Tries',
  word: 'Alipay said',
  causes: { caller: 'asked for', duplicate: 'paid twice', channel: 'made at Alipay' },
  notTold: 'no address is set',
  told: 'Address',
  waiting: 'Waiting',
  oldest: 'The oldest waits for',
  lastSeq: 'Last seq',
  event: 'Event',
  latest: 'The latest',
  noEvents: 'No events yet.',
  receipt: 'Receipt',
};

/** Money on its way back, and news on their way to the systems. */
export const FLOW_TEXTS: Record<Lang, typeof zh> = { zh, en };

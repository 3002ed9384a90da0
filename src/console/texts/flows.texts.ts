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
  givenUp: '不再发送',
  withdraw: '撤回…',
  giveBack: '立即退回…',
  leave: '暂不退回…',
  inWords: '大写',
  confirmWithdraw: '撤回此笔退款？',
  withdrawWords:
    '本系统不再向支付宝发送此笔退款；约两分钟后确认无款退回即以「未退」结束。此前已发出的请求仍可能退款：状态变为「未退」之前，请勿以现金退款。',
  withdrawIt: '撤回退款',
  confirmLeave: '暂不退回这笔重复支付？',
  leaveWords:
    '系统不再自动退回此款，但仍欠顾客，告警保持打开，直到有人在此「立即退回」。决定之前请勿以现金退款。',
  leaveIt: '暂不退回',
  cancel: '取消',
  back: '返回',
  tooLate: '此笔退款已有结果、已在退回途中、已被撤回，或不属于您的系统。',
  done: {
    withdrawn: '已撤回：不再发送。变为「未退」之前请勿以现金退款。',
    left: '不再自动退回；仍欠顾客，告警保持打开。',
  },
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
  givenUp: 'sent no more',
  withdraw: 'Withdraw…',
  giveBack: 'Give back now…',
  leave: 'Leave…',
  inWords: 'In words',
  confirmWithdraw: 'Withdraw this refund?',
  withdrawWords:
    'It is sent to Alipay no more, and ends as finally refused in two minutes or so, ' +
    'once nothing of ' +
    'it can be under way. What was sent may still go back: give no cash before it says so.',
  withdrawIt: 'Withdraw it',
  confirmLeave: 'Leave this duplicate for now?',
  leaveWords:
    'It does not go back by itself any more. The guest is owed it all the same, and ' +
    'its alarm stays ' +
    'open until somebody gives it back here. Give no cash before that is decided.',
  leaveIt: 'Leave it',
  cancel: 'Not now',
  back: 'Back',
  tooLate: 'This refund is decided, on its way, withdrawn already, or not one of your systems.',
  done: {
    withdrawn: 'It is sent no more. Give no cash before it is finally refused.',
    left: 'It does not go back by itself; it is still owed, and its alarm stays open.',
  },
};

/** Money on its way back, and news on their way to the systems. */
export const FLOW_TEXTS: Record<Lang, typeof zh> = { zh, en };

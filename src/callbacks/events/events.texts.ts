import { PAY_STATUS } from '../../domain/receipt/pay-status';
import type { OperationTexts } from '../../wire/operation/operation';
import { EVENT_STATES } from './events.dto';

const RECEIPT = { billnum: 'DEMO-1001', autoid: '98|0|1', billtype: '1', paytype: '98' };
const AMOUNTS = { paymentvalue: 88.88, cardno: null };

const PAID = {
  id: 'evt_0d1f3c5a7b9e2d4f6a8c0b1e3d5f7a9c',
  type: 'payment.paid',
  timestamp: '2026-11-22T04:00:00.000Z',
  state: EVENT_STATES.taken,
  ...{ ...RECEIPT, billstatus: '3', paystatus: PAY_STATUS.success.payStatus, ...AMOUNTS },
  ...{ refundedtotal: 0, tradeno: '2026112222001400001', paidat: '2026-11-22 12:00:00', seq: 1 },
};

const GONE = {
  ...PAID,
  ...{ state: EVENT_STATES.superseded, billstatus: '4', refundedtotal: 88.88 },
  paystatus: PAY_STATUS.refunded.payStatus,
};

const RETURNED = {
  ...GONE,
  ...{ id: 'evt_7a9c0d1f3c5a7b9e2d4f6a8c0b1e3d5f', type: 'payment.refunded', seq: 2 },
  ...{ timestamp: '2026-11-22T04:00:09.000Z', state: EVENT_STATES.waiting },
};

/** What the documents say of Events. Source: docs/callbacks.md. */
export const eventsTexts: OperationTexts = {
  summary: { zh: '补取回调事件', en: 'events that were missed' },
  description: {
    zh:
      '推送的 seq 有缺时，用它补取。按 seq 列出 afterseq 之后已编号的事件，最多 100 条；' +
      '内容为收款 **当前** 的状态，与推送时可能不同。以 paystatus 为准，以 id 去重。' +
      '空列表表示没有更新的事件。afterseq 大于现有最大 seq 时为 40902：序号已恢复；' +
      '该系统未设置接收地址时也为 40902。',
    en:
      'For a gap in the seq of what was pushed: the events behind afterseq that have a number, ' +
      'at most 100, each with the state of its receipt **now**. Act on paystatus, know each id ' +
      'once. An empty list: there is nothing newer. afterseq above our highest: 40902, the ' +
      'sequence was restored; 40902, too, where no receiver is set for the system.',
  },
  requestSamples: [
    {
      title: { zh: '从头开始', en: 'from the beginning' },
      values: { billtype: '1', afterseq: 0 },
    },
  ],
  resultSamples: [
    { title: { zh: '一笔付款', en: 'one payment' }, values: { events: [PAID] } },
    {
      title: { zh: '推送前已退款', en: 'given back before it was pushed' },
      values: { events: [GONE, RETURNED] },
    },
    { title: { zh: '没有更新的事件', en: 'nothing newer' }, values: { events: [] } },
  ],
};

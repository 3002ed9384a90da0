import type { OperationTexts } from '../../../wire/operation/operation';
import { FAR_AWAY_MS } from '../../operations/dto/samples';
import {
  BATCH_NO,
  BATCH_SAMPLE,
  CHARGED_RECEIPT,
  OPERATOR_NO,
  REASON,
  REFUND_RESULTS,
} from './refund-samples';

/** What the documents say of Refund. Source: docs/refunds.md. */
export const refundTexts: OperationTexts = {
  summary: { zh: '退款(可部分)', en: 'give money of a receipt back, in part or all' },
  description: {
    zh:
      '退回一笔收款的部分或全部。同一 batchno 只退一次：重复请求得到同一结果，可放心重试；' +
      'batchno 相同而金额不同则拒绝(40903)。errcode 为 0 时看 refundstatus：2 已退款；' +
      '9 最终被拒，未退款，errmsg 说明原因，可换新的 batchno 重新申请。errcode 为 1 表示' +
      '**结果未知**：请用 RefundQuery 查询或重复请求，后台会继续办理，切勿另付现金。' +
      '已退与办理中的合计不超过已付金额；储值卡充值须先从卡内扣回，余额不足则拒绝(40902)。',
    en:
      'Gives a part or all of a payment back. One batchno is one refund: repeats get the same ' +
      'answer, so retries are safe; with another amount it is refused (40903). With errcode 0 ' +
      'look at refundstatus: 2 the money went back; 9 finally refused, nothing went back, errmsg ' +
      'says why, and a new batchno may try again. errcode 1: **not known yet**; ask RefundQuery ' +
      'or repeat it, it is being worked on, and give no cash meanwhile. What went back and what ' +
      'is pending never exceed the payment. A recharge is taken off the card first and refused ' +
      'when the card holds less (40902).',
  },
  requestSamples: [
    {
      title: { zh: 'BarCode 样例收款的部分退款', en: 'a part of the sample of BarCode' },
      values: {
        ...CHARGED_RECEIPT,
        ...{ refundvalue: 33.33, batchno: BATCH_NO, operatorno: OPERATOR_NO, reason: REASON },
      },
    },
    {
      title: { zh: '带有效截止时间', en: 'wanted until a time' },
      values: {
        ...CHARGED_RECEIPT,
        ...{ refundvalue: 33.33, batchno: BATCH_NO, validuntil: FAR_AWAY_MS },
      },
    },
  ],
  resultSamples: REFUND_RESULTS,
};

/** What the documents say of RefundQuery. Source: docs/refunds.md. */
export const refundQueryTexts: OperationTexts = {
  summary: { zh: '查询退款结果', en: 'how a refund stands' },
  description: {
    zh:
      '查询一个退款批次。errcode 为 0：refundstatus 2 已退款，9 最终被拒且未退款。errcode 为 1：' +
      '0 已保存尚未提交，1 结果未知，请稍后再查，切勿另付现金。查询不会发起退款。' +
      '没有该收款或该批次时为 40401。',
    en:
      'Asks after one batch. errcode 0: refundstatus 2 the money went back, 9 finally refused, ' +
      'nothing went back. errcode 1: 0 saved and not asked for yet, 1 outcome not known; ask ' +
      'again later, and give no cash. It never starts a refund. 40401: no such receipt, or no ' +
      'such batch of it.',
  },
  requestSamples: [BATCH_SAMPLE],
  resultSamples: REFUND_RESULTS,
};

import { PAY_STATUS } from '../../../domain/receipt/pay-status';
import type { OperationTexts } from '../../../wire/operation/operation';
import { FAR_AWAY_MS, RECEIPT_SAMPLE, statusSample } from '../dto/samples';

/** What the documents say of Cancel. Source: docs/integrating.md. */
export const cancelTexts: OperationTexts = {
  summary: { zh: '撤销收款', en: 'undo a receipt' },
  description: {
    zh:
      '撤销一笔收款，无论是否已付款：未付款的使其不能再付，已付款的全额退回(当天内)。' +
      'errcode 为 0 时看 paystatus：REVOKED 已撤销，CLOSED 已关闭，REFUND 已退款。errcode 为 1 ' +
      '表示尚未确定，后台会继续办理；可重复请求。储值卡充值须先从卡内扣回，余额不足则拒绝。',
    en:
      'Undoes a receipt, paid or not: an unpaid one can no longer be paid, a payment goes back ' +
      'in full (within a day). With errcode 0 look at paystatus: REVOKED, CLOSED or REFUND. ' +
      'errcode 1: not decided yet, it is being worked on; safe to repeat. A recharge is taken ' +
      'off the card first and refused when the card holds less.',
  },
  requestSamples: [
    RECEIPT_SAMPLE,
    {
      title: { zh: '带有效截止时间', en: 'wanted until a time' },
      values: { ...RECEIPT_SAMPLE.values, validuntil: FAR_AWAY_MS },
    },
  ],
  resultSamples: [
    statusSample('付款前已撤销', 'cancelled before payment', '0', PAY_STATUS.revoked),
    statusSample('已退款', 'the money went back', '4', PAY_STATUS.refunded),
    statusSample('二维码已过期', 'the code had ended unpaid', '0', PAY_STATUS.expired),
  ],
};

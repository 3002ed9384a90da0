import { PAY_STATUS } from '../../domain/receipt/pay-status';
import { RESULT_PAY } from '../../wire/operation/contract';
import { TagMember } from '../../wire/operation/members';
import { tagTypeOf, WireType } from '../../wire/operation/wire-type';
import type { Bilingual, Example } from '../../wire/operation/wire-type';

/** XML namespace of a callback and its members. */
export const CALLBACK_NAMESPACE = RESULT_PAY;

/** A text of a callback: at most so long, with an example. */
function Told(maxLength: number | null, example: Example, text: Bilingual): PropertyDecorator {
  return TagMember('text', { ...text, maxLength, example });
}

/** `data` of a callback, as it is pushed and as Events lists it. */
@WireType('CallbackData', CALLBACK_NAMESPACE)
export class CallbackMembers {
  @Told(20, 'DEMO-1001', { zh: '单号', en: 'the bill number' })
  billnum: string;

  @Told(36, '98|0|1', { zh: '收款流水', en: 'the receipt id' })
  autoid: string;

  @Told(1, '1', { zh: '订单类型', en: 'the bill type' })
  billtype: string;

  @Told(2, '98', { zh: '付款方式', en: 'the way of payment' })
  paytype: string;

  @Told(10, '3', { zh: '单据状态', en: 'state of the bill, as Query tells it' })
  billstatus: string;

  @TagMember('text', {
    zh: '支付状态；只有 SUCCESS 表示款项有效；null 为未定',
    en: 'how the payment stands: only SUCCESS is money that counts; null: not decided',
    maxLength: 10,
    example: PAY_STATUS.success.payStatus,
  })
  paystatus: string | null;

  @TagMember('decimal', {
    ...{ zh: '收款金额，单位元', en: 'the amount of the receipt, yuan' },
    ...{ maxLength: null, example: 88.88 },
  })
  paymentvalue: string;

  @TagMember('decimal', {
    ...{ zh: '已退金额合计，单位元', en: 'what went back of it in all, yuan' },
    ...{ maxLength: null, example: 0 },
  })
  refundedtotal: string;

  @Told(64, '2026112222001400001', { zh: '支付宝交易号', en: "Alipay's trade number; null: none" })
  tradeno: string | null;

  @Told(19, '2026-11-22 12:00:00', { zh: '付款时间(北京时间)', en: 'when it was paid, China time' })
  paidat: string | null;

  @Told(7, '***0001', { zh: '卡号后四位', en: 'the card, its last four characters' })
  cardno: string | null;

  @TagMember('long', {
    zh: '本系统内的事件序号，连续无缺',
    en: 'number of the event within the bill type, without gaps',
    ...{ maxLength: null, example: 12 },
  })
  seq: number;
}

/** `data` of a callback for writers. */
export const CallbackData = tagTypeOf(CallbackMembers);

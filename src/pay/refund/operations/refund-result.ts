import { RESULT_PAY } from '../../../wire/operation/contract';
import { TagMember } from '../../../wire/operation/members';
import { WireType } from '../../../wire/operation/wire-type';
import { ToldBillNo, ToldReceiptId } from '../../operations/dto/results';
import { BATCH_NO } from './refund-samples';
import { REFUND_STATUS } from './refund-told';

/** Tag of Refund and RefundQuery. */
@WireType('RefundResult', RESULT_PAY)
export class RefundResult {
  @ToldBillNo()
  billnum: string;

  @ToldReceiptId()
  autoid: string;

  @TagMember('text', {
    ...{ zh: '退款批次号，与请求相同', en: 'the batch as it was sent' },
    ...{ maxLength: 50, example: BATCH_NO },
  })
  batchno: string;

  @TagMember('text', {
    zh: '退款状态：0 待办理，1 办理中，2 已办理，9 失败',
    en:
      'how the refund stands: 0 saved, not asked for yet; 1 asked for, outcome not known; 2 the ' +
      'money went back; 9 finally refused, nothing went back',
    ...{ maxLength: 1, allowed: Object.values(REFUND_STATUS), example: REFUND_STATUS.done },
  })
  refundstatus: string;

  @TagMember('decimal', {
    ...{ zh: '本批次退款金额，单位元', en: 'amount of this batch, yuan' },
    ...{ maxLength: null, example: 33.33 },
  })
  refundvalue: string;

  @TagMember('decimal', {
    zh: '该笔收款累计已退金额，单位元；办理中的不计',
    en: 'what went back of the receipt in all, yuan; without what is not decided',
    ...{ maxLength: null, example: 33.33 },
  })
  refundedtotal: string;
}

import type { Sample, TagSample } from '../../../wire/operation/operation';
import { CHARGED_BILL_NO, CHARGED_RECEIPT_ID } from '../../operations/dto/samples';
import { REFUND_STATUS } from './refund-told';

/** The batch of the samples. */
export const BATCH_NO = 'R20261122-1';

/** The operator of the samples. */
export const OPERATOR_NO = 'desk-3';

/** The reason of the samples. */
export const REASON = '下雨退票';

/** The receipt of BarCode's first sample: it is paid at once. */
export const CHARGED_RECEIPT = {
  ...{ billnum: CHARGED_BILL_NO, autoid: CHARGED_RECEIPT_ID, billtype: '1', paytype: '97' },
};

/** A request after the sample's batch. */
export const BATCH_SAMPLE: Sample = {
  title: { zh: 'Refund 样例的批次', en: 'the batch of the sample of Refund' },
  values: { ...CHARGED_RECEIPT, batchno: BATCH_NO },
};

/** The tag of a refund that is not decided, in samples. */
export const PENDING_TAG = {
  billnum: CHARGED_BILL_NO,
  autoid: CHARGED_RECEIPT_ID,
  batchno: BATCH_NO,
  refundstatus: REFUND_STATUS.asked,
  refundvalue: '33.33',
  refundedtotal: '0.00',
};

/** Tags of answers with errcode 0. */
export const REFUND_RESULTS: readonly TagSample[] = [
  {
    title: { zh: '2 已办理', en: 'the money went back' },
    values: { ...PENDING_TAG, refundstatus: REFUND_STATUS.done, refundedtotal: '33.33' },
  },
  {
    title: { zh: '9 失败', en: 'finally refused: nothing went back' },
    values: { ...PENDING_TAG, refundstatus: REFUND_STATUS.failed },
    errmsg: '支付宝拒绝退款:交易已完结 (Alipay refuses this refund: the trade is finished)',
  },
];

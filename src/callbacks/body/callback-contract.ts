import { RESULT_PAY, tagType } from '../../wire/operation/contract';

/** XML namespace of a callback and its members. */
export const CALLBACK_NAMESPACE = RESULT_PAY;

/** `data` of a callback. */
export const CallbackData = tagType('CallbackData', CALLBACK_NAMESPACE, {
  billnum: 'text',
  autoid: 'text',
  billtype: 'text',
  paytype: 'text',
  billstatus: 'text',
  paystatus: 'text',
  paymentvalue: 'decimal',
  refundedtotal: 'decimal',
  tradeno: 'text',
  paidat: 'text',
  cardno: 'text',
  seq: 'long',
});

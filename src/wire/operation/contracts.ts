import { requestContract, ResultContract, resultContract, tagType } from './contract';

const TYPES = 'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer.Tour.V5.';

/** Namespace of the pay requests. */
export const PARM_PAY = `${TYPES}Parm.Pay`;

/** Namespace of the pay results. */
export const RESULT_PAY = `${TYPES}Result.Pay`;

/** ScanCode's request. Source: legacy help page. */
export const AliScanCodeParm = requestContract('AliScanCodeParm', PARM_PAY, {
  billnum: 'text',
  billtype: 'text',
  body: 'text',
  paytype: 'text',
  paymentvalue: 'decimal',
  detail: 'text',
  clientip: 'text',
  cardno: 'text',
});

/**
 * BarCode's request: the guest's code and ScanCode's members. Source: the BarCode pages of the
 * other channels, whose classes declare their own member before the inherited ones.
 */
export const AliBarCodeParm = requestContract('AliBarCodeParm', PARM_PAY, {
  barcode: 'text',
  billnum: 'text',
  billtype: 'text',
  body: 'text',
  paytype: 'text',
  paymentvalue: 'decimal',
  detail: 'text',
  clientip: 'text',
  cardno: 'text',
  validuntil: 'decimal', // A number or text, as clients like it; BSON knows it as a double, too.
});

/** Query's request. Source: legacy help page. */
export const AliPayQueryParm = requestContract('AliPayQueryParm', PARM_PAY, {
  billnum: 'text',
  autoid: 'text',
  billtype: 'text',
  paytype: 'text',
});

/** Cancel's request: Query's members under its own name, and until when it is wanted. */
export const AliPayCancelParm = requestContract('AliPayCancelParm', PARM_PAY, {
  billnum: 'text',
  autoid: 'text',
  billtype: 'text',
  paytype: 'text',
  validuntil: 'decimal',
});

/** ScanCode's answer. Source: legacy help page. */
export const PayScanCodeResult = resultContract(
  tagType('PayScanCodeResult', RESULT_PAY, { billnum: 'text', autoid: 'text', codeurl: 'text' }),
);

/** Query's answer. Source: legacy help page. */
export const PayStatusResult = resultContract(
  tagType('PayStatusResult', RESULT_PAY, {
    billnum: 'text',
    autoid: 'text',
    billstatus: 'text',
    paystatus: 'text',
    paystatusdesc: 'text',
  }),
);

/** QueryStatus' request. Its ids are text inside, so that 64 bits stay exact. */
export const XposQueryStatusParm = requestContract('XposQueryStatusParm', PARM_PAY, {
  biz_order_id: 'text',
  checkout_id: 'text',
});

/** QueryStatus' answer: the model of TOP's querystatus. Source: TOP, alisports documents. */
export const XposQueryStatusResult = resultContract(
  tagType('XposQueryStatusResult', RESULT_PAY, {
    paid_fee: 'long',
    paid_time: 'text',
    checkout_status: 'text',
    checkout_id: 'text',
    out_biz_id: 'text',
    result_message: 'text',
    result_code: 'text',
    success: 'boolean',
  }),
);

/** The answer where no operation is known, or whose tag is a plain string. */
export const CommonOperationResult: ResultContract = { root: 'CommonOperationResult', tag: null };

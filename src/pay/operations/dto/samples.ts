import type { PayStatus } from '../../../domain/receipt/pay-status';
import type { Sample } from '../../../wire/operation/operation';

/** Ready for "Try it out": on a fresh database this bill's first receipt is `98|0|1`. */
export const BILL_NO = 'DEMO-1001';

/** The first receipt of the sample bill. */
export const RECEIPT_ID = '98|0|1';

/**
 * The bill of BarCode's first sample and its receipt: paid at once, and then refunded in part. No
 * bill of ScanCode's samples, which would be charged.
 */
export const CHARGED_BILL_NO = 'DEMO-2001';
export const CHARGED_RECEIPT_ID = '97|0|1';

/** A code of the simulated Alipay. */
export const CODE_URL = 'http://127.0.0.1:3100/qr/kZqzr3IGNbozBo1sw0qayjCd';

/** A time that is far away, epoch ms. */
export const FAR_AWAY_MS = 4_102_444_800_000;

/** A request that names the receipt of ScanCode's sample. */
export const RECEIPT_SAMPLE: Sample = {
  title: { zh: 'ScanCode 样例的收款', en: 'the receipt of the sample of ScanCode' },
  values: { billnum: BILL_NO, autoid: RECEIPT_ID, billtype: '1', paytype: '98' },
};

/** A sample of a status; `receipt` is that of ScanCode's sample unless another is named. */
export function statusSample(
  zh: string,
  en: string,
  billstatus: string,
  { payStatus, payStatusDesc }: PayStatus,
  receipt = { billnum: BILL_NO, autoid: RECEIPT_ID },
): Sample {
  const values = { ...receipt, billstatus, paystatus: payStatus, paystatusdesc: payStatusDesc };
  return { title: { zh: `${payStatus} ${zh}`, en }, values };
}

import { PAY_STATUS } from '../../../domain/receipt/pay-status';
import type { OperationTexts } from '../../../wire/operation/operation';
import { CHARGED_BILL_NO, CHARGED_RECEIPT_ID, FAR_AWAY_MS, statusSample } from '../dto/samples';

// Ready for "Try it out" with the simulator: the last digit of the code chooses what becomes of it.
/** The receipt of the first sample. */
export const BAR_CODE_RECEIPT = { billnum: CHARGED_BILL_NO, autoid: CHARGED_RECEIPT_ID };
const TICKET = {
  billnum: CHARGED_BILL_NO,
  billtype: '1',
  body: '景区门票 2 张',
  paytype: '97',
  paymentvalue: 88.88,
};

/** What the documents say of BarCode. Source: legacy pages of the siblings, docs/integrating.md. */
export const barCodeTexts: OperationTexts = {
  summary: { zh: '条码支付(收银员扫顾客付款码)', en: "charge the guest's code" },
  description: {
    zh:
      '收银员扫描顾客的付款码后调用。errcode 为 0 时看 paystatus：SUCCESS 已付款并已入账；' +
      'USERPAYING 等待顾客输入密码，请用 Query 查询；PAYERROR 支付宝已拒绝，' +
      '请让顾客刷新付款码后重试。errcode 为 1 表示**结果未知**：' +
      '请用 tag 中的 autoid 查询，切勿重复收款。同一单据有未确定的条码支付时，' +
      '再次请求一律回答 errcode 1 和该 autoid，不会再次扣款。',
    en:
      "Call it after the clerk scanned the guest's code. With errcode 0 look at paystatus: " +
      'SUCCESS is paid and saved; USERPAYING: the guest types the password, poll Query; ' +
      'PAYERROR: refused by Alipay, scan a fresh code. errcode 1: **not known yet**; Query the ' +
      'autoid in the tag and do not collect again. While a charge of the bill is not decided, ' +
      'every BarCode answers errcode 1 with its autoid and charges nothing.',
  },
  requestSamples: [
    {
      title: { zh: '立即付款', en: 'paid at once' },
      values: { barcode: '280000000000000001', ...TICKET },
    },
    {
      title: { zh: '须输入密码，带有效截止时间', en: 'a password is needed; wanted until a time' },
      values: {
        ...{ barcode: '280000000000000005', ...TICKET, billnum: 'DEMO-2002' },
        validuntil: FAR_AWAY_MS,
      },
    },
  ],
  resultSamples: [
    statusSample('已付款并已入账', 'paid and saved', '3', PAY_STATUS.success, BAR_CODE_RECEIPT),
    statusSample(
      '等待输入密码',
      'the password is typed',
      '0',
      PAY_STATUS.userPaying,
      BAR_CODE_RECEIPT,
    ),
    statusSample('支付失败', 'finally refused', '0', PAY_STATUS.payError, BAR_CODE_RECEIPT),
  ],
};

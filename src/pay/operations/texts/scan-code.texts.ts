import type { OperationTexts } from '../../../wire/operation/operation';
import { BILL_NO, CODE_URL, RECEIPT_ID } from '../dto/samples';

/** What the documents say of ScanCode. Source: legacy help page, docs/integrating.md. */
export const scanCodeTexts: OperationTexts = {
  summary: { zh: '发起扫码支付', en: 'get a code for a bill' },
  description: {
    zh:
      '先保存收款记录，再向支付宝申请二维码。errcode 为 0 只表示得到了二维码，' +
      '**不表示已付款**：请用 Query 查询。同一单据以相同的 paytype、paymentvalue、cardno ' +
      '重复请求，返回同一个 autoid 和 codeurl，可放心重试。',
    en:
      'Saves the receipt, then asks Alipay for a code. errcode 0 means a code, **not money**: ' +
      'poll Query. Repeated for the same bill with the same paytype, paymentvalue and cardno ' +
      'it answers the same autoid and codeurl, so retries are safe.',
  },
  requestSamples: [
    {
      title: { zh: '门票', en: 'a ticket' },
      values: {
        billnum: BILL_NO,
        billtype: '1',
        body: '景区门票 2 张',
        paytype: '98',
        paymentvalue: 88.88,
        detail: '成人票 2 张，2026-11-22',
        clientip: '192.168.1.20',
      },
    },
    {
      title: { zh: '储值卡充值', en: 'recharge of a card' },
      values: {
        billnum: 'DEMO-7001',
        billtype: '7',
        body: '储值卡充值',
        paytype: '98',
        paymentvalue: 200,
        cardno: '80010001',
      },
    },
  ],
  resultSamples: [
    {
      title: { zh: '已得到二维码', en: 'here is the code' },
      values: { billnum: BILL_NO, autoid: RECEIPT_ID, codeurl: CODE_URL },
    },
  ],
};

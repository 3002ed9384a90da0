import { PAY_STATUS } from '../../../domain/receipt/pay-status';
import type { OperationTexts } from '../../../wire/operation/operation';
import { RECEIPT_SAMPLE, statusSample } from '../dto/samples';

/** What the documents say of Query. Source: legacy help page, docs/integrating.md. */
export const queryTexts: OperationTexts = {
  summary: { zh: '查询支付结果', en: 'how a payment stands' },
  description: {
    zh:
      '必须 errcode 为 0 **且** paystatus 为 SUCCESS 时，才表示支付成功且已入账。errcode 为 0 ' +
      '而 paystatus 不为 SUCCESS 时，是收款当前的状态。errcode 为 1 表示结果未知：请稍后再查，' +
      '切勿重复收款。billnum、autoid、billtype、paytype 四项须与 ScanCode 一致。',
    en:
      'Paid and saved only when errcode is 0 **and** paystatus is SUCCESS. Another paystatus ' +
      'tells how the receipt stands now. errcode 1: not known yet; query again and do not ' +
      'collect again. All four members must agree with ScanCode.',
  },
  requestSamples: [RECEIPT_SAMPLE],
  resultSamples: [
    statusSample('已付款并已入账', 'paid and saved', '3', PAY_STATUS.success),
    statusSample('等待扫码', 'nobody scanned yet', '0', PAY_STATUS.notPaid),
    statusSample('已扫码未付款', 'scanned, not paid', '0', PAY_STATUS.userPaying),
    statusSample('二维码已过期', 'the code ended unpaid', '0', PAY_STATUS.expired),
    statusSample('付款前已撤销', 'cancelled before payment', '0', PAY_STATUS.revoked),
    statusSample('已退款', 'the money went back', '4', PAY_STATUS.refunded),
    statusSample('支付失败', 'finally refused', '0', PAY_STATUS.payError),
  ],
};

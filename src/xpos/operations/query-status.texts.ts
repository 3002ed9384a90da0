import type { OperationTexts } from '../../wire/operation/operation';
import { OUT_TRADE_NO } from './dto/samples';

function model(
  zh: string,
  en: string,
  paid: readonly [fee: number, time: string | null, status: string],
  rest: readonly [message: string, code: string] = ['查询成功', '0'],
): OperationTexts['resultSamples'][number] {
  const [paid_fee, paid_time, checkout_status] = paid;
  const [result_message, result_code] = rest;
  const values = {
    paid_fee,
    paid_time,
    checkout_status,
    checkout_id: OUT_TRADE_NO,
    out_biz_id: 'DEMO-1001',
    result_message,
    result_code,
    success: true,
  };
  return { title: { zh: `${checkout_status} ${zh}`, en }, values };
}

const TIME = '2026-11-22 12:00:00';

/** What the documents say of QueryStatus. Source: TOP, alisports documents; docs/xpos.md. */
export const queryStatusTexts: OperationTexts = {
  summary: { zh: '查询支付状态(XPOS)', en: 'how a payment stands, in the words of XPOS' },
  description: {
    zh:
      '与 TOP 接口 alibaba.alisports.lianbei.xpos.querystatus 相同，但用本系统的应答格式。' +
      '**只有 checkout_status 为 SUCCEEDED 才表示已付款并已入账**；success 只表示查询成功。' +
      '收款会先与支付宝核对；未知时为 PROCESSING。',
    en:
      'TOP method alibaba.alisports.lianbei.xpos.querystatus in our own envelope. **Paid and ' +
      'saved only when checkout_status is SUCCEEDED**; success says that the query was answered. ' +
      'The receipt is brought up to date with Alipay first; what is not known is PROCESSING.',
  },
  requestSamples: [
    {
      title: { zh: '按订单号', en: 'by the numeric id' },
      values: { biz_order_id: '1' },
    },
    {
      title: {
        zh: '按两个号(请换成实际的号，否则 40401)',
        en: 'by both: put real ones, or it is 40401',
      },
      values: { biz_order_id: '1', checkout_id: OUT_TRADE_NO },
    },
  ],
  resultSamples: [
    model('已付款并已入账', 'paid and saved', [8888, TIME, 'SUCCEEDED']),
    model('等待扫码', 'nobody scanned yet', [0, null, 'INIT']),
    model('已扫码未付款', 'scanned, not paid', [0, null, 'PROCESSING']),
    model('支付失败', 'finally refused', [0, null, 'FAILED']),
    model('已取消', 'never paid, unpayable', [0, null, 'CANCELED']),
    model('已退款', 'the money went back', [8888, TIME, 'SUCCEEDED'], ['已退款', 'REFUND']),
  ],
};

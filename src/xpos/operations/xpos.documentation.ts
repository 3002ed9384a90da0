import type {
  MemberDescription,
  OperationDescription,
} from '../../wire/operation/operation-description';
import { CHECKOUT_STATUSES } from './checkout';

const OUT_TRADE_NO = '19a1b2c3d4e5a1b2c3d4e5f60718293a';

const checkoutId: MemberDescription = {
  meaning: {
    zh: '订单支付单号：收款的商户订单号',
    en: "the receipt's number at Alipay (out_trade_no)",
  },
  maxLength: 64,
  example: OUT_TRADE_NO,
};

const request: OperationDescription['request'] = {
  biz_order_id: {
    meaning: {
      zh: '订单号：收款的数字编号，64 位整数；与 checkout_id 至少填一项，都填则须属于同一笔收款',
      en:
        'numeric id of the receipt, 64 bits, as a number or as text; at least one of the two, ' +
        'and both must name one receipt',
    },
    maxLength: 20,
    example: '1',
  },
  checkout_id: checkoutId,
};

const result: OperationDescription['result'] = {
  paid_fee: {
    meaning: {
      zh: '目前已支付的累计金额，单位分；付款入账前为 0',
      en: 'collected so far, in fen; 0 until the payment is saved',
    },
    maxLength: null,
    range: [0, 10_000_000_000],
    example: 8888,
  },
  paid_time: {
    meaning: {
      zh: '付款完成时间 yyyy-MM-dd HH:mm:ss(北京时间);未付款为 null',
      en: 'when it was paid, China time; null before',
    },
    maxLength: 19,
    example: '2026-11-22 12:00:00',
  },
  checkout_status: {
    meaning: {
      zh: '状态：INIT 初始，PROCESSING 处理中或未知，SUCCEEDED 成功，FAILED 失败，CANCELED 取消',
      en:
        'INIT nobody scanned, PROCESSING scanned or not known, SUCCEEDED paid and saved, FAILED ' +
        'refused, CANCELED unpayable',
    },
    maxLength: 10,
    allowed: CHECKOUT_STATUSES,
    example: 'SUCCEEDED',
  },
  checkout_id: checkoutId,
  out_biz_id: {
    meaning: { zh: '外部业务号(主订单号)：单号', en: 'the bill number' },
    maxLength: 64,
    example: 'DEMO-1001',
  },
  result_message: {
    meaning: { zh: '详情结果信息', en: 'the result in words' },
    maxLength: null,
    example: '查询成功',
  },
  result_code: {
    meaning: {
      zh: '结果码：0 正常，1 支付宝结果未知，REFUND 款项退回中或已退回',
      en: '0; 1 where Alipay could not be asked; REFUND where money goes or went back',
    },
    maxLength: 20,
    example: '0',
  },
  success: {
    meaning: {
      zh: '查询是否成功；**不表示已付款**',
      en: 'was the query answered? It does **not** mean paid',
    },
    maxLength: null,
    example: true,
  },
};

function model(
  zh: string,
  en: string,
  paid: readonly [fee: number, time: string | null, status: string],
  rest: readonly [message: string, code: string] = ['查询成功', '0'],
): OperationDescription['resultSamples'][number] {
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
export const queryStatusDocumentation: OperationDescription = {
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
  request,
  result,
  requestSamples: [
    {
      title: { zh: '按订单号', en: 'by the numeric id' },
      values: { biz_order_id: '1' },
    },
    {
      title: { zh: '按两个号', en: 'by both' },
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
  refusals: [{ code: 'UNDECIDED' }, { code: 'NO_RECEIPT' }, { code: 'CHANNEL_MISCONFIGURED' }],
};

import { BILL_TYPE_NAMES, BILL_TYPES } from '../../domain/bill';
import { PAY_STATUS } from '../../domain/receipt/pay-status';
import type {
  MemberDescription,
  OperationDescription,
} from '../../wire/operation/operation-description';

// Ready for "Try it out": on a fresh database this bill's first receipt is `98|0|1`.
const BILL_NO = 'DEMO-1001';
const RECEIPT_ID = '98|0|1';
const CODE_URL = 'http://127.0.0.1:3100/qr/kZqzr3IGNbozBo1sw0qayjCd';

const BILL_TYPE_TEXTS = {
  zh: BILL_TYPES.map((type) => `${type} ${BILL_TYPE_NAMES[type].zh}`).join(','),
  en: BILL_TYPES.map((type) => `${type} ${BILL_TYPE_NAMES[type].en}`).join(', '),
};

const billnum: MemberDescription = {
  meaning: {
    zh: '单号。与 billtype 一起确定一张单据；不区分英文字母大小写，忽略末尾空格',
    en:
      'bill number; with billtype it names one bill. Letter case and trailing blanks do not ' +
      'count',
  },
  required: true,
  maxLength: 20,
  example: BILL_NO,
};

const billtype: MemberDescription = {
  meaning: { zh: `订单类型:${BILL_TYPE_TEXTS.zh}`, en: `bill type: ${BILL_TYPE_TEXTS.en}` },
  required: true,
  maxLength: 1,
  allowed: BILL_TYPES,
  example: '1',
};

const paytype: MemberDescription = {
  meaning: {
    zh: '付款方式。98 为顾客扫码，97 为收银员扫码，其他值照收',
    en: 'way of payment. 98: the guest scans, 97: the clerk scans, others pass',
  },
  required: true,
  maxLength: 2,
  example: '98',
};

const autoid: MemberDescription = {
  meaning: {
    zh: '收款流水。景区系统为 付款方式|交易类型|本单流水号，其他为全局流水号；由 ScanCode 返回',
    en:
      'receipt id, given by ScanCode: paytype|tradetype|serial in the bill for scenic tickets, ' +
      'a global serial for the others',
  },
  required: true,
  maxLength: 36,
  example: RECEIPT_ID,
};

/** Until when a BarCode or Cancel is wanted. */
export const validuntil: MemberDescription = {
  meaning: {
    zh:
      '可选。有效截止时间(毫秒时间戳)，也可用请求头 X-Valid-Until；迟于它 5 秒以上到达的' +
      '请求不做任何处理，回答 40904。请以本服务应答头 Date 为准计算',
    en:
      'may be missing: until when it is wanted, epoch ms; also as the header X-Valid-Until. More ' +
      'than 5 s after it nothing is done (40904). Compute it from the Date of our answers',
  },
  maxLength: null,
  range: [1_000_000_000_000, 9_999_999_999_999],
  example: 4_102_444_800_000,
};

const tagBillnum: MemberDescription = {
  meaning: { zh: '单号，与请求相同', en: 'the bill number as it was sent' },
  maxLength: 20,
  example: BILL_NO,
};

const tagAutoid: MemberDescription = {
  meaning: { zh: '收款流水，查询时使用', en: 'receipt id, needed to query' },
  maxLength: 36,
  example: RECEIPT_ID,
};

/** What the documents say of ScanCode. Source: legacy help page, docs/integrating.md. */
export const scanCodeDocumentation: OperationDescription = {
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
  request: {
    billnum,
    billtype,
    body: {
      meaning: {
        zh: '产品描述。全文保存，送支付宝时按其限制截断',
        en: 'product text; stored whole, cut to the limit of Alipay when sent there',
      },
      required: true,
      maxLength: null,
      example: '景区门票 2 张',
    },
    paytype,
    paymentvalue: {
      meaning: {
        zh: '支付金额，单位元，最多两位小数；也可用文本 "88.88"',
        en: 'amount in yuan, at most two decimals; as a number or as text "88.88"',
      },
      required: true,
      maxLength: null,
      range: [0.01, 100_000_000],
      example: 88.88,
    },
    detail: {
      meaning: { zh: '(可空) 商品详情', en: 'details of the goods, may be missing' },
      maxLength: null,
      example: '成人票 2 张，2026-11-22',
    },
    clientip: {
      meaning: {
        zh: '(可空) 客户端 IP；缺少或不合法时取 202.96.128.68',
        en: 'address of the till, may be missing; missing or malformed: 202.96.128.68',
      },
      maxLength: null,
      example: '192.168.1.20',
    },
    cardno: {
      meaning: {
        zh: '卡号，billtype 为 7 (储值卡充值) 时必填，其他忽略',
        en: 'card to recharge; required for billtype 7, ignored for the others',
      },
      maxLength: 20,
      example: '80010001',
    },
  },
  result: {
    billnum: tagBillnum,
    autoid: tagAutoid,
    codeurl: {
      meaning: {
        zh: '二维码内容，生成二维码给顾客扫描',
        en: 'content of the code: draw it as a QR code for the guest',
      },
      maxLength: 1024,
      example: CODE_URL,
    },
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
  refusals: [
    { code: 'UNDECIDED', tag: { billnum: BILL_NO, autoid: RECEIPT_ID, codeurl: null } },
    { code: 'ALREADY_PAID', tag: { billnum: BILL_NO, autoid: RECEIPT_ID, codeurl: null } },
    { code: 'ILLEGAL_STATE' },
    { code: 'CHANNEL_REFUSED' },
    { code: 'CHANNEL_MISCONFIGURED' },
  ],
};

const SAMPLE_RECEIPT: OperationDescription['requestSamples'][number] = {
  title: { zh: 'ScanCode 样例的收款', en: 'the receipt of the sample of ScanCode' },
  values: { billnum: BILL_NO, autoid: RECEIPT_ID, billtype: '1', paytype: '98' },
};

/** A sample of a status; `autoid` is that of the demo receipt. */
export function statusSample(
  zh: string,
  en: string,
  billstatus: string,
  { payStatus, payStatusDesc }: { payStatus: string; payStatusDesc: string },
  receipt = { billnum: BILL_NO, autoid: RECEIPT_ID },
): OperationDescription['resultSamples'][number] {
  const values = {
    ...receipt,
    billstatus,
    paystatus: payStatus,
    paystatusdesc: payStatusDesc,
  };
  return { title: { zh: `${payStatus} ${zh}`, en }, values };
}

const PAY_WORDS = [...new Set(Object.values(PAY_STATUS).map((one) => one.payStatus))];
const PAY_TEXTS = [...new Set(Object.values(PAY_STATUS).map((one) => one.payStatusDesc))];

/** The members of `PayStatusResult`. */
export const statusResult: OperationDescription['result'] = {
  billnum: tagBillnum,
  autoid: tagAutoid,
  billstatus: {
    meaning: {
      zh: '单据状态：0 未收款，2 部分退款，3 已收款，4 已全部退款',
      en:
        'state of the bill: 0 nothing collected, 2 partly refunded, 3 collected, 4 wholly ' +
        'refunded',
    },
    maxLength: 10,
    example: '3',
  },
  paystatus: {
    meaning: {
      zh: '支付状态；只有 SUCCESS 表示已付款并已入账',
      en: 'how the payment stands; only SUCCESS is paid and saved',
    },
    maxLength: 10,
    allowed: PAY_WORDS,
    example: PAY_STATUS.success.payStatus,
  },
  paystatusdesc: {
    meaning: { zh: '支付状态说明', en: 'the state in words' },
    maxLength: 20,
    allowed: PAY_TEXTS,
    example: PAY_STATUS.success.payStatusDesc,
  },
};

/** What the documents say of Query. Source: legacy help page, docs/integrating.md. */
export const queryDocumentation: OperationDescription = {
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
  request: { billnum, autoid, billtype, paytype },
  result: statusResult,
  requestSamples: [SAMPLE_RECEIPT],
  resultSamples: [
    statusSample('已付款并已入账', 'paid and saved', '3', PAY_STATUS.success),
    statusSample('等待扫码', 'nobody scanned yet', '0', PAY_STATUS.notPaid),
    statusSample('已扫码未付款', 'scanned, not paid', '0', PAY_STATUS.userPaying),
    statusSample('二维码已过期', 'the code ended unpaid', '0', PAY_STATUS.expired),
    statusSample('付款前已撤销', 'cancelled before payment', '0', PAY_STATUS.revoked),
    statusSample('已退款', 'the money went back', '4', PAY_STATUS.refunded),
    statusSample('支付失败', 'finally refused', '0', PAY_STATUS.payError),
  ],
  refusals: [{ code: 'UNDECIDED' }, { code: 'NO_RECEIPT' }, { code: 'CHANNEL_MISCONFIGURED' }],
};

/** What the documents say of Cancel. Source: docs/integrating.md. */
export const cancelDocumentation: OperationDescription = {
  summary: { zh: '撤销收款', en: 'undo a receipt' },
  description: {
    zh:
      '撤销一笔收款，无论是否已付款：未付款的使其不能再付，已付款的全额退回(当天内)。' +
      'errcode 为 0 时看 paystatus：REVOKED 已撤销，CLOSED 已关闭，REFUND 已退款。errcode 为 1 ' +
      '表示尚未确定，后台会继续办理；可重复请求。储值卡充值须先从卡内扣回，余额不足则拒绝。',
    en:
      'Undoes a receipt, paid or not: an unpaid one can no longer be paid, a payment goes back ' +
      'in full (within a day). With errcode 0 look at paystatus: REVOKED, CLOSED or REFUND. ' +
      'errcode 1: not decided yet, it is being worked on; safe to repeat. A recharge is taken ' +
      'off the card first and refused when the card holds less.',
  },
  request: { billnum, autoid, billtype, paytype, validuntil },
  result: statusResult,
  requestSamples: [
    SAMPLE_RECEIPT,
    {
      title: { zh: '带有效截止时间', en: 'wanted until a time' },
      values: { ...SAMPLE_RECEIPT.values, validuntil: 4_102_444_800_000 },
    },
  ],
  resultSamples: [
    statusSample('付款前已撤销', 'cancelled before payment', '0', PAY_STATUS.revoked),
    statusSample('已退款', 'the money went back', '4', PAY_STATUS.refunded),
    statusSample('二维码已过期', 'the code had ended unpaid', '0', PAY_STATUS.expired),
  ],
  refusals: [
    { code: 'UNDECIDED' },
    { code: 'NO_RECEIPT' },
    { code: 'ILLEGAL_STATE' },
    { code: 'TOO_LATE' },
    { code: 'CHANNEL_MISCONFIGURED' },
  ],
};

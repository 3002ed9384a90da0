import type { OperationTexts } from '../../wire/operation/operation';

const NOTHING = { refunds: [], callbacks: [], alarms: [] };

const PAID = {
  ...{ id: 1, billtype: '1', billnum: 'DEMO-1001', autoid: '98|0|1', paytype: '98' },
  ...{ paymentvalue: 88.88, paidvalue: 88.88, refundedtotal: 0, state: 'paid' },
  ...{ statedesc: '已付款', paystatus: 'SUCCESS', billstatus: '3', duplicate: false },
  ...{ tradeno: '2026112222001400001', outtradeno: '019ab03c7f40d4b2a9c1e87f5d3b6a21' },
  ...{ cardno: null, buyer: '138****1234', channelstatus: 'TRADE_SUCCESS' },
  ...{ begunat: '2026-11-22 11:59:30', paidat: '2026-11-22 12:00:00', endedat: null },
  ...{ toldat: '2026-11-22 12:00:02', ...NOTHING },
};

const LIFE = {
  ...PAID,
  events: [
    {
      ...{ at: '2026-11-22 11:59:30', event: 'begin', eventdesc: '登记收款', fromstate: null },
      ...{ state: 'begun', eventvalue: 88.88, cause: 'scanCode', actor: 'till-1' },
      ...{ requestid: '7f3a91-000001', channelstatus: null },
    },
    {
      ...{ at: '2026-11-22 12:00:01', event: 'pay', eventdesc: '付款入账', fromstate: 'waiting' },
      ...{ state: 'paid', eventvalue: 88.88, cause: 'query', actor: 'till-1' },
      ...{ requestid: '7f3a91-000007', channelstatus: 'TRADE_SUCCESS' },
    },
  ],
};

const THE_RECEIPT = {
  title: { zh: '编号 1 的收款', en: 'the receipt with number 1' },
  values: { id: 1 },
};

/** What the documents say of Receipts/Search. Source: docs/receipts.md. */
export const searchTexts: OperationTexts = {
  summary: { zh: '查找收款', en: 'receipts by any number of a slip' },
  description: {
    zh:
      '填写的条件须 **同时** 满足，都不填则为全部；空白视为未填。最新的在前：按登记时间排列，' +
      '填写付款时间而无单号类条件时按付款时间排列。只能看到本密钥所属系统的收款。' +
      '以账簿为准，不询问支付宝。',
    en:
      'All that is given must hold **together**; blank is not given, and nothing given is ' +
      'everything. Newest first: by when they were begun, or by when they were paid where a time ' +
      'of payment is given and no number. A key sees its systems alone. Told from the books: ' +
      'Alipay is not asked.',
  },
  requestSamples: [
    {
      title: { zh: '按单号', en: 'by bill number' },
      values: { billnum: 'DEMO-1001' },
    },
    {
      title: { zh: '「10:32 付了 88.88 元」', en: '"I paid 88.88 at 10:32"' },
      values: {
        ...{ paymentvalue: 88.88, paidfrom: '2026-11-22 10:30:00', paidto: '2026-11-22 10:35:00' },
        ...{ pagesize: 50 },
      },
    },
    {
      title: { zh: '其他条件', en: 'by whatever is known' },
      values: {
        ...{ billtype: '7', autoid: '12', tradeno: '2026112222001400001', cardno: '80010001' },
        ...{ outtradeno: '019ab03c7f40d4b2a9c1e87f5d3b6a21', cashier: '7', state: 'paid' },
        ...{ begunfrom: '2026-11-22 00:00:00', begunto: '2126-11-23 00:00:00', cursor: null },
      },
    },
  ],
  resultSamples: [
    {
      title: { zh: '一笔收款，没有更多', en: 'one receipt, and no more' },
      values: { receipts: [PAID], next: null },
    },
    {
      title: { zh: '没有找到', en: 'nothing was found' },
      values: { receipts: [], next: null },
    },
  ],
};

/** What the documents say of Receipts/Get. Source: docs/receipts.md. */
export const getTexts: OperationTexts = {
  summary: { zh: '一笔收款的全部经过', en: 'one receipt with its whole life' },
  description: {
    zh:
      '退款、回调、报警，以及每一步：何时、何事、何人、支付宝当时的状态、请求编号。' +
      '不询问支付宝。',
    en:
      'Its refunds, callbacks and alarms, and every step: when, what, who, from which state, ' +
      "Alipay's word, the request's id. Alipay is not asked.",
  },
  requestSamples: [THE_RECEIPT],
  resultSamples: [{ title: { zh: '已付款', en: 'paid' }, values: LIFE }],
};

/** What the documents say of Receipts/Refresh. Source: docs/receipts.md. */
export const refreshTexts: OperationTexts = {
  summary: { zh: '立即询问支付宝', en: 'ask Alipay now' },
  description: {
    zh:
      '立即向支付宝查询此笔收款并入账，然后同 Get 应答。errcode 为 1 表示支付宝没有确定的应答，' +
      '账簿未变。同时的请求共用一次查询。',
    en:
      'Asks Alipay about the receipt now, books what it says, and answers as Get does. errcode ' +
      '1: no answer that says anything; the books are as they were. Simultaneous calls share one ' +
      'question.',
  },
  requestSamples: [THE_RECEIPT],
  resultSamples: [{ title: { zh: '已付款', en: 'paid' }, values: LIFE }],
};

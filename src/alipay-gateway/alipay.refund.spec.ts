import { fen } from '../domain/money';
import {
  refundContent,
  refundQueryContent,
  toRefundAnswer,
  toRefundQueryAnswer,
} from './alipay.refund';

const NUMBER = 'P1_000123';
const REQUEST = '0123456789abcdef0123456789abcdef';
const ORDER = {
  outTradeNo: NUMBER,
  outRequestNo: REQUEST,
  amount: fen(3_333),
  reason: '游客退票' as string | null,
};

type Fields = Record<string, unknown>;

/** As Alipay answers a refund; recorded but for the numbers. */
const DONE = {
  code: '10000',
  msg: 'Success',
  buyer_logon_id: '138****0000',
  fund_change: 'Y',
  gmt_refund_pay: '2026-09-11 10:00:00',
  out_trade_no: NUMBER,
  refund_fee: '88.88',
  send_back_fee: '0.00',
  trade_no: '2026091122001400000000000001',
};
const AT_MS = Date.UTC(2026, 8, 11, 2, 0, 0);
const BESIDE = { out_trade_no: NUMBER, refund_fee: '0.00', send_back_fee: '0.00' };

function unknown(cause: string, unverified = false) {
  return { kind: 'unknown', cause, sent: true, unverified, answered: true };
}
const OTHER = unknown('answer is about another number', true);

function refused(subCode: string, more: Fields = {}): Fields {
  return { code: '40004', msg: 'Business Failed', sub_code: subCode, ...BESIDE, ...more };
}

describe('the answer to a refund', () => {
  it.each<[string, Fields, unknown]>([
    ['is done', DONE, { kind: 'done', total: 8_888, refundedAtMs: AT_MS }],
    ['of more decimals', { ...DONE, refund_fee: '88.8800' }, { kind: 'done', total: 8_888 }],
    ['without a total', { ...DONE, refund_fee: undefined }, { kind: 'done', total: null }],
    ['with a strange total', { ...DONE, refund_fee: '1e2' }, { kind: 'done', total: null }],
    ['without a time', { ...DONE, gmt_refund_pay: null }, { kind: 'done', refundedAtMs: null }],
    ['that moved no money', { ...DONE, fund_change: 'N' }, { kind: 'unchanged' }],
    ['without fund_change', { ...DONE, fund_change: undefined }, { kind: 'unchanged' }],
    ['with fund_change y', { ...DONE, fund_change: 'y' }, { kind: 'unchanged' }],
    ['of another number', { ...DONE, out_trade_no: 'P1_9' }, OTHER],
    ['of no number', { ...DONE, out_trade_no: undefined }, OTHER],
    ['of an error of another number', refused('ACQ.X', { out_trade_no: 'P1_9' }), OTHER],
    ['with nothing', {}, unknown('no code')],
  ])('%s', (_what, answer, meant) => {
    expect(toRefundAnswer(answer, NUMBER)).toMatchObject(meant as object);
  });

  it.each([
    ['balanceShort', 'SELLER_BALANCE_NOT_ENOUGH'],
    ['discordant', 'DISCORDANT_REPEAT_REQUEST'],
    ['refused', 'TRADE_HAS_FINISHED'],
    ['refused', 'TRADE_NOT_ALLOW_REFUND'],
    ['refused', 'NOT_ALLOW_PARTIAL_REFUND'],
    ['refused', 'ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND'],
    ['refused', 'REASON_TRADE_BEEN_FREEZEN'],
    ['refused', 'REFUNDALLOC_UNAUTH_LIMIT'],
    ['refused', 'REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST'],
    ['disagrees', 'REFUND_AMT_NOT_EQUAL_TOTAL'],
    ['disagrees', 'REASON_TRADE_REFUND_FEE_ERR'],
    ['disagrees', 'INVALID_PARAMETER'],
    ['disagrees', 'TRADE_HAS_CLOSE'],
    ['noTrade', 'TRADE_NOT_EXIST'],
    ['noTrade', 'TRADE_STATUS_ERROR'],
    ['unknown', 'SYSTEM_ERROR'],
    ['unknown', 'REFUND_FEE_ERROR'],
    ['unknown', 'REFUND_CHARGE_ERROR'],
    ['unknown', 'ACCESS_FORBIDDEN'],
    ['unknown', 'SOMETHING_NEW'],
  ])('is %s for %s, however it is spelt, and for no word that holds it', (kind, word) => {
    for (const spelt of [`ACQ.${word}`, word, `aop.ACQ.${word}`, word.toLowerCase()]) {
      expect(toRefundAnswer(refused(spelt), NUMBER).kind).toBe(kind);
      for (const about of [null, '', undefined]) {
        const bare = refused(spelt, { out_trade_no: about });
        expect(toRefundAnswer(bare, NUMBER).kind).toBe(kind);
      }
    }
    for (const strange of [`ACQ.X_${word}`, `ACQ.${word}_X`, `ISP.${word}`]) {
      expect(toRefundAnswer(refused(strange), NUMBER).kind).toBe('unknown');
    }
    // Only a business failure is an answer about this refund.
    const code = { ...refused(`ACQ.${word}`), code: '40006' };
    expect(toRefundAnswer(code, NUMBER).kind).toBe('unknown');
  });

  it('shows of a refusal what is fit to be shown', () => {
    const told = refused('ACQ.TRADE_HAS_FINISHED', { sub_msg: '交易已完结' });
    const cause = '40004 ACQ.TRADE_HAS_FINISHED';
    expect(toRefundAnswer(told, NUMBER)).toEqual({ kind: 'refused', cause, shown: '交易已完结' });
    const link = { ...told, sub_msg: 'out_trade_no=1&sign=2' };
    expect(toRefundAnswer(link, NUMBER)).toEqual({ kind: 'refused', cause, shown: null });
  });
});

describe('the answer to the question after a refund', () => {
  const FOUND = {
    code: '10000',
    msg: 'Success',
    gmt_refund_pay: '2026-09-11 10:00:00',
    out_request_no: REQUEST,
    out_trade_no: NUMBER,
    refund_amount: '33.33',
    refund_status: 'REFUND_SUCCESS',
    total_amount: '88.88',
  };
  const found = { kind: 'found', amount: 3_333, refundedAtMs: AT_MS };

  it.each<[string, Fields, unknown]>([
    ['tells that it went back', FOUND, found],
    ['of another amount', { ...FOUND, refund_amount: '33.34' }, { ...found, amount: 3_334 }],
    ['of no amount', { ...FOUND, refund_amount: null }, { ...found, amount: null }],
    ['of a strange amount', { ...FOUND, refund_amount: 'all' }, { ...found, amount: null }],
    ['without a time', { ...FOUND, gmt_refund_pay: undefined }, { ...found, refundedAtMs: null }],
    ['without details', { code: '10000', msg: 'Success' }, { kind: 'nothing' }],
    ['empty', { code: '10000', out_request_no: '', refund_status: '' }, { kind: 'nothing' }],
    ['with its trade alone', { code: '10000', out_trade_no: NUMBER }, { kind: 'nothing' }],
    ['under way', { ...FOUND, refund_status: 'REFUND_PROCESSING' }, 'REFUND_PROCESSING'],
    ['without a status', { ...FOUND, refund_status: undefined }, 'missing'],
    ['without its trade', { ...FOUND, out_trade_no: undefined }, 'half told'],
    ['without its number', { ...FOUND, out_request_no: null }, 'half told'],
    ['that there is no trade', refused('ACQ.TRADE_NOT_EXIST'), 'ACQ.TRADE_NOT_EXIST'],
    ['that it is not well', { code: '20000', sub_code: 'isp.unknow-error' }, '20000'],
  ])('%s', (_what, answer, meant) => {
    const told = toRefundQueryAnswer(answer, NUMBER, REQUEST);
    if (typeof meant !== 'string') return expect(told).toEqual(meant);
    expect(told).toMatchObject({ kind: 'unknown', cause: expect.stringContaining(meant) });
  });

  it.each([
    ['of another trade', { out_trade_no: 'P1_9' }],
    ['of another refund', { out_request_no: 'another' }],
  ])('%s is none of ours, with details and without', (_what, other) => {
    expect(toRefundQueryAnswer({ ...FOUND, ...other }, NUMBER, REQUEST)).toEqual(OTHER);
    expect(toRefundQueryAnswer({ code: '10000', ...other }, NUMBER, REQUEST)).toEqual(OTHER);
  });
});

describe('what is sent', () => {
  it('is the same every time, its amount as text, its reason cut between characters', () => {
    const content = { out_trade_no: NUMBER, out_request_no: REQUEST, refund_amount: '33.33' };
    expect(refundContent(ORDER)).toEqual({ ...content, refund_reason: '游客退票' });
    expect(refundContent({ ...ORDER, reason: null })).toEqual(content);
    expect(refundContent({ ...ORDER, reason: '' })).toEqual(content);
    const lines = refundContent({ ...ORDER, reason: '\t退票\r\n雨\u0000' })['refund_reason'];
    expect(lines).toBe('退票 雨');
    const long = refundContent({ ...ORDER, reason: '𝄞'.repeat(300) })['refund_reason'];
    expect(long).toBe('𝄞'.repeat(256));
    expect(refundQueryContent(NUMBER, REQUEST)).toEqual({
      ...{ out_trade_no: NUMBER, out_request_no: REQUEST },
      query_options: ['gmt_refund_pay'],
    });
  });
});

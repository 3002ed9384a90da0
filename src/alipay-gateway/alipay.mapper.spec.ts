import { fen } from '../domain/money';
import { toCancelOutcome, toCodeOutcome, toPayOutcome } from './alipay.mapper';

const NUMBER = 'P1_000123';
const CHANNEL_TIME = Date.UTC(2026, 8, 11, 4, 0, 0);
type Fields = Record<string, unknown>;

function query(fields: Fields) {
  const answer = { code: '10000', msg: 'Success', out_trade_no: NUMBER, ...fields };
  return toPayOutcome(answer, NUMBER, CHANNEL_TIME);
}

function precreate(fields: Fields) {
  return toCodeOutcome({ code: '10000', msg: 'Success', out_trade_no: NUMBER, ...fields }, NUMBER);
}

function unknown(cause: string, unverified = false) {
  return { kind: 'unknown', cause, sent: true, unverified, answered: true };
}

const PAID = {
  trade_status: 'TRADE_SUCCESS',
  trade_no: '2026091122001400000000000001',
  total_amount: '88.88',
  buyer_logon_id: '138****0000',
  send_pay_date: '2026-09-11 10:00:00',
};
const PAYMENT = {
  tradeNo: '2026091122001400000000000001',
  amount: fen(8888),
  buyer: '138****0000',
  paidAtMs: Date.UTC(2026, 8, 11, 2, 0, 0),
};
const OTHER = unknown('answer is about another number', true);

const LONGEST = '1'.repeat(64);
const NULLS = { send_pay_date: null, gmt_refund: null, receipt_amount: null, refund_fee: null };
const NEVER_PAID = { receipt_amount: '0.00', buyer_pay_amount: '0.00', total_amount: '88.88' };
const closedUnread = unknown('TRADE_CLOSED with an unreadable amount');
const without = (status: string) => unknown(`${status} without a usable trade_no`);
const paid = (changes: Fields = {}) => ({
  kind: 'paid',
  channelStatus: 'TRADE_SUCCESS',
  payment: { ...PAYMENT, ...changes },
});
const closed = (payment: unknown) => ({ kind: 'closed', channelStatus: 'TRADE_CLOSED', payment });
const CLOSED = { ...PAID, trade_status: 'TRADE_CLOSED' };

const TRADES: [string, Fields, unknown][] = [
  ['TRADE_SUCCESS', PAID, paid()],
  [
    'TRADE_FINISHED, which may be the first paid state',
    { ...PAID, trade_status: 'TRADE_FINISHED' },
    { ...paid(), channelStatus: 'TRADE_FINISHED' },
  ],
  ['paid less by coupons', { ...PAID, receipt_amount: '80.00' }, paid()],
  ['paid, amount without decimals', { ...PAID, total_amount: '100' }, paid({ amount: fen(10000) })],
  ['paid, other amount', { ...PAID, total_amount: '88.87' }, paid({ amount: fen(8887) })],
  ['paid, amount missing', { ...PAID, total_amount: undefined }, paid({ amount: null })],
  ['paid, amount with exponent', { ...PAID, total_amount: '1e2' }, paid({ amount: null })],
  ['paid, amount negative', { ...PAID, total_amount: '-88.88' }, paid({ amount: null })],
  ['paid, amount a float', { ...PAID, total_amount: 88.88 }, paid({ amount: null })],
  ['paid, a third decimal of nothing', { ...PAID, total_amount: '88.880' }, paid()],
  ['paid, a third decimal', { ...PAID, total_amount: '88.881' }, paid({ amount: null })],
  ['paid, no whole yuan', { ...PAID, total_amount: '.01' }, paid({ amount: fen(1) })],
  ['paid, no buyer', { ...PAID, buyer_logon_id: undefined }, paid({ buyer: null })],
  ['paid, empty buyer', { ...PAID, buyer_logon_id: '' }, paid({ buyer: null })],
  ['paid, no time', { ...PAID, send_pay_date: undefined }, paid({ paidAtMs: null })],
  ['paid, odd time', { ...PAID, send_pay_date: '2026-02-30 10:00:00' }, paid({ paidAtMs: null })],
  ['paid, no trade_no', { ...PAID, trade_no: undefined }, without('TRADE_SUCCESS')],
  ['paid, empty trade_no', { ...PAID, trade_no: '' }, without('TRADE_SUCCESS')],
  ['paid, trade_no a number', { ...PAID, trade_no: 2026 }, without('TRADE_SUCCESS')],
  ['paid, longest trade_no', { ...PAID, trade_no: LONGEST }, paid({ tradeNo: LONGEST })],
  ['paid, trade_no too long', { ...PAID, trade_no: '1'.repeat(65) }, without('TRADE_SUCCESS')],
  [
    'WAIT_BUYER_PAY',
    { trade_status: 'WAIT_BUYER_PAY', trade_no: '1', total_amount: '88.88' },
    { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' },
  ],
  ['TRADE_CLOSED, never paid', { trade_status: 'TRADE_CLOSED' }, closed(null)],
  ['TRADE_CLOSED, zeros', { trade_status: 'TRADE_CLOSED', ...NEVER_PAID }, closed(null)],
  ['TRADE_CLOSED, nulls', { trade_status: 'TRADE_CLOSED', ...NULLS }, closed(null)],
  ['TRADE_CLOSED with a pay date', CLOSED, closed(PAYMENT)],
  [
    'TRADE_CLOSED with a receipt amount',
    { ...CLOSED, send_pay_date: undefined, receipt_amount: '0.01' },
    closed({ ...PAYMENT, paidAtMs: null }),
  ],
  [
    'TRADE_CLOSED with a buyer amount',
    { ...CLOSED, send_pay_date: '', buyer_pay_amount: '88.88', receipt_amount: '0.00' },
    closed({ ...PAYMENT, paidAtMs: null }),
  ],
  [
    'TRADE_CLOSED, paid, amount unreadable',
    { ...CLOSED, total_amount: 'x' },
    closed({ ...PAYMENT, amount: null }),
  ],
  ['TRADE_CLOSED, paid, no trade_no', { ...CLOSED, trade_no: '' }, without('TRADE_CLOSED')],
  [
    'TRADE_CLOSED with an amount nobody can read',
    { trade_status: 'TRADE_CLOSED', receipt_amount: '1e2' },
    closedUnread,
  ],
  ['an unknown word', { trade_status: 'TRADE_PAUSED' }, unknown('trade_status TRADE_PAUSED')],
  [
    'a word in lower case',
    { ...PAID, trade_status: 'trade_success' },
    unknown('trade_status trade_success'),
  ],
  ['an odd word', { trade_status: 'TRADE SUCCESS"' }, unknown('trade_status missing')],
  ['no word', { trade_no: '1' }, unknown('trade_status missing')],
  ['another number', { ...PAID, out_trade_no: 'P1_000124' }, OTHER],
  ['no number', { ...PAID, out_trade_no: undefined }, OTHER],
  ['a number that is null', { ...PAID, out_trade_no: null }, OTHER],
  ['an empty number', { ...PAID, out_trade_no: '' }, OTHER],
  ['a number that is no text', { ...PAID, out_trade_no: [NUMBER] }, OTHER],
  ['a code that is a number', { ...PAID, code: 10000 }, paid()],
];
it.each(TRADES)('reads a trade: %s', (_name, fields, outcome) => {
  expect(query(fields)).toEqual(outcome);
});

/** Code, sub-code and what each operation makes of it. */
const SAME = `
  10003 -                                   unknown
  20000 isp.unknow-error                    unknown
  20000 aop.unknow-error                    unknown
  20000 ACQ.SYSTEM_ERROR                    unknown
  20001 aop.invalid-auth-token              configuration
  20001 aop.auth-token-time-out             configuration
  20001 aop.invalid-app-auth-token          configuration
  40001 isv.missing-method                  configuration
  40001 isv.missing-signature               configuration
  40001 isv.missing-timestamp               configuration
  40001 isv.missing-app-cert-sn             configuration
  40002 isv.invalid-signature               configuration
  40002 isv.invalid-app-id                  configuration
  40002 isv.invalid-timestamp               configuration
  40002 isv.forbidden-api                   configuration
  40002 isv.not-online-app                  configuration
  40002 isv.app-cert-expired                configuration
  40002 isv.illegal-json                    configuration
  40002 isv.invalid-parameter               request
  40002 isv.suspected-attack                request
  40002 isp.unknow-error                    unknown
  40003 isv.missing-signature-config        configuration
  40003 isv.invalid-app-state               configuration
  40004 -                                   unknown
  40004 ACQ.SYSTEM_ERROR                    unknown
  40004 AQC.SYSTEM_ERROR                    unknown
  40004 aop.ACQ.SYSTEM_ERROR                unknown
  40004 SYSTEM_ERROR                        unknown
  40004 isp.bill_not_exist                  unknown
  40003 isp.service-down                    unknown
  40006 aop.unknow-error                    unknown
  40004 ACQ.BUYER_SYSTEM_ERROR              unknown
  40004 ACQ.NEVER_HEARD_OF                  unknown
  40004 ACQ.INVALID_PARAMETER               request
  40004 ACQ.ACCESS_FORBIDDEN                configuration
  40005 isv.app-call-limited                pace
  40005 isv.method-call-limited             pace
  40006 isv.insufficient-isv-permissions    configuration
  40006 isv.insufficient-user-permissions   configuration
  50000 -                                   unknown
  -     -                                   unknown
  99999 ACQ.TRADE_NOT_EXIST                 unknown`;

const PRECREATE = `${SAME}
  40004 ACQ.TRADE_HAS_SUCCESS                              alreadyPaid
  40004 TRADE_HAS_SUCCESS                                  alreadyPaid
  40004 ACQ.TRADE_HAS_CLOSE                                numberRefused
  40004 ACQ.CONTEXT_INCONSISTENT                           numberRefused
  40004 ACQ.APPLY_PC_MERCHANT_CODE_ERROR                   numberRefused
  40004 ACQ.PARTNER_ERROR                                  configuration
  40004 ACQ.INVALID_RECEIVE_ACCOUNT                        configuration
  40004 ACQ.SELLER_NOT_EXIST                               configuration
  40004 ACQ.SELLER_BEEN_BLOCKED                            configuration
  40004 ACQ.MERCHANT_STATUS_NOT_NORMAL                     configuration
  40004 ACQ.SECONDARY_MERCHANT_STATUS_ERROR                configuration
  40004 ACQ.INVALID_STORE_ID                               configuration
  40004 ACQ.TRADE_SETTLE_ERROR                             configuration
  40004 ACQ.DEFAULT_SETTLE_RULE_NOT_EXIST                  configuration
  40004 ACQ.EXIST_FORBIDDEN_WORD                           request
  40004 ACQ.TOTAL_FEE_EXCEED                               request
  40004 AQC.TOTAL_FEE_EXCEED                               request
  40004 ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR               request
  40004 ACQ.SUB_GOODS_SIZE_MAX_COUNT                       request
  40004 ACQ.RISK_MERCHANT_IP_NOT_EXIST                     request
  40004 ACQ.BEYOND_PAY_RESTRICTION                         request
  40004 ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION          request
  40004 ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT                request
  40004 ACQ.BUYER_SELLER_EQUAL                             request
  40004 ACQ.TRADE_BUYER_NOT_MATCH                          request
  40004 ACQ.BUYER_ENABLE_STATUS_FORBID                     request
  40004 ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR           request
  40004 ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT                request
  40004 ACQ.BUYER_NOT_EXIST                                request
  40004 ACQ.TRADE_NOT_EXIST                                unknown`;

const QUERY = `${SAME}
  40004 ACQ.TRADE_NOT_EXIST                                notExist
  40004 AQC.TRADE_NOT_EXIST                                notExist
  40004 TRADE_NOT_EXIST                                    notExist
  40004 aop.ACQ.TRADE_NOT_EXIST                            notExist
  40004 ACQ.TRADE_HAS_SUCCESS                              unknown
  40004 ACQ.TRADE_HAS_CLOSE                                unknown`;

const CANCEL = `${SAME}
  40004 ACQ.TRADE_CANCEL_TIME_OUT                          tooLate
  40004 AQC.TRADE_CANCEL_TIME_OUT                          tooLate
  40004 ACQ.TRADE_HAS_FINISHED                             tooLate
  40004 ACQ.CANCEL_NOT_ALLOWED                             request
  40004 ACQ.REASON_TRADE_BEEN_FREEZEN                      request
  40004 ACQ.REASON_TRADE_REFUND_FEE_ERR                    request
  40004 ACQ.SELLER_BALANCE_NOT_ENOUGH                      balanceShort
  40004 ACQ.TRADE_NOT_EXIST                                unknown
  40004 ACQ.TRADE_STATUS_ERROR                             unknown
  40004 ACQ.TRADE_HAS_SUCCESS                              unknown
  40004 ACQ.TRADE_HAS_CLOSE                                unknown`;

/** The rows of a table, with the outcome each word stands for. */
function rows(table: string): [line: string, fields: Fields, outcome: unknown][] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [code = '', subCode = '', meaning = ''] = line.trim().split(/\s+/);
      const given = {
        code: code.replace('-', ''),
        sub_code: subCode === '-' ? undefined : subCode,
      };
      const cause = `${given.code || 'no code'} ${given.sub_code ?? ''}`.trim();
      return [line.trim(), given, meant(meaning, cause)];
    });
}

function meant(meaning: string, cause: string): unknown {
  if (meaning === 'unknown') return unknown(cause);
  if (['numberRefused', 'tooLate', 'balanceShort'].includes(meaning)) {
    return { kind: meaning, cause };
  }
  if (meaning === 'alreadyPaid') return { kind: meaning };
  if (meaning === 'notExist') return { kind: meaning, channelTimeMs: CHANNEL_TIME };
  const shown = meaning === 'request' ? '交易信息有误' : null;
  return { kind: 'refused', fault: meaning, cause, shown };
}

describe.each([
  ['precreate', PRECREATE, toCodeOutcome],
  ['query', QUERY, (said: Fields, ours: string) => toPayOutcome(said, ours, CHANNEL_TIME)],
  ['cancel', CANCEL, toCancelOutcome],
])('an error of %s', (_name, table, map) => {
  it.each(rows(table))('%s', (_line, fields, outcome) => {
    expect(map({ ...fields, sub_msg: '交易信息有误' }, NUMBER)).toEqual(outcome);
    expect(map({ ...fields, sub_msg: '交易信息有误', out_trade_no: NUMBER }, NUMBER)).toEqual(
      outcome,
    );
  });

  it.each(rows(table))('of another number: %s', (_line, fields) => {
    expect(map({ ...fields, out_trade_no: 'P1_000124' }, NUMBER)).toEqual(OTHER);
  });

  it.each([
    ['null', null],
    ['empty', ''],
  ])('may name no number at all: %s', (_how, named) => {
    for (const [, fields, outcome] of rows(table)) {
      const given = { ...fields, sub_msg: '交易信息有误', out_trade_no: named };
      expect(map(given, NUMBER)).toEqual(outcome);
    }
  });

  it.each([0, false, ' ', [], {}])('that names %j names another number', (named) => {
    const given = { code: '40004', sub_code: 'ACQ.INVALID_PARAMETER', out_trade_no: named };
    expect(map(given, NUMBER)).toEqual(OTHER);
  });
});

it('takes TRADE_NOT_EXIST with amounts beside it, as Alipay sends it, for no trade', () => {
  const zero = { buyer_pay_amount: '0.00', receipt_amount: '0.00', point_amount: '0.00' };
  const fields = {
    code: '40004',
    msg: 'Business Failed',
    sub_code: 'ACQ.TRADE_NOT_EXIST',
    ...zero,
  };
  expect(query(fields)).toEqual({ kind: 'notExist', channelTimeMs: CHANNEL_TIME });
});

it('never takes a refusal for paid, whatever stands beside it', () => {
  expect(query({ ...PAID, code: '40004', sub_code: 'ACQ.SYSTEM_ERROR' })).toMatchObject({
    kind: 'unknown',
  });
});

describe('a cancel', () => {
  const cancel = (fields: Fields) =>
    toCancelOutcome({ code: '10000', msg: 'Success', out_trade_no: NUMBER, ...fields }, NUMBER);
  const done = (action: string) => ({ kind: 'done', action });
  const notOver = (flag: string) => unknown(`10000, not over: retry_flag ${flag}`);
  const N = { retry_flag: 'N' };
  const TABLE: [string, Fields, unknown][] = [
    ['of an unpaid trade', { ...N, action: 'close', trade_no: '2026' }, done('close')],
    ['of a paid one', { ...N, action: 'refund', trade_no: '2026' }, done('refund')],
    ['of a code nobody scanned', N, done('none')],
    ['the same with nulls', { ...N, action: null, trade_no: null }, done('none')],
    ['the same with empty words', { ...N, action: '', trade_no: '' }, done('none')],
    ['to be repeated', { retry_flag: 'Y' }, notOver('Y')],
    ['to be repeated, with an action', { retry_flag: 'Y', action: 'close' }, notOver('Y')],
    ['without its flag', { action: 'refund', trade_no: '2026' }, notOver('missing')],
    ['with an odd flag', { retry_flag: 'n', action: 'close' }, notOver('n')],
    ['with another action', { ...N, action: 'CLOSE' }, unknown('10000 with action CLOSE')],
    ['with an odd action', { ...N, action: ['close'] }, unknown('10000 with action unreadable')],
    [
      'of a trade, but no action',
      { ...N, trade_no: '2' },
      unknown('10000 with a trade but no action'),
    ],
    ['of another number', { ...N, action: 'close', out_trade_no: 'P1_9' }, OTHER],
    ['of no number', { ...N, action: 'close', out_trade_no: undefined }, OTHER],
  ];
  it.each(TABLE)('%s', (_name, fields, outcome) => {
    expect(cancel(fields)).toEqual(outcome);
  });
});

describe('a code', () => {
  const unusable = unknown('10000 without a usable qr_code');
  const TABLE: [string, Fields, unknown][] = [
    [
      'a URL',
      { qr_code: 'https://qr.alipay.com/bax0' },
      { kind: 'code', qrCode: 'https://qr.alipay.com/bax0' },
    ],
    ['1024 characters', { qr_code: 'x'.repeat(1024) }, { kind: 'code', qrCode: 'x'.repeat(1024) }],
    ['1025 characters', { qr_code: 'x'.repeat(1025) }, unusable],
    ['empty', { qr_code: '' }, unusable],
    ['missing', {}, unusable],
    ['no text', { qr_code: 1 }, unusable],
    ['with a line end', { qr_code: 'https://qr.alipay.com/\n' }, unusable],
    ['with a blank', { qr_code: 'https://qr.alipay.com/ a' }, unusable],
    ['of another number', { qr_code: 'https://a', out_trade_no: 'P1_1' }, OTHER],
    ['of no number', { qr_code: 'https://a', out_trade_no: undefined }, OTHER],
  ];
  it.each(TABLE)('%s', (_name, fields, outcome) => {
    expect(precreate(fields)).toEqual(outcome);
  });
});

describe('the text shown to a till', () => {
  const shown = (subMsg: unknown) => {
    const fields = { code: '40004', sub_code: 'ACQ.TOTAL_FEE_EXCEED', sub_msg: subMsg };
    const outcome = toCodeOutcome(fields, NUMBER);
    return outcome.kind === 'refused' ? outcome.shown : undefined;
  };

  it.each([
    ['订单总金额超过限额', '订单总金额超过限额'],
    ['单笔限额50000元', '单笔限额50000元'],
    ['订单总金额超过限额，解决办法：https://open.alipay.com/x?a=1', '订单总金额超过限额'],
    ['订单总金额超过限额 https://open.alipay.com/x', '订单总金额超过限额'],
    ['订单总金额超过限额（详见：https://open.alipay.com/x）', '订单总金额超过限额'],
    ['https://open.alipay.com/x', null],
    ['网关生成的验签字符串为：app_id=2021&amp;charset=utf-8', null],
    ['账号2088123412341234异常', null],
    ['<b>x</b>', null],
    ['a\nb', null],
    ['x'.repeat(61), null],
    ['', null],
    [undefined, null],
    [{ a: 1 }, null],
  ])('of %j is %j', (subMsg, text) => {
    expect(shown(subMsg)).toBe(text);
  });
});

it('puts only short plain words into causes', () => {
  const secret = 'sign=MIIEvQIBADANBg&buyer=13800000000';
  const outcomes = [
    query({ code: secret, sub_code: secret }),
    query({ code: '40002', sub_code: secret, sub_msg: secret }),
    query({ trade_status: secret }),
    precreate({ code: '40004', sub_code: `ACQ.X\n${secret}` }),
    precreate({ code: '40004', sub_code: `ACQ.${'X'.repeat(100)}` }),
  ];
  for (const outcome of outcomes) {
    expect(JSON.stringify(outcome)).not.toMatch(/MIIE|138|sign|\\n/);
    expect(JSON.stringify(outcome).length).toBeLessThan(150);
  }
});

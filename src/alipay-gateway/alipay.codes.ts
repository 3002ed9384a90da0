/** The operations whose answers differ in meaning. */
export type Operation = 'precreate' | 'pay' | 'query' | 'cancel';

/** What a code and sub-code say. `unknown` is the default. */
export type Verdict =
  | 'done'
  | 'waiting'
  | 'unknown'
  | 'notExist'
  | 'alreadyPaid'
  | 'numberRefused'
  | 'tooLate'
  | 'balanceShort'
  | 'request'
  | 'configuration'
  | 'pace';

type Table = readonly (readonly [word: string, verdict: Verdict])[];

/** Public codes. Source: Alipay, common/02km9f. 40004 is told apart by its sub-code. */
const BY_CODE: Readonly<Record<string, Verdict>> = {
  '10000': 'done',
  '20001': 'configuration',
  '40001': 'configuration',
  '40002': 'configuration',
  '40003': 'configuration',
  '40005': 'pace',
  '40006': 'configuration',
};

/** Codes by which the gateway itself refuses or fails, before any trade is looked at. */
export const GATEWAY_ERRORS: ReadonlySet<string> = new Set([
  '20000',
  '20001',
  '40001',
  '40002',
  '40003',
  '40005',
  '40006',
]);

/** Faults of the values of one call, under 40002. Source: Alipay, common/02km9f. */
const INVALID: Table = [
  ['INVALID_PARAMETER', 'request'],
  ['SUSPECTED_ATTACK', 'request'],
];

/** Sub-codes of 40004 about the number, of precreate and pay. */
const NUMBER: Table = [
  ['TRADE_HAS_SUCCESS', 'alreadyPaid'],
  ['TRADE_HAS_CLOSE', 'numberRefused'],
  ['CONTEXT_INCONSISTENT', 'numberRefused'],
  ['APPLY_PC_MERCHANT_CODE_ERROR', 'numberRefused'],
];

/** Sub-codes of 40004 about contract, order and buyer, of precreate and pay. */
const ORDER: Table = [
  ['ACCESS_FORBIDDEN', 'configuration'],
  ['PARTNER_ERROR', 'configuration'],
  ['INVALID_RECEIVE_ACCOUNT', 'configuration'],
  ['SELLER_NOT_EXIST', 'configuration'],
  ['SELLER_BEEN_BLOCKED', 'configuration'],
  ['MERCHANT_STATUS_NOT_NORMAL', 'configuration'],
  ['SECONDARY_MERCHANT_', 'configuration'],
  ['INVALID_STORE_ID', 'configuration'],
  ['TRADE_SETTLE_ERROR', 'configuration'],
  ['DEFAULT_SETTLE_RULE_NOT_EXIST', 'configuration'],
  ['INVALID_PARAMETER', 'request'],
  ['EXIST_FORBIDDEN_WORD', 'request'],
  ['TOTAL_FEE_EXCEED', 'request'],
  ['NOW_TIME_AFTER_EXPIRE_TIME_ERROR', 'request'],
  ['SUB_GOODS_SIZE_MAX_COUNT', 'request'],
  ['RISK_MERCHANT_IP_NOT_EXIST', 'request'],
  ['BEYOND_PAY_RESTRICTION', 'request'],
  ['BEYOND_PER_RECEIPT_', 'request'],
  ['MERCHANT_PERM_RECEIPT_', 'request'],
  ['BUYER_', 'request'],
];

/** Sub-codes of 40004. Source: Alipay, open/05osv9; AlipayTradePrecreateErrorResponseModel. */
const PRECREATE: Table = [...NUMBER, ...ORDER];

/**
 * Sub-codes of 40004 that end a charge: no money was taken, and another one needs a new number.
 * Source: Alipay, open/02ekfp. What is not listed is unknown.
 */
const PAY: Table = [
  ...NUMBER,
  ['PAYMENT_AUTH_CODE_INVALID', 'request'],
  ['PAYMENT_REQUEST_HAS_RISK', 'request'],
  ['PAYMENT_FAIL', 'request'],
  ['PULL_MOBILE_CASHIER_FAIL', 'request'],
  ['NO_PAYMENT_INSTRUMENTS_AVAILABLE', 'request'],
  ['USER_FACE_PAYMENT_SWITCH_OFF', 'request'],
  ['MOBILE_PAYMENT_SWITCH_OFF', 'request'],
  ...ORDER,
];

/** Sub-codes of 40004. Source: Alipay, open/02ekfq. */
const QUERY: Table = [
  ['TRADE_NOT_EXIST', 'notExist'],
  ['INVALID_PARAMETER', 'request'],
  ['ACCESS_FORBIDDEN', 'configuration'],
];

/**
 * Sub-codes of 40004. Source: Alipay, open/02ekfr. TRADE_NOT_EXIST is not among them: a code nobody
 * has scanned is cancelled by a 10000, and only that kills it.
 */
const CANCEL: Table = [
  ['TRADE_CANCEL_TIME_OUT', 'tooLate'],
  ['TRADE_HAS_FINISHED', 'tooLate'],
  // The trade is of a kind that knows no cancel: for good, and nothing was done to it.
  ['CANCEL_NOT_ALLOWED', 'request'],
  ['REASON_TRADE_BEEN_FREEZEN', 'request'],
  ['REASON_TRADE_REFUND_FEE_ERR', 'request'],
  ['SELLER_BALANCE_NOT_ENOUGH', 'balanceShort'],
  ['INVALID_PARAMETER', 'request'],
  ['ACCESS_FORBIDDEN', 'configuration'],
];

const BUSINESS: Readonly<Record<Operation, Table>> = {
  precreate: PRECREATE,
  pay: PAY,
  query: QUERY,
  cancel: CANCEL,
};

/** Words of a fault inside Alipay: it may have done what was asked, or not. Misspelt by Alipay. */
const UNCLEAR = /^ISP\.|SYSTEM_ERROR|UNKNOW/;

/**
 * What an answer's code and sub-code say. Sub-codes are found inside the text: Alipay's own lists
 * mix `ACQ.X`, `AQC.X`, `X` and `aop.ACQ.X`.
 */
export function verdictOf(operation: Operation, code: string, subCode: string): Verdict {
  if (code === '10000') return 'done';
  if (code === '10003' && operation === 'pay') return 'waiting';
  const word = subCode.toUpperCase().replaceAll('-', '_');
  if (UNCLEAR.test(word)) return 'unknown';
  if (code === '40004') return find(BUSINESS[operation], word) ?? 'unknown';
  if (code === '40002') return find(INVALID, word) ?? 'configuration';
  return BY_CODE[code] ?? 'unknown';
}

function find(table: Table, word: string): Verdict | undefined {
  return table.find(([part]) => word.includes(part))?.[1];
}

/** Code and sub-code of an answer; `text` is fit for the log whatever the answer holds. */
export interface Words {
  readonly code: string;
  readonly subCode: string;
  readonly text: string;
}

/** Reads code and sub-code; what is missing or odd is empty. */
export function wordsOf(answer: Readonly<Record<string, unknown>>): Words {
  const code = word(typeof answer.code === 'number' ? String(answer.code) : answer.code);
  const subCode = word(answer.sub_code);
  return { code, subCode, text: [code || 'no code', subCode].filter(Boolean).join(' ') };
}

/** A short plain word of an answer, or nothing. */
export function word(value: unknown): string {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : '';
}

const HELP_LINK = /[\s,，;；。(（]*(?:解决办法|解决方案|详见|参见)?[\s:：]*https?:.*$/su;

/** A plain sentence; long numbers may be accounts, and `=` or `&` quote a request. */
const FIT = /^(?!.*\d{10})[\p{L}\d ,.;:!?()，。、；：！？（）“”《》%-]{1,60}$/u;

/**
 * A refusal's text for a till: `sub_msg` without the help link that production appends; null when
 * what remains is more than a short plain sentence.
 */
export function shownText(subMsg: unknown): string | null {
  if (typeof subMsg !== 'string') return null;
  const text = subMsg.replace(HELP_LINK, '').trim();
  return FIT.test(text) ? text : null;
}

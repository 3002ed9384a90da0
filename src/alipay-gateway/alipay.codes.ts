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
];

/** Sub-codes of 40004 about contract, order and buyer, of precreate and pay. */
const ORDER: Table = [
  ...each('configuration', [
    'ACCESS_FORBIDDEN',
    'INVALID_RECEIVE_ACCOUNT',
    'INVALID_STORE_ID',
    'MERCHANT_STATUS_NOT_NORMAL',
    'PARTNER_ERROR',
    'SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID',
    'SECONDARY_MERCHANT_ID_BLANK',
    'SECONDARY_MERCHANT_ID_INVALID',
    'SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT',
    'SECONDARY_MERCHANT_NOT_MATCH',
    'SECONDARY_MERCHANT_STATUS_ERROR',
    'SELLER_BEEN_BLOCKED',
    'SELLER_NOT_EXIST',
    'TRADE_SETTLE_ERROR',
  ]),
  ...each('request', [
    'BEYOND_PAY_RESTRICTION',
    'BEYOND_PER_RECEIPT_DAY_RESTRICTION',
    'BEYOND_PER_RECEIPT_RESTRICTION',
    'BEYOND_PER_RECEIPT_SINGLE_RESTRICTION',
    'BUYER_ENABLE_STATUS_FORBID',
    'BUYER_NOT_EXIST',
    'BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR',
    'BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR',
    'BUYER_SELLER_EQUAL',
    'ERROR_BUYER_CERTIFY_LEVEL_LIMIT',
    'EXIST_FORBIDDEN_WORD',
    'INVALID_PARAMETER',
    'MERCHANT_PERM_RECEIPT_DAY_LIMIT',
    'MERCHANT_PERM_RECEIPT_SINGLE_LIMIT',
    'MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT',
    'NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
    'RISK_MERCHANT_IP_NOT_EXIST',
    'SUB_GOODS_SIZE_MAX_COUNT',
    'TOTAL_FEE_EXCEED',
  ]),
];

/** Sub-codes of 40004. Source: Alipay, open/05osv9; AlipayTradePrecreateErrorResponseModel. */
const PRECREATE: Table = [
  ...NUMBER,
  ['APPLY_PC_MERCHANT_CODE_ERROR', 'numberRefused'],
  ['DEFAULT_SETTLE_RULE_NOT_EXIST', 'configuration'],
  ['TRADE_BUYER_NOT_MATCH', 'request'],
  ...ORDER,
];

/**
 * Sub-codes of 40004 that end a charge: no money was taken, and another one needs a new number.
 * Source: Alipay, open/02ekfp; AlipayTradePayErrorResponseModel. What is not listed is unknown, and
 * so are three that are listed there on purpose: TRADE_STATUS_ERROR and AUTH_ORDER_HAS_FINISHED are
 * said of what is paid, OVER_MAX_UNDER_WAY_DEDUCT_COUNT of what is not decided.
 */
const PAY: Table = [
  ...NUMBER,
  // Somebody's trade has this number: a query tells what became of it.
  ['TRADE_BUYER_NOT_MATCH', 'numberRefused'],
  ...ORDER,
  // The contract, or what we send by it.
  ...each('configuration', [
    'AGREEMENT_ERROR',
    'AGREEMENT_INVALID',
    'AGREEMENT_NOT_EXIST',
    'AGREEMENT_STATUS_NOT_NORMAL',
    'CURRENCY_NOT_SUPPORT',
    'MERCHANT_AGREEMENT_INVALID',
    'MERCHANT_AGREEMENT_NOT_EXIST',
    'MERCHANT_UNSUPPORT_ADVANCE',
    'PLATFORM_BUSINESS_ACQUIRE_MODE_MUST_MERCHANT_ID',
    'PRE_AUTH_PROD_CODE_INCONSISTENT',
    'ROYALTY_ACCOUNT_NOT_EXIST',
    'SMILE_PAY_MERCHANT_NOT_MATCH',
    'SUB_MERCHANT_CREATE_FAIL',
    'SUB_MERCHANT_TYPE_INVALID',
    'UN_SUPPORT_TRADE_SCENE',
  ]),
  // The guest, the code, the amount: another guest, code or way of paying may do.
  ...each('request', [
    'AMOUNT_OR_CURRENCY_ERROR',
    'AUTH_AMOUNT_NOT_ENOUGH',
    'AUTH_NO_ERROR',
    'AUTH_ORDER_HAS_CLOSED',
    'AUTH_ORDER_NOT_PAID',
    'AUTH_TOKEN_IS_NOT_EXIST',
    'BUYER_BALANCE_NOT_ENOUGH',
    'BUYER_BANKCARD_BALANCE_NOT_ENOUGH',
    'BUYER_BANKCARD_DECLINED',
    'BUYER_BANKCARD_INVALID',
    'BUYER_LIMIT_EXCEEDED',
    'BUYER_NOT_MAINLAND_CERT',
    'BUYER_UNSUPPORT_ADVANCE',
    'CARD_TYPE_ERROR',
    'CARD_USER_NOT_MATCH',
    'CERT_EXPIRED',
    'CYCLE_PAY_DATE_NOT_MATCH',
    'CYCLE_PAY_SINGLE_FEE_EXCEED',
    'CYCLE_PAY_TOTAL_FEE_EXCEED',
    'CYCLE_PAY_TOTAL_TIMES_EXCEED',
    'ERROR_BALANCE_PAYMENT_DISABLE',
    'MOBILE_PAYMENT_SWITCH_OFF',
    'NOT_CERTIFIED_USER',
    'NOT_SUPPORT_PAYMENT_INST',
    'NO_PAYMENT_INSTRUMENTS_AVAILABLE',
    'ORDER_UNSUPPORT_ADVANCE',
    'OVER_DEDUCT_PERIOD',
    'OVER_MAX_DEDUCT_COUNT',
    'OVER_MERCHANT_DAILY_DEDUCT_AMOUNT',
    'PAYER_UNMATCHED',
    'PAYMENT_AUTH_CODE_INVALID',
    'PAYMENT_FAIL',
    'PAYMENT_REQUEST_HAS_RISK',
    'PRODUCT_AMOUNT_LIMIT_ERROR',
    'PULL_MOBILE_CASHIER_FAIL',
    'REQUEST_AMOUNT_EXCEED',
    'RESTRICTED_MERCHANT_INDUSTRY',
    'USER_FACE_PAYMENT_SWITCH_OFF',
    'USER_LOGONID_DUP',
    'ZM_AUTH_AMOUNT_EXCEED',
    'ZM_AUTH_RULE_LIMIT',
    'ZM_CREDIT_AUTH_FAIL',
  ]),
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
 * What an answer's code and sub-code say. Of a sub-code the whole last word counts: Alipay's own
 * lists mix `ACQ.X`, `AQC.X`, `X` and `aop.ACQ.X`, and a word that only holds a listed one is new.
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

function find(table: Table, subCode: string): Verdict | undefined {
  const last = lastWord(subCode);
  return table.find(([listed]) => listed === last)?.[1];
}

function lastWord(subCode: string): string {
  return subCode.slice(subCode.lastIndexOf('.') + 1);
}

/** The last word of a business refusal, in capitals; null: it says nothing that lasts. */
export function refusalWord(code: string, subCode: string): string | null {
  const word = subCode.toUpperCase().replaceAll('-', '_');
  return code === '40004' && !UNCLEAR.test(word) ? lastWord(word) : null;
}

function each(verdict: Verdict, words: readonly string[]): Table {
  return words.map((one) => [one, verdict] as const);
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

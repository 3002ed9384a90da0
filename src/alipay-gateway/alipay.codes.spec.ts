import { verdictOf } from './alipay.codes';

/**
 * Every business code Alipay lists for the method, and what we make of it. Source: the enum of
 * AlipayTradePayErrorResponseModel in alipay-sdk-java-all, document version 2026-09-23. To judge a
 * new one: `request` and `configuration` end a charge, so they need certainty that nothing was
 * taken; about the number itself (`numberRefused`, `alreadyPaid`) a query is asked.
 */
const PAY = `
  ACCESS_FORBIDDEN                                 configuration
  AGREEMENT_ERROR                                  configuration
  AGREEMENT_INVALID                                configuration
  AGREEMENT_NOT_EXIST                              configuration
  AGREEMENT_STATUS_NOT_NORMAL                      configuration
  AMOUNT_OR_CURRENCY_ERROR                         request
  AUTH_AMOUNT_NOT_ENOUGH                           request
  AUTH_NO_ERROR                                    request
  AUTH_ORDER_HAS_CLOSED                            request
  AUTH_ORDER_HAS_FINISHED                          unknown
  AUTH_ORDER_NOT_PAID                              request
  AUTH_TOKEN_IS_NOT_EXIST                          request
  BEYOND_PAY_RESTRICTION                           request
  BEYOND_PER_RECEIPT_DAY_RESTRICTION               request
  BEYOND_PER_RECEIPT_RESTRICTION                   request
  BEYOND_PER_RECEIPT_SINGLE_RESTRICTION            request
  BUYER_BALANCE_NOT_ENOUGH                         request
  BUYER_BANKCARD_BALANCE_NOT_ENOUGH                request
  BUYER_BANKCARD_DECLINED                          request
  BUYER_BANKCARD_INVALID                           request
  BUYER_ENABLE_STATUS_FORBID                       request
  BUYER_LIMIT_EXCEEDED                             request
  BUYER_NOT_EXIST                                  request
  BUYER_NOT_MAINLAND_CERT                          request
  BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR             request
  BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR           request
  BUYER_SELLER_EQUAL                               request
  BUYER_UNSUPPORT_ADVANCE                          request
  CARD_TYPE_ERROR                                  request
  CARD_USER_NOT_MATCH                              request
  CERT_EXPIRED                                     request
  CONTEXT_INCONSISTENT                             numberRefused
  CURRENCY_NOT_SUPPORT                             configuration
  CYCLE_PAY_DATE_NOT_MATCH                         request
  CYCLE_PAY_SINGLE_FEE_EXCEED                      request
  CYCLE_PAY_TOTAL_FEE_EXCEED                       request
  CYCLE_PAY_TOTAL_TIMES_EXCEED                     request
  ERROR_BALANCE_PAYMENT_DISABLE                    request
  ERROR_BUYER_CERTIFY_LEVEL_LIMIT                  request
  EXIST_FORBIDDEN_WORD                             request
  INVALID_PARAMETER                                request
  INVALID_RECEIVE_ACCOUNT                          configuration
  INVALID_STORE_ID                                 configuration
  MERCHANT_AGREEMENT_INVALID                       configuration
  MERCHANT_AGREEMENT_NOT_EXIST                     configuration
  MERCHANT_PERM_RECEIPT_DAY_LIMIT                  request
  MERCHANT_PERM_RECEIPT_SINGLE_LIMIT               request
  MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT              request
  MERCHANT_STATUS_NOT_NORMAL                       configuration
  MERCHANT_UNSUPPORT_ADVANCE                       configuration
  MOBILE_PAYMENT_SWITCH_OFF                        request
  NOT_CERTIFIED_USER                               request
  NOT_SUPPORT_PAYMENT_INST                         request
  NOW_TIME_AFTER_EXPIRE_TIME_ERROR                 request
  NO_PAYMENT_INSTRUMENTS_AVAILABLE                 request
  ORDER_UNSUPPORT_ADVANCE                          request
  OVER_DEDUCT_PERIOD                               request
  OVER_MAX_DEDUCT_COUNT                            request
  OVER_MAX_UNDER_WAY_DEDUCT_COUNT                  unknown
  OVER_MERCHANT_DAILY_DEDUCT_AMOUNT                request
  PARTNER_ERROR                                    configuration
  PAYER_UNMATCHED                                  request
  PAYMENT_AUTH_CODE_INVALID                        request
  PAYMENT_FAIL                                     request
  PAYMENT_REQUEST_HAS_RISK                         request
  PLATFORM_BUSINESS_ACQUIRE_MODE_MUST_MERCHANT_ID  configuration
  PRE_AUTH_PROD_CODE_INCONSISTENT                  configuration
  PRODUCT_AMOUNT_LIMIT_ERROR                       request
  PULL_MOBILE_CASHIER_FAIL                         request
  REQUEST_AMOUNT_EXCEED                            request
  RESTRICTED_MERCHANT_INDUSTRY                     request
  RISK_MERCHANT_IP_NOT_EXIST                       request
  ROYALTY_ACCOUNT_NOT_EXIST                        configuration
  SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID        configuration
  SECONDARY_MERCHANT_ID_BLANK                      configuration
  SECONDARY_MERCHANT_ID_INVALID                    configuration
  SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT           configuration
  SECONDARY_MERCHANT_NOT_MATCH                     configuration
  SECONDARY_MERCHANT_STATUS_ERROR                  configuration
  SELLER_BEEN_BLOCKED                              configuration
  SELLER_NOT_EXIST                                 configuration
  SMILE_PAY_MERCHANT_NOT_MATCH                     configuration
  SUB_GOODS_SIZE_MAX_COUNT                         request
  SUB_MERCHANT_CREATE_FAIL                         configuration
  SUB_MERCHANT_TYPE_INVALID                        configuration
  SYSTEM_ERROR                                     unknown
  TOTAL_FEE_EXCEED                                 request
  TRADE_BUYER_NOT_MATCH                            numberRefused
  TRADE_HAS_CLOSE                                  numberRefused
  TRADE_HAS_SUCCESS                                alreadyPaid
  TRADE_SETTLE_ERROR                               configuration
  TRADE_STATUS_ERROR                               unknown
  UN_SUPPORT_TRADE_SCENE                           configuration
  USER_FACE_PAYMENT_SWITCH_OFF                     request
  USER_LOGONID_DUP                                 request
  ZM_AUTH_AMOUNT_EXCEED                            request
  ZM_AUTH_RULE_LIMIT                               request
  ZM_CREDIT_AUTH_FAIL                              request`;

/** The same of AlipayTradePrecreateErrorResponseModel. None of them can be said of money taken. */
const PRECREATE = `
  ACCESS_FORBIDDEN                                 configuration
  APPLY_PC_MERCHANT_CODE_ERROR                     numberRefused
  BEYOND_PAY_RESTRICTION                           request
  BEYOND_PER_RECEIPT_DAY_RESTRICTION               request
  BEYOND_PER_RECEIPT_RESTRICTION                   request
  BEYOND_PER_RECEIPT_SINGLE_RESTRICTION            request
  BUYER_ENABLE_STATUS_FORBID                       request
  BUYER_NOT_EXIST                                  request
  BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR             request
  BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR           request
  BUYER_SELLER_EQUAL                               request
  CONTEXT_INCONSISTENT                             numberRefused
  DEFAULT_SETTLE_RULE_NOT_EXIST                    configuration
  ERROR_BUYER_CERTIFY_LEVEL_LIMIT                  request
  EXIST_FORBIDDEN_WORD                             request
  INVALID_PARAMETER                                request
  INVALID_RECEIVE_ACCOUNT                          configuration
  INVALID_STORE_ID                                 configuration
  MERCHANT_PERM_RECEIPT_DAY_LIMIT                  request
  MERCHANT_PERM_RECEIPT_SINGLE_LIMIT               request
  MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT              request
  MERCHANT_STATUS_NOT_NORMAL                       configuration
  NOW_TIME_AFTER_EXPIRE_TIME_ERROR                 request
  PARTNER_ERROR                                    configuration
  RISK_MERCHANT_IP_NOT_EXIST                       request
  SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID        configuration
  SECONDARY_MERCHANT_ID_BLANK                      configuration
  SECONDARY_MERCHANT_ID_INVALID                    configuration
  SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT           configuration
  SECONDARY_MERCHANT_NOT_MATCH                     configuration
  SECONDARY_MERCHANT_STATUS_ERROR                  configuration
  SELLER_BEEN_BLOCKED                              configuration
  SELLER_NOT_EXIST                                 configuration
  SUB_GOODS_SIZE_MAX_COUNT                         request
  SYSTEM_ERROR                                     unknown
  TOTAL_FEE_EXCEED                                 request
  TRADE_BUYER_NOT_MATCH                            request
  TRADE_HAS_CLOSE                                  numberRefused
  TRADE_HAS_SUCCESS                                alreadyPaid
  TRADE_SETTLE_ERROR                               configuration`;

function rows(table: string): [word: string, verdict: string][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/) as [string, string]);
}

describe.each([
  ['pay', PAY, 98],
  ['precreate', PRECREATE, 40],
] as const)('a refusal of %s', (operation, table, listed) => {
  const told = (subCode: string) => verdictOf(operation, '40004', subCode);

  it('is listed once', () => {
    expect(new Set(rows(table).map(([word]) => word)).size).toBe(listed);
  });

  it.each(rows(table))('%s is %s, in every spelling', (word, verdict) => {
    const spellings = [word, `ACQ.${word}`, `AQC.${word}`, `aop.ACQ.${word}`];
    expect(spellings.map(told)).toEqual(spellings.map(() => verdict));
  });

  it.each(rows(table))('%s within another word is not known', (word) => {
    const others = [`${word}_PENDING`, `NEW_${word}`, `ACQ.${word}X`, `ACQ.${word}.UNDECIDED`];
    expect(others.map(told)).toEqual(others.map(() => 'unknown'));
  });
});

it('a charge is not ended by what is said of paid and undecided ones', () => {
  const ending = rows(PAY).filter(([, verdict]) => /request|configuration/.test(verdict));
  expect(ending.length).toBe(90);
  const doubts = ['SYSTEM_ERROR', 'TRADE_STATUS_ERROR', 'TRADE_HAS_SUCCESS', 'TRADE_HAS_CLOSE'];
  const about = [...doubts, 'CONTEXT_INCONSISTENT', 'TRADE_BUYER_NOT_MATCH'];
  expect(ending.filter(([word]) => about.includes(word))).toEqual([]);
});

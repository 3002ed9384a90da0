import { parseChinaTime } from '../domain/china-time';
import { formatYuan, parseChannelAmount } from '../domain/money';
import type { RefundOrder } from '../domain/ports/refund-gateway';
import type { RefundAnswer, RefundQueryAnswer } from '../domain/refund/refund-answer';
import type { AlipayAnswer } from './call/alipay.client';
import { refusalWord, shownText, word, wordsOf } from './alipay.codes';
import { plain } from './alipay.order';
import type { AnsweredDoubt } from './resilience/timed-gateway';

type Unknown = { readonly kind: 'unknown' } & AnsweredDoubt;
type Refusal = Exclude<RefundAnswer['kind'], 'done' | 'unchanged' | 'unknown'>;

/** Alipay takes so many characters of a reason. Source: Alipay, open/02ekfs. */
const MAX_REASON = 256;

/**
 * Sub-codes of 40004. Source: Alipay, open/02ekfs; both names for more than is left, and
 * TRADE_HAS_CLOSE for nothing left, were recorded. What is not listed is unknown, and so are
 * REFUND_FEE_ERROR and REFUND_CHARGE_ERROR: the same refund again may be taken.
 */
const REFUSALS: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ['SELLER_BALANCE_NOT_ENOUGH', 'balanceShort'],
  ['DISCORDANT_REPEAT_REQUEST', 'discordant'],
  ['NOT_ALLOW_PARTIAL_REFUND', 'refused'],
  ['ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND', 'refused'],
  ['REASON_TRADE_BEEN_FREEZEN', 'refused'],
  ['REFUNDALLOC_UNAUTH_LIMIT', 'refused'],
  ['REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST', 'refused'],
  ['TRADE_HAS_FINISHED', 'refused'],
  ['TRADE_NOT_ALLOW_REFUND', 'refused'],
  ['INVALID_PARAMETER', 'disagrees'],
  ['REASON_TRADE_REFUND_FEE_ERR', 'disagrees'],
  ['REFUND_AMT_NOT_EQUAL_TOTAL', 'disagrees'],
  ['TRADE_HAS_CLOSE', 'disagrees'],
  ['TRADE_NOT_EXIST', 'noTrade'],
  ['TRADE_STATUS_ERROR', 'noTrade'],
]);

/** The content of a refund, word for word the same for the same refund. */
export function refundContent(order: RefundOrder): Readonly<Record<string, string>> {
  const reason = [...plain(order.reason ?? '')].slice(0, MAX_REASON).join('').trimEnd();
  return {
    out_trade_no: order.outTradeNo,
    out_request_no: order.outRequestNo,
    refund_amount: formatYuan(order.amount),
    ...(reason === '' ? {} : { refund_reason: reason }),
  };
}

/** The content of the question after a refund; its time is told only when it is asked for. */
export function refundQueryContent(outTradeNo: string, outRequestNo: string) {
  const names = { out_trade_no: outTradeNo, out_request_no: outRequestNo };
  return { ...names, query_options: ['gmt_refund_pay'] };
}

/** What a verified answer to a refund means for our number. Source: Alipay, open/02ekfs. */
export function toRefundAnswer(answer: AlipayAnswer, outTradeNo: string): RefundAnswer {
  const { code, subCode, text } = wordsOf(answer);
  const named = answer.out_trade_no;
  if (named !== outTradeNo && (isPresent(named) || code === '10000')) return ofAnother();
  if (code === '10000') {
    if (answer.fund_change !== 'Y') return { kind: 'unchanged' };
    const total = parseChannelAmount(answer.refund_fee);
    return { kind: 'done', total, refundedAtMs: parseChinaTime(answer.gmt_refund_pay) };
  }
  const kind = REFUSALS.get(refusalWord(code, subCode) ?? '');
  if (kind === undefined) return unknown(text);
  if (kind !== 'refused') return { kind, cause: text };
  return { kind, cause: text, shown: shownText(answer.sub_msg) };
}

/**
 * What a verified answer to the question after a refund means. Only REFUND_SUCCESS is a success; a
 * 10000 without any detail tells of no such refund. Source: Alipay, open/02ekft.
 */
export function toRefundQueryAnswer(
  answer: AlipayAnswer,
  outTradeNo: string,
  outRequestNo: string,
): RefundQueryAnswer {
  const { code, text } = wordsOf(answer);
  if (code !== '10000') return unknown(text);
  const { out_trade_no: trade, out_request_no: request, refund_status: status } = answer;
  const strange = [
    isPresent(trade) && trade !== outTradeNo,
    isPresent(request) && request !== outRequestNo,
  ];
  if (strange.includes(true)) return ofAnother();
  if (![request, status, answer.refund_amount].some(isPresent)) return { kind: 'nothing' };
  if (trade !== outTradeNo || request !== outRequestNo) return unknown('10000, half told');
  if (status !== 'REFUND_SUCCESS') return unknown(`refund_status ${word(status) || 'missing'}`);
  const amount = parseChannelAmount(answer.refund_amount);
  return { kind: 'found', amount, refundedAtMs: parseChinaTime(answer.gmt_refund_pay) };
}

function ofAnother(): Unknown {
  return { ...unknown('answer is about another number'), unverified: true };
}

function unknown(cause: string): Unknown {
  return { kind: 'unknown', cause, sent: true, unverified: false, answered: true };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

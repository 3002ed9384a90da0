import { parseChinaTime } from '../domain/china-time';
import { parseChannelAmount, type Fen } from '../domain/money';
import { SCANNED } from '../domain/receipt/pay-status';
import type {
  CancelOutcome,
  ChargeOutcome,
  CodeOutcome,
  PayOutcome,
  Refusal,
} from '../domain/ports/payment-gateway';
import type { AlipayAnswer } from './call/alipay.client';
import type { AnsweredDoubt } from './resilience/timed-gateway';
import { shownText, verdictOf, word, wordsOf, type Operation, type Verdict } from './alipay.codes';

type Unknown = { readonly kind: 'unknown' } & AnsweredDoubt;
type Refused = { readonly kind: 'refused' } & Refusal;
type ChannelPayment = Extract<PayOutcome, { kind: 'paid' }>['payment'];

/** The parameters of a notify, none of them empty; names as on the wire. */
export type NotifyFields = Readonly<Partial<Record<string, string>>>;

/** The status of a paid trade, which an answer to pay does not name. */
const PAID = 'TRADE_SUCCESS';

const MAX_TRADE_NO = 64;
const MAX_BUYER = 100;

/** A code's text. Source: Alipay precreate, qr_code, at most 1024; a URL, so printable ASCII. */
const QR_CODE = /^[\x21-\x7e]{1,1024}$/;

/** What a verified answer to precreate means for our number. */
export function toCodeOutcome(answer: AlipayAnswer, outTradeNo: string): CodeOutcome {
  const said = listen('precreate', answer, outTradeNo);
  if (typeof said !== 'string') return said;
  switch (said) {
    case 'done':
      return code(answer.qr_code);
    case 'alreadyPaid':
      return { kind: 'alreadyPaid' };
    case 'numberRefused':
      return { kind: 'numberRefused', cause: wordsOf(answer).text };
    case 'waiting':
    case 'notExist':
    case 'tooLate':
    case 'balanceShort':
    case 'unknown':
      return unknown(wordsOf(answer).text);
    case 'request':
    case 'configuration':
    case 'pace':
      return refused(said, answer);
  }
}

/**
 * What a verified answer to pay means for our number. What is wrong with the number itself says
 * nothing about its money: a query does. Source: Alipay, open/02ekfp.
 */
export function toChargeOutcome(answer: AlipayAnswer, outTradeNo: string): ChargeOutcome {
  const said = listen('pay', answer, outTradeNo);
  if (typeof said !== 'string') return said;
  switch (said) {
    case 'done': {
      const payment = paymentOf({ ...answer, send_pay_date: answer.gmt_payment });
      return payment ? { kind: 'paid', channelStatus: PAID, payment } : nameless('10000');
    }
    case 'waiting':
      return { kind: 'pending', channelStatus: SCANNED };
    case 'alreadyPaid':
    case 'numberRefused':
    case 'notExist':
    case 'tooLate':
    case 'balanceShort':
    case 'unknown':
      return unknown(wordsOf(answer).text);
    case 'request':
    case 'configuration':
    case 'pace':
      return refused(said, answer);
  }
}

/**
 * What a verified answer to query means for our number. `channelTimeMs`: when Alipay gave it by its
 * own clock, epoch ms; null: not known. Source: Alipay, open/02ekfq.
 */
export function toPayOutcome(
  answer: AlipayAnswer,
  outTradeNo: string,
  channelTimeMs: number | null,
): PayOutcome {
  const said = listen('query', answer, outTradeNo);
  if (typeof said !== 'string') return said;
  switch (said) {
    case 'done':
      return trade(answer);
    case 'notExist':
      return { kind: 'notExist', channelTimeMs };
    case 'waiting':
    case 'alreadyPaid':
    case 'numberRefused':
    case 'tooLate':
    case 'balanceShort':
    case 'unknown':
      return unknown(wordsOf(answer).text);
    case 'request':
    case 'configuration':
    case 'pace':
      return refused(said, answer);
  }
}

/** What a verified answer to cancel means for our number. Source: Alipay, open/02ekfr. */
export function toCancelOutcome(answer: AlipayAnswer, outTradeNo: string): CancelOutcome {
  const said = listen('cancel', answer, outTradeNo);
  if (typeof said !== 'string') return said;
  switch (said) {
    case 'done':
      return cancelled(answer);
    case 'tooLate':
    case 'balanceShort':
      return { kind: said, cause: wordsOf(answer).text };
    case 'waiting':
    case 'alreadyPaid':
    case 'numberRefused':
    case 'notExist':
    case 'unknown':
      return unknown(wordsOf(answer).text);
    case 'request':
    case 'configuration':
    case 'pace':
      return refused(said, answer);
  }
}

/**
 * What a notify of verified signature says of its trade. Source: Alipay, notify of face-to-face
 * payment; the words are those of query but for the time of payment.
 */
export function toNotifiedOutcome(fields: NotifyFields): PayOutcome {
  const outcome = trade({ ...fields, send_pay_date: fields.gmt_payment });
  if (!tellsOfRefund(fields)) return outcome;
  if (outcome.kind === 'closed' && outcome.payment) return outcome;
  // A refund in part still says TRADE_SUCCESS; `refund_fee` is what went back in all.
  const total = parseChannelAmount(fields.refund_fee);
  if (outcome.kind === 'paid' && total !== null && total > 0) {
    return { ...outcome, refund: { total, requestNo: requestNoOf(fields) } };
  }
  const status = word(fields.trade_status);
  return outcome.kind === 'unknown' ? outcome : unknown(`${status} in a notify of a refund`);
}

/** The number a refund was asked for under. Source: Alipay, notify, out_biz_no, at most 64. */
function requestNoOf({ out_biz_no: requestNo }: NotifyFields): string | null {
  return requestNo === undefined || requestNo.length > 64 ? null : requestNo;
}

/**
 * The verdict of an answer that is about our number. A successful one must name it; an error may
 * leave it out, or name it null or empty, but never another: that is an old answer played again.
 */
function listen(operation: Operation, answer: AlipayAnswer, ours: string): Verdict | Unknown {
  const { code: codeWord, subCode } = wordsOf(answer);
  const verdict = verdictOf(operation, codeWord, subCode);
  const named = answer.out_trade_no;
  const silent = !isPresent(named) && verdict !== 'done';
  return named === ours || silent
    ? verdict
    : { ...unknown('answer is about another number'), unverified: true };
}

/**
 * Close, refund, or nothing at all because nobody had scanned: then neither an action nor a trade
 * is named. `retry_flag` is always there, and `N` when it is over.
 */
function cancelled(answer: AlipayAnswer): CancelOutcome {
  if (answer.retry_flag !== 'N') {
    const flag = word(answer.retry_flag) || 'missing';
    return unknown(`10000, not over: retry_flag ${flag}`);
  }
  const { action } = answer;
  if (action === 'close' || action === 'refund') return { kind: 'done', action };
  if (isPresent(action)) return unknown(`10000 with action ${word(action) || 'unreadable'}`);
  return isPresent(answer.trade_no)
    ? unknown('10000 with a trade but no action')
    : { kind: 'done', action: 'none' };
}

function tellsOfRefund(fields: NotifyFields): boolean {
  const { gmt_refund: refundedAt, out_biz_no: refundNo, refund_fee: refunded } = fields;
  const none = refunded === undefined || parseChannelAmount(refunded) === 0;
  return isPresent(refundedAt) || isPresent(refundNo) || !none;
}

function code(qrCode: unknown): CodeOutcome {
  return typeof qrCode === 'string' && QR_CODE.test(qrCode)
    ? { kind: 'code', qrCode }
    : unknown('10000 without a usable qr_code');
}

function trade(answer: AlipayAnswer): PayOutcome {
  const channelStatus = word(answer.trade_status);
  switch (channelStatus) {
    case 'WAIT_BUYER_PAY':
      return { kind: 'pending', channelStatus };
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED': {
      const payment = paymentOf(answer);
      return payment ? { kind: 'paid', channelStatus, payment } : nameless(channelStatus);
    }
    case 'TRADE_CLOSED':
      return closed(channelStatus, answer);
    default:
      return unknown(`trade_status ${channelStatus || 'missing'}`);
  }
}

/**
 * TRADE_CLOSED has two meanings: never paid, and paid with all of it given back. A trace of money
 * tells the second; an amount that is there but cannot be read tells neither.
 */
function closed(channelStatus: string, answer: AlipayAnswer): PayOutcome {
  const { receipt_amount: received, buyer_pay_amount: spent, refund_fee: refunded } = answer;
  const amounts = [received, spent, refunded].filter(isPresent).map(parseChannelAmount);
  const wasPaid =
    isPresent(answer.send_pay_date) ||
    isPresent(answer.gmt_refund) ||
    amounts.some((sum) => sum !== null && sum > 0);
  if (!wasPaid) {
    return amounts.includes(null)
      ? unknown(`${channelStatus} with an unreadable amount`)
      : { kind: 'closed', channelStatus, payment: null };
  }
  const payment = paymentOf(answer);
  return payment ? { kind: 'closed', channelStatus, payment } : nameless(channelStatus);
}

function paymentOf(answer: AlipayAnswer): ChannelPayment | null {
  const tradeNo = word(answer.trade_no);
  if (tradeNo === '' || tradeNo.length > MAX_TRADE_NO) return null;
  const buyer = answer.buyer_logon_id;
  const amount: Fen | null = parseChannelAmount(answer.total_amount);
  return {
    tradeNo,
    amount,
    buyer: typeof buyer === 'string' && buyer !== '' ? buyer.slice(0, MAX_BUYER) : null,
    paidAtMs: parseChinaTime(answer.send_pay_date),
  };
}

function refused(fault: Refusal['fault'], answer: AlipayAnswer): Refused {
  // Only what is wrong with the order may be told to a till; our contract and keys concern nobody.
  const shown = fault === 'request' ? shownText(answer.sub_msg) : null;
  return { kind: 'refused', fault, cause: wordsOf(answer).text, shown };
}

function nameless(channelStatus: string): Unknown {
  return unknown(`${channelStatus} without a usable trade_no`);
}

function unknown(cause: string): Unknown {
  return { kind: 'unknown', cause, sent: true, unverified: false, answered: true };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

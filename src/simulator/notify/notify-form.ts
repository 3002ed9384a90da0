import { createHash, KeyObject, sign as signBytes } from 'node:crypto';
import { chinaTime } from '../../domain/china-time';
import { fen, formatYuan, parseChannelAmount } from '../../domain/money';
import { Account } from '../keys/keys';
import { BUYER } from '../gateway/terms/buyer';
import { Order, refundedTotal } from '../ledger/trades';

/** What a notify tells of. */
export const NOTIFY_EVENTS = ['waiting', 'paid', 'closed', 'finished', 'refunded'] as const;

/** One of them. */
export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];

/** The parameters of a notify, without `sign`. None is empty. */
export type NotifyForm = Readonly<Record<string, string>>;

/** Ways to spoil a notify; `wrong_` and `foreign_` ones are truly signed all the same. */
export const TAMPERINGS = [
  'amount_after_signing',
  'wrong_amount',
  'bad_sign',
  'no_sign',
  'sign_type_rsa',
  'no_sign_type',
  'repeated_key',
  'foreign_app_id',
  'foreign_seller_id',
  'unknown_number',
] as const;

/** One of them. */
export type Tampering = (typeof TAMPERINGS)[number];

const STATUS: Record<NotifyEvent, (order: Order) => string> = {
  waiting: () => 'WAIT_BUYER_PAY',
  paid: () => 'TRADE_SUCCESS',
  closed: () => 'TRADE_CLOSED',
  finished: () => 'TRADE_FINISHED',
  refunded: (order) => order.stage,
};

/** What a notify would tell of an order as it stands; null: there is no trade to tell of. */
export function eventOf(order: Order): NotifyEvent | null {
  if (order.tradeNo === null) return null;
  if (order.paidAtMs === null) return order.stage === 'TRADE_CLOSED' ? 'closed' : 'waiting';
  if (order.refunds.length > 0) return 'refunded';
  return order.stage === 'TRADE_FINISHED' ? 'finished' : 'paid';
}

/** Whether an event has truly happened to an order, be it long ago: Alipay never lies. */
export function hasHappened(order: Order, event: NotifyEvent): boolean {
  switch (event) {
    case 'waiting':
      return order.tradeNo !== null;
    case 'paid':
      return order.paidAtMs !== null;
    case 'closed':
      return order.stage === 'TRADE_CLOSED' && order.paidAtMs === null;
    case 'finished':
      return order.stage === 'TRADE_FINISHED';
    case 'refunded':
      return order.refunds.length > 0;
  }
}

/** The identity of a notify: the same on repeats of one event, another for another event. */
export function notifyId(order: Order, event: NotifyEvent): string {
  const seed = `${order.tradeNo ?? ''} ${event} ${order.refunds.length}`;
  return `${chinaTime(order.askedAtMs).slice(0, 10).replaceAll('-', '')}00222${createHash('md5')
    .update(seed)
    .digest('hex')}`;
}

/** The parameters of a notify. Source: alipay async notify (open/00f7nu). */
export function notifyForm(
  account: Account,
  order: Order,
  event: NotifyEvent,
  nowMs: number,
): NotifyForm {
  const { terms } = order;
  const isPaid = order.paidAtMs !== null && event !== 'waiting';
  const form: Record<string, string | null> = {
    notify_time: chinaTime(nowMs),
    notify_type: 'trade_status_sync',
    notify_id: notifyId(order, event),
    app_id: account.appId,
    auth_app_id: account.appId,
    charset: 'utf-8',
    version: '1.0',
    sign_type: 'RSA2',
    trade_no: order.tradeNo,
    out_trade_no: order.outTradeNo,
    buyer_id: BUYER.userId,
    buyer_logon_id: BUYER.logonId,
    seller_id: account.sellerId,
    seller_email: 'mer***@example.com',
    trade_status: STATUS[event](order),
    total_amount: formatYuan(terms.totalAmount),
    subject: terms.subject.trim(),
    body: terms.body?.trim() ?? null,
    gmt_create: time(order.createdAtMs),
    passback_params: terms.passbackParams,
    gmt_close: event === 'closed' ? time(order.closedAtMs) : null,
    ...(isPaid ? paidMembers(order) : {}),
    ...(event === 'refunded' ? refundMembers(order) : {}),
  };
  return Object.fromEntries(
    Object.entries(form).filter(
      (pair): pair is [string, string] => pair[1] !== null && pair[1] !== '',
    ),
  );
}

/** The form body of a notify: signed, or spoilt as told. */
export function notifyBody(form: NotifyForm, key: KeyObject, tampering: Tampering | null): string {
  const told = tampering === null ? form : retold(form, tampering);
  const sign = signBytes(
    tampering === 'sign_type_rsa' ? 'RSA-SHA1' : 'RSA-SHA256',
    Buffer.from(tampering === 'bad_sign' ? `${signedText(told)} ` : signedText(told)),
    key,
  ).toString('base64');
  const pairs = new URLSearchParams(told);
  if (tampering !== 'no_sign') pairs.append('sign', sign);
  if (tampering === 'no_sign_type') pairs.delete('sign_type');
  if (tampering === 'amount_after_signing') pairs.set('total_amount', dearer(told));
  if (tampering === 'repeated_key') pairs.append('total_amount', dearer(told));
  return pairs.toString();
}

/** What is signed of a notify: everything but `sign` and `sign_type`. Source: common/02mse7. */
export function signedText(form: NotifyForm): string {
  return Object.entries(form)
    .filter(([name]) => name !== 'sign' && name !== 'sign_type')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${name}=${text}`)
    .join('&');
}

function retold(form: NotifyForm, tampering: Tampering): NotifyForm {
  switch (tampering) {
    case 'wrong_amount':
      return { ...form, total_amount: dearer(form) };
    case 'foreign_app_id':
      return { ...form, app_id: '2021000000000000' };
    case 'foreign_seller_id':
      return { ...form, seller_id: '2088000000000000' };
    case 'unknown_number':
      return { ...form, out_trade_no: `${form['out_trade_no'] ?? ''}_X` };
    case 'sign_type_rsa':
      return { ...form, sign_type: 'RSA' };
    case 'amount_after_signing':
    case 'bad_sign':
    case 'no_sign':
    case 'no_sign_type':
    case 'repeated_key':
      return form;
  }
}

/** The amount of the notify and one yuan. */
function dearer(form: NotifyForm): string {
  return formatYuan(fen((parseChannelAmount(form['total_amount']) ?? 0) + 100));
}

function paidMembers(order: Order): Record<string, string | null> {
  const total = formatYuan(order.terms.totalAmount);
  return {
    receipt_amount: total,
    invoice_amount: total,
    buyer_pay_amount: total,
    point_amount: '0.00',
    gmt_payment: time(order.paidAtMs),
    fund_bill_list: JSON.stringify([{ amount: total, fundChannel: 'ALIPAYACCOUNT' }]),
  };
}

function refundMembers(order: Order): Record<string, string | null> {
  const last = order.refunds.at(-1);
  return {
    refund_fee: formatYuan(refundedTotal(order)),
    out_biz_no: last?.outRequestNo ?? null,
    gmt_refund: time(last?.atMs ?? null),
  };
}

function time(atMs: number | null): string | null {
  return atMs === null ? null : chinaTime(atMs);
}

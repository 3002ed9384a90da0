import { chinaTime } from '../domain/china-time';
import { formatYuan, MAX_AMOUNT } from '../domain/money';
import type { CodeOrder } from '../domain/ports/payment-gateway';
import type { AlipayCall } from './call/alipay.client';

/** The settings that shape a call for a code or a charge. */
export interface OrderSettings {
  readonly sellerId: string | null;
  readonly productCode: string;
  readonly notifyUrl: string | null;
}

/** The product of barcode payments; the configured one is that of the codes guests scan. */
const BARCODE_PRODUCT = 'FACE_TO_FACE_PAYMENT';

const SUBJECT_LENGTH = 256;
const BODY_LENGTH = 128;

/**
 * What, inside one value, looks like its end and the name of another: a notify is signed as
 * `k=v&k=v` without any escape. We send no text that holds it, and read none.
 */
export const BORDER = /&(?=\w+=)/;
const BORDERS = new RegExp(BORDER, 'g');

/** Stands where nothing of the product text may be sent. */
const NO_SUBJECT = '线下收款';

/**
 * The precreate call as text: the same order and settings give the same text.
 * Throws plainly for an order outside the port's promises. Source: Alipay, open/05osv9.
 */
export function prepareCall(order: CodeOrder, settings: OrderSettings): string {
  return textOf(termsOf(order, settings, settings.productCode), settings);
}

/**
 * The charge of a guest's code as text, without the code: that is put in when it is sent, and is
 * in no text that is kept. Throws as `prepareCall`. Source: Alipay, open/02ekfp.
 */
export function preparePay(order: CodeOrder, settings: OrderSettings): string {
  const bizContent = { ...termsOf(order, settings, BARCODE_PRODUCT), scene: 'bar_code' };
  return textOf(bizContent, settings);
}

function textOf(bizContent: AlipayCall['bizContent'], settings: OrderSettings): string {
  const call: AlipayCall = {
    bizContent,
    ...(settings.notifyUrl && { notifyUrl: settings.notifyUrl }),
  };
  return JSON.stringify(call);
}

/** What precreate and pay have in common. */
function termsOf(
  order: CodeOrder,
  settings: OrderSettings,
  productCode: string,
): AlipayCall['bizContent'] {
  if (!/^[A-Za-z0-9_]{1,64}$/.test(order.outTradeNo)) throw new Error('number not fit for Alipay');
  if (order.amount < 1 || order.amount > MAX_AMOUNT) throw new Error('amount not fit for Alipay');

  const body = cut(plain(order.detail ?? '').replaceAll(BORDERS, '＆'), BODY_LENGTH);
  const clientIp = order.clientIp.trim();
  return {
    out_trade_no: order.outTradeNo,
    total_amount: formatYuan(order.amount),
    subject: cut(plain(order.subject.replace(/[/=&]/g, ' ')), SUBJECT_LENGTH) || NO_SUBJECT,
    ...(body && { body }),
    product_code: productCode,
    ...(settings.sellerId && { seller_id: settings.sellerId }),
    time_expire: chinaTime(order.endsAtMs),
    ...(clientIp && { business_params: { mc_create_trade_ip: clientIp } }),
  };
}

/** A prepared call and the number it is for. */
export interface PreparedCall {
  readonly outTradeNo: string;
  readonly call: AlipayCall;
}

/** Reads what `prepareCall` or `preparePay` wrote; throws plainly for any other text. */
export function readPreparedCall(text: string): PreparedCall {
  const call = JSON.parse(text) as AlipayCall;
  const outTradeNo = call.bizContent?.out_trade_no;
  if (typeof outTradeNo !== 'string') throw new Error('not a prepared call');
  return { outTradeNo, call };
}

/** One line without control characters and halves of surrogate pairs, without outer blanks. */
export function plain(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim();
}

/** The first `length` UTF-16 units, never half a surrogate pair, without a blank at the end. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/\p{Cs}$/u, '')
    .trimEnd();
}

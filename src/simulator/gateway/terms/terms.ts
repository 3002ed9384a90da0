import { parseChinaTime } from '../../../domain/china-time';
import { timeoutLength } from '../../ledger/durations';
import { Terms } from '../../ledger/trades';
import { acq, Fields, invalid } from './fields';
import { MethodCall, MethodWorld } from '../methods/method';

const PRODUCTS = ['FACE_TO_FACE_PAYMENT', 'QR_CODE_OFFLINE', 'OFFLINE_PAYMENT'];
const MOST_GOODS = 150;

/**
 * The terms of a payment, checked as Alipay checks them. Source: trade.precreate (open/05osv9),
 * trade.pay (open/02ekfp). Refusals: ACQ.INVALID_PARAMETER and the codes named below.
 */
export function readTerms(fields: Fields, call: MethodCall, world: MethodWorld): Terms {
  const totalAmount = fields.needAmount('total_amount');
  const subject = fields.need('subject', 256);
  if (/[/=&]/.test(subject)) throw invalid('subject含有特殊字符/=&');
  checkParties(fields, world);
  checkDiscounts(fields, totalAmount);
  checkRest(fields);
  return {
    totalAmount,
    subject,
    body: fields.text('body', 128),
    storeId: fields.text('store_id', 32),
    terminalId: fields.text('terminal_id', 32),
    passbackParams: fields.text('passback_params', 512),
    notifyUrl: call.notifyUrl,
    timeExpireMs: readTimeExpire(fields),
    timeoutExpress: readTimeout(fields, 'timeout_express') ?? '3h',
    codeTimeoutExpress: readTimeout(fields, 'qr_code_timeout_express') ?? '2h',
    fingerprint: fields.fingerprint(),
  };
}

function checkParties(fields: Fields, world: MethodWorld): void {
  const seller = fields.text('seller_id', 28);
  if (seller !== null && seller !== world.account.sellerId) {
    throw acq('SELLER_NOT_EXIST', '卖家不存在');
  }
  const product = fields.text('product_code', 64);
  if (product !== null && !PRODUCTS.includes(product)) {
    throw acq('ACCESS_FORBIDDEN', '无权限使用接口:未签约该产品');
  }
}

function checkDiscounts(fields: Fields, totalAmount: number): void {
  const some = fields.amount('discountable_amount');
  const rest = fields.amount('undiscountable_amount');
  if (some !== null && rest !== null && some + rest !== totalAmount) {
    throw invalid('total_amount不等于可打折金额与不可打折金额之和');
  }
}

function checkRest(fields: Fields): void {
  const goods = fields.list('goods_detail');
  if (goods !== null && goods.length > MOST_GOODS) {
    throw acq('SUB_GOODS_SIZE_MAX_COUNT', '子商品明细超长');
  }
  if (/[\u3400-\u9fff]/.test(fields.text('store_id', 32) ?? '')) {
    throw invalid('store_id不能含有中文');
  }
  fields.text('operator_id', 28);
  fields.text('merchant_order_no', 32);
  fields.limit('business_params', 512);
  fields.text('enable_pay_channels', 128);
  fields.text('disable_pay_channels', 128);
  if (fields.has('enable_pay_channels') && fields.has('disable_pay_channels')) {
    throw invalid('enable_pay_channels与disable_pay_channels互斥');
  }
}

function readTimeExpire(fields: Fields): number | null {
  const text = fields.text('time_expire', 19);
  if (text === null) return null;
  const timeExpireMs = parseChinaTime(text);
  if (timeExpireMs === null) throw invalid('time_expire格式应为yyyy-MM-dd HH:mm:ss');
  return timeExpireMs;
}

function readTimeout(fields: Fields, name: string): string | null {
  const text = fields.text(name, 6);
  if (text !== null && timeoutLength(text) === undefined) throw invalid(`${name}格式错误`);
  return text;
}

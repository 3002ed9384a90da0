import { served } from '../answer';
import { isCodeExpired, newOrder, Order, Terms, withCode } from '../../ledger/trades';
import { acq, Fields, invalid } from '../terms/fields';
import { MethodHandler, MethodWorld } from './method';
import { readTerms } from '../terms/terms';

/**
 * alipay.trade.precreate (open/05osv9). A repeat with the same parameters gets the same code as
 * long as it can still be used, else a new one; no trade comes into being here.
 */
export const precreate: MethodHandler = (call, world) => {
  const fields = new Fields(call.biz);
  const outTradeNo = fields.ownNumber('out_trade_no');
  if (outTradeNo === null) throw invalid('out_trade_no不能为空');
  const terms = readTerms(fields, call, world);
  const known = world.find(outTradeNo);
  if (known !== undefined) refuseUnlessSame(known, terms);
  const order = withUsableCode(known ?? newOrder(outTradeNo, terms, world.nowMs()), world);
  return served({
    out_trade_no: outTradeNo,
    qr_code: `${world.publicUrl}/qr/${order.code ?? ''}`,
  });
};

/** Refuses a number that cannot be asked for again. */
export function refuseUnlessSame(known: Order, terms: Terms): void {
  switch (known.stage) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      throw acq('TRADE_HAS_SUCCESS', '交易已被支付');
    case 'TRADE_CLOSED':
    case 'CANCELLED':
      throw acq('TRADE_HAS_CLOSE', '交易已经关闭');
    case 'NOT_SCANNED':
    case 'WAIT_BUYER_PAY':
      if (known.terms.fingerprint === terms.fingerprint) return;
      throw acq('CONTEXT_INCONSISTENT', '交易信息被篡改');
  }
}

function withUsableCode(order: Order, world: MethodWorld): Order {
  const nowMs = world.nowMs();
  if (order.code !== null && !isCodeExpired(order, nowMs)) return order;
  if (order.terms.timeExpireMs !== null && order.terms.timeExpireMs <= nowMs) {
    throw acq('NOW_TIME_AFTER_EXPIRE_TIME_ERROR', '当前时间已超过允许支付的时间');
  }
  const coded = withCode(order, world.newCode(), nowMs);
  world.save(coded, 'precreate');
  return coded;
}

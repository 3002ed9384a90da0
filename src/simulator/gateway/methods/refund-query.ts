import { chinaTime } from '../../../domain/china-time';
import { formatYuan } from '../../../domain/money';
import { served } from '../answer';
import { Refund } from '../../ledger/trades';
import { acq, Fields, named } from '../terms/fields';
import { MethodHandler, MethodWorld } from './method';

/**
 * alipay.trade.fastpay.refund.query (open/02ekft). A number that was never refunded answers 10000
 * without details, and so does one that is not shown yet: empty does not mean failed.
 */
export const refundQuery: MethodHandler = (call, world) => {
  const fields = new Fields(call.biz);
  const outRequestNo = fields.need('out_request_no', 64);
  const { order } = named(fields, world);
  if (order === undefined || order.tradeNo === null) {
    throw acq('TRADE_NOT_EXIST', '交易不存在');
  }
  const wantsTime = fields.list('query_options')?.includes('gmt_refund_pay') ?? false;
  const refund = order.refunds.find((one) => one.outRequestNo === outRequestNo);
  if (refund === undefined || isHidden(refund, world)) return served({});
  return served({
    gmt_refund_pay: wantsTime ? chinaTime(refund.atMs) : undefined,
    out_request_no: outRequestNo,
    out_trade_no: order.outTradeNo,
    refund_amount: formatYuan(refund.amount),
    refund_status: 'REFUND_SUCCESS',
    total_amount: formatYuan(order.terms.totalAmount),
    trade_no: order.tradeNo,
  });
};

function isHidden(refund: Refund, world: MethodWorld): boolean {
  const visibleMs = world.refundVisibleMs();
  return visibleMs > 0 && world.nowMs() < refund.atMs + visibleMs;
}

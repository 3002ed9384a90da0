import { Refusal, served } from '../answer';
import { cancelled, Order } from '../../ledger/trades';
import { acq, Fields, named } from '../terms/fields';
import { MethodHandler, MethodWorld } from './method';

const LIMIT_MS = 24 * 3_600_000;

/**
 * alipay.trade.cancel (open/02ekfr): closes what is unpaid, sends back what is paid, and makes an
 * unscanned code unpayable. It refuses a trade of which a part went back. A number that was never
 * asked for is answered just the same, but is not remembered: a precreate that arrives later still
 * makes a code.
 */
export const cancel: MethodHandler = (call, world) => {
  const { outTradeNo, order } = named(new Fields(call.biz), world);
  if (order === undefined) {
    if (outTradeNo === null) throw acq('TRADE_NOT_EXIST', '交易不存在');
    return served({ out_trade_no: outTradeNo, retry_flag: 'N' });
  }
  const nowMs = world.nowMs();
  if (nowMs >= ageStart(order) + LIMIT_MS) {
    throw refusal('TRADE_CANCEL_TIME_OUT', '超过撤销时间范围');
  }
  if (order.stage === 'TRADE_SUCCESS') refuseUnlessAllCanGoBack(order, world);
  const result = cancelled(order, nowMs);
  if (result === undefined) throw refusal('TRADE_HAS_FINISHED', '交易已完结');
  if (result.order !== order) world.save(result.order, 'cancel');
  return served({
    action: result.action === 'none' ? undefined : result.action,
    out_trade_no: order.outTradeNo,
    retry_flag: 'N',
    trade_no: order.tradeNo ?? undefined,
  });
};

function refuseUnlessAllCanGoBack(order: Order, world: MethodWorld): void {
  if (order.refunds.length > 0) {
    throw refusal('REASON_TRADE_REFUND_FEE_ERR', '退款金额无效');
  }
  if (world.isBalanceShort()) throw refusal('SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足');
}

function ageStart(order: Order): number {
  return order.createdAtMs ?? order.askedAtMs;
}

function refusal(subCode: string, subMsg: string): Refusal {
  return new Refusal('40004', `ACQ.${subCode}`, subMsg, { retry_flag: 'N' });
}

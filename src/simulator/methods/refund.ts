import { Fen, formatYuan } from '../../domain/money';
import { AnswerNode, served } from '../answer';
import { Order, Refund, refundedTotal, withRefund } from '../trades';
import { BUYER } from './buyer';
import { acq, Fields, invalid, named } from './fields';
import { MethodHandler } from './method';

const SPACING_MS = 3_000;

/**
 * alipay.trade.refund (open/02ekfs). `refund_fee` is what went back of the trade in all. The same
 * out_request_no with the same amount moves no money again (`fund_change` N).
 */
export const refund: MethodHandler = (call, world) => {
  const fields = new Fields(call.biz);
  const amount = fields.needAmount('refund_amount');
  const reason = fields.text('refund_reason', 256);
  const requestNo = fields.text('out_request_no', 64);
  const { order } = named(fields, world);
  if (order === undefined || order.tradeNo === null) {
    throw acq('TRADE_NOT_EXIST', '交易不存在');
  }
  if (requestNo === null && amount !== order.terms.totalAmount) {
    throw invalid('部分退款时out_request_no不能为空');
  }
  const outRequestNo = requestNo ?? order.outTradeNo;
  const earlier = order.refunds.find((one) => one.outRequestNo === outRequestNo);
  if (earlier !== undefined) return repeated(order, earlier, amount);
  const nowMs = world.nowMs();
  refuseImpossible(order, amount, nowMs);
  const refunded = withRefund(order, { outRequestNo, amount, reason, atMs: nowMs });
  world.save(refunded, 'refund');
  return result(refunded, 'Y');
};

function repeated(order: Order, earlier: Refund, amount: Fen): AnswerNode {
  if (earlier.amount !== amount) throw acq('DISCORDANT_REPEAT_REQUEST', '请求不一致');
  return result(order, 'N');
}

function refuseImpossible(order: Order, amount: Fen, nowMs: number): void {
  switch (order.stage) {
    case 'TRADE_CLOSED':
      throw acq('TRADE_HAS_CLOSE', '交易已经关闭');
    case 'TRADE_FINISHED':
      throw acq('TRADE_HAS_FINISHED', '交易已完结');
    case 'NOT_SCANNED':
    case 'CANCELLED':
    case 'WAIT_BUYER_PAY':
      throw acq('TRADE_STATUS_ERROR', '交易状态不合法');
    case 'TRADE_SUCCESS':
  }
  if (refundedTotal(order) + amount > order.terms.totalAmount) {
    throw acq('REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限');
  }
  const last = order.refunds.at(-1);
  if (last !== undefined && nowMs < last.atMs + SPACING_MS) {
    throw acq('SYSTEM_ERROR', '同一笔交易的两次退款须间隔3秒');
  }
}

function result(order: Order, fundChange: 'Y' | 'N'): AnswerNode {
  return served({
    buyer_logon_id: BUYER.logonId,
    buyer_user_id: BUYER.userId,
    fund_change: fundChange,
    out_trade_no: order.outTradeNo,
    refund_fee: formatYuan(refundedTotal(order)),
    trade_no: order.tradeNo ?? undefined,
  });
}

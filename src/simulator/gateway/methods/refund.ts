import { chinaTime } from '../../../domain/china-time';
import { Fen, formatYuan } from '../../../domain/money';
import { AnswerNode, Refusal, served } from '../answer';
import {
  Order,
  Refund,
  RefundObstacle,
  refundedTotal,
  refundObstacle,
  withRefund,
} from '../../ledger/trades';
import { BUYER } from '../terms/buyer';
import { acq, Fields, named } from '../terms/fields';
import { MethodCall, MethodHandler, MethodWorld } from './method';

const REFUSALS: Readonly<Record<RefundObstacle, readonly [subCode: string, subMsg: string]>> = {
  NOT_PAID: ['TRADE_STATUS_ERROR', '交易状态不合法'],
  CLOSED: ['TRADE_HAS_CLOSE', '交易已经关闭'],
  FINISHED: ['TRADE_HAS_FINISHED', '交易已完结'],
  TOO_MUCH: ['REASON_TRADE_REFUND_FEE_ERR', '退款金额无效'],
};

/** What a refund asks for, beside its trade. */
interface Wanted {
  readonly amount: Fen;
  readonly reason: string | null;
  readonly requestNo: string | null;
  /** Asked for by `query_options`: how it went back, and its amount as `send_back_fee`. */
  readonly details: boolean;
}

/**
 * alipay.trade.refund (open/02ekfs). `refund_fee` is what went back of the trade in all. The same
 * out_request_no with the same amount moves no money again (`fund_change` N).
 */
export const refund: MethodHandler = (call, world) => {
  try {
    return answer(call, world);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const beside = besideRefusedRefund(numberIn(call, world));
    throw new Refusal(error.code, error.subCode, error.subMsg, beside);
  }
};

/** What stands beside the error of a refund, as recorded answers have it. */
export function besideRefusedRefund(outTradeNo: string | undefined): AnswerNode {
  return { out_trade_no: outTradeNo, refund_fee: '0.00', send_back_fee: '0.00' };
}

function answer(call: MethodCall, world: MethodWorld): AnswerNode {
  const fields = new Fields(call.biz);
  const wanted = readWanted(fields);
  const { order } = named(fields, world);
  if (order === undefined || order.tradeNo === null) {
    throw acq('TRADE_NOT_EXIST', '交易不存在');
  }
  if (wanted.requestNo === null && wanted.amount !== order.terms.totalAmount) {
    throw acq('REFUND_AMT_NOT_EQUAL_TOTAL', '撤销或退款金额与订单金额不一致');
  }
  const outRequestNo = wanted.requestNo ?? order.outTradeNo;
  const earlier = order.refunds.find((one) => one.outRequestNo === outRequestNo);
  if (earlier !== undefined) return repeated(order, earlier, wanted);
  refuseImpossible(order, wanted.amount, world);
  const { amount, reason } = wanted;
  const fresh: Refund = { outRequestNo, amount, reason, atMs: world.nowMs() };
  const refunded = withRefund(order, fresh);
  world.save(refunded, 'refund');
  return result(refunded, fresh, 'Y', wanted);
}

function readWanted(fields: Fields): Wanted {
  return {
    amount: fields.needAmount('refund_amount'),
    reason: fields.text('refund_reason', 256),
    requestNo: fields.text('out_request_no', 64),
    details: fields.list('query_options')?.includes('refund_detail_item_list') ?? false,
  };
}

function repeated(order: Order, earlier: Refund, wanted: Wanted): AnswerNode {
  if (earlier.amount !== wanted.amount) throw acq('DISCORDANT_REPEAT_REQUEST', '请求不一致');
  return result(order, earlier, 'N', wanted);
}

function refuseImpossible(order: Order, amount: Fen, world: MethodWorld): void {
  const why = refundObstacle(order, amount);
  if (why !== null) throw acq(...REFUSALS[why]);
  if (world.isBalanceShort()) throw acq('SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足');
}

/** Recorded answers say `send_back_fee` 0.00 unless the details were asked for. */
function result(
  order: Order,
  told: Refund,
  fundChange: 'Y' | 'N',
  { details }: Wanted,
): AnswerNode {
  const amount = formatYuan(told.amount);
  return served({
    buyer_logon_id: BUYER.logonId,
    buyer_user_id: BUYER.userId,
    fund_change: fundChange,
    gmt_refund_pay: chinaTime(told.atMs),
    out_trade_no: order.outTradeNo,
    refund_detail_item_list: details ? [BUYER.fund(amount)] : undefined,
    refund_fee: formatYuan(refundedTotal(order)),
    send_back_fee: details ? amount : '0.00',
    trade_no: order.tradeNo ?? undefined,
  });
}

/** The out_trade_no a call sent, or else that of the trade it named. */
function numberIn({ biz }: MethodCall, world: MethodWorld): string | undefined {
  const { out_trade_no: outTradeNo, trade_no: tradeNo } = biz;
  if (typeof outTradeNo === 'string' && outTradeNo !== '') return outTradeNo;
  return typeof tradeNo === 'string' ? world.findByTradeNo(tradeNo)?.outTradeNo : undefined;
}

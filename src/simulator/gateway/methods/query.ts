import { chinaTime } from '../../../domain/china-time';
import { formatYuan } from '../../../domain/money';
import { AnswerNode, Refusal, served } from '../answer';
import { Order } from '../../ledger/trades';
import { BUYER } from '../terms/buyer';
import { Fields, named } from '../terms/fields';
import { MethodHandler } from './method';

/** alipay.trade.query (open/02ekfq): 10000 means that the query worked, not that it is paid. */
export const query: MethodHandler = (call, world) => {
  const { outTradeNo, order } = named(new Fields(call.biz), world);
  if (order === undefined || order.tradeNo === null) throw noSuchTrade(outTradeNo);
  return served(tradeMembers(order, order.tradeNo));
};

/**
 * The normal answer before the scan. A real one carries zero amounts beside the error
 * (Luncher/alipay#14), so their presence means nothing.
 */
function noSuchTrade(outTradeNo: string | null): Refusal {
  return new Refusal('40004', 'ACQ.TRADE_NOT_EXIST', '交易不存在', {
    buyer_pay_amount: '0.00',
    invoice_amount: '0.00',
    out_trade_no: outTradeNo ?? undefined,
    point_amount: '0.00',
    receipt_amount: '0.00',
  });
}

function tradeMembers(order: Order, tradeNo: string): AnswerNode {
  const total = formatYuan(order.terms.totalAmount);
  const paid = order.paidAtMs === null ? '0.00' : total;
  return {
    buyer_logon_id: BUYER.logonId,
    buyer_pay_amount: paid,
    buyer_user_id: BUYER.userId,
    fund_bill_list: order.paidAtMs === null ? undefined : [BUYER.fund(total)],
    invoice_amount: paid,
    out_trade_no: order.outTradeNo,
    point_amount: '0.00',
    receipt_amount: paid,
    send_pay_date: order.paidAtMs === null ? undefined : chinaTime(order.paidAtMs),
    store_id: order.terms.storeId ?? undefined,
    terminal_id: order.terms.terminalId ?? undefined,
    total_amount: total,
    trade_no: tradeNo,
    trade_status: order.stage,
  };
}

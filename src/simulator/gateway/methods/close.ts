import { served } from '../answer';
import { ended, nextStage } from '../../ledger/trades';
import { acq, Fields, named } from '../terms/fields';
import { MethodHandler } from './method';

/**
 * alipay.trade.close (open/02o6e8): only for a trade that waits for its guest. Before the scan
 * there is none, so it cannot kill a code; cancel can.
 */
export const close: MethodHandler = (call, world) => {
  const fields = new Fields(call.biz);
  fields.text('operator_id', 28);
  const { order } = named(fields, world);
  if (order === undefined || order.tradeNo === null) {
    throw acq('TRADE_NOT_EXIST', '交易不存在');
  }
  if (nextStage(order.stage, 'close') === undefined) {
    throw acq('TRADE_STATUS_ERROR', '交易状态不合法');
  }
  world.save(ended(order, 'close', world.nowMs()), 'close');
  return served({ out_trade_no: order.outTradeNo, trade_no: order.tradeNo });
};

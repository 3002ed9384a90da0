import { chinaTime } from '../../../domain/china-time';
import { formatYuan } from '../../../domain/money';
import { AnswerNode, Refusal, served } from '../answer';
import { begun, newOrder, Order, pay as payStep } from '../../ledger/trades';
import { BUYER } from '../terms/buyer';
import { acq, Fields, invalid } from '../terms/fields';
import { MethodHandler, MethodWorld } from './method';
import { refuseUnlessSame } from './precreate';
import { readTerms } from '../terms/terms';

const AUTH_CODE = /^(?:2[5-9]|30)\d{14,22}$/;

/** What becomes of a barcode payment. */
type Fate = 'paid' | 'password' | 'noBalance' | 'badCode' | 'unknownPaid' | 'unknownNothing';

/** The last digit of the guest's code chooses. Shown as a table in this folder's README. */
const FATES: Readonly<Record<string, Fate>> = {
  '5': 'password',
  '6': 'noBalance',
  '7': 'badCode',
  '8': 'unknownPaid',
  '9': 'unknownNothing',
};

/** alipay.trade.pay (open/02ekfp): the clerk scans the guest's code. */
export const pay: MethodHandler = (call, world) => {
  const fields = new Fields(call.biz);
  const outTradeNo = fields.ownNumber('out_trade_no');
  if (outTradeNo === null) throw invalid('out_trade_no不能为空');
  if (fields.need('scene', 32) !== 'bar_code') throw invalid('scene只能是bar_code');
  const authCode = fields.need('auth_code', 64);
  if (!AUTH_CODE.test(authCode)) throw badAuthCode();
  const terms = readTerms(fields, call, world);
  const known = world.find(outTradeNo);
  if (known !== undefined) {
    refuseUnlessSame(known, terms);
    return served(members(known), '10003');
  }
  if (terms.timeExpireMs !== null && terms.timeExpireMs <= world.nowMs()) {
    throw acq('NOW_TIME_AFTER_EXPIRE_TIME_ERROR', '当前时间已超过允许支付的时间');
  }
  const fresh = newOrder(outTradeNo, terms, world.nowMs());
  return collect(fresh, FATES[authCode.at(-1) ?? ''] ?? 'paid', world);
};

function collect(fresh: Order, fate: Fate, world: MethodWorld): AnswerNode {
  switch (fate) {
    case 'noBalance':
      throw acq('BUYER_BALANCE_NOT_ENOUGH', '买家余额不足');
    case 'badCode':
      throw badAuthCode();
    case 'unknownNothing':
      throw unknown();
    case 'unknownPaid':
      paidNow(fresh, world);
      throw unknown();
    case 'paid':
      return served(members(paidNow(fresh, world)));
    case 'password': {
      const waiting = begun(fresh, world.newTradeNo(), world.nowMs());
      world.save(waiting, 'barcode');
      return served(members(waiting), '10003');
    }
  }
}

function paidNow(fresh: Order, world: MethodWorld): Order {
  const nowMs = world.nowMs();
  const step = payStep(begun(fresh, world.newTradeNo(), nowMs), nowMs);
  if (!step.ok) throw new Error(`a fresh trade cannot be paid: ${step.why}`);
  world.save(step.order, 'barcode');
  return step.order;
}

function badAuthCode(): Refusal {
  return acq('PAYMENT_AUTH_CODE_INVALID', '支付授权码无效');
}

function unknown(): Refusal {
  return new Refusal('20000', 'aop.unknow-error', '服务暂不可用');
}

function members(order: Order): AnswerNode {
  const total = formatYuan(order.terms.totalAmount);
  const { paidAtMs } = order;
  const always: AnswerNode = {
    buyer_logon_id: BUYER.logonId,
    buyer_user_id: BUYER.userId,
    out_trade_no: order.outTradeNo,
    total_amount: total,
    trade_no: order.tradeNo ?? undefined,
  };
  if (paidAtMs === null) return always;
  return {
    ...always,
    buyer_pay_amount: total,
    fund_bill_list: [BUYER.fund(total)],
    gmt_payment: chinaTime(paidAtMs),
    invoice_amount: total,
    point_amount: '0.00',
    receipt_amount: total,
  };
}

import { isCodeExpired, Order } from '../../ledger/trades';
import { GuestAction } from '../../ledger/guest';
import { Standing, STANDINGS } from '../texts/trade-texts';

/** How an order stands, for people. */
export function standingOf(order: Order, nowMs: number): Standing {
  if (isCodeExpired(order, nowMs)) return STANDINGS.expired;
  switch (order.stage) {
    case 'NOT_SCANNED':
      return STANDINGS.unscanned;
    case 'CANCELLED':
      return STANDINGS.cancelled;
    case 'WAIT_BUYER_PAY':
      return order.buyerPresent ? STANDINGS.waiting : STANDINGS.left;
    case 'TRADE_SUCCESS':
      return order.refunds.length > 0 ? STANDINGS.partly : STANDINGS.paid;
    case 'TRADE_FINISHED':
      return STANDINGS.finished;
    case 'TRADE_CLOSED':
      return order.paidAtMs === null ? STANDINGS.closed : STANDINGS.refunded;
  }
}

/** What the guest can do now. */
export function stepsOf(order: Order, nowMs: number): readonly GuestAction[] {
  if (order.stage === 'WAIT_BUYER_PAY') return order.buyerPresent ? ['pay', 'giveup'] : ['scan'];
  return order.stage === 'NOT_SCANNED' && !isCodeExpired(order, nowMs) ? ['scan'] : [];
}

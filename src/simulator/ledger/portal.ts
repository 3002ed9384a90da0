import { Fen } from '../../domain/money';
import { SimClock } from '../clock';
import { newTradeNo } from './guest';
import { Ledger } from './ledger';
import { Order, RefundObstacle, refundObstacle, withRefund } from './trades';

/** Why the portal could not refund, for whoever asked it to. */
export const PORTAL_OBSTACLES: Record<RefundObstacle, string> = {
  NOT_PAID: 'nothing was paid under this number',
  CLOSED: 'the trade is closed: nothing is left of it',
  FINISHED: 'the trade is finished: the time for refunds is over',
  TOO_MUCH: 'that is more than is left of the trade',
};

/** The order after a refund in the portal, or why there was none. */
export type PortalStep = { ok: true; order: Order } | { ok: false; why: RefundObstacle };

/**
 * A person refunds in the merchant's portal: the application that took the payment never asked,
 * and the refund bears a number of Alipay's. One that was possible is in the ledger afterwards.
 */
export function refundInPortal(
  ledger: Ledger,
  clock: SimClock,
  order: Order,
  amount: Fen,
): PortalStep {
  const why = refundObstacle(order, amount);
  if (why !== null) return { ok: false, why };
  const nowMs = clock.nowMs();
  const refund = { outRequestNo: newTradeNo(nowMs), amount, reason: null, atMs: nowMs };
  const refunded = withRefund(order, refund);
  ledger.save(refunded, 'portal');
  return { ok: true, order: refunded };
}

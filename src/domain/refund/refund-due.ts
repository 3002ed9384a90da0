import type { RefundPlan } from './plan-refund';
import { REFUND_VISIBLE_MS } from './plan-refund';
import type { Refund } from './refund';

/** Between two refunds of one trade Alipay wants so much time. ms. Source: open/02ekfs. */
export const REFUND_GAP_MS = 3_000;
/** What a sending without an answer may still do, it has done by then. ms. */
export const REFUND_UNDER_WAY_MS = 60_000;
/** The longest wait for what Alipay has to decide. ms. */
const LONGEST_WAIT_MS = 60_000;
/** The longest wait for what waits for a person. ms. */
export const LONGEST_LATER_MS = 3_600_000;

/** When a refund that is not decided is looked at next, epoch ms: ever more seldom. Pure. */
export function refundDue(
  { queuedAtMs }: Refund,
  { next }: Extract<RefundPlan, { kind: 'wait' }>,
  nowMs: number,
): number {
  const quarter = Math.abs(nowMs - queuedAtMs) / 4;
  if (next === 'send') return nowMs + REFUND_GAP_MS;
  if (next === 'query') return nowMs + clamp(quarter, REFUND_VISIBLE_MS, LONGEST_WAIT_MS);
  return nowMs + clamp(quarter, 3 * REFUND_VISIBLE_MS, LONGEST_LATER_MS);
}

/**
 * May a refund be sent whose sending was counted just now? Its turn is as long as a call and the
 * gap after it; what took longer than the gap to save is sent in the next turn. Pure.
 * @param passedMs since its turn began, by a clock that never jumps. ms
 */
export function mayRefund(passedMs: number): boolean {
  return passedMs < REFUND_GAP_MS;
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}

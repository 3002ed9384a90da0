import { PayError } from '../errors';
import { decideByPayments } from '../collect/collect-decision';
import type {
  BillView,
  CollectAsk,
  CollectDecision,
  CollectPlan,
} from '../collect/collect-decision';
import type { WantedUntil } from './wanted-until';

/** Would this plan begin or end anything? The others only tell what is there. Pure. */
export function startsSomething({ kind }: CollectPlan): boolean {
  return kind === 'begin' || kind === 'supersede';
}

/**
 * What a request is told that came too late to start anything: the payment that would have answered
 * it in its time, because an earlier try of the same request may have made it. Pure.
 * @throws PayError TOO_LATE: the bill holds no such payment, and nothing was done
 */
export function decideLate(
  bill: BillView,
  ask: CollectAsk,
  { untilMs }: Pick<WantedUntil, 'untilMs'>,
): CollectDecision {
  const told = decideByPayments(bill, { ...ask, nowMs: Math.min(ask.nowMs, untilMs) });
  if (told && told.kind !== 'begin') return told;
  throw new PayError('TOO_LATE', `wanted until ${untilMs}`);
}

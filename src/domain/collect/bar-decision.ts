import { decideByPayments, isBeingCalled } from './collect-decision';
import type { BillView, CollectAsk, CollectPlan } from './collect-decision';

/**
 * Decides what a BarCode may do with its bill. Pure; called with the bill's row locked. Order: an
 * untold or guarded payment, then what is live, then a new receipt. A charge is never repeated: the
 * guest's code rotates, so the terms of a second one say nothing about whether it is the same.
 */
export function decideBarCode(bill: BillView, ask: CollectAsk): CollectPlan {
  const blocked = decideByPayments(bill, ask);
  if (blocked) return blocked;
  const { live } = bill;
  if (!live) return { kind: 'begin' };
  if (live.begunBy === 'barCode') return { kind: 'undecided', receipt: live };
  return { kind: isBeingCalled(live, ask) ? 'conflict' : 'supersede', receipt: live };
}

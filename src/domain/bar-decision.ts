import { blocksCollecting, isBeingCalled } from './scan-decision';
import type { BillView, ScanAsk, ScanPlan } from './scan-decision';

/**
 * Decides what a BarCode may do with its bill. Pure; called with the bill's row locked. Order: an
 * untold or guarded payment, then what is live, then a new receipt. A charge is never repeated: the
 * guest's code rotates, so the terms of a second one say nothing about whether it is the same.
 */
export function decideBarCode({ live, paid }: BillView, ask: ScanAsk): ScanPlan {
  const blocking = paid.find((receipt) => blocksCollecting(receipt, ask));
  if (blocking) return { kind: 'alreadyPaid', receipt: blocking };
  if (!live) return { kind: 'begin' };
  if (live.begunBy === 'barCode') return { kind: 'undecided', receipt: live };
  return { kind: isBeingCalled(live, ask) ? 'conflict' : 'supersede', receipt: live };
}

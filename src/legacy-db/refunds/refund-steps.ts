import { fen } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import type { RefundCase } from '../../domain/ports/refunds';
import { heldFor } from '../../domain/refund/decide-refund';
import type { RefundPlan } from '../../domain/refund/plan-refund';
import { isPending } from '../../domain/refund/refund';

/** The step with which a refund begins; `found`: this refund among all. Pure. */
export function beginStep({ refund, refunds }: RefundCase): ReceiptStep {
  const part = { amount: refund.amount, held: heldFor(refunds) };
  return { event: 'beginRefund', givingBack: 'refund', part };
}

/** The steps of a receipt whose refund went back; none where all of it has gone already. Pure. */
export function doneSteps(
  found: RefundCase,
  { elsewhere }: Extract<RefundPlan, { kind: 'done' }>,
): readonly ReceiptStep[] {
  const { receipt, refund, refunds } = found;
  if (receipt.state === 'refunded') return [];
  const part = { amount: refund.amount, held: heldFor(refunds) };
  const ours = upTo(receipt.amount, receipt.refunded + refund.amount);
  const all = upTo(receipt.amount, ours + elsewhere);
  const steps: ReceiptStep[] = [{ event: backEvent(found, ours), refunded: ours, part }];
  if (all > ours) {
    const detail = `${all - ours} fen more than ours went back`;
    const foreign = { refunded: all, part: { ...part, amount: fen(all - ours) } };
    const alarm = { kind: 'foreignRefund', detail } as const;
    steps.push({ event: backEvent(found, all), ...foreign, foreignRequestNo: null, alarm });
  }
  const goesOn = all === receipt.amount || others(found) || receipt.state !== 'refunding';
  return goesOn ? steps : [...steps, { event: 'endRefund', part }];
}

/**
 * The step of a receipt whose refund ended without money: the card has its amount again. Null:
 * others are on their way, and the receipt stays where it is. Pure.
 */
export function failedStep(found: RefundCase): ReceiptStep | null {
  const { receipt, refund } = found;
  if (others(found) || receipt.state !== 'refunding') return null;
  return { event: 'endRefund', part: { amount: refund.amount, held: heldWithout(found) } };
}

/** What the card shall have given up once this refund has ended without money. Fen. Pure. */
export function heldWithout({ refund, refunds }: RefundCase): Fen {
  return heldFor(refunds.filter(({ id }) => id !== refund.id));
}

/** The step of money that went back after its refund had ended without any. Pure. */
export function lateStep(
  found: RefundCase,
  { alarm, refundedAtMs }: Extract<RefundPlan, { kind: 'late' }>,
): ReceiptStep | null {
  const { receipt, refund, refunds } = found;
  if (receipt.state !== 'paid' && receipt.state !== 'refunding') return null;
  const refunded = upTo(receipt.amount, receipt.refunded + refund.amount);
  const part = { amount: refund.amount, held: heldFor(refunds) };
  const foreignRequestNo = refund.outRequestNo;
  const foreign = { foreignRequestNo, foreignAtMs: refundedAtMs };
  return { event: backEvent(found, refunded), refunded, part, ...foreign, alarm };
}

function backEvent({ receipt }: RefundCase, total: Fen): 'refundInPart' | 'refundInFull' {
  return total === receipt.amount ? 'refundInFull' : 'refundInPart';
}

function others({ refund, refunds }: RefundCase): boolean {
  return refunds.some((one) => one.id !== refund.id && isPending(one));
}

function upTo(most: Fen, sum: number): Fen {
  return fen(Math.min(most, sum));
}

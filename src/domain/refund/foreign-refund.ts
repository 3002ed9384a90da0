import { fen } from '../money';
import type { Fen } from '../money';
import type { ReceiptStep } from '../ports/receipt-repository';
import type { RefundContext } from './plan-refund';
import { heldFor } from './decide-refund';
import { isPending } from './refund';
import type { Refund } from './refund';

/** A refund that was made without us, as the channel's refund query has proved it. */
export interface ForeignRefund {
  /** Under what it was asked for; not one of ours. */
  readonly requestNo: string;
  /** Fen, above 0. */
  readonly amount: Fen;
  /** By the channel's clock, epoch ms; null: not told. */
  readonly refundedAtMs: number | null;
  /**
   * What had gone back in all by the books when each of their refunds was proved, too. Fen. Should
   * the books say another sum by now, nothing is proved.
   */
  readonly provenBefore: Fen;
}

/** What a proved foreign refund means for a receipt. */
export type ForeignRefundPlan =
  /** The books hold it already, under its number. */
  | { readonly kind: 'known' }
  /** Money of the receipt is on its way, or it has moved since it was proved. */
  | { readonly kind: 'notNow' }
  /** More than is left, or nothing is paid: the books cannot hold it. */
  | { readonly kind: 'tooMuch' }
  | { readonly kind: 'book'; readonly steps: readonly ReceiptStep[] };

/**
 * What a proved foreign refund means for a receipt and its refunds as they stand under the lock of
 * the bill. Pure. One number of one receipt is booked once.
 */
export function planForeignRefund(
  { receipt, refunds }: RefundContext,
  { requestNo, amount, refundedAtMs, provenBefore }: ForeignRefund,
): ForeignRefundPlan {
  if (refunds.some((one) => one.state !== 'failed' && one.outRequestNo === requestNo)) {
    return { kind: 'known' };
  }
  if (receipt.state === 'refunded') return { kind: 'tooMuch' };
  if (receipt.state !== 'paid' || refunds.some(isUnderWay)) return { kind: 'notNow' };
  if (receipt.refunded !== provenBefore) return { kind: 'notNow' };
  const total = fen(receipt.refunded + amount);
  if (total > receipt.amount) return { kind: 'tooMuch' };
  const detail = `${amount} fen went back without us, by the bill and Alipay's refund query`;
  const alarm = { kind: 'foreignRefund', detail } as const;
  const booked = { refunded: total, foreignRequestNo: requestNo, foreignAtMs: refundedAtMs, alarm };
  if (total < receipt.amount) {
    const part = { amount, held: heldFor(refunds) };
    return { kind: 'book', steps: [{ event: 'refundInPart', ...booked, part }] };
  }
  // A card gives up all of it, as with everything that went back as a whole.
  return { kind: 'book', steps: [{ event: 'beginRefund' }, { event: 'refundInFull', ...booked }] };
}

/** The same for a card that no longer holds it: the money has gone back all the same. Pure. */
export function withoutCard(
  { refunds }: RefundContext,
  steps: readonly ReceiptStep[],
): readonly ReceiptStep[] {
  const detail = 'money went back that the card no longer holds';
  const alarm = { kind: 'cardShort', detail } as const;
  return steps
    .filter(({ event }) => event !== 'beginRefund')
    .map((step) => ({
      ...step,
      part: { amount: fen(step.refunded ?? 0), held: heldFor(refunds) },
      alarm,
    }));
}

/** What a duplicate is owed and nobody has sent yet is under no way. */
function isUnderWay(refund: Refund): boolean {
  return isPending(refund) && (refund.cause !== 'duplicate' || refund.tries > 0);
}

import { bug } from './bug';
import type { Bug } from './bug';

const PLAN = 'domain/receipt/outcome-plan';
const UNDER_WAY = 'pay/outcome/under-way';
const UNDO = 'pay/outcome/undo.service';

/** Mistakes that were found in the field, each of which the checker must see. */
export const FIELD_BUGS: readonly Bug[] = [
  bug(
    'refused-cancel-waits-for-ever',
    UNDO,
    'doubtOf',
    "return cancelled.kind === 'refused' && cancelled.fault === 'pace' ? cancelled.cause : null;",
    "return cancelled.kind === 'refused' ? cancelled.cause : null;",
  ),
  bug(
    'refused-cancel-of-a-code-untold',
    UNDO,
    'Undo.endUncancelled',
    "await this.applyOutcome.alarm(receipt, 'undoRefused', " +
      '`cancel of a code: ${cancelled.cause}`);',
    '',
  ),
  bug(
    'refund-waits-untold',
    UNDO,
    'Undo.refuseUnlessFinal',
    "await this.applyOutcome.alarm(receipt, 'refundWaits', `cancel: ${cancelled.cause}`);",
    '',
  ),
  bug(
    'final-though-a-cancel-travels',
    UNDO,
    'Undo.refund',
    "if (!othersEnded) throw undecidedUndo(receipt, 'an earlier cancel may still give it back');",
    'void othersEnded;',
  ),
  bug(
    'old-news-alarms',
    PLAN,
    'orAskAgain',
    "if (plan.kind !== 'contradiction' || age === 'askedAgain') return plan;",
    "if (plan.kind !== 'contradiction' || age.length > 0) return plan;",
  ),
  bug(
    'part-refund-forgotten',
    PLAN,
    'refundedElsewhere',
    'if (!refund || refund.total <= receipt.refunded) return null;',
    'if (!refund || refund.total > 0) return null;',
  ),
  bug(
    'stranger-untold',
    'pay/notify/notify.service',
    'Notify.receive',
    'await this.unknownNumber(reading);',
    'void this.unknownNumber;',
  ),
  bug(
    'cancels-by-the-wall-clock',
    UNDER_WAY,
    'UnderWay.cancel',
    'return this.since(this.cancels, receipt.id, receipt.cancelTries) < CANCEL_UNDER_WAY_MS;',
    'return this.clock.nowMs() - (receipt.cancelSentAtMs ?? 0) < CANCEL_UNDER_WAY_MS;',
  ),
  bug(
    'charges-by-the-wall-clock',
    UNDER_WAY,
    'UnderWay.charge',
    "return begunBy === 'barCode' && this.since(this.charges, id, 1) < CHARGE_UNDER_WAY_MS;",
    "return begunBy === 'barCode' && this.clock.nowMs() - receipt.begunAtMs < CHARGE_UNDER_WAY_MS;",
  ),
  bug(
    'late-wishes-served',
    'domain/receipt/wanted-until',
    'WantedUntil.isOver',
    'return this.clock.nowMs() > this.untilMs + WANTED_TOLERANCE_MS;',
    'return this.untilMs < 0;',
  ),
  bug(
    'late-cancel-served',
    'legacy-db/books/receipt-store',
    'ReceiptStore.decideMove',
    'writes.inTime(origin.wantedUntil);',
    '',
  ),
  bug(
    'codes-end-by-our-clock',
    'pay/sweep/sweep-look',
    'SweepLook.isOver',
    'if (nowMs !== null) return codeIsOver(receipt, nowMs);',
    'if (nowMs !== null) return codeIsOver(receipt, this.clock.nowMs());',
  ),
  bug(
    'payment-not-checked-again',
    'domain/receipt/due',
    'checkAfterBooking',
    'return receipt.cancelTries === 0 ? null : nowMs + CANCEL_UNDER_WAY_MS;',
    'return receipt.cancelTries < 0 ? nowMs : null;',
  ),
];

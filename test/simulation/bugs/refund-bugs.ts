import { bug } from './bug';
import type { Bug } from './bug';

const DECIDE = 'domain/refund/decide-refund';
const OWED = 'domain/refund/decide-owed';
const PLAN = 'domain/refund/plan-refund';
const STEPS = 'legacy-db/refunds/refund-steps';
const STORE = 'legacy-db/refunds/refund-store';
const WORK = 'pay/refund/refund-work.service';
const UNDER_WAY = 'pay/refund/refunds-under-way';

/** Mistakes with refunds, each of which the checker must see. */
export const REFUND_BUGS: readonly Bug[] = [
  bug(
    'refund-number-for-each-try',
    WORK,
    'RefundWork.send',
    'const order = { outTradeNo, outRequestNo: numberOf(counted), amount, reason };',
    'const order = { outTradeNo, outRequestNo: numberOf(counted) + refund.tries, amount, reason };',
  ),
  bug(
    'refund-uncounted',
    WORK,
    'RefundWork.send',
    'const counted = (await this.count(found)) ?? (await this.countAfterGap(found));',
    'const counted = { ...found, inTime: true }; void this.countAfterGap;',
  ),
  bug(
    'refund-told-before-commit',
    WORK,
    'RefundWork.send',
    'return (await this.settle(counted, news, by)).found;',
    "void this.settle(counted, news, by).catch(() => undefined); return answer.kind === 'done' " +
      "? { ...counted, refund: { ...refund, state: 'done', endedAtMs: 1 } } : counted;",
  ),
  bug(
    'refund-unchanged-is-done',
    PLAN,
    'planRefund',
    "case 'unchanged':",
    "case 'unchanged': return gone(refund, { total: null, refundedAtMs: null }, context);",
  ),
  bug(
    'refund-unchanged-has-failed',
    PLAN,
    'planRefund',
    "case 'unchanged':",
    "case 'unchanged': return failed('refused');",
  ),
  bug(
    'refund-lost-has-failed',
    PLAN,
    'planRefund',
    "case 'unknown': return wait('query');",
    "case 'unknown': return failed('refused');",
  ),
  bug(
    'refund-final-though-one-is-lost',
    PLAN,
    'planRefund',
    "return refund.tries > refund.answered + 1 ? wait('query', 'refused') : failed('refused');",
    "return failed('refused');",
  ),
  bug(
    'refund-lost-counts-as-answered',
    WORK,
    'sendingOf',
    "return answer.kind === 'unknown' && answer.sent ? 'lost' : 'answered';",
    "return answer.kind === 'unknown' && answer.sent ? 'answered' : 'answered';",
  ),
  bug(
    'refund-of-more-than-is-left-is-final',
    PLAN,
    'planRefund',
    "return wait('query', 'disagrees');",
    "return failed('disagrees');",
  ),
  bug(
    'refund-not-shown-has-failed',
    PLAN,
    'planRefundQuery',
    "return age.untouched ? failed(givenUp) : wait('query', givenUp);",
    'return failed(givenUp);',
  ),
  bug(
    'refund-proof-without-its-minute',
    UNDER_WAY,
    'RefundsUnderWay.untouched',
    'if (askedAtMs - sight.atMs < REFUND_UNDER_WAY_MS) return false;',
    '',
  ),
  bug(
    'refund-pending-is-free',
    DECIDE,
    'leftOf',
    'return fen(Math.max(0, payment.amount - refunded - pending));',
    'return fen(Math.max(0, payment.amount - refunded - 0 * pending));',
  ),
  bug(
    'refund-of-another-amount-repeats',
    DECIDE,
    'decideRefund',
    'return known.amount === wish.amount ? repeat(known) : otherContent(known);',
    'return repeat(known);',
  ),
  bug(
    'refund-batch-by-its-spelling',
    DECIDE,
    'decideRefund',
    'batchKey(batchNo) === batchKey(wish.batchNo)',
    'batchNo === wish.batchNo',
  ),
  bug(
    'refund-while-cancelled',
    DECIDE,
    'decideRefund',
    "receipt.state === 'cancelling' || receipt.givingBack === 'cancel'",
    "receipt.state === 'cancelling'",
  ),
  bug(
    'refund-refused-unasked',
    DECIDE,
    'decideRefund',
    "return wish.asked ? refuse('notPaid') : { kind: 'askFirst' };",
    "return refuse('notPaid');",
  ),
  bug(
    'refund-begun-as-a-cancel',
    STEPS,
    'beginStep',
    "return { event: 'beginRefund', givingBack: 'refund', part };",
    "return { event: 'beginRefund', givingBack: 'cancel', part };",
  ),
  bug(
    'refund-then-cancelled',
    'pay/operations/cancel.service',
    'goesBackByRefunds',
    "return givingBack === 'refund' || (state === 'paid' && refunded > 0);",
    "return givingBack === 'refund' || (state !== 'paid' && refunded > 0);",
  ),
  bug(
    'refund-without-a-gap',
    STORE,
    'RefundStore.countTry',
    'sql` and (refund_sent_at_ms is null or refund_sent_at_ms <= ' +
      '${big(nowMs - REFUND_GAP_MS)})`',
    'sql``',
  ),
  bug(
    'refund-for-who-has-left',
    STORE,
    'RefundStore.start',
    'origin.wantedUntil?.refuseWhenOver();',
    '',
  ),
  bug(
    'refund-holds-its-part-alone',
    STEPS,
    'beginStep',
    'const part = { amount: refund.amount, held: heldFor(refunds) };',
    'const part = { amount: refund.amount, held: refund.amount }; void refunds;',
  ),
  bug(
    'refund-hold-kept-when-refused',
    STEPS,
    'heldWithout',
    'return heldFor(refunds.filter(({ id }) => id !== refund.id));',
    'void refund; return heldFor(refunds);',
  ),
  bug(
    'refund-refused-stays-on-its-way',
    STEPS,
    'failedStep',
    "if (others(found) || receipt.state !== 'refunding') return null;",
    "if (others(found) || receipt.state === 'refunding') return null;",
  ),
  bug(
    'refund-ends-while-others-pend',
    STEPS,
    'others',
    'return refunds.some((one) => one.id !== refund.id && isPending(one));',
    'return refunds.some((one) => one.id !== refund.id && isPending(one) && one.tries > 1);',
  ),
  bug(
    'refund-pending-is-foreign',
    PLAN,
    'gone',
    'const ours = receipt.refunded + pending;',
    'const ours = receipt.refunded + Math.min(pending, refund.amount);',
  ),
  bug(
    'refund-told-by-notify-is-foreign',
    'domain/receipt/outcome-plan',
    'isLeftToRefunds',
    "return state === 'refunding' && givingBack === 'refund';",
    "return state === 'refunding' && givingBack === 'none';",
  ),
  bug(
    'refund-notify-taken-and-forgotten',
    'domain/receipt/outcome-plan',
    'planPaid',
    'if (back && isLeftToRefunds(receipt)) return BESIDE_REFUNDS;',
    'if (back && isLeftToRefunds(receipt)) return NOTHING;',
  ),
  bug(
    'refund-forgotten-by-the-sweep',
    'pay/refund/refund-sweep',
    'RefundLook.look',
    'await this.work.bring(found, SWEEP, true);',
    'await this.work.bring(found, SWEEP, false);',
  ),
  bug(
    'duplicate-owed-after-it-went-back',
    'legacy-db/books/writes/step-writes',
    'StepWrites.save',
    'for (const end of owedEnds(before.id, nowMs)) writes.change(end);',
    'void owedEnds;',
  ),
  bug(
    'duplicate-goes-back-beside-a-refund',
    OWED,
    'decideOwed',
    "return rivals.includes('refunding') ? later : { kind: 'leave', refund };",
    "return { kind: 'begin', refund };",
  ),
  bug(
    'duplicate-goes-back-unasked',
    'pay/refund/duplicate-refund.service',
    'DuplicateRefund.look',
    "if (this.settings.refundDuplicates === 'ask') return this.refunds.leaveOwed(refund);",
    'void refund;',
  ),
  bug(
    'duplicate-stays-for-ever',
    OWED,
    'decideOwed',
    "if (rivals.includes('paid')) return { kind: 'begin', refund };",
    "if (rivals.includes('paid')) return later;",
  ),
  bug(
    'duplicate-under-another-number',
    STORE,
    'RefundStore.beginOwed',
    'await this.numberOwed(db, decision.refund, wish.outRequestNo, origin);',
    '',
  ),
];

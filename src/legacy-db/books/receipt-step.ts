import { checkAfterBooking, nextDue } from '../../domain/receipt/due';
import { SCANNED } from '../../domain/receipt/pay-status';
import type { GivingBack, Receipt } from '../../domain/receipt/receipt';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import { endedUnpaid } from '../../domain/receipt/receipt-state';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import type { Statement } from '../sql/sql';
import { big, int, sql, text } from '../sql/sql';

/**
 * The guarded update of one step, with everything that the receipt's row keeps of it. `more`: what
 * else it sets, each with a comma before it.
 */
export function stepUpdate(
  receipt: Receipt,
  step: ReceiptStep,
  to: ReceiptState,
  nowMs: number,
  more: Statement = sql``,
): Statement {
  let set = sql`update receipt set state = ${text(12, to)}`;
  if (step.channelStatus !== undefined) {
    set = set.with(sql`, channel_status = ${text(32, step.channelStatus)}`);
    if (step.channelStatus === SCANNED) set = set.with(scannedNow(nowMs));
  }
  if (step.qrCode !== undefined) {
    set = set.with(sql`, qr_code = ${text(1024, step.qrCode)}`);
  }
  if (step.payment !== undefined) {
    const { tradeNo, amount, buyer, paidAtMs } = step.payment;
    set = set.with(sql`, trade_no = ${text(64, tradeNo)}, paid_fen = ${big(amount)},
        buyer = ${text(128, buyer)}, paid_at_ms = ${big(paidAtMs)}`);
  }
  if (step.refunded !== undefined) {
    set = set.with(sql`, refunded_fen = ${big(step.refunded)}`);
  }
  if (step.reason !== undefined) {
    set = set.with(sql`, undo_reason = ${text(12, step.reason)}`);
  }
  const givingBack = givingBackAfter(step);
  if (givingBack !== null) set = set.with(sql`, giving_back = ${text(8, givingBack)}`);
  set = set.with(timesOf(receipt, step, to, nowMs)).with(more);
  return set.with(stepGuard(receipt, step, to));
}

/** Where a step starts from, and from nowhere else. */
export function stepGuard(receipt: Receipt, step: ReceiptStep, to: ReceiptState): Statement {
  const guarded = guard(receipt);
  if (step.event === 'refundInPart' || step.event === 'beginRefund') {
    // The state stays, or comes again: the total tells whether somebody was first.
    return guarded.with(sql` and refunded_fen = ${big(receipt.refunded)}`);
  }
  if (to !== 'paid') return guarded;
  // Nobody has sent a cancel since it was decided to keep the payment.
  return guarded.with(sql` and cancel_tries = ${int(receipt.cancelTries)}`);
}

/** The receipt after a step, as `stepUpdate` leaves its row. Pure. */
export function afterStep(
  receipt: Receipt,
  step: ReceiptStep,
  to: ReceiptState,
  nowMs: number,
): Receipt {
  const isScanned = step.channelStatus === SCANNED && receipt.scannedAtMs === null;
  return {
    ...steppedTimes(receipt, step, to, nowMs),
    channelStatus: step.channelStatus ?? receipt.channelStatus,
    scannedAtMs: isScanned ? nowMs : receipt.scannedAtMs,
    qrCode: step.qrCode ?? receipt.qrCode,
    payment: step.payment ?? receipt.payment,
    refunded: step.refunded ?? receipt.refunded,
    undoReason: step.reason ?? receipt.undoReason,
  };
}

/** By what money goes back after a step; null: as before. */
function givingBackAfter({ event, givingBack }: ReceiptStep): GivingBack | null {
  if (event === 'beginRefund') return givingBack ?? 'cancel';
  return event === 'endRefund' || event === 'refundInFull' ? 'none' : null;
}

/** The times a step sets, with the next look at the receipt, which follows from them. */
function timesOf(receipt: Receipt, step: ReceiptStep, to: ReceiptState, nowMs: number): Statement {
  const stepped = steppedTimes(receipt, step, to, nowMs);
  let set = sql``;
  if (isUndo(step)) set = set.with(sql`, undo_at_ms = ${big(nowMs)}`);
  if (step.event === 'intendUndo' || step.event === 'giveCode') {
    set = set.with(sql`, lease_until_ms = ${big(0)}`);
  }
  if (to === 'paid' && receipt.state !== 'paid') {
    set = set.with(sql`, check_at_ms = ${big(stepped.checkAtMs)}`);
  }
  if (endedUnpaid(to)) set = set.with(sql`, ended_at_ms = ${big(nowMs)}`);
  return set.with(sql`, due_at_ms = ${big(nextDue(stepped, nowMs))}`);
}

/** The receipt with the state and the times that a step gives it. */
function steppedTimes(
  receipt: Receipt,
  step: ReceiptStep,
  to: ReceiptState,
  nowMs: number,
): Receipt {
  const { event } = step;
  const isBooked = to === 'paid' && receipt.state !== 'paid';
  return {
    ...receipt,
    state: to,
    givingBack: givingBackAfter(step) ?? receipt.givingBack,
    undoAtMs: isUndo(step) ? nowMs : receipt.undoAtMs,
    leaseUntilMs: event === 'intendUndo' || event === 'giveCode' ? 0 : receipt.leaseUntilMs,
    checkAtMs: isBooked ? checkAfterBooking(receipt, nowMs) : receipt.checkAtMs,
    endedAtMs: endedUnpaid(to) ? nowMs : receipt.endedAtMs,
  };
}

function isUndo({ event }: ReceiptStep): boolean {
  return event === 'intendUndo' || event === 'beginRefund';
}

/** Every change starts from the state, and the reason of an undo, it was decided on. */
export function guard({ id, state, undoReason }: Receipt): Statement {
  const reason =
    undoReason === null
      ? sql` and undo_reason is null`
      : sql` and undo_reason = ${text(12, undoReason)}`;
  return sql` where id = ${big(id)} and state = ${text(12, state)}`.with(reason);
}

/** When a guest was first seen; the first note stays. */
export function scannedNow(nowMs: number): Statement {
  return sql`, scanned_at_ms = coalesce(scanned_at_ms, ${big(nowMs)})`;
}

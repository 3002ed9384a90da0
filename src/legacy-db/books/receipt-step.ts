import { checkAfterBooking, nextDue } from '../../domain/receipt/due';
import { SCANNED } from '../../domain/receipt/pay-status';
import type { GivingBack, Receipt } from '../../domain/receipt/receipt';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import { endedUnpaid } from '../../domain/receipt/receipt-state';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import type { Statement } from '../sql/sql';
import { big, int, sql, text } from '../sql/sql';

/** The guarded update of one step, with everything that the receipt's row keeps of it. */
export function stepUpdate(
  receipt: Receipt,
  step: ReceiptStep,
  to: ReceiptState,
  nowMs: number,
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
  set = set.with(timesOf(receipt, step, to, nowMs));
  const guarded = set.with(guard(receipt));
  if (step.event === 'refundInPart' || step.event === 'beginRefund') {
    // The state stays, or comes again: the total tells whether somebody was first.
    return guarded.with(sql` and refunded_fen = ${big(receipt.refunded)}`);
  }
  if (to !== 'paid') return guarded;
  // Nobody has sent a cancel since it was decided to keep the payment.
  return guarded.with(sql` and cancel_tries = ${int(receipt.cancelTries)}`);
}

/** By what money goes back after a step; null: as before. */
function givingBackAfter({ event, givingBack }: ReceiptStep): GivingBack | null {
  if (event === 'beginRefund') return givingBack ?? 'cancel';
  return event === 'endRefund' || event === 'refundInFull' ? 'none' : null;
}

/** The times a step sets, with the next look at the receipt, which follows from them. */
function timesOf(receipt: Receipt, step: ReceiptStep, to: ReceiptState, nowMs: number): Statement {
  let set = sql``;
  const givingBack = givingBackAfter(step) ?? receipt.givingBack;
  let stepped: Receipt = { ...receipt, state: to, givingBack };
  if (step.event === 'intendUndo' || step.event === 'beginRefund') {
    set = set.with(sql`, undo_at_ms = ${big(nowMs)}`);
    stepped = { ...stepped, undoAtMs: nowMs };
  }
  if (step.event === 'intendUndo' || step.event === 'giveCode') {
    set = set.with(sql`, lease_until_ms = ${big(0)}`);
    stepped = { ...stepped, leaseUntilMs: 0 };
  }
  if (to === 'paid' && receipt.state !== 'paid') {
    const checkAtMs = checkAfterBooking(receipt, nowMs);
    set = set.with(sql`, check_at_ms = ${big(checkAtMs)}`);
    stepped = { ...stepped, checkAtMs };
  }
  if (endedUnpaid(to)) {
    set = set.with(sql`, ended_at_ms = ${big(nowMs)}`);
    stepped = { ...stepped, endedAtMs: nowMs };
  }
  return set.with(sql`, due_at_ms = ${big(nextDue(stepped, nowMs))}`);
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

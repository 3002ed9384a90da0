import type { BillType } from '../../domain/bill';
import type { Origin, ReceiptStep } from '../../domain/ports/receipt-repository';
import type { RefundCase, RefundNews } from '../../domain/ports/refunds';
import type { Receipt } from '../../domain/receipt/receipt';
import { refundDue } from '../../domain/refund/refund-due';
import type { RefundPlan } from '../../domain/refund/plan-refund';
import { isPending } from '../../domain/refund/refund';
import type { ReceiptStore } from '../books/receipt-store';
import { eventInsert } from '../books/history/receipt-event';
import { bookedDayNotes } from '../daily/reconcile-turn-store';
import type { Sql } from '../sql/database';
import { big, int, sql, text } from '../sql/sql';
import { doneSteps, failedStep, heldWithout, lateStep } from './refund-steps';

/** Writes what an answer means for a refund, in the caller's unit and under the bill's lock. */
export class RefundOutcome {
  constructor(private readonly receipts: Readonly<Record<BillType, ReceiptStore>>) {}

  /** Counts an answer, and keeps its word. */
  async note(db: Sql, { refund, sending, word }: RefundNews, nowMs: number): Promise<void> {
    const id = big(refund.id);
    await db.change(sql`update refund set last_word = ${text(64, word.slice(0, 64))},
        answered_at_ms = ${big(nowMs)} where id = ${id}`);
    if (sending === null) return;
    // The next one of the receipt waits from the end of this call on, however late it was sent.
    const over = sql`update receipt set refund_sent_at_ms = ${big(nowMs)}
        where id = ${big(refund.receiptRowId)}`;
    if (sending === 'lost') {
      await db.change(over.with(sql` and refund_sent_at_ms < ${big(nowMs)}`));
      return;
    }
    // Counted once, also when the unit is run again: too few answers cost time, too many money.
    const counted = await db.change(sql`update refund set answered = answered + 1 where id = ${id}
        and answered = ${int(refund.answered)} and answered < tries`);
    if (counted !== 1) return;
    // Saved late, it says nothing of what was sent since: that call's own end does.
    const sentSince = sql`receipt_row_id = ${big(refund.receiptRowId)}
        and asked_at_ms > ${big(refund.askedAtMs)}`;
    const noneSince = sql` and not exists (select 1 from refund where `
      .with(sentSince)
      .with(sql`)`);
    await db.change(over.with(noneSince));
  }

  async carryOut(db: Sql, found: RefundCase, plan: RefundPlan, origin: Origin): Promise<void> {
    switch (plan.kind) {
      case 'nothing':
        return;
      case 'wait':
        return this.wait(db, found, plan, origin.nowMs);
      case 'done':
        await this.end(db, found, 'done', origin.nowMs, plan.refundedAtMs);
        await this.make(db, found.receipt, doneSteps(found, plan), origin);
        return;
      case 'failed':
        return this.fail(db, found, plan, origin);
      case 'late': {
        const step = lateStep(found, plan);
        if (!step) return this.raise(db, found, plan.alarm, origin.nowMs);
        await this.make(db, found.receipt, [step], origin);
      }
    }
  }

  private async wait(
    db: Sql,
    found: RefundCase,
    plan: Extract<RefundPlan, { kind: 'wait' }>,
    nowMs: number,
  ): Promise<void> {
    const due = refundDue(found.refund, plan, nowMs);
    await db.change(sql`update refund set due_at_ms = ${big(due)},
        given_up = coalesce(given_up, ${text(12, plan.givenUp)})
        where id = ${big(found.refund.id)}`);
    await this.raise(db, found, plan.alarm, nowMs);
  }

  /** Its amount is free again, and the card has it again. */
  private async fail(
    db: Sql,
    found: RefundCase,
    { alarm }: Extract<RefundPlan, { kind: 'failed' }>,
    origin: Origin,
  ): Promise<void> {
    const { receipt, refund } = found;
    const { billType } = receipt;
    await this.end(db, found, 'failed', origin.nowMs, null);
    await this.raise(db, found, alarm, origin.nowMs);
    const step = failedStep(found);
    if (step) {
      await this.make(db, receipt, [step], origin);
      return;
    }
    if (billType === '7') {
      await this.receipts[billType].end(db, receipt, [{ result: 'U', held: heldWithout(found) }]);
    }
    const happening = { before: receipt, event: 'refundRefused', origin, after: receipt };
    await db.change(eventInsert({ ...happening, about: refund.amount }));
  }

  private async end(
    db: Sql,
    { refund }: RefundCase,
    state: 'done' | 'failed',
    nowMs: number,
    refundedAtMs: number | null,
  ): Promise<void> {
    if (!isPending(refund)) throw new Error(`refund ${refund.id} has ended already`);
    for (const note of bookedDayNotes(refundedAtMs, nowMs)) await db.change(note);
    await db.change(sql`update refund set state = ${text(12, state)}, ended_at_ms = ${big(nowMs)},
        refunded_at_ms = ${big(refundedAtMs)}, due_at_ms = ${big(null)}
        where id = ${big(refund.id)}`);
  }

  /** Makes the steps one after the other; gives the receipt after them. */
  async make(
    db: Sql,
    receipt: Receipt,
    steps: readonly ReceiptStep[],
    origin: Origin,
  ): Promise<Receipt> {
    let moved = receipt;
    for (const step of steps) {
      const next = await this.receipts[receipt.billType].makeStep(db, moved, step, origin);
      if (!next) throw new Error(`receipt ${receipt.id} moved under the lock of its bill`);
      moved = next;
    }
    return moved;
  }

  private async raise(
    db: Sql,
    { receipt }: RefundCase,
    alarm: ReceiptStep['alarm'] | null,
    nowMs: number,
  ): Promise<void> {
    if (!alarm) return;
    const { billType, id } = receipt;
    await this.receipts[billType].alarm(db, id, alarm.kind, alarm.detail, nowMs);
  }
}

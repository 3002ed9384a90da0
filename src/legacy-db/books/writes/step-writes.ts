import { receiptSubject } from '../../../domain/ports/alarm';
import type { AlarmKind } from '../../../domain/ports/alarm';
import type { Origin, ReceiptStep } from '../../../domain/ports/receipt-repository';
import { NO_MONEY, fen } from '../../../domain/money';
import type { Receipt } from '../../../domain/receipt/receipt';
import { endedUnpaid, isLive, nextState } from '../../../domain/receipt/receipt-state';
import type { ReceiptState } from '../../../domain/receipt/receipt-state';
import type { Dialect, Sql } from '../../sql/database';
import { readSets } from '../../sql/read-sets';
import type { Statement } from '../../sql/sql';
import { big, int, sql, text } from '../../sql/sql';
import type { Later, Writes } from '../../sql/writes';
import type { EndOrder, SystemReceipts } from '../../systems/system-receipts';
import {
  TradeTaken,
  alarmEnd,
  alarmInsert,
  endCalls,
  foreignRefund,
  otherOfTrade,
  owedEnds,
  queuedRefund,
  selectCountedRivals,
  tradeInsert,
} from '../booking';
import type { EndCall } from '../booking';
import { bookedDayNotes } from '../../daily/reconcile-turn-store';
import { eventInsert } from '../history/receipt-event';
import { selectReceipts, toReceipt } from '../receipt-row';
import type { ReceiptRow } from '../receipt-row';
import { afterStep, stepGuard, stepUpdate } from '../receipt-step';
import type { HeldBill } from './held-bill';

/** The other receipts of a bill that a payment of one of them meets. */
export interface Rivals {
  /** Paid in its place, or it in theirs. */
  readonly paid: readonly number[];
  /** Its code was given in this one's place, and must not be paid any more. */
  readonly live: Receipt | null;
}

/** Of a receipt that is not paid by a step none are looked for. */
export const NO_RIVALS: Rivals = { paid: [], live: null };

const NOTHING_SETTLED: NonNullable<ReceiptStep['settles']> = { kinds: [], note: '' };

/** A step and where it leads. */
interface Planned {
  readonly before: Receipt;
  readonly step: ReceiptStep;
  readonly to: ReceiptState;
  readonly after: Receipt;
  readonly calls: readonly EndCall[];
}

/** What of a receipt's steps was decided, for whoever tells of it. */
export interface StepsMade {
  /** The receipt as the steps leave it; its bill's state is not known yet. */
  readonly moved: Receipt;
  /** What the bill has become, where End was called. */
  readonly billStatus: Later | null;
}

/** The questions for the others of a bill that a payment of a receipt meets. */
export function selectRivals(dialect: Dialect, receiptRowId: number): readonly Statement[] {
  const bill = sql`(select bill_id from receipt where id = ${big(receiptRowId)})`;
  const paid = selectCountedRivals(dialect, receiptRowId);
  const live = selectReceipts(dialect).with(
    sql`where b.live_receipt_id = r.id and r.id <> ${big(receiptRowId)}
      and r.state in (${text(12, 'begun')}, ${text(12, 'waiting')})
      and b.id = `.with(bill),
  );
  return [paid, live];
}

export function toRivals([paid, live]: readonly (readonly unknown[] | undefined)[]): Rivals {
  const [row] = (live ?? []) as readonly ReceiptRow[];
  return {
    paid: ((paid ?? []) as readonly { id: number | string }[]).map(({ id }) => Number(id)),
    live: row ? toReceipt(row) : null,
  };
}

/** The rivals of a receipt that is paid by one of these steps; of others none are looked for. */
export async function rivalsOf(
  read: Sql,
  dialect: Dialect,
  receipt: Receipt,
  steps: readonly ReceiptStep[],
): Promise<Rivals> {
  if (!steps.some(({ payment }) => payment)) return NO_RIVALS;
  return toRivals(await readSets(read, selectRivals(dialect, receipt.id)));
}

/** Puts steps of receipts of one bill into a unit's writes, and all that is saved with them. */
export class StepWrites {
  constructor(
    private readonly writes: Writes,
    private readonly dialect: Dialect,
    private readonly system: SystemReceipts,
    private readonly bill: HeldBill,
    private readonly rivals: Rivals,
  ) {}

  /**
   * Makes the steps, one after the other. The procedures come before everything else of ours: one
   * that ends the transaction by itself leaves nothing of it behind.
   */
  make(receipt: Receipt, steps: readonly ReceiptStep[], origin: Origin): StepsMade {
    const planned = this.plan(receipt, steps, origin);
    const billStatus = this.end(planned);
    for (const one of planned) this.save(one, origin);
    const moved = planned.at(-1)?.after ?? receipt;
    this.settleBill(moved, billStatus);
    return { moved, billStatus };
  }

  private plan(receipt: Receipt, steps: readonly ReceiptStep[], { nowMs }: Origin): Planned[] {
    const planned: Planned[] = [];
    let before = receipt;
    for (const step of steps) {
      const to = nextState(before.state, step.event);
      if (!to) throw new Error(`${step.event} is illegal in ${before.state}`);
      const duplicate = step.payment ? this.isDuplicate() : before.duplicate;
      const after = { ...afterStep(before, step, to, nowMs), duplicate };
      // What counts for nothing, the systems and the card never hear of.
      const calls = after.duplicate ? [] : endCalls(before, step);
      planned.push({ before, step, to, after, calls });
      before = after;
    }
    return planned;
  }

  private isDuplicate(): boolean {
    return this.rivals.paid.length > 0;
  }

  /** Has End told, once it is sure that the first step can be made. */
  private end(planned: readonly Planned[]): Later | null {
    const [first] = planned;
    if (!first || !planned.some(({ calls }) => calls.length > 0)) return null;
    const guard = stepGuard(first.before, first.step, first.to);
    this.writes.holds(sql`select id from receipt${this.dialect.seek}`.with(guard), 'lost');
    for (const { before, step } of planned) {
      if (!step.payment) continue;
      const other = otherOfTrade(before.id, step.payment.tradeNo);
      this.writes.refuse(other, (id) => new TradeTaken(`the trade of receipt ${id}`));
    }
    let billStatus: Later | null = null;
    for (const { after, calls } of planned) billStatus = this.call(after, calls) ?? billStatus;
    return billStatus;
  }

  private call(receipt: Receipt, calls: readonly EndCall[]): Later | null {
    const { payment, refunded } = receipt;
    let billStatus: Later | null = null;
    for (const call of calls) {
      const order: EndOrder = { receipt, payment, refunded, held: NO_MONEY, ...call };
      const { system } = this;
      const procedure = system.endProcedure?.(order);
      const run = (db: Sql): Promise<string> => system.end(db, order);
      billStatus = this.writes.system({ run, procedure }, { name: 'nvarchar', length: 10 });
    }
    return billStatus;
  }

  private save({ before, step, to, after }: Planned, origin: Origin): void {
    const { writes } = this;
    const { nowMs } = origin;
    const booked = step.payment ? this.booked(before, after) : sql``;
    writes.changeOne(stepUpdate(before, step, to, nowMs, booked), 'lost');
    if (step.payment) {
      for (const note of bookedDayNotes(step.payment.paidAtMs, nowMs)) writes.change(note);
      writes.change(tradeInsert(before.id, step.payment.tradeNo));
      this.book(before, origin);
    }
    if (to === 'refunded' && after.duplicate) {
      for (const end of owedEnds(before.id, nowMs)) writes.change(end);
    }
    if (step.foreignRequestNo !== undefined) {
      this.foreignRefund(before, after, step, nowMs);
    }
    if (step.alarm) this.alarm(before, step.alarm.kind, step.alarm.detail, nowMs);
    const { kinds, note } = step.settles ?? NOTHING_SETTLED;
    const by = origin.actor ?? origin.cause;
    for (const kind of kinds) writes.change(alarmEnd(before.id, kind, { by, note, nowMs }));
    const about = step.part?.amount;
    writes.change(eventInsert({ before, event: step.event, origin, after, about }));
  }

  private foreignRefund(before: Receipt, after: Receipt, step: ReceiptStep, nowMs: number): void {
    const { foreignRequestNo: requestNo = null, foreignAtMs: atMs = null } = step;
    const amount = fen(after.refunded - before.refunded);
    for (const note of bookedDayNotes(atMs, nowMs)) this.writes.change(note);
    this.writes.change(foreignRefund(before, { amount, requestNo, atMs, nowMs }));
  }

  /** What a payment's row says of its place among the bill's receipts. */
  private booked({ id }: Receipt, { duplicate }: Receipt): Statement {
    return sql`, duplicate = ${int(duplicate ? 1 : 0)},
        booked_after_id = (select max(id) from receipt${this.dialect.seek}
        where bill_id = (select bill_id from receipt where id = ${big(id)}))`;
  }

  /**
   * A payment gets into the books. When another receipt was paid in this one's place, or this one
   * in its place, it is a duplicate: it counts for nothing and waits to go back.
   */
  private book(receipt: Receipt, origin: Origin): void {
    const { nowMs } = origin;
    if (this.isDuplicate()) {
      const detail = `paid beside receipt ${this.rivals.paid.join(', ')}: refund it`;
      this.alarm(receipt, 'duplicatePayment', detail, nowMs);
      this.writes.change(queuedRefund(receipt, nowMs));
    } else {
      this.endLiveRival(origin);
    }
    if (endedUnpaid(receipt.state)) {
      this.alarm(receipt, 'lateMoney', `paid after it was ${receipt.state}`, nowMs);
    }
  }

  /** A code given in this receipt's place must not be paid any more: it is to be undone. */
  private endLiveRival(origin: Origin): void {
    const { live } = this.rivals;
    if (!live) return;
    this.make(live, [{ event: 'intendUndo', reason: 'superseded' }], origin);
  }

  private alarm({ id }: Receipt, kind: AlarmKind, detail: string, nowMs: number): void {
    const alarm = { subject: receiptSubject(id), kind, detail, nowMs };
    this.writes.change(alarmInsert(this.dialect, alarm, id));
  }

  /** What the bill has become; a receipt that is no longer payable is not its live one. */
  private settleBill({ id, state }: Receipt, billStatus: Later | null): void {
    let set = sql``;
    if (billStatus) set = sql`bill_status = ${billStatus}`;
    if (!isLive(state)) {
      const comma = billStatus ? sql`, ` : sql``;
      set = set.with(comma).with(sql`live_receipt_id = case
          when live_receipt_id = ${big(id)} then null else live_receipt_id end`);
    }
    if (!billStatus && isLive(state)) return;
    this.writes.changeOne(sql`update bill set `.with(set).with(this.bill.row), 'stale');
  }
}

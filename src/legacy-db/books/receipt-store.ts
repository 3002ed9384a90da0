import { billKey } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { decideBarCode } from '../../domain/collect/bar-decision';
import { FIRST_LOOK_MS, longestLeaseUntil } from '../../domain/receipt/due';
import { PayError } from '../../domain/errors';
import { decideLate, startsSomething } from '../../domain/receipt/late-decision';
import { NO_MONEY, fen } from '../../domain/money';
import { SCANNED } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';
import { receiptSubject } from '../../domain/ports/alarm';
import type { AlarmKind } from '../../domain/ports/alarm';
import type {
  BeginOrder,
  Origin,
  ReceiptRepository,
  ReceiptStep,
} from '../../domain/ports/receipt-repository';
import { endedUnpaid, isLive, nextState } from '../../domain/receipt/receipt-state';
import { decideScan } from '../../domain/collect/collect-decision';
import type { CollectDecision } from '../../domain/collect/collect-decision';
import { TELLS_NOBODY } from '../callbacks/callback-writer';
import type { CallbackWriter } from '../callbacks/callback-writer';
import { holdBillOf, lockBill } from '../sql/bill-lock';
import {
  claimTrade,
  endOwed,
  endCalls,
  insertAlarm,
  noteForeignRefund,
  queueRefund,
  rivalsOf,
} from './booking';
import type { EndCall } from './booking';
import type { Database, Sql } from '../sql/database';
import { isDuplicate } from '../sql/db-errors';
import { selectReceipts, toReceipt } from './receipt-row';
import type { ReceiptRow } from './receipt-row';
import { eventInsert } from './history/receipt-event';
import { guard, scannedNow, stepUpdate } from './receipt-step';
import type { Statement } from '../sql/sql';
import { big, chars, int, longText, sql, text } from '../sql/sql';
import type { SystemReceipts } from '../systems/system-receipts';

/** How often a receipt that ended unpaid may be asked for again. ms. */
const LATE_LOOK_EVERY_MS = 60_000;

/**
 * The receipts of one bill type: our own rows, and the system's through Begin and End, in one unit
 * of work each. Every change of state is guarded by the state it starts from.
 */
export class ReceiptStore implements ReceiptRepository {
  constructor(
    private readonly billType: BillType,
    private readonly database: Database,
    private readonly system: SystemReceipts,
    private readonly callbacks: CallbackWriter = TELLS_NOBODY,
  ) {}

  begin(order: BeginOrder): Promise<CollectDecision> {
    let inserted = false;
    return this.unitsOf(order).write('begin', async (db) => {
      const bill = await lockBill(db, this.database.dialect, this.billType, order.billNo);
      const live = bill.liveReceiptId === null ? null : await this.byId(db, bill.liveReceiptId);
      const paid = await this.select(
        db,
        sql`where r.bill_id = ${big(bill.id)} and (r.out_trade_no = ${text(64, order.outTradeNo)}
            or r.state in (${text(12, 'paid')}, ${text(12, 'refunding')})
            and r.duplicate = ${int(0)})`,
      );
      const repeated = paid.find(({ outTradeNo }) => outTradeNo === order.outTradeNo);
      if (repeated) {
        // This unit, run again after a commit whose answer was lost; else an older call's order.
        const ours = inserted && repeated.begunAtMs === order.nowMs;
        return { kind: ours ? 'begun' : 'undecided', receipt: repeated };
      }
      const decide = order.begunBy === 'barCode' ? decideBarCode : decideScan;
      const plan = decide({ live, paid }, order);
      if (startsSomething(plan) && order.wantedUntil?.isOver()) {
        return decideLate({ live, paid }, order, order.wantedUntil);
      }
      if (plan.kind !== 'begin') return plan;
      inserted = true;
      return { kind: 'begun', receipt: await this.insert(db, bill.id, order) };
    });
  }

  async find(billNo: string, receiptId: string, payType: string): Promise<Receipt | null> {
    const found = await this.select(
      this.database.read,
      sql`where b.bill_type = ${chars(1, this.billType)}
          and b.bill_key = ${text(20, billKey(billNo))} and r.receipt_id = ${text(36, receiptId)}
          and r.pay_type = ${text(2, payType)}`,
    );
    // SQL Server takes texts for equal that differ in trailing blanks.
    const exact = (one: Receipt) => one.receiptId === receiptId && one.payType === payType;
    return found.find(exact) ?? null;
  }

  get(id: number): Promise<Receipt> {
    return this.byId(this.database.read, id);
  }

  leasePrecreate(receipt: Receipt, nowMs: number, leaseUntilMs: number): Promise<Receipt | null> {
    return this.unitsOf(receipt).write('lease', async (db) => {
      await this.holdBill(db, receipt.id);
      const changed = await db.change(sql`update receipt
          set precreate_tries = precreate_tries + 1, lease_until_ms = ${big(leaseUntilMs)}
          where id = ${big(receipt.id)} and state = ${text(12, 'begun')}
          and (lease_until_ms <= ${big(nowMs)}
          or lease_until_ms > ${big(longestLeaseUntil(nowMs))})`);
      return changed === 1 ? this.byId(db, receipt.id) : null;
    });
  }

  async releasePrecreate(receipt: Receipt): Promise<void> {
    await this.unitsOf(receipt).write('release', (db) =>
      db.change(sql`update receipt set lease_until_ms = ${big(0)}
          where id = ${big(receipt.id)} and state = ${text(12, 'begun')}
          and precreate_tries = ${int(receipt.precreateTries)}`),
    );
  }

  countCancel(receipt: Receipt, nowMs: number): Promise<Receipt | null> {
    return this.unitsOf(receipt).write('countCancel', async (db) => {
      await this.holdBill(db, receipt.id);
      const count = sql`update receipt set cancel_tries = cancel_tries + 1,
          cancel_sent_at_ms = ${big(nowMs)}`;
      // Never where money goes back by refunds: a cancel would give back all of it.
      const cancels = guard(receipt).with(sql` and giving_back <> ${text(8, 'refund')}`);
      const changed = await db.change(count.with(cancels));
      return changed === 1 ? this.byId(db, receipt.id) : null;
    });
  }

  countCancelAnswer(receipt: Receipt, word: string, origin: Origin): Promise<Receipt> {
    return this.unitsOf(receipt).write('countCancelAnswer', async (db) => {
      await this.holdBill(db, receipt.id);
      // Counted once, also when the unit is run again: too few answers cost time, too many money.
      await db.change(sql`update receipt set cancel_answers = cancel_answers + 1
          where id = ${big(receipt.id)} and cancel_answers = ${int(receipt.cancelAnswers)}
          and cancel_answers < cancel_tries`);
      // Noted with the state it has by now, whoever moved it.
      const answered = await this.byId(db, receipt.id);
      await this.writeEvent(db, answered, word, origin, answered);
      return answered;
    });
  }

  async move(
    receipt: Receipt,
    steps: readonly ReceiptStep[],
    origin: Origin,
  ): Promise<Receipt | null> {
    const name = steps.map((step) => step.event).join('+');
    try {
      return await this.unitsOf(receipt).write(name, async (db) => {
        await this.holdBill(db, receipt.id);
        // As the unit finds it, whatever the caller has read before.
        const first = this.callbacks.tells(this.billType)
          ? await this.byId(db, receipt.id)
          : receipt;
        let moved = receipt;
        for (const step of steps) {
          const next = await this.makeStep(db, moved, step, origin);
          if (!next) return null;
          moved = next;
        }
        await this.callbacks.write(db, first, moved, origin.nowMs);
        origin.wantedUntil?.refuseWhenOver(); // Last: who has waited here is not let through.
        return moved;
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const detail = 'the trade is booked for another receipt';
      await this.raiseAlarm(receipt, 'tradeNoMismatch', detail, origin.nowMs);
      throw new PayError('UNDECIDED', `receipt ${receipt.id}: ${detail}`);
    }
  }

  noteChannel(receipt: Receipt, channelStatus: string, origin: Origin): Promise<Receipt | null> {
    return this.unitsOf(receipt).write('noteChannel', async (db) => {
      await this.holdBill(db, receipt.id);
      const scanned = channelStatus === SCANNED ? scannedNow(origin.nowMs) : sql``;
      const changed = await db.change(
        sql`update receipt set channel_status = ${text(32, channelStatus)}`
          .with(scanned)
          .with(guard(receipt)),
      );
      if (changed === 0) return null;
      const noted = await this.byId(db, receipt.id);
      await this.writeEvent(db, receipt, 'channelAnswer', origin, noted);
      return noted;
    });
  }

  undoForOperator(receipt: Receipt, origin: Origin): Promise<Receipt | null> {
    return this.unitsOf(receipt).write('undoForOperator', async (db) => {
      await this.holdBill(db, receipt.id);
      const changed = await db.change(
        sql`update receipt set undo_reason = ${text(12, 'operator')}`.with(guard(receipt)),
      );
      if (changed === 0) return null;
      const undoing = await this.byId(db, receipt.id);
      await this.writeEvent(db, receipt, 'undoForOperator', origin, undoing);
      origin.wantedUntil?.refuseWhenOver();
      return undoing;
    });
  }

  async takeLateLook(receipt: Receipt, nowMs: number): Promise<boolean> {
    const changed = await this.database.write('lateLook', (db) =>
      db.change(sql`update receipt set late_look_at_ms = ${big(nowMs)}
          where id = ${big(receipt.id)}
          and (late_look_at_ms is null or late_look_at_ms <= ${big(nowMs - LATE_LOOK_EVERY_MS)})`),
    );
    return changed === 1;
  }

  async markTold(receiptRowId: number, nowMs: number): Promise<void> {
    await this.database.write('markTold', (db) =>
      db.change(sql`update receipt set told_at_ms = ${big(nowMs)}
          where id = ${big(receiptRowId)} and told_at_ms is null`),
    );
  }

  async raiseAlarm(
    receipt: Receipt,
    kind: AlarmKind,
    detail: string,
    nowMs: number,
  ): Promise<void> {
    await this.database.write('alarm', (db) => this.alarm(db, receipt.id, kind, detail, nowMs));
  }

  /** Raises an alarm in the caller's unit. True: it is new. */
  alarm(
    db: Sql,
    receiptRowId: number,
    kind: AlarmKind,
    detail: string,
    nowMs: number,
  ): Promise<boolean> {
    const alarm = { subject: receiptSubject(receiptRowId), kind, detail, nowMs };
    return insertAlarm(db, this.database.dialect, alarm, receiptRowId);
  }

  /** Units that work on the bill of this receipt, or of this order. */
  private unitsOf({ billNo }: Pick<Receipt, 'billNo'>): Pick<Database, 'write'> {
    const bill = `${this.billType} ${billKey(billNo)}`;
    return { write: (name, work) => this.database.write(name, work, bill) };
  }

  /** Locks the bill of a receipt before the unit changes or reads anything of it. */
  private holdBill(db: Sql, receiptRowId: number): Promise<void> {
    return holdBillOf(db, this.database.dialect, receiptRowId);
  }

  private async insert(db: Sql, billId: number, order: BeginOrder): Promise<Receipt> {
    const receiptId = await this.system.begin(db, order);
    const id = await db.insert(sql`insert into receipt (bill_id, bill_type, bill_no, receipt_id,
        pay_type, amount_fen, card_no, out_trade_no, state, precreate_call, precreate_tries,
        lease_until_ms, code_ends_at_ms, refunded_fen, begun_at_ms, duplicate, due_at_ms,
        claim_until_ms, begun_by) values (${big(billId)},
        ${chars(1, order.billType)}, ${text(20, order.billNo)}, ${text(36, receiptId)},
        ${text(2, order.payType)}, ${big(order.amount)}, ${text(20, order.cardNo)},
        ${text(64, order.outTradeNo)}, ${text(12, 'begun')}, ${longText(order.channelCall)},
        ${int(1)}, ${big(order.leaseUntilMs)}, ${big(order.codeEndsAtMs)}, ${big(NO_MONEY)},
        ${big(order.nowMs)}, ${int(0)}, ${big(order.nowMs + FIRST_LOOK_MS)}, ${big(0)},
        ${text(8, order.begunBy)})`);
    await db.change(sql`update bill set live_receipt_id = ${big(id)} where id = ${big(billId)}`);
    const receipt = await this.byId(db, id);
    const origin = { ...order.asker, cause: order.begunBy, nowMs: order.nowMs };
    await this.writeEvent(db, null, 'begin', origin, receipt);
    return receipt;
  }

  /** One step with everything that is saved with it; null when somebody was first. */
  async makeStep(
    db: Sql,
    receipt: Receipt,
    step: ReceiptStep,
    origin: Origin,
  ): Promise<Receipt | null> {
    const to = nextState(receipt.state, step.event);
    if (!to) throw new Error(`${step.event} is illegal in ${receipt.state}`);
    if ((await db.change(stepUpdate(receipt, step, to, origin.nowMs))) === 0) return null;
    if (step.payment) {
      await claimTrade(db, receipt.id, step.payment.tradeNo);
      await this.book(db, receipt, origin);
    }
    const moved = await this.byId(db, receipt.id);
    const billStatus = await this.end(db, moved, endCalls(receipt, step));
    if (!isLive(to)) await this.releaseBill(db, receipt.id);
    if (to === 'refunded' && moved.duplicate) {
      await endOwed(db, receipt.id, origin.nowMs);
    }
    if (step.foreignRequestNo !== undefined) {
      await noteForeignRefund(db, receipt, {
        amount: fen(moved.refunded - receipt.refunded),
        requestNo: step.foreignRequestNo,
        nowMs: origin.nowMs,
      });
    }
    if (step.alarm) {
      await this.alarm(db, receipt.id, step.alarm.kind, step.alarm.detail, origin.nowMs);
    }
    const about = step.part?.amount;
    const { event } = step;
    await db.change(eventInsert({ before: receipt, event, origin, after: moved, about }));
    return { ...moved, billStatus };
  }

  /**
   * A payment gets into the books. When another receipt was paid in this one's place, or this one
   * in its place, it is a duplicate: it counts for nothing and waits to go back.
   */
  private async book(db: Sql, receipt: Receipt, origin: Origin): Promise<void> {
    const { dialect } = this.database;
    const bill = sql`(select bill_id from receipt where id = ${big(receipt.id)})`;
    const rivals = await rivalsOf(db, dialect, receipt.id);
    const duplicate = rivals.length > 0;
    await db.change(
      sql`update receipt set duplicate = ${int(duplicate ? 1 : 0)},
          booked_after_id = (select max(id) from receipt${dialect.seek} where bill_id = `
        .with(bill)
        .with(sql`) where id = ${big(receipt.id)}`),
    );
    const { nowMs } = origin;
    if (duplicate) {
      const detail = `paid beside receipt ${rivals.map(({ id }) => id).join(', ')}: refund it`;
      await this.alarm(db, receipt.id, 'duplicatePayment', detail, nowMs);
      await queueRefund(db, receipt, nowMs);
    } else {
      await this.endLiveRival(db, receipt, origin);
    }
    if (endedUnpaid(receipt.state)) {
      await this.alarm(db, receipt.id, 'lateMoney', `paid after it was ${receipt.state}`, nowMs);
    }
  }

  /** A code given in this receipt's place must not be paid any more: it is to be undone. */
  private async endLiveRival(db: Sql, receipt: Receipt, origin: Origin): Promise<void> {
    const [rival] = await this.select(
      db,
      sql`where b.live_receipt_id = r.id and r.id <> ${big(receipt.id)}
          and r.state in (${text(12, 'begun')}, ${text(12, 'waiting')})
          and b.id = (select bill_id from receipt where id = ${big(receipt.id)})`,
    );
    if (!rival) return;
    await this.makeStep(db, rival, { event: 'intendUndo', reason: 'superseded' }, origin);
  }

  /** Saves results in the system's table; gives, and saves, what the bill has become. */
  async end(db: Sql, receipt: Receipt, calls: readonly EndCall[]): Promise<string> {
    let { billStatus } = receipt;
    if (receipt.duplicate) return billStatus;
    const { payment, refunded } = receipt;
    for (const call of calls) {
      const order = { receipt, payment, refunded, held: NO_MONEY, ...call };
      billStatus = await this.system.end(db, order);
      await db.change(sql`update bill set bill_status = ${text(10, billStatus)}
          where id = (select bill_id from receipt where id = ${big(receipt.id)})`);
    }
    return billStatus;
  }

  /** The bill's code is no longer payable: the bill has no live receipt. */
  private async releaseBill(db: Sql, id: number): Promise<void> {
    await db.change(sql`update bill set live_receipt_id = ${big(null)}
        where id = (select bill_id from receipt where id = ${big(id)})
        and live_receipt_id = ${big(id)}`);
  }

  private async writeEvent(
    db: Sql,
    before: Receipt | null,
    event: string,
    origin: Origin,
    after: Receipt,
  ): Promise<void> {
    await db.change(eventInsert({ before, event, origin, after }));
  }

  async byId(db: Sql, id: number): Promise<Receipt> {
    const [receipt] = await this.select(db, sql`where r.id = ${big(id)}`);
    if (!receipt) throw new Error(`no receipt ${id}`);
    return receipt;
  }

  private async select(db: Sql, where: Statement): Promise<Receipt[]> {
    const rows = await db.rows<ReceiptRow>(selectReceipts(this.database.dialect).with(where));
    return rows.map(toReceipt);
  }
}

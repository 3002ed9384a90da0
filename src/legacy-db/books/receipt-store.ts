import { billKey } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { decideBarCode } from '../../domain/collect/bar-decision';
import { longestLeaseUntil } from '../../domain/receipt/due';
import { PayError } from '../../domain/errors';
import { decideLate, startsSomething } from '../../domain/receipt/late-decision';
import { NO_MONEY } from '../../domain/money';
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
import { decideScan } from '../../domain/collect/collect-decision';
import type { CollectDecision } from '../../domain/collect/collect-decision';
import { TELLS_NOBODY } from '../callbacks/callback-writer';
import type { CallbackWriter } from '../callbacks/callback-writer';
import { Stopped, carryOut } from '../sql/carry-out';
import { TradeTaken, alarmInsert, insertAlarm } from './booking';
import type { EndCall } from './booking';
import type { Database, Sql } from '../sql/database';
import { isDuplicate } from '../sql/db-errors';
import { MoneyTeller } from './history/money-teller';
import { selectReceipts, toReceipt } from './receipt-row';
import type { ReceiptRow } from './receipt-row';
import { cashierInserts } from './history/receipt-cashiers';
import { noteInsert } from './history/receipt-event';
import { guard, scannedNow } from './receipt-step';
import type { Bound, Statement } from '../sql/sql';
import { big, chars, int, sql, text } from '../sql/sql';
import { Writes, changing } from '../sql/writes';
import type { Decision, Written } from '../sql/writes';
import type { SystemReceipts } from '../systems/system-receipts';
import { heldOf, holdFound, holdOf } from './writes/held-bill';
import type { FoundBill, HeldBill } from './writes/held-bill';
import { lookAtBill, lookAtReceipt, receiptOf } from './writes/looks';
import { beginInsert, receiptInsert } from './writes/receipt-insert';
import { NO_RIVALS, StepWrites, rivalsOf } from './writes/step-writes';
import type { Rivals } from './writes/step-writes';

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
    private readonly money = new MoneyTeller(),
  ) {}

  begin(order: BeginOrder): Promise<CollectDecision> {
    let inserted = false;
    return this.unitsOf(order).once('begin', async (read) => {
      const { bill, receipts } = await lookAtBill(read, this.database.dialect, order);
      const repeated = receipts.find(({ outTradeNo }) => outTradeNo === order.outTradeNo);
      if (repeated) {
        // This unit, run again after a commit whose answer was lost; else an older call's order.
        const ours = inserted && repeated.begunAtMs === order.nowMs;
        return answer({ kind: ours ? 'begun' : 'undecided', receipt: repeated });
      }
      const live = receipts.find(({ id }) => id === bill?.liveReceiptId) ?? null;
      const paid = receipts.filter(isCollected);
      const decide = order.begunBy === 'barCode' ? decideBarCode : decideScan;
      const plan = decide({ live, paid }, order);
      if (startsSomething(plan) && order.wantedUntil?.isOver()) {
        return answer(decideLate({ live, paid }, order, order.wantedUntil));
      }
      if (plan.kind !== 'begin') return answer(plan);
      inserted = true;
      return this.insert(bill, order);
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
    return this.changed('lease', receipt, (writes) =>
      writes.changeOne(
        sql`update receipt
          set precreate_tries = precreate_tries + 1, lease_until_ms = ${big(leaseUntilMs)}
          where id = ${big(receipt.id)} and state = ${text(12, 'begun')}
          and (lease_until_ms <= ${big(nowMs)}
          or lease_until_ms > ${big(longestLeaseUntil(nowMs))})`,
        'lost',
      ),
    );
  }

  async releasePrecreate(receipt: Receipt): Promise<void> {
    await this.single(
      'release',
      sql`update receipt set lease_until_ms = ${big(0)}
        where id = ${big(receipt.id)} and state = ${text(12, 'begun')}
        and precreate_tries = ${int(receipt.precreateTries)}`,
      this.billOf(receipt),
    );
  }

  countCancel(receipt: Receipt, nowMs: number): Promise<Receipt | null> {
    return this.changed('countCancel', receipt, (writes) => {
      const count = sql`update receipt set cancel_tries = cancel_tries + 1,
          cancel_sent_at_ms = ${big(nowMs)}`;
      // Never where money goes back by refunds: a cancel would give back all of it.
      const cancels = guard(receipt).with(sql` and giving_back <> ${text(8, 'refund')}`);
      writes.changeOne(count.with(cancels), 'lost');
    });
  }

  async countCancelAnswer(receipt: Receipt, word: string, origin: Origin): Promise<Receipt> {
    const counted = await this.changed('countCancelAnswer', receipt, (writes) => {
      // Counted once, also when the unit is run again: too few answers cost time, too many money.
      writes.change(sql`update receipt set cancel_answers = cancel_answers + 1
          where id = ${big(receipt.id)} and cancel_answers = ${int(receipt.cancelAnswers)}
          and cancel_answers < cancel_tries`);
      // Noted with the state it has by now, whoever moved it.
      writes.change(noteInsert(receipt, word, origin));
    });
    return counted ?? this.get(receipt.id);
  }

  async move(
    receipt: Receipt,
    steps: readonly ReceiptStep[],
    origin: Origin,
  ): Promise<Receipt | null> {
    const name = steps.map((step) => step.event).join('+');
    try {
      const moved = await this.unitsOf(receipt).once(name, (read) =>
        this.decideMove(read, receipt, steps, origin),
      );
      if (moved) this.money.booked(receipt, moved, origin);
      return moved;
    } catch (error) {
      if (!(error instanceof TradeTaken) && !isDuplicate(error)) throw error;
      const detail = 'the trade is booked for another receipt';
      await this.raiseAlarm(receipt, 'tradeNoMismatch', detail, origin.nowMs);
      throw new PayError('UNDECIDED', `receipt ${receipt.id}: ${detail}`);
    }
  }

  noteChannel(receipt: Receipt, channelStatus: string, origin: Origin): Promise<Receipt | null> {
    return this.changed('noteChannel', receipt, (writes) => {
      const scanned = channelStatus === SCANNED ? scannedNow(origin.nowMs) : sql``;
      const note = sql`update receipt set channel_status = ${text(32, channelStatus)}`;
      writes.changeOne(note.with(scanned).with(guard(receipt)), 'lost');
      writes.change(noteInsert(receipt, 'channelAnswer', origin));
    });
  }

  undoForOperator(receipt: Receipt, origin: Origin): Promise<Receipt | null> {
    return this.changed('undoForOperator', receipt, (writes) => {
      const undo = sql`update receipt set undo_reason = ${text(12, 'operator')}`;
      writes.changeOne(undo.with(guard(receipt)), 'lost');
      writes.change(noteInsert(receipt, 'undoForOperator', origin));
      writes.inTime(origin.wantedUntil);
    });
  }

  async takeLateLook(receipt: Receipt, nowMs: number): Promise<boolean> {
    return this.single(
      'lateLook',
      sql`update receipt set late_look_at_ms = ${big(nowMs)}
          where id = ${big(receipt.id)}
          and (late_look_at_ms is null or late_look_at_ms <= ${big(nowMs - LATE_LOOK_EVERY_MS)})`,
    );
  }

  async markTold(receiptRowId: number, nowMs: number): Promise<void> {
    await this.single(
      'markTold',
      sql`update receipt set told_at_ms = ${big(nowMs)}
          where id = ${big(receiptRowId)} and told_at_ms is null`,
    );
  }

  async raiseAlarm(
    receipt: Receipt,
    kind: AlarmKind,
    detail: string,
    nowMs: number,
  ): Promise<void> {
    const alarm = { subject: receiptSubject(receipt.id), kind, detail, nowMs };
    await this.single('alarm', alarmInsert(this.database.dialect, alarm, receipt.id));
  }

  /** Raises an alarm in the caller's unit. */
  alarm(
    db: Sql,
    receiptRowId: number,
    kind: AlarmKind,
    detail: string,
    nowMs: number,
  ): Promise<void> {
    const alarm = { subject: receiptSubject(receiptRowId), kind, detail, nowMs };
    return insertAlarm(db, this.database.dialect, alarm, receiptRowId);
  }

  /** One step in the caller's unit, which holds the bill; null when somebody was first. */
  async makeStep(
    db: Sql,
    receipt: Receipt,
    step: ReceiptStep,
    origin: Origin,
  ): Promise<Receipt | null> {
    const { dialect } = this.database;
    const writes = new Writes();
    const rivals = await rivalsOf(db, dialect, receipt, [step]);
    const bill = heldOf(receipt.id);
    const made = new StepWrites(writes, dialect, this.system, bill, rivals);
    const { moved, billStatus } = made.make(receipt, [step], origin);
    try {
      const written = await carryOut(db, writes);
      return billStatus ? { ...moved, billStatus: String(written.valueOf(billStatus)) } : moved;
    } catch (error) {
      if (error instanceof Stopped) return null;
      throw error;
    }
  }

  /** Saves results in the system's table; gives, and saves, what the bill has become. */
  async end(db: Sql, receipt: Receipt, calls: readonly EndCall[]): Promise<string> {
    let { billStatus } = receipt;
    const { payment, refunded } = receipt;
    if (receipt.duplicate) return billStatus;
    for (const call of calls) {
      const order = { receipt, payment, refunded, held: NO_MONEY, ...call };
      billStatus = await this.system.end(db, order);
      await db.change(sql`update bill set bill_status = ${text(10, billStatus)}
          where id = (select bill_id from receipt where id = ${big(receipt.id)})`);
    }
    return billStatus;
  }

  /** Units that work on the bill of this receipt, or of this order. */
  private unitsOf(receipt: Pick<Receipt, 'billNo'>): Pick<Database, 'once'> {
    const bill = this.billOf(receipt);
    return { once: (name, decide) => this.database.once(name, decide, bill) };
  }

  private billOf({ billNo }: Pick<Receipt, 'billNo'>): string {
    return `${this.billType} ${billKey(billNo)}`;
  }

  /** A unit of one statement, which locks nothing else. True: it changed something. */
  private single(name: string, statement: Statement, bill?: string): Promise<boolean> {
    return this.database.once(name, () => Promise.resolve(changing(statement)), bill);
  }

  /** A unit that changes the receipt's row under its own guard; null when somebody was first. */
  private changed(
    name: string,
    receipt: Receipt,
    change: (writes: Writes) => void,
  ): Promise<Receipt | null> {
    return this.unitsOf(receipt).once<Receipt | null>(name, () => {
      const writes = new Writes();
      holdOf(writes, this.database.dialect, receipt.id);
      change(writes);
      return Promise.resolve(this.readBack(writes, receipt.id));
    });
  }

  private async decideMove(
    read: Sql,
    receipt: Receipt,
    steps: readonly ReceiptStep[],
    origin: Origin,
  ): Promise<Decision<Receipt | null>> {
    const { dialect } = this.database;
    const writes = new Writes();
    const look = await this.look(read, receipt, steps);
    const bill = look?.bill
      ? holdFound(writes, dialect, look.bill)
      : holdOf(writes, dialect, receipt.id);
    const made = new StepWrites(writes, dialect, this.system, bill, look?.rivals ?? NO_RIVALS);
    const { moved } = made.make(receipt, steps, origin);
    const told = this.callbacks.rows(look?.receipt ?? receipt, moved, origin.nowMs);
    for (const row of told) writes.change(row);
    writes.inTime(origin.wantedUntil); // Last: who has waited here is not let through.
    return this.readBack(writes, receipt.id);
  }

  /**
   * What steps depend on besides the receipt, whose guards tell the rest: the others of its bill,
   * and what a system that is told has known of it. Null: on nothing.
   */
  private async look(
    read: Sql,
    receipt: Receipt,
    steps: readonly ReceiptStep[],
  ): Promise<{ bill: FoundBill | null; receipt: Receipt; rivals: Rivals } | null> {
    const { dialect } = this.database;
    const tells = this.callbacks.tells(this.billType);
    if (!tells && !steps.some(({ payment }) => payment)) return null;
    // Where no row is locked, only what is missing is asked for.
    if (tells || dialect.locksRows) return lookAtReceipt(read, dialect, receipt.id);
    return { bill: null, receipt, rivals: await rivalsOf(read, dialect, receipt, steps) };
  }

  private readBack(writes: Writes, id: number): Decision<Receipt | null> {
    writes.read(selectReceipts(this.database.dialect).with(sql`where r.id = ${big(id)}`));
    const done = ({ rows }: Written): Receipt => receiptOf(rows);
    return { kind: 'write', writes, done, lost: () => null };
  }

  /** A new receipt, of a bill that is there or new. */
  private insert(found: FoundBill | null, order: BeginOrder): Decision<CollectDecision> {
    const { dialect } = this.database;
    const writes = new Writes();
    const [billId, bill] = found
      ? [big(found.id), holdFound(writes, dialect, found)]
      : this.insertBill(writes, order);
    const procedure = this.system.beginProcedure?.(order);
    const run = (db: Sql): Promise<string> => this.system.begin(db, order);
    const receiptId = writes.system({ run, procedure }, { name: 'nvarchar', length: 36 });
    const id = writes.insert(receiptInsert(billId, receiptId, order));
    writes.changeOne(sql`update bill set live_receipt_id = ${id}`.with(bill.row), 'stale');
    writes.change(beginInsert(id, order));
    const begun = { id, billType: this.billType, begunAtMs: order.nowMs };
    for (const row of cashierInserts(begun, order.cashiers ?? [])) writes.change(row);
    writes.inTime(order.wantedUntil);
    writes.read(selectReceipts(dialect).with(sql`where r.id = ${id}`));
    const done = ({ rows }: Written): CollectDecision => {
      return { kind: 'begun', receipt: receiptOf(rows) };
    };
    return { kind: 'write', writes, done, lost: nothingToLose };
  }

  /** Where two units make a bill at once, the second meets the unique key and reads again. */
  private insertBill(writes: Writes, { billNo }: BeginOrder): [Bound, HeldBill] {
    const id = writes.insert(sql`insert into bill (bill_type, bill_key, bill_status, version)
        values (${chars(1, this.billType)}, ${text(20, billKey(billNo))}, ${text(10, '0')},
        ${big(0)})`);
    return [id, { row: sql` where id = ${id} and version = ${big(0)}` }];
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

function answer(decision: CollectDecision): Decision<CollectDecision> {
  return { kind: 'answer', answer: decision };
}

/** Does it hold money that counts? */
function isCollected({ state, duplicate }: Receipt): boolean {
  return (state === 'paid' || state === 'refunding') && !duplicate;
}

function nothingToLose(): never {
  throw new Error('a new receipt has no guard that somebody else could lose it by');
}

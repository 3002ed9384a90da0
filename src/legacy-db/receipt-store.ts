import { billKey } from '../domain/bill';
import type { BillType } from '../domain/bill';
import { PayError } from '../domain/errors';
import { NO_MONEY } from '../domain/money';
import { SCANNED } from '../domain/pay-status';
import type { Receipt } from '../domain/receipt';
import type {
  AlarmKind,
  BeginOrder,
  ReceiptMove,
  ReceiptRepository,
} from '../domain/receipt-repository';
import { isLive, nextState } from '../domain/receipt-state';
import type { ReceiptState } from '../domain/receipt-state';
import { decideScan } from '../domain/scan-decision';
import type { ScanDecision } from '../domain/scan-decision';
import type { Database, Sql } from './database';
import { isDuplicate } from './db-errors';
import { RECEIPT_COLUMNS, toReceipt } from './receipt-row';
import type { ReceiptRow } from './receipt-row';
import type { Statement } from './sql';
import { big, chars, int, longText, sql, text } from './sql';
import type { EndResult, SystemReceipts } from './system-receipts';

/** How often a receipt that ended unpaid may be asked for again. ms. */
const LATE_LOOK_EVERY_MS = 60_000;

/** Which End each state asks for; the others change nothing in the system's table. */
const END_OF: Partial<Record<ReceiptState, EndResult>> = {
  paid: 'S',
  closed: 'C',
  cancelled: 'C',
  failed: 'F',
  refunded: 'R',
};

const RECEIPTS = sql`select ${RECEIPT_COLUMNS} from receipt r join bill b on b.id = r.bill_id `;

interface BillRow {
  id: number | string;
  live_receipt_id: number | string | null;
}

/**
 * The receipts of one bill type: our own rows, and the system's through Begin and End, in one unit
 * of work each. Every change of state is guarded by the state it starts from.
 */
export class ReceiptStore implements ReceiptRepository {
  constructor(
    private readonly billType: BillType,
    private readonly database: Database,
    private readonly system: SystemReceipts,
  ) {}

  begin(order: BeginOrder): Promise<ScanDecision> {
    return this.database.write('begin', async (db) => {
      const bill = await this.lockBill(db, order.billNo);
      const live =
        bill.live_receipt_id === null ? null : await this.byId(db, Number(bill.live_receipt_id));
      const paid = await this.select(
        db,
        sql`where r.bill_id = ${big(Number(bill.id))} and r.state = ${text(12, 'paid')}`,
      );
      const plan = decideScan({ live, paid }, order);
      if (plan.kind !== 'begin') return plan;
      return { kind: 'begun', receipt: await this.insert(db, Number(bill.id), order) };
    });
  }

  async find(billNo: string, receiptId: string, payType: string): Promise<Receipt | null> {
    const found = await this.select(
      this.database.read,
      sql`where b.bill_type = ${chars(1, this.billType)} and b.bill_key = ${this.key(billNo)}
          and r.receipt_id = ${text(36, receiptId)} and r.pay_type = ${text(2, payType)}`,
    );
    return found[0] ?? null;
  }

  get(id: number): Promise<Receipt> {
    return this.byId(this.database.read, id);
  }

  leasePrecreate(receipt: Receipt, nowMs: number, leaseUntilMs: number): Promise<Receipt | null> {
    return this.database.write('lease', async (db) => {
      const changed = await db.change(sql`update receipt
          set precreate_tries = precreate_tries + 1, lease_until_ms = ${big(leaseUntilMs)}
          where id = ${big(receipt.id)} and state = ${text(12, 'begun')}
          and lease_until_ms <= ${big(nowMs)}`);
      return changed === 1 ? this.byId(db, receipt.id) : null;
    });
  }

  async releasePrecreate(receipt: Receipt): Promise<void> {
    await this.database.write('release', (db) =>
      db.change(sql`update receipt set lease_until_ms = ${big(0)}
          where id = ${big(receipt.id)} and state = ${text(12, 'begun')}
          and precreate_tries = ${int(receipt.precreateTries)}`),
    );
  }

  async move(receipt: Receipt, move: ReceiptMove): Promise<Receipt | null> {
    const to = nextState(receipt.state, move.event);
    if (!to) throw new Error(`${move.event} is illegal in ${receipt.state}`);
    try {
      return await this.database.write(move.event, async (db) => {
        if ((await db.change(this.guardedMove(receipt, move, to))) === 0) return null;
        await this.writeEvent(db, receipt.id, move, to);
        const moved = await this.byId(db, receipt.id);
        await this.end(db, moved, to);
        if (!isLive(to)) await this.releaseBill(db, receipt.id);
        return this.byId(db, receipt.id);
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new PayError('UNDECIDED', `trade of receipt ${receipt.id} is booked elsewhere`);
    }
  }

  noteChannel(receipt: Receipt, channelStatus: string, nowMs: number): Promise<Receipt | null> {
    return this.database.write('noteChannel', async (db) => {
      const scanned =
        channelStatus === SCANNED
          ? sql`, scanned_at_ms = coalesce(scanned_at_ms, ${big(nowMs)})`
          : sql``;
      const changed = await db.change(
        sql`update receipt set channel_status = ${text(32, channelStatus)}`
          .with(scanned)
          .with(sql` where id = ${big(receipt.id)} and state = ${text(12, receipt.state)}`),
      );
      if (changed === 0) return null;
      const note = { event: 'channelAnswer', cause: 'query', nowMs, channelStatus } as const;
      await this.writeEvent(db, receipt.id, note, receipt.state);
      return this.byId(db, receipt.id);
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
    await this.database.write('alarm', (db) =>
      db.change(sql`insert into alarm (receipt_row_id, kind, detail, raised_at_ms)
          select ${big(receipt.id)}, ${text(30, kind)}, ${text(400, detail.slice(0, 400))},
          ${big(nowMs)} where not exists (select 1 from alarm
          where receipt_row_id = ${big(receipt.id)} and kind = ${text(30, kind)})`),
    );
  }

  /** The bill's row, locked until the unit ends; made first when it is not there. */
  private async lockBill(db: Sql, billNo: string): Promise<BillRow> {
    const select = sql`select id, live_receipt_id from bill ${this.database.dialect.lockKey}
        where bill_type = ${chars(1, this.billType)} and bill_key = ${this.key(billNo)}`;
    const [bill] = await db.rows<BillRow>(select);
    if (bill) return bill;
    const id = await db.insert(sql`insert into bill (bill_type, bill_key, bill_status)
        values (${chars(1, this.billType)}, ${this.key(billNo)}, ${text(10, '0')})`);
    return { id, live_receipt_id: null };
  }

  private async insert(db: Sql, billId: number, order: BeginOrder): Promise<Receipt> {
    const receiptId = await this.system.begin(db, order);
    const id = await db.insert(sql`insert into receipt (bill_id, bill_type, bill_no, receipt_id,
        pay_type, amount_fen, card_no, out_trade_no, state, precreate_call, precreate_tries,
        lease_until_ms, code_ends_at_ms, refunded_fen, begun_at_ms) values (${big(billId)},
        ${chars(1, order.billType)}, ${text(20, order.billNo)}, ${text(36, receiptId)},
        ${text(2, order.payType)}, ${big(order.amount)}, ${text(20, order.cardNo)},
        ${text(64, order.outTradeNo)}, ${text(12, 'begun')}, ${longText(order.precreateCall)},
        ${int(1)}, ${big(order.leaseUntilMs)}, ${big(order.codeEndsAtMs)}, ${big(NO_MONEY)},
        ${big(order.nowMs)})`);
    await db.change(sql`update bill set live_receipt_id = ${big(id)} where id = ${big(billId)}`);
    const event = { event: 'begin', cause: 'scanCode', nowMs: order.nowMs } as const;
    await this.writeEvent(db, id, event, 'begun');
    return this.byId(db, id);
  }

  private guardedMove(receipt: Receipt, move: ReceiptMove, to: ReceiptState): Statement {
    let set = sql`update receipt set state = ${text(12, to)}`;
    if (move.channelStatus !== undefined) {
      set = set.with(sql`, channel_status = ${text(32, move.channelStatus)}`);
    }
    if (move.qrCode !== undefined) {
      set = set.with(sql`, qr_code = ${text(1024, move.qrCode)}, lease_until_ms = ${big(0)}`);
    }
    if (move.payment !== undefined) {
      const { tradeNo, amount, buyer, paidAtMs } = move.payment;
      set = set.with(sql`, trade_no = ${text(64, tradeNo)}, paid_fen = ${big(amount)},
          buyer = ${text(128, buyer)}, paid_at_ms = ${big(paidAtMs)}`);
    }
    if (move.refunded !== undefined) {
      set = set.with(sql`, refunded_fen = ${big(move.refunded)}`);
    }
    return set.with(sql` where id = ${big(receipt.id)} and state = ${text(12, receipt.state)}`);
  }

  /** Saves the result in the system's table, and what the bill has become. */
  private async end(db: Sql, receipt: Receipt, to: ReceiptState): Promise<void> {
    const { payment, refunded } = receipt;
    const result = to === 'paid' && refunded > 0 ? 'R' : END_OF[to];
    if (!result) return;
    const billStatus = await this.system.end(db, { receipt, result, payment, refunded });
    await db.change(sql`update bill set bill_status = ${text(10, billStatus)}
        where id = (select bill_id from receipt where id = ${big(receipt.id)})`);
  }

  /** The bill's code is no longer payable: the bill has no live receipt. */
  private async releaseBill(db: Sql, id: number): Promise<void> {
    await db.change(sql`update bill set live_receipt_id = ${big(null)}
        where id = (select bill_id from receipt where id = ${big(id)})
        and live_receipt_id = ${big(id)}`);
  }

  private async writeEvent(
    db: Sql,
    id: number,
    move: { event: string; cause: string; nowMs: number; channelStatus?: string },
    state: ReceiptState,
  ): Promise<void> {
    await db.change(sql`insert into receipt_event
        (receipt_row_id, at_ms, event, state, cause, channel_status) values (${big(id)},
        ${big(move.nowMs)}, ${text(20, move.event)}, ${text(12, state)}, ${text(20, move.cause)},
        ${text(32, move.channelStatus ?? null)})`);
  }

  private async byId(db: Sql, id: number): Promise<Receipt> {
    const [receipt] = await this.select(db, sql`where r.id = ${big(id)}`);
    if (!receipt) throw new Error(`no receipt ${id}`);
    return receipt;
  }

  private async select(db: Sql, where: Statement): Promise<Receipt[]> {
    const rows = await db.rows<ReceiptRow>(RECEIPTS.with(where));
    return rows.map(toReceipt);
  }

  private key(billNo: string): ReturnType<typeof text> {
    return text(20, billKey(billNo));
  }
}

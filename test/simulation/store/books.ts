import type { MemoryDatabase } from './memory-database';

/** A row of `receipt` as the observer reads it, by the database's own names. */
export interface Row {
  readonly id: number;
  readonly bill_id: number;
  readonly bill_type: string;
  readonly bill_no: string;
  readonly receipt_id: string;
  readonly pay_type: string;
  readonly amount_fen: number;
  readonly card_no: string | null;
  readonly out_trade_no: string;
  readonly state: string;
  readonly begun_by: string;
  readonly precreate_call: string;
  readonly precreate_tries: number;
  readonly qr_code: string | null;
  readonly code_ends_at_ms: number;
  readonly scanned_at_ms: number | null;
  readonly channel_status: string | null;
  readonly trade_no: string | null;
  readonly paid_fen: number | null;
  readonly refunded_fen: number;
  readonly told_at_ms: number | null;
  readonly begun_at_ms: number;
  readonly duplicate: number;
  readonly giving_back: string;
  readonly undo_reason: string | null;
  readonly undo_at_ms: number | null;
  readonly cancel_tries: number;
  readonly ended_at_ms: number | null;
  due_at_ms: number | null;
  claim_until_ms: number;
}

type ClaimRow = Pick<Row, 'due_at_ms' | 'claim_until_ms'>;

export interface BillRow {
  readonly id: number;
  readonly bill_type: string;
  readonly bill_key: string;
  readonly live_receipt_id: number | null;
  readonly bill_status: string;
}

export interface EventRow {
  readonly id: number;
  readonly receipt_row_id: number;
  readonly event: string;
  readonly state: string;
}

export interface AlarmRow {
  readonly receipt_row_id: number;
  readonly subject: string;
  readonly kind: string;
  readonly open_mark: number;
}

/** Money owed to a guest, or given back. */
export interface RefundRow {
  readonly id: number;
  readonly receipt_row_id: number;
  readonly batch_no: string;
  readonly batch_key: string;
  /** Why: `caller`, `duplicate`, or `channel` for what went back without the service. */
  readonly cause: string;
  readonly amount_fen: number;
  readonly state: string;
  readonly out_request_no: string | null;
  readonly tries: number;
  readonly answered: number;
  readonly asked_at_ms: number | null;
  readonly given_up: string | null;
  readonly queued_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly due_at_ms: number | null;
  readonly claim_until_ms: number;
}

/** Something that a system is to be told. */
export interface CallbackRow {
  readonly id: number;
  readonly receipt_row_id: number;
  readonly type: string;
}

/** A row of one system's own table. */
export interface SystemRow {
  readonly autoid: string;
  readonly billnum: string;
  readonly paytype: string;
  readonly outtradeno: string;
  readonly paymentvalue: string;
  readonly result: string | null;
  readonly tradeno: string | null;
  readonly receiptvalue: string | null;
  readonly refundvalue: string | null;
  /** What its card has given up for it, of the system that has cards. */
  readonly heldvalue?: string | null;
}

export const SYSTEM_TABLES: Readonly<Record<string, string>> = {
  '1': 'receipt_scenic',
  '2': 'receipt_pos',
  '3': 'receipt_car_rental',
  '4': 'receipt_shuttle',
  '5': 'receipt_equipment',
  '6': 'receipt_concession',
  '7': 'receipt_stored_value',
};

/** The committed rows of the database, read again where a commit has changed them. */
export class Books {
  /** Another map after each change; a row that stayed as it was is the same object. */
  receipts: ReadonlyMap<number, Row> = new Map();
  readonly byNumber = new Map<string, Row>();
  bills: ReadonlyMap<number, BillRow> = new Map();
  alarms: readonly AlarmRow[] = [];
  refunds: readonly RefundRow[] = [];
  system: ReadonlyMap<string, SystemRow> = new Map();
  cards: ReadonlyMap<string, string> = new Map();
  events: EventRow[] = [];
  /** What is to be told of each receipt, oldest first. */
  readonly callbacks = new Map<number, string[]>();
  private lastCallback = 0;
  private readonly systemRows = new Map<string, readonly SystemRow[]>();

  constructor(private readonly database: MemoryDatabase) {}

  /**
   * Reads what a commit has changed; gives the history it has added.
   * @param touched the rows of `receipt` that may have changed
   */
  refresh(tables: ReadonlySet<string>, touched: ReadonlySet<number>): readonly EventRow[] {
    const { database } = this;
    if (tables.has('receipt')) this.refreshReceipts(touched);
    else if (tables.has('claims')) this.refreshClaims(touched);
    if (tables.has('bill')) {
      const rows = database.rows<BillRow>('select * from bill');
      this.bills = new Map(rows.map((row) => [row.id, row]));
    }
    if (tables.has('alarm')) this.alarms = database.rows<AlarmRow>('select * from alarm');
    if (tables.has('refund')) this.refunds = database.rows<RefundRow>('select * from refund');
    if (tables.has('card_balance')) {
      const rows = database.rows<{ cardno: string; balance: string }>('select * from card_balance');
      this.cards = new Map(rows.map((row) => [row.cardno, row.balance]));
    }
    this.refreshSystems(tables);
    if (tables.has('callback')) this.refreshCallbacks();
    if (!tables.has('receipt_event')) return [];
    const added = database.rows<EventRow>(
      'select id, receipt_row_id, event, state from receipt_event where id > ? order by id',
      this.events.at(-1)?.id ?? 0,
    );
    this.events.push(...added);
    return added;
  }

  private refreshReceipts(touched: ReadonlySet<number>): void {
    const receipts = new Map(this.receipts);
    for (const id of touched) {
      const old = receipts.get(id);
      if (old) this.byNumber.delete(old.out_trade_no);
      const [row] = this.database.rows<Row>('select * from receipt where id = ?', id);
      if (row) {
        receipts.set(id, row);
        this.byNumber.set(row.out_trade_no, row);
      } else {
        receipts.delete(id);
      }
    }
    this.receipts = receipts;
  }

  private refreshClaims(touched: ReadonlySet<number>): void {
    for (const id of touched) {
      const row = this.receipts.get(id);
      const [claim] = this.database.rows<ClaimRow>(
        'select due_at_ms, claim_until_ms from receipt where id = ?',
        id,
      );
      if (!row || !claim) continue;
      row.due_at_ms = claim.due_at_ms;
      row.claim_until_ms = claim.claim_until_ms;
    }
  }

  private refreshCallbacks(): void {
    const rows = this.database.rows<CallbackRow>(
      'select id, receipt_row_id, type from callback where id > ? order by id',
      this.lastCallback,
    );
    for (const { id, receipt_row_id: receiptId, type } of rows) {
      this.lastCallback = id;
      this.callbacks.set(receiptId, [...(this.callbacks.get(receiptId) ?? []), type]);
    }
  }

  private refreshSystems(tables: ReadonlySet<string>): void {
    let changed = false;
    for (const table of Object.values(SYSTEM_TABLES)) {
      if (!tables.has(table)) continue;
      changed = true;
      this.systemRows.set(table, this.database.rows<SystemRow>(`select * from ${table}`));
    }
    if (!changed) return;
    const all = [...this.systemRows.values()].flat();
    this.system = new Map(all.map((row) => [row.outtradeno, row]));
  }
}

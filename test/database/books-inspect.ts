import type { BillType } from '../../src/domain/bill';
import type { Statement } from '../../src/legacy-db/sql/sql';
import type { Inspect, SystemRow } from './books';

/** The tables of the seven systems, by hand. */
export const SYSTEM_TABLES: Readonly<Record<BillType, string>> = {
  '1': 'receipt_scenic',
  '2': 'receipt_pos',
  '3': 'receipt_car_rental',
  '4': 'receipt_shuttle',
  '5': 'receipt_equipment',
  '6': 'receipt_concession',
  '7': 'receipt_stored_value',
};

/** Every table the books write to. */
export const ALL_TABLES = [
  ...['bill', 'receipt', 'receipt_event', 'alarm', 'refund', 'receipt_serial', 'card_balance'],
  'xpos_request',
  'receipt_cashier',
  'callback',
  'callback_try',
  ...['api_key', 'console_session', 'act'],
  ...Object.values(SYSTEM_TABLES),
];

/** A value in a question of a test. */
export type Asked = string | number | null;

/** The way into one store, past the service. */
export interface BooksSource {
  rows(statement: string, values: readonly Asked[]): unknown[];
  setCard(cardNo: string, balance: string): void;
  /** All that is stored, as a text in which something that must not be there can be looked for. */
  everything(): string;
  close(): void;
}

/**
 * What a test may look at in the books of a service, whichever store they are in. Questions are
 * SQL that both stores understand: `?` for each value, texts as values too, no `limit`, no `top`.
 */
export class BooksInspect implements Inspect {
  constructor(private readonly source: BooksSource) {}

  /** The rows of a question: money as yuan with two decimals, times as `yyyy-MM-dd HH:mm:ss`. */
  rows<Row = Record<string, unknown>>(statement: string, ...values: Asked[]): Row[] {
    return this.source.rows(statement, values) as Row[];
  }

  async setCard(cardNo: string, balance: string): Promise<void> {
    return Promise.resolve(this.source.setCard(cardNo, balance));
  }

  /** All that is stored, as a text in which something that must not be there can be looked for. */
  everything(): string {
    return this.source.everything();
  }

  close(): void {
    this.source.close();
  }

  async systemRow(billType: BillType, outTradeNo: string): Promise<SystemRow | null> {
    const select = `select * from ${SYSTEM_TABLES[billType]} where outtradeno = ?`;
    const [row] = this.rows<SystemRow>(select, outTradeNo);
    return Promise.resolve(
      row ? { ...row, cardno: row.cardno ?? null, heldvalue: row.heldvalue ?? null } : null,
    );
  }

  async cardBalance(cardNo: string): Promise<string | null> {
    const select = 'select balance from card_balance where cardno = ?';
    const [row] = this.rows<{ balance: string }>(select, cardNo);
    return Promise.resolve(row?.balance ?? null);
  }

  async events(receiptRowId: number): Promise<string[]> {
    const select = 'select event, state from receipt_event where receipt_row_id = ? order by id';
    const rows = this.rows<{ event: string; state: string }>(select, receiptRowId);
    return Promise.resolve(rows.map(({ event, state }) => `${event} ${state}`));
  }

  async alarms(receiptRowId: number): Promise<string[]> {
    const select = 'select kind from alarm where receipt_row_id = ? order by id';
    const rows = this.rows<{ kind: string }>(select, receiptRowId);
    return Promise.resolve(rows.map(({ kind }) => kind));
  }

  async refunds(receiptRowId: number): Promise<string[]> {
    const select =
      'select batch_no, amount_fen, state from refund where receipt_row_id = ? order by id';
    type Refund = { batch_no: string; amount_fen: number; state: string };
    const rows = this.rows<Refund>(select, receiptRowId);
    return Promise.resolve(rows.map((row) => `${row.batch_no} ${row.amount_fen} ${row.state}`));
  }

  async countRows(): Promise<number> {
    return Promise.resolve(Object.values(this.counts()).reduce((sum, count) => sum + count, 0));
  }

  /** Rows by table. */
  counts(): Record<string, number> {
    const each = ALL_TABLES.map((name) => `select '${name}' as name, count(*) as n from ${name}`);
    const rows = this.rows<{ name: string; n: number }>(each.join(' union all '));
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
  }

  async countsByTable(): Promise<Record<string, number>> {
    return Promise.resolve(this.counts());
  }

  async query<Row>({ texts, values }: Statement): Promise<Row[]> {
    return Promise.resolve(this.rows<Row>(texts.join('?'), ...values.map(({ value }) => value)));
  }
}

import BetterSqlite3 from 'better-sqlite3';
import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import type { BillType } from '../../src/domain/bill';
import { OpenReceiptsStore } from '../../src/legacy-db/open-receipts-store';
import { openSqlite } from '../../src/legacy-db/open-sqlite';
import { receiptRepositories } from '../../src/legacy-db/receipt-repositories';
import type { Statement } from '../../src/legacy-db/sql';
import { tempFolder } from '../support/temp-folder';
import type { FreshBooks, Inspect, SystemRow } from './books';

/** The system tables of the embedded database, by hand. */
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
  ...Object.values(SYSTEM_TABLES),
];

const READ_ONLY = { readonly: true, fileMustExist: true };

/** Looks into an SQLite file through a connection of its own, which sees committed rows only. */
export class SqliteInspect implements Inspect {
  private readonly file: BetterSqlite3.Database | null;

  /** @param path the database file; null: a subclass looks elsewhere */
  constructor(path: string | null) {
    this.file = path === null ? null : new BetterSqlite3(path, READ_ONLY);
  }

  rows<Row = Record<string, unknown>>(statement: string, ...values: unknown[]): Row[] {
    return this.file?.prepare(statement).all(...values) as Row[];
  }

  async systemRow(billType: BillType, outTradeNo: string): Promise<SystemRow | null> {
    const select = `select * from ${SYSTEM_TABLES[billType]} where outtradeno = ?`;
    const [row] = this.rows<SystemRow>(select, outTradeNo);
    return Promise.resolve(row ? { ...row, cardno: row.cardno ?? null } : null);
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
    const select = 'select kind from alarm where receipt_row_id = ?';
    const rows = this.rows<{ kind: string }>(select, receiptRowId);
    return Promise.resolve(rows.map(({ kind }) => kind));
  }

  async refunds(receiptRowId: number): Promise<string[]> {
    const select = 'select batch_no, amount_fen, state from refund where receipt_row_id = ?';
    type Refund = { batch_no: string; amount_fen: number; state: string };
    const rows = this.rows<Refund>(select, receiptRowId);
    return Promise.resolve(rows.map((row) => `${row.batch_no} ${row.amount_fen} ${row.state}`));
  }

  async countRows(): Promise<number> {
    return Promise.resolve(Object.values(this.counts()).reduce((sum, count) => sum + count, 0));
  }

  /** Rows by table. */
  counts(): Record<string, number> {
    const count = (table: string) =>
      this.rows<{ n: number }>(`select count(*) as n from ${table}`)[0]?.n ?? 0;
    return Object.fromEntries(ALL_TABLES.map((table) => [table, count(table)]));
  }

  async countsByTable(): Promise<Record<string, number>> {
    return Promise.resolve(this.counts());
  }

  async query<Row>({ texts, values }: Statement): Promise<Row[]> {
    return Promise.resolve(this.rows<Row>(texts.join('?'), ...values.map(({ value }) => value)));
  }

  close(): void {
    this.file?.close();
  }
}

/** The books in a fresh SQLite file. */
export async function openFreshSqlite(): Promise<FreshBooks> {
  const folder = tempFolder();
  const path = join(folder.path, 'books.sqlite');
  const open = await openSqlite(path, systemClock);
  const inspect = new SqliteInspect(path);
  return {
    repositories: receiptRepositories(open.database),
    openReceipts: new OpenReceiptsStore(open.database),
    inspect,
    setCard: async (cardNo, balance) => {
      const file = new BetterSqlite3(path);
      file.prepare('update card_balance set balance = ? where cardno = ?').run(balance, cardNo);
      file.close();
      return Promise.resolve();
    },
    close: async () => {
      inspect.close();
      await open.close();
      folder.remove();
    },
  };
}

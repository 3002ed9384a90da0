import type { BillType } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { fen } from '../../domain/money';
import type { DailyBooks } from '../../domain/ports/daily-books';
import type {
  DayDifference,
  DayResult,
  Neighbours,
  OverdueMovement,
  SettledMovement,
  SystemFee,
} from '../../domain/reconciliation/day-result';
import type { Movement, OurReceipt } from '../../domain/reconciliation/movement';
import type { Database, Sql } from '../sql/database';
import { Statement, big, int, sql, text } from '../sql/sql';
import { selectMoved, toOurReceipt } from './our-receipts';
import type { MovedRow } from './our-receipts';

const PAGE = 200;

type Big = number | string;

interface DayRow {
  readonly bill_date: string;
  readonly account: string;
  readonly digest: string;
  readonly compared_at_ms: Big;
  readonly payments: Big;
  readonly paid_fen: Big;
  readonly refunds: Big;
  readonly refunded_fen: Big;
  readonly net_fen: Big;
  readonly foreign_rows: Big;
  readonly differences: Big;
}

interface DifferenceRow {
  readonly kind: string;
  readonly is_open: number;
  readonly moved: string | null;
  readonly at_ms: Big | null;
  readonly out_trade_no: string;
  readonly trade_no: string | null;
  readonly request_no: string | null;
  readonly billed_fen: Big | null;
  readonly booked_fen: Big | null;
  readonly receipt_row_id: Big | null;
  readonly movement_key: string | null;
}

/** The books as daily bills are compared with them, and what comes of that. */
export class DailyBooksStore implements DailyBooks {
  constructor(private readonly database: Database) {}

  async *receiptsBetween(fromMs: number, untilMs: number): AsyncGenerator<OurReceipt> {
    const { dialect, read } = this.database;
    for await (const row of this.paidRows(fromMs, untilMs)) yield toOurReceipt(read, dialect, row);
    for await (const receipt of this.everRefunded()) {
      if (receipt.movements.some(isRefundBetween(fromMs, untilMs))) yield receipt;
    }
  }

  async *receiptsSettledOn(date: string): AsyncGenerator<OurReceipt> {
    const { dialect, read } = this.database;
    const settled = await read.rows<{ movement_key: string }>(
      sql`select movement_key from reconciled_movement where bill_date = ${text(10, date)}`,
    );
    for (const { movement_key: key } of settled) {
      const [kind, id] = key.split(' ');
      const owner = kind === 'refund' ? await this.receiptOfRefund(Number(id)) : Number(id);
      const [row] = await read.rows<MovedRow>(selectMoved(dialect).with(sql`r.id = ${big(owner)}`));
      if (row) yield toOurReceipt(read, dialect, row);
    }
  }

  private async receiptOfRefund(id: number): Promise<number> {
    const [row] = await this.database.read.rows<{ receipt_row_id: Big }>(
      sql`select receipt_row_id from refund where id = ${big(id)}`,
    );
    return Number(row?.receipt_row_id ?? 0);
  }

  async *numbersBetween(fromMs: number, untilMs: number): AsyncGenerator<string> {
    for await (const { out_trade_no: outTradeNo } of this.paidRows(fromMs, untilMs)) {
      yield outTradeNo;
    }
    for await (const receipt of this.everRefunded()) {
      if (receipt.movements.some(isRefundBetween(fromMs, untilMs))) yield receipt.outTradeNo;
    }
  }

  async receiptsOf(outTradeNos: readonly string[]): Promise<OurReceipt[]> {
    if (outTradeNos.length === 0) return [];
    const { dialect, read } = this.database;
    const numbers = outTradeNos.map((number) => text(64, number));
    const commas = numbers.slice(1).map(() => ', ');
    const list = new Statement(['r.out_trade_no in (', ...commas, ')'], numbers);
    const rows = await read.rows<MovedRow>(selectMoved(dialect).with(list));
    // SQL Server takes texts for equal that differ in trailing blanks.
    const asked = new Set(outTradeNos);
    const found = rows.filter(({ out_trade_no: number }) => asked.has(number));
    const receipts: OurReceipt[] = [];
    for (const row of found) receipts.push(await toOurReceipt(read, dialect, row));
    return receipts;
  }

  async dayResult(date: string): Promise<DayResult | null> {
    const [row] = await this.database.read.rows<DayRow>(
      sql`select bill_date, account, digest, compared_at_ms, payments, paid_fen, refunds,
          refunded_fen, net_fen, foreign_rows, differences from reconciled_day
          where bill_date = ${text(10, date)}`,
    );
    return row === undefined ? null : toResult(row);
  }

  async differencesOf(date: string): Promise<DayDifference[]> {
    const rows = await this.database.read.rows<DifferenceRow>(
      sql`select kind, is_open, moved, at_ms, out_trade_no, trade_no, request_no, billed_fen,
          booked_fen, receipt_row_id, movement_key from reconciled_difference
          where bill_date = ${text(10, date)} order by out_trade_no, id`,
    );
    return rows.map(toDifference);
  }

  async saveDay(
    result: DayResult,
    differences: readonly DayDifference[],
    { settled, overdue }: Neighbours,
    fees: readonly SystemFee[] = [],
  ): Promise<void> {
    await this.database.write('saveDay', async (db) => {
      const date = text(10, result.date);
      await db.change(sql`delete from reconciled_day where bill_date = ${date}`);
      await db.change(sql`delete from reconciled_difference where bill_date = ${date}`);
      await db.change(sql`delete from reconciled_movement where bill_date = ${date}`);
      await db.change(sql`delete from reconciled_fee where bill_date = ${date}`);
      await insertDay(db, result);
      for (const { billType, fee } of fees) {
        await db.change(sql`insert into reconciled_fee (bill_date, bill_type, fee_fen)
            values (${date}, ${text(1, billType)}, ${big(fee)})`);
      }
      for (const one of differences) await insertDifference(db, result.date, one);
      for (const one of settled) await settle(db, result.date, one);
      for (const one of overdue) await endWaiting(db, one);
    });
  }

  async feesOf(date: string): Promise<SystemFee[]> {
    const rows = await this.database.read.rows<{ bill_type: string; fee_fen: Big }>(
      sql`select bill_type, fee_fen from reconciled_fee where bill_date = ${text(10, date)}`,
    );
    return rows.map((row) => ({
      billType: row.bill_type as BillType,
      fee: fen(Number(row.fee_fen)),
    }));
  }

  private async *paidRows(fromMs: number, untilMs: number): AsyncGenerator<MovedRow> {
    const { dialect, read } = this.database;
    const rows = dialect.first(PAGE);
    let [atMs, id] = [fromMs, 0];
    for (;;) {
      const page: MovedRow[] = await read.rows<MovedRow>(
        selectMoved(dialect, rows.top).with(sql`r.paid_at_ms < ${big(untilMs)}
            and r.paid_at_ms >= ${big(atMs)} and (r.paid_at_ms > ${big(atMs)} or r.id > ${big(id)})
            order by r.paid_at_ms, r.id ${rows.limit}`),
      );
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      [atMs, id] = [Number(last.paid_at_ms), Number(last.id)];
    }
  }

  /** Of every day: refunds are few, and no column tells when they were. */
  private async *everRefunded(): AsyncGenerator<OurReceipt> {
    const { dialect, read } = this.database;
    const rows = dialect.first(PAGE);
    let id = 0;
    for (;;) {
      const page: MovedRow[] = await read.rows<MovedRow>(
        selectMoved(dialect, rows.top).with(
          sql`r.refunded_fen > 0 and r.id > ${big(id)} order by r.id ${rows.limit}`,
        ),
      );
      for (const row of page) yield await toOurReceipt(read, dialect, row);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      id = Number(last.id);
    }
  }
}

function isRefundBetween(fromMs: number, untilMs: number): (one: Movement) => boolean {
  return ({ kind, atMs }) => kind === 'refund' && atMs >= fromMs && atMs < untilMs;
}

async function insertDay(db: Sql, day: DayResult): Promise<void> {
  await db.change(sql`insert into reconciled_day (bill_date, account, digest, compared_at_ms,
      payments, paid_fen, refunds, refunded_fen, net_fen, foreign_rows, differences) values
      (${text(10, day.date)}, ${text(24, day.account)}, ${text(64, day.digest)},
      ${big(day.comparedAtMs)}, ${big(day.payments)}, ${big(day.paid)}, ${big(day.refunds)},
      ${big(day.refunded)}, ${big(day.net)}, ${big(day.foreignRows)}, ${big(day.differences)})`);
}

async function insertDifference(db: Sql, date: string, one: DayDifference): Promise<void> {
  await db.change(sql`insert into reconciled_difference (bill_date, kind, is_open, moved, at_ms,
      out_trade_no, trade_no, request_no, billed_fen, booked_fen, receipt_row_id, movement_key)
      values (${text(10, date)}, ${text(24, one.kind)}, ${int(one.open ? 1 : 0)},
      ${text(8, one.moved)}, ${big(one.atMs)},
      ${text(64, one.outTradeNo)}, ${text(64, one.tradeNo)}, ${text(64, one.requestNo)},
      ${big(one.billed)}, ${big(one.booked)}, ${big(one.receiptRowId)},
      ${text(100, one.movementKey)})`);
}

/** Found in this bill, so it belongs to no other; what its own day said of it is over. */
async function settle(db: Sql, date: string, { key, atMs }: SettledMovement): Promise<void> {
  await db.change(sql`delete from reconciled_movement where movement_key = ${text(100, key)}`);
  await db.change(sql`insert into reconciled_movement (movement_key, bill_date)
      values (${text(100, key)}, ${text(10, date)})`);
  const own = text(10, chinaTime(atMs).slice(0, 10));
  if (own.value === date) return;
  const closed = await db.change(sql`delete from reconciled_difference where bill_date = ${own}
      and movement_key = ${text(100, key)} and billed_fen is null`);
  await db.change(sql`update reconciled_day set differences = differences - ${big(closed)}
      where bill_date = ${own}`);
}

async function endWaiting(db: Sql, { date, key, kind }: OverdueMovement): Promise<void> {
  await db.change(sql`update reconciled_difference set kind = ${text(24, kind)},
      is_open = ${int(0)} where bill_date = ${text(10, date)}
      and movement_key = ${text(100, key)}`);
}

function toResult(row: DayRow): DayResult {
  return {
    date: row.bill_date,
    account: row.account,
    digest: row.digest,
    comparedAtMs: Number(row.compared_at_ms),
    payments: Number(row.payments),
    paid: fen(Number(row.paid_fen)),
    refunds: Number(row.refunds),
    refunded: fen(Number(row.refunded_fen)),
    net: fen(Number(row.net_fen)),
    foreignRows: Number(row.foreign_rows),
    differences: Number(row.differences),
  };
}

function toDifference(row: DifferenceRow): DayDifference {
  const amount = (value: Big | null) => (value === null ? null : fen(Number(value)));
  return {
    kind: row.kind,
    open: row.is_open === 1,
    moved: row.moved === 'payment' || row.moved === 'refund' ? row.moved : null,
    atMs: row.at_ms === null ? null : Number(row.at_ms),
    outTradeNo: row.out_trade_no,
    tradeNo: row.trade_no,
    requestNo: row.request_no,
    billed: amount(row.billed_fen),
    booked: amount(row.booked_fen),
    receiptRowId: row.receipt_row_id === null ? null : Number(row.receipt_row_id),
    movementKey: row.movement_key,
  };
}

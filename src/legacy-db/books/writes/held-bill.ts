import type { Dialect } from '../../sql/database';
import type { Bound, Statement } from '../../sql/sql';
import { big, sql } from '../../sql/sql';
import type { Writes } from '../../sql/writes';

/** A bill as it was read, without a lock. */
export interface FoundBill {
  readonly id: number;
  /** Every unit of work on the bill raises it. */
  readonly version: number;
  readonly liveReceiptId: number | null;
}

/** A bill whose row a unit holds by the time it writes: the condition that meets that row. */
export interface HeldBill {
  readonly row: Statement;
}

/** A 64-bit column: SQLite gives a number, SQL Server's driver text. */
export interface BillRow {
  readonly id: number | string;
  readonly version: number | string;
  readonly live_receipt_id: number | string | null;
}

/** The columns of a `BillRow`; a `where` that an index serves follows. */
export function selectBill({ seek }: Dialect): Statement {
  return sql`select id, version, live_receipt_id from bill${seek} where `;
}

/** The bill of a receipt. */
export function selectBillOf(dialect: Dialect, receiptRowId: number): Statement {
  const of = sql`id = (select bill_id from receipt where id = ${big(receiptRowId)})`;
  return selectBill(dialect).with(of);
}

export function toBill({ id, version, live_receipt_id: live }: BillRow): FoundBill {
  return {
    id: Number(id),
    version: Number(version),
    liveReceiptId: live === null ? null : Number(live),
  };
}

/**
 * Where rows are locked, a unit changes the bill's row before anything else, by its id: units on
 * one bill write one after the other. It is stopped where another one has written since it read.
 */
export function holdFound(
  writes: Writes,
  { locksRows }: Dialect,
  { id, version }: FoundBill,
): HeldBill {
  const row = sql` where id = ${big(id)}`;
  if (!locksRows) return { row };
  const seen = row.with(sql` and version = ${big(version)}`);
  writes.changeOne(sql`update bill set version = version + 1`.with(seen), 'stale');
  return { row: row.with(sql` and version = ${big(version + 1)}`) };
}

/** The same of a bill that was not read: of whatever version, as each change has its own guard. */
export function holdOf(writes: Writes, dialect: Dialect, receiptRowId: number): HeldBill {
  if (!dialect.locksRows) return heldOf(receiptRowId);
  // By a statement of its own: the bill is locked while no row of `receipt` is.
  const select = sql`select bill_id from receipt${dialect.seek} where id = ${big(receiptRowId)}`;
  const id: Bound = writes.ask({ name: 'bigint' }, select);
  const row = sql` where id = ${id}`;
  writes.changeOne(sql`update bill set version = version + 1`.with(row), 'lost');
  // Told again behind the procedures: one may have ended the transaction that holds the bill.
  const kept: Bound = writes.ask({ name: 'bigint' }, selectVersion(dialect).with(row));
  return { row: row.with(sql` and version = ${kept}`) };
}

function selectVersion({ seek }: Dialect): Statement {
  return sql`select version from bill${seek}`;
}

/** The bill of a receipt in a unit that holds it already. */
export function heldOf(receiptRowId: number): HeldBill {
  return { row: sql` where id = (select bill_id from receipt where id = ${big(receiptRowId)})` };
}

import type { Dialect, Sql } from './database';
import { big, sql } from './sql';

/**
 * Locks the bill of a receipt until the unit ends, by changing its row: so units on one bill run
 * one after the other, and each reads what the one before has committed. Which bill it is never
 * changes, so that is read first, by a statement of its own.
 */
export async function holdBillOf(db: Sql, dialect: Dialect, receiptRowId: number): Promise<void> {
  if (!dialect.locksRows) return;
  const [receipt] = await db.rows<{ bill_id: number | string }>(
    sql`select bill_id from receipt${dialect.seek} where id = ${big(receiptRowId)}`,
  );
  if (receipt) await changeVersion(db, Number(receipt.bill_id));
}

async function changeVersion(db: Sql, billId: number): Promise<void> {
  await db.change(sql`update bill set version = version + 1 where id = ${big(billId)}`);
}

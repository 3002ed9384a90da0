import { billKey } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import type { Dialect, Sql } from './database';
import { big, chars, sql, text } from './sql';

/** A bill that this unit alone works on. */
export interface LockedBill {
  readonly id: number;
  readonly liveReceiptId: number | null;
}

interface BillRow {
  readonly id: number | string;
  readonly live_receipt_id: number | string | null;
}

/**
 * The bill's row, locked until the unit ends; made first when it is not there. It is looked for by
 * its key without a lock and locked by its id alone: two units that lock the key's entry and the
 * row, the one in this order and the other in that, wait for each other. Where two units make it at
 * once, the second meets the unique key, is run again as a whole and finds it.
 */
export async function lockBill(
  db: Sql,
  dialect: Dialect,
  billType: BillType,
  billNo: string,
): Promise<LockedBill> {
  const bound = { type: chars(1, billType), key: text(20, billKey(billNo)) };
  const [found] = await db.rows<BillRow>(
    sql`select id, live_receipt_id from bill${dialect.seek}
        where bill_type = ${bound.type} and bill_key = ${bound.key}`,
  );
  if (!found) {
    const id = await db.insert(sql`insert into bill (bill_type, bill_key, bill_status)
        values (${bound.type}, ${bound.key}, ${text(10, '0')})`);
    return { id, liveReceiptId: null };
  }
  const id = Number(found.id);
  if (!dialect.locksRows) return { id, liveReceiptId: numberOrNull(found.live_receipt_id) };
  await changeVersion(db, id);
  // Read again: it is ours only now.
  const [bill] = await db.rows<BillRow>(
    sql`select id, live_receipt_id from bill${dialect.seek} where id = ${big(id)}`,
  );
  return { id, liveReceiptId: numberOrNull(bill?.live_receipt_id ?? null) };
}

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

function numberOrNull(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}

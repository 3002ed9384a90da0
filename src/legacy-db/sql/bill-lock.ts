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
 * The bill's row, locked until the unit ends; made first when it is not there. Where two units make
 * it at once, the second meets the unique key, is run again as a whole and finds it.
 */
export async function lockBill(
  db: Sql,
  dialect: Dialect,
  billType: BillType,
  billNo: string,
): Promise<LockedBill> {
  const bound = { type: chars(1, billType), key: text(20, billKey(billNo)) };
  const key = sql` where bill_type = ${bound.type} and bill_key = ${bound.key}`;
  if (dialect.locksRows) await db.change(sql`update bill set bill_status = bill_status`.with(key));
  const select = sql`select id, live_receipt_id from bill ${dialect.lockKey}`.with(key);
  const [bill] = await db.rows<BillRow>(select);
  if (bill) {
    const live = bill.live_receipt_id;
    return { id: Number(bill.id), liveReceiptId: live === null ? null : Number(live) };
  }
  const id = await db.insert(sql`insert into bill (bill_type, bill_key, bill_status)
      values (${bound.type}, ${bound.key}, ${text(10, '0')})`);
  return { id, liveReceiptId: null };
}

/**
 * Locks the bill of a receipt until the unit ends, by changing its row: so units on one bill run
 * one after the other, and each reads what the one before has committed.
 */
export async function holdBillOf(db: Sql, dialect: Dialect, receiptRowId: number): Promise<void> {
  if (!dialect.locksRows) return;
  await db.change(sql`update bill set bill_status = bill_status
      where id = (select bill_id from receipt where id = ${big(receiptRowId)})`);
}

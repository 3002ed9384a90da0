import type { Origin } from '../../domain/ports/receipt-repository';
import type { NotWithdrawn } from '../../domain/ports/refunds';
import { DUPLICATE_BATCH, isOwedAlone, isPending } from '../../domain/refund/refund';
import type { Receipt } from '../../domain/receipt/receipt';
import type { Refund } from '../../domain/refund/refund';
import { selectReceipts, toReceipt } from '../books/receipt-row';
import type { ReceiptRow } from '../books/receipt-row';
import { eventInsert } from '../books/history/receipt-event';
import { holdBillOf } from '../sql/bill-lock';
import type { Database, Sql } from '../sql/database';
import { big, sql, text } from '../sql/sql';
import type { Statement } from '../sql/sql';
import { selectRefunds, toRefund } from './refund-row';
import type { RefundRow } from './refund-row';

/**
 * Gives a pending refund up: it is sent no more, and ends as failed once nothing of it can be under
 * way; what went back by then counts all the same. Null: it is withdrawn.
 */
export async function withdrawRefund(
  database: Database,
  id: number,
  origin: Origin,
): Promise<NotWithdrawn | null> {
  const found = await refundOf(database.read, database, id);
  if (!found) return 'unknown';
  return database.write('withdrawRefund', async (db) => {
    await holdBillOf(db, database.dialect, found.receiptRowId);
    const refund = await refundOf(db, database, id);
    if (!refund || !isPending(refund)) return 'ended';
    if (refund.batchNo === DUPLICATE_BATCH) return 'owed';
    if (refund.givenUp !== null) return 'givenUp';
    // Due at once: the sweep asks after it, and ends it.
    await db.change(sql`update refund set given_up = ${text(12, 'withdrawn')},
        due_at_ms = ${big(origin.nowMs)} where id = ${big(id)}`);
    await noteWish(db, database, refund, { ...origin, event: 'withdrawRefund' });
    return null;
  });
}

/**
 * The sweep looks at what a duplicate is owed no more: a person gives it back. False: it is going
 * back already, or nothing is owed.
 */
export async function leaveOwedToPerson(
  database: Database,
  id: number,
  origin: Origin,
): Promise<boolean> {
  const found = await refundOf(database.read, database, id);
  if (!found) return false;
  return database.write('leaveOwed', async (db) => {
    await holdBillOf(db, database.dialect, found.receiptRowId);
    const refund = await refundOf(db, database, id);
    if (!refund || !isOwedAlone(refund)) return false;
    // Begun, and not sent yet: who looks no more would leave it on its way for ever.
    const receipt = await receiptOf(db, database, refund.receiptRowId);
    if (receipt.givingBack === 'refund') return false;
    await db.change(sql`update refund set due_at_ms = ${big(null)} where id = ${big(id)}`);
    await noteWish(db, database, refund, { ...origin, event: 'leaveOwed' });
    return true;
  });
}

/** Every refund that is not decided, the oldest first; a debt nobody has asked for yet is none. */
export async function pendingRefunds({ read, dialect }: Database): Promise<Refund[]> {
  const pending = sql`where state in (${text(12, 'queued')}, ${text(12, 'asked')})
      and (batch_key <> ${text(50, DUPLICATE_BATCH)} or state = ${text(12, 'asked')})
      order by id`;
  return (await read.rows<RefundRow>(selectRefunds(dialect).with(pending))).map(toRefund);
}

async function refundOf(db: Sql, { dialect }: Database, id: number): Promise<Refund | null> {
  const byId: Statement = sql`where id = ${big(id)}`;
  const [row] = await db.rows<RefundRow>(selectRefunds(dialect).with(byId));
  return row ? toRefund(row) : null;
}

async function receiptOf(db: Sql, { dialect }: Database, id: number): Promise<Receipt> {
  const byId = sql`where r.id = ${big(id)}`;
  const [row] = await db.rows<ReceiptRow>(selectReceipts(dialect).with(byId));
  if (!row) throw new Error(`no receipt ${id}`);
  return toReceipt(row);
}

/** An operator's wish stands in the life of the receipt, which it does not move. */
async function noteWish(
  db: Sql,
  database: Database,
  refund: Refund,
  { event, ...origin }: Origin & { readonly event: string },
): Promise<void> {
  const receipt = await receiptOf(db, database, refund.receiptRowId);
  const happening = { before: receipt, event, origin, after: receipt };
  await db.change(eventInsert({ ...happening, about: refund.amount }));
}

import { billKey } from '../../../domain/bill';
import type { BeginOrder } from '../../../domain/ports/receipt-repository';
import type { Receipt } from '../../../domain/receipt/receipt';
import type { Dialect, Sql } from '../../sql/database';
import { readSets } from '../../sql/read-sets';
import type { Statement } from '../../sql/sql';
import { big, chars, int, sql, text } from '../../sql/sql';
import { selectReceipts, toReceipt } from '../receipt-row';
import type { ReceiptRow } from '../receipt-row';
import { selectBill, selectBillOf, toBill } from './held-bill';
import type { BillRow, FoundBill } from './held-bill';
import { selectRivals, toRivals } from './step-writes';
import type { Rivals } from './step-writes';

// In both the bill is read first: what is read behind it is at least as new as its version. The
// other way round another unit could end in between, and its version would be taken for ours.

/** The bill of an order, and of its receipts those a new one depends on; null: it is new. */
export async function lookAtBill(
  read: Sql,
  dialect: Dialect,
  { billType, billNo, outTradeNo }: BeginOrder,
): Promise<{ readonly bill: FoundBill | null; readonly receipts: readonly Receipt[] }> {
  const type = chars(1, billType);
  const key = text(20, billKey(billNo));
  const ofBill = selectBill(dialect).with(sql`bill_type = ${type} and bill_key = ${key}`);
  // Where each question costs a statement: of a new bill there are no receipts.
  const ofReceipts = selectReceipts(dialect)
    .with(sql`where b.bill_type = ${type} and b.bill_key = ${key}
        and (r.id = b.live_receipt_id or r.out_trade_no = ${text(64, outTradeNo)}
        or r.state in (${text(12, 'paid')}, ${text(12, 'refunding')})
        and r.duplicate = ${int(0)})`);
  const [bills, receipts] = read.sets
    ? await read.sets([ofBill, ofReceipts])
    : await untilNone(read, [ofBill, ofReceipts]);
  const [bill] = (bills ?? []) as BillRow[];
  if (!bill) return { bill: null, receipts: [] };
  return { bill: toBill(bill), receipts: ((receipts ?? []) as ReceiptRow[]).map(toReceipt) };
}

/** A receipt, its bill, and the others of the bill that its payment would meet. */
export async function lookAtReceipt(
  read: Sql,
  dialect: Dialect,
  id: number,
): Promise<{ readonly bill: FoundBill; readonly receipt: Receipt; readonly rivals: Rivals }> {
  const [bills, receipts, ...rivals] = await readSets(read, [
    selectBillOf(dialect, id),
    selectReceipts(dialect).with(sql`where r.id = ${big(id)}`),
    ...selectRivals(dialect, id),
  ]);
  const [bill] = (bills ?? []) as BillRow[];
  if (!bill) throw new Error(`no receipt ${id}`);
  return { bill: toBill(bill), receipt: receiptOf(receipts ?? []), rivals: toRivals(rivals) };
}

/** The receipt that a select gave, which must be there. */
export function receiptOf(rows: readonly unknown[]): Receipt {
  const [row] = rows as readonly ReceiptRow[];
  if (!row) throw new Error('a receipt is not there');
  return toReceipt(row);
}

/** The rows of queries, one after the other, until one has none. */
async function untilNone(read: Sql, statements: readonly Statement[]): Promise<unknown[][]> {
  const sets: unknown[][] = [];
  for (const statement of statements) {
    sets.push(await read.rows(statement));
    if (sets.at(-1)?.length === 0) return sets;
  }
  return sets;
}

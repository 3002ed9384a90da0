import { big, sql } from '../sql/sql';
import type { BookDifference } from './account';
import { NONE } from './account';
import type { Big, ReadBooks } from './read-accounts';

/** A bill and the sums of its receipts. Fen. */
export interface BillSums {
  readonly id: number;
  /** What its row says. */
  readonly status: string;
  readonly liveReceiptId: number | null;
  readonly receipts: number;
  readonly open: number;
  /** One of the open ones; null: there is none. */
  readonly openId: number | null;
  /** Of the receipts that count: paid, and gone back. */
  readonly paid: number;
  readonly refunded: number;
}

interface BillRow {
  readonly id: Big;
  readonly bill_status: string;
  readonly live_receipt_id: Big | null;
}

interface SumsRow {
  readonly bill_id: Big;
  readonly receipts: Big;
  readonly open_ones: Big;
  readonly open_id: Big | null;
  readonly paid: Big | null;
  readonly refunded: Big | null;
}

const PAGE = 500;

/** Up to `PAGE` bills behind one, in the order of their ids; none: that was all. */
export async function readBills(
  { read, dialect }: ReadBooks,
  afterId: number,
): Promise<BillSums[]> {
  const { top, limit } = dialect.first(PAGE);
  const bills = await read.rows<BillRow>(sql`select ${top} id, bill_status, live_receipt_id
      from bill where id > ${big(afterId)} order by id ${limit}`);
  const last = bills.at(-1);
  if (!last) return [];
  const sums = await read.rows<SumsRow>(sql`select bill_id, count(*) as receipts,
      sum(case when state in ('begun', 'waiting', 'cancelling') then 1 else 0 end) as open_ones,
      max(case when state in ('begun', 'waiting', 'cancelling') then id end) as open_id,
      sum(case when trade_no is not null and duplicate = 0 then paid_fen end) as paid,
      sum(case when trade_no is not null and duplicate = 0 then refunded_fen end) as refunded
      from receipt where bill_id > ${big(afterId)} and bill_id <= ${big(Number(last.id))}
      group by bill_id`);
  const byBill = new Map(sums.map((row) => [Number(row.bill_id), row]));
  return bills.map((bill) => toSums(bill, byBill.get(Number(bill.id))));
}

function toSums(bill: BillRow, sums: SumsRow | undefined): BillSums {
  const openId = sums?.open_id ?? null;
  return {
    id: Number(bill.id),
    status: bill.bill_status,
    liveReceiptId: bill.live_receipt_id === null ? null : Number(bill.live_receipt_id),
    receipts: Number(sums?.receipts ?? 0),
    open: Number(sums?.open_ones ?? 0),
    openId: openId === null ? null : Number(openId),
    paid: Number(sums?.paid ?? 0),
    refunded: Number(sums?.refunded ?? 0),
  };
}

/**
 * A bill has receipts, at most one of them open, which it names, and the state of their sums.
 * `ours`: is that state given by our rule? Pure.
 */
export function billDiffers(bill: BillSums, ours: boolean): readonly BookDifference[] {
  const differ = (kind: string, expected: string, found: string): readonly BookDifference[] =>
    expected === found ? [] : [{ subject: `bill ${bill.id}`, kind, expected, found }];
  if (bill.receipts === 0) return differ('billEmpty', 'a receipt', NONE);
  const live = (id: number | null) => (id === null ? NONE : `receipt ${id}`);
  return [
    ...differ('openReceipts', String(Math.min(bill.open, 1)), String(bill.open)),
    ...differ('liveReceipt', live(bill.openId), live(bill.liveReceiptId)),
    ...(ours ? differ('billStatus', statusOf(bill), bill.status) : []),
  ];
}

/** 0 nothing collected, 2 partly refunded, 3 collected, 4 all of it refunded. */
function statusOf({ paid, refunded }: BillSums): string {
  if (paid === 0) return '0';
  if (refunded === 0) return '3';
  return refunded < paid ? '2' : '4';
}

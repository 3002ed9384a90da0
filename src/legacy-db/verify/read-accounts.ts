import { BILL_TYPES, STORED_VALUE } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import type { Dialect, Sql } from '../sql/database';
import { readSets } from '../sql/read-sets';
import { Fragment, big, sql } from '../sql/sql';
import type { Statement } from '../sql/sql';
import type {
  Account,
  HistoryLine,
  ReceiptLine,
  RefundLine,
  SystemLine,
  ToldLine,
} from './account';
import type { SystemTables } from './system-tables';

/** A whole number as the drivers give it. */
export type Big = number | string;

/** Rows of a receipt's, as the drivers give them: columns by their names. */
type Row = Readonly<Record<string, Big | null>>;

/** The books as they are read here. */
export interface ReadBooks {
  readonly read: Pick<Sql, 'rows' | 'sets'>;
  readonly dialect: Dialect;
  /** Null: the systems' own tables are not ours to read. */
  readonly systems: SystemTables | null;
}

/** So many receipts are read and compared at a time. */
const PAGE = 200;

/** Up to `PAGE` accounts behind a receipt, in the order of their ids; none: that was all. */
export async function readAccounts(books: ReadBooks, afterId: number): Promise<Account[]> {
  const { top, limit } = books.dialect.first(PAGE);
  const rows = await books.read.rows<Row>(sql`select ${top} r.id, r.bill_type, r.bill_no,
      r.receipt_id, r.pay_type, r.amount_fen, r.card_no, r.out_trade_no, r.state, r.trade_no,
      r.paid_fen, r.refunded_fen, r.duplicate, r.giving_back, r.due_at_ms,
      b.bill_type as own_type, b.bill_key as own_key
      from receipt r left join bill b on b.id = r.bill_id
      where r.id > ${big(afterId)} order by r.id ${limit}`);
  const receipts = rows.map(toReceipt);
  const last = receipts.at(-1);
  if (!last) return [];
  const page = sql`r.id > ${big(afterId)} and r.id <= ${big(last.id)} `;
  const [events, refunds, trades, told, alarms] = await belongings(books, page);
  const systems = books.systems
    ? await systemLines(books, books.systems, receipts, page)
    : undefined;
  return receipts.map((receipt) => ({
    receipt,
    history: of(events, receipt).map(toHistory),
    refunds: of(refunds, receipt).map(toRefund),
    trade: textOf(of(trades, receipt)[0]?.['trade_no']),
    told: of(told, receipt).map(toTold),
    alarms: of(alarms, receipt).map((row) => String(row['kind'])),
    system: systems && (systems.get(`${receipt.billType} ${receipt.outTradeNo}`) ?? null),
  }));
}

type ByReceipt = ReadonlyMap<number, readonly Row[]>;

/** What belongs to the receipts of a page, each by its receipt and the oldest first. */
async function belongings({ read }: ReadBooks, page: Statement): Promise<ByReceipt[]> {
  const ofReceipts = sql` join receipt r on r.id = x.receipt_row_id where `.with(page);
  const inOrder = sql`order by x.receipt_row_id, x.id`;
  const of = (select: Statement): Statement => select.with(ofReceipts).with(inOrder);
  const sets = await readSets(read, [
    of(sql`select x.id, x.receipt_row_id, x.at_ms, x.event, x.from_state, x.state, x.amount_fen,
        x.cause, x.actor, x.request_id from receipt_event x`),
    of(sql`select x.id, x.receipt_row_id, x.amount_fen, x.state, x.cause, x.out_request_no
        from refund x`),
    sql`select t.receipt_row_id, t.trade_no from receipt r
        join trade t on t.trade_no = r.trade_no and t.receipt_row_id = r.id where `.with(page),
    of(sql`select x.id, x.receipt_row_id, x.type, x.written_at_ms from callback x`),
    of(sql`select x.id, x.receipt_row_id, x.kind from alarm x`),
  ]);
  return sets.map((rows) => byReceipt(rows as Row[]));
}

function byReceipt(rows: readonly Row[]): ByReceipt {
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    const id = Number(row['receipt_row_id']);
    const known = found.get(id);
    if (known) known.push(row);
    else found.set(id, [row]);
  }
  return found;
}

function of(rows: ByReceipt | undefined, { id }: ReceiptLine): readonly Row[] {
  return rows?.get(id) ?? [];
}

/** The rows of the systems' own tables, by bill type and our number. */
async function systemLines(
  { read }: ReadBooks,
  tables: SystemTables,
  receipts: readonly ReceiptLine[],
  page: Statement,
): Promise<ReadonlyMap<string, SystemLine>> {
  const types = BILL_TYPES.filter((type) => receipts.some(({ billType }) => billType === type));
  const selects = types.map((type) => selectSystem(tables, type).with(page));
  const sets = await readSets(read, selects);
  const found = new Map<string, SystemLine>();
  types.forEach((type, at) => {
    for (const row of (sets[at] ?? []) as Row[]) {
      found.set(`${type} ${row['outtradeno']}`, toSystem(row));
    }
  });
  return found;
}

function selectSystem({ of: tableOf, yuan }: SystemTables, type: BillType): Statement {
  const own = type === STORED_VALUE ? yuan('heldvalue') : new Fragment('null');
  const card = new Fragment(type === STORED_VALUE ? 'cardno' : 'null');
  return sql`select outtradeno, autoid, billnum, paytype, result, tradeno, ${card} as cardno,
      ${yuan('paymentvalue')} as asked, ${yuan('receiptvalue')} as paid,
      ${yuan('refundvalue')} as refunded, ${own} as held
      from receipt r join ${tableOf(type)} s on s.outtradeno = r.out_trade_no where `;
}

const textOf = (value: Big | null | undefined): string | null =>
  value === null || value === undefined ? null : String(value);
const wholeOf = (value: Big | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

function toReceipt(row: Row): ReceiptLine {
  const ownType = textOf(row['own_type']);
  return {
    id: Number(row['id']),
    billType: String(row['bill_type']) as BillType,
    billNo: String(row['bill_no']),
    receiptId: String(row['receipt_id']),
    payType: String(row['pay_type']),
    amount: Number(row['amount_fen']),
    cardNo: textOf(row['card_no']),
    outTradeNo: String(row['out_trade_no']),
    state: String(row['state']),
    tradeNo: textOf(row['trade_no']),
    paid: wholeOf(row['paid_fen']),
    refunded: Number(row['refunded_fen']),
    duplicate: Number(row['duplicate']) === 1,
    givingBack: String(row['giving_back']),
    dueAtMs: wholeOf(row['due_at_ms']),
    ownBill: ownType === null ? null : { billType: ownType, billKey: String(row['own_key']) },
  };
}

function toHistory(row: Row): HistoryLine {
  return {
    id: Number(row['id']),
    atMs: Number(row['at_ms']),
    event: String(row['event']),
    from: textOf(row['from_state']),
    state: String(row['state']),
    amount: wholeOf(row['amount_fen']),
    origin: JSON.stringify([row['cause'], row['actor'], row['request_id']]),
  };
}

function toRefund(row: Row): RefundLine {
  return {
    amount: Number(row['amount_fen']),
    state: String(row['state']),
    cause: String(row['cause']),
    outRequestNo: textOf(row['out_request_no']),
  };
}

function toTold(row: Row): ToldLine {
  return { type: String(row['type']), writtenAtMs: Number(row['written_at_ms']) };
}

function toSystem(row: Row): SystemLine {
  return {
    autoid: String(row['autoid']),
    billNo: String(row['billnum']),
    payType: String(row['paytype']),
    cardNo: textOf(row['cardno']),
    asked: textOf(row['asked']),
    result: textOf(row['result']),
    tradeNo: textOf(row['tradeno']),
    paid: textOf(row['paid']),
    refunded: textOf(row['refunded']),
    held: textOf(row['held']),
  };
}

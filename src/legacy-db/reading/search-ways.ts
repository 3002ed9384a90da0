import { billKey, cardKey } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { isBounded, newestBy } from '../../domain/reading/receipt-search';
import type { Place, ReceiptSearch, Span } from '../../domain/reading/receipt-search';
import { cashierKey } from '../books/history/receipt-cashiers';
import type { Dialect } from '../sql/database';
import { Fragment, big, chars, sql, text } from '../sql/sql';
import type { Statement } from '../sql/sql';

/** A receipt that was looked at. */
export interface LookedAt {
  readonly id: number | string;
  readonly at_ms: number | string;
  /** 1: it is what is looked for. */
  readonly hit: number;
}

/** How receipts of one system are found: by which index, and sorted by which of its columns. */
interface Way {
  /** The first tables of the way, `r` being the receipt among them. */
  readonly from: (dialect: Dialect) => Fragment;
  /** The columns that sort; a span of the first is a part of the index. */
  readonly at: Fragment;
  readonly id: Fragment;
  readonly span: Span;
  readonly where: (billType: BillType) => Statement;
}

const ROW_ID = new Fragment('r.id');
const BEGUN_AT = new Fragment('r.begun_at_ms');
const PAID_AT = new Fragment('r.paid_at_ms');

/** Receipts by an index that is named: without figures of the tables SQLite takes another one. */
function by(index: string): Way['from'] {
  return (dialect) => new Fragment(`receipt r${dialect.by(index).text}`);
}

/** Receipts by a table that names them. */
function through(table: string): Way['from'] {
  return ({ seek }) =>
    new Fragment(`${table} k join receipt r${seek.text} on r.id = k.receipt_row_id`);
}

function whereType(billType: BillType): Statement {
  return sql`r.bill_type = ${chars(1, billType)}`;
}

/**
 * The way that looks at the fewest receipts: a number of a slip before everything else, an amount
 * before a state, then time alone. The indexes are those of `ReceiptSearches1795300000070`.
 */
function wayOf(search: ReceiptSearch): Way {
  return bySlip(search) ?? byReceipt(search) ?? byTime(search);
}

/** Numbers that few receipts have. */
function bySlip({ outTradeNo, tradeNo, billNo, begun }: ReceiptSearch): Way | null {
  const order = { at: BEGUN_AT, id: ROW_ID, span: begun };
  if (outTradeNo !== null) {
    const is = sql` and r.out_trade_no = ${text(64, outTradeNo)}`;
    const from = by('ux_receipt_out_trade_no');
    return { ...order, from, where: (billType) => whereType(billType).with(is) };
  }
  if (tradeNo !== null) {
    const is = sql` and k.trade_no = ${text(64, tradeNo)}`;
    return { ...order, from: through('trade'), where: (type) => whereType(type).with(is) };
  }
  if (billNo === null) return null;
  const from = by('ux_receipt_bill');
  const key = text(20, billKey(billNo));
  const where = (billType: BillType): Statement =>
    whereType(billType).with(sql` and r.bill_id = (select id from bill
        where bill_type = ${chars(1, billType)} and bill_key = ${key})`);
  return { ...order, from, where };
}

/** Numbers that many receipts may have. */
function byReceipt(search: ReceiptSearch): Way | null {
  const { cardNo, receiptId, cashier, begun } = search;
  const order = { at: BEGUN_AT, id: ROW_ID, span: begun };
  if (cardNo !== null) {
    const is = sql` and r.card_key = ${text(20, cardKey(cardNo))}`;
    return {
      ...order,
      from: by('ix_receipt_card'),
      where: (billType) => whereType(billType).with(is),
    };
  }
  if (receiptId !== null) {
    const is = sql` and r.receipt_id = ${text(36, receiptId)}`;
    const from = by('ix_receipt_type_receipt');
    return { ...order, from, where: (billType) => whereType(billType).with(is) };
  }
  if (cashier === null || newestBy(search) === 'paid') return null;
  const is = sql` and k.cashier_key = ${text(64, cashierKey(cashier))}`;
  return {
    from: through('receipt_cashier'),
    at: new Fragment('k.begun_at_ms'),
    id: new Fragment('k.receipt_row_id'),
    span: begun,
    where: (billType) => sql`k.bill_type = ${chars(1, billType)}`.with(is),
  };
}

function byTime(search: ReceiptSearch): Way {
  const { amount, state, begun, paid } = search;
  const isPaid = newestBy(search) === 'paid';
  const order = isPaid
    ? { at: PAID_AT, id: ROW_ID, span: paid }
    : { at: BEGUN_AT, id: ROW_ID, span: begun };
  if (amount !== null) {
    const is = sql` and r.amount_fen = ${big(amount)}`;
    const from = by(isPaid ? 'ix_receipt_type_amount_paid' : 'ix_receipt_type_amount');
    return { ...order, from, where: (billType) => whereType(billType).with(is) };
  }
  if (isPaid) return { ...order, from: by('ix_receipt_type_paid'), where: whereType };
  if (state === null) return { ...order, from: by('ix_receipt_type_begun'), where: whereType };
  const is = sql` and r.state = ${text(12, state)}`;
  const from = by('ix_receipt_type_state');
  return { ...order, from, where: (billType) => whereType(billType).with(is) };
}

/** The next receipts of one system behind a place, whether they are hits or not. */
export function lookBehind(
  search: ReceiptSearch,
  billType: BillType,
  after: Place,
  { dialect, most }: { readonly dialect: Dialect; readonly most: number },
): Statement {
  const { at, id, span, from, where } = wayOf(search);
  const { top, limit } = dialect.first(most);
  const { fromMs, untilMs } = span;
  // The place is a part of the span, so that the index begins there.
  const lastMs = Math.min(after.atMs, (untilMs ?? Number.MAX_SAFE_INTEGER) - 1);
  return sql`select ${top} r.id, ${at} as at_ms, case when `
    .with(isHit(search, dialect))
    .with(sql` then 1 else 0 end as hit from ${from(dialect)} where `)
    .with(where(billType))
    .with(
      sql` and ${at} >= ${big(fromMs ?? 0)} and ${at} <= ${big(lastMs)}
          and (${at} < ${big(after.atMs)} or ${id} < ${big(after.id)})
          order by ${at} desc, ${id} desc ${limit}`,
    );
}

/**
 * Holds for what is looked for. The same words for every search, as each text is prepared once and
 * kept: what is not asked for is null.
 */
function isHit(search: ReceiptSearch, { seek }: Dialect): Statement {
  const { billNo, receiptId, tradeNo, outTradeNo, cardNo, cashier, amount, state } = search;
  const bill = text(20, billNo === null ? null : billKey(billNo));
  const card = text(20, cardNo === null ? null : cardKey(cardNo));
  const who = text(64, cashier === null ? null : cashierKey(cashier));
  const trade = text(64, tradeNo);
  return sql`(${text(36, receiptId)} is null or r.receipt_id = ${text(36, receiptId)})
      and (${trade} is null or r.trade_no = ${trade})
      and (${text(64, outTradeNo)} is null or r.out_trade_no = ${text(64, outTradeNo)})
      and (${card} is null or r.card_key = ${card})
      and (${big(amount)} is null or r.amount_fen = ${big(amount)})
      and (${text(12, state)} is null or r.state = ${text(12, state)})
      and (${bill} is null or exists (select 1 from bill b${seek} where b.id = r.bill_id
          and b.bill_key = ${bill}))
      and (${who} is null or exists (select 1 from receipt_cashier c
          where c.cashier_key = ${who} and c.bill_type = r.bill_type
          and c.begun_at_ms = r.begun_at_ms and c.receipt_row_id = r.id))`
    .with(within(new Fragment('r.begun_at_ms'), search.begun))
    .with(within(new Fragment('r.paid_at_ms'), search.paid));
}

function within(at: Fragment, { fromMs, untilMs }: Span): Statement {
  return sql` and (${big(fromMs)} is null or ${at} >= ${big(fromMs)})
      and (${big(untilMs)} is null or ${at} < ${big(untilMs)})`;
}

/** Does the way alone say what is looked for, so that all it looks at are hits? */
export function isWholeWay(search: ReceiptSearch): boolean {
  const { billNo, receiptId, tradeNo, outTradeNo, cardNo, cashier, amount, state } = search;
  const isPaid = newestBy(search) === 'paid';
  const conditions = [billNo, receiptId, tradeNo, outTradeNo, cardNo, cashier, amount, state];
  const asked = conditions.filter((one) => one !== null).length;
  if (isPaid && isBounded(search.begun)) return false;
  if (!isPaid && isBounded(search.paid)) return false;
  // With a time of payment only the amount has an index beside it.
  return asked === 0 || (asked === 1 && (!isPaid || amount !== null));
}

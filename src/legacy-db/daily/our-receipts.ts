import type { BillType } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { fen } from '../../domain/money';
import type { Movement, OurReceipt } from '../../domain/reconciliation/movement';
import type { Dialect, Sql } from '../sql/database';
import { Fragment, big, sql, text } from '../sql/sql';
import type { Statement } from '../sql/sql';

type Big = number | string;

const ALL = new Fragment('');

/** What a receipt tells of its movements. */
export interface MovedRow {
  readonly id: Big;
  readonly bill_type: string;
  readonly out_trade_no: string;
  readonly state: string;
  readonly trade_no: string | null;
  readonly paid_fen: Big | null;
  readonly paid_at_ms: Big | null;
  readonly refunded_fen: Big;
  readonly begun_at_ms: Big;
  readonly ended_at_ms: Big | null;
  readonly duplicate: number;
}

interface RefundRow {
  readonly id: Big;
  readonly amount_fen: Big;
  readonly out_request_no: string | null;
  readonly at_ms: Big | null;
  readonly refunded_at_ms: Big | null;
}

interface SettledRow {
  readonly movement_key: string;
  readonly bill_date: string;
}

/** Selects `MovedRow`s of `receipt r`; `top`: how many at most. The rest of a `where` follows. */
export function selectMoved({ seek }: Dialect, top = ALL): Statement {
  return sql`select ${top} r.id, r.bill_type, r.out_trade_no, r.state, r.trade_no, r.paid_fen,
      r.paid_at_ms, r.refunded_fen, r.begun_at_ms, r.ended_at_ms, r.duplicate
      from receipt r${seek} where `;
}

/** The receipt of a row with everything that moved under its number. */
export async function toOurReceipt(db: Sql, { seek }: Dialect, row: MovedRow): Promise<OurReceipt> {
  const id = Number(row.id);
  const refunds = Number(row.refunded_fen) > 0 ? await refundsOf(db, seek, row) : [];
  const movements = [...(await paymentOf(db, seek, row)), ...refunds];
  const settled = await settledDays(db, movements);
  return {
    receiptRowId: id,
    outTradeNo: row.out_trade_no,
    billType: row.bill_type as BillType,
    undecided: row.state === 'cancelling' || row.state === 'refunding',
    late: row.ended_at_ms !== null,
    duplicate: row.duplicate === 1,
    movements: movements.map((one) => ({ ...one, settledOn: settled.get(one.key) ?? null })),
  };
}

async function paymentOf(db: Sql, seek: Dialect['seek'], row: MovedRow): Promise<Movement[]> {
  if (row.trade_no === null || row.paid_fen === null) return [];
  const { paid_at_ms: paidAtMs } = row;
  const bookedAtMs = paidAtMs ?? (await eventTime(db, seek, row, PAID)) ?? row.begun_at_ms;
  return [
    {
      key: `receipt ${row.id} paid`,
      kind: 'payment',
      tradeNo: row.trade_no,
      requestNo: null,
      amount: fen(Number(row.paid_fen)),
      atMs: Number(paidAtMs ?? bookedAtMs),
      timeKnown: paidAtMs !== null,
      settledOn: null,
    },
  ];
}

/** Refunds with rows of their own, and what else went back: by a cancel, or nobody knows how. */
async function refundsOf(db: Sql, seek: Dialect['seek'], row: MovedRow): Promise<Movement[]> {
  const rows = await db.rows<RefundRow>(
    sql`select id, amount_fen, out_request_no, ended_at_ms as at_ms, refunded_at_ms
        from refund${seek}
        where receipt_row_id = ${big(Number(row.id))} and state = ${text(12, 'done')}
        and (out_request_no is not null or cause = ${text(20, 'channel')}) order by id`,
  );
  const bookedAtMs = (await eventTime(db, seek, row, WENT_BACK)) ?? row.begun_at_ms;
  const common = { kind: 'refund', tradeNo: row.trade_no ?? '', settledOn: null } as const;
  const named = rows.map((one) => ({
    ...common,
    key: `refund ${one.id}`,
    requestNo: one.out_request_no,
    amount: fen(Number(one.amount_fen)),
    atMs: Number(one.refunded_at_ms ?? one.at_ms ?? bookedAtMs),
    timeKnown: one.refunded_at_ms !== null,
  }));
  const rest = Number(row.refunded_fen) - named.reduce((sum, { amount }) => sum + amount, 0);
  if (rest <= 0) return named;
  const unnamed = {
    ...common,
    key: `receipt ${row.id} back`,
    requestNo: null,
    amount: fen(rest),
    atMs: Number(bookedAtMs),
    timeKnown: false,
  };
  return [...named, unnamed];
}

const PAID = sql`event in (${text(20, 'pay')}, ${text(20, 'beginRefund')})`;
const WENT_BACK = sql`event in (${text(20, 'refundInFull')}, ${text(20, 'refundInPart')},
    ${text(20, 'endRefund')})`;

/** When a receipt was last written down as moved, epoch ms; null: it was not. */
async function eventTime(
  db: Sql,
  seek: Dialect['seek'],
  row: MovedRow,
  which: Statement,
): Promise<Big | null> {
  const [found] = await db.rows<{ at_ms: Big | null }>(
    sql`select max(at_ms) as at_ms from receipt_event${seek}
        where receipt_row_id = ${big(Number(row.id))} and `.with(which),
  );
  return found?.at_ms ?? null;
}

/** Only what has no time of Alipay's, or one near midnight, can stand in another day's bill. */
function mayBeElsewhere({ timeKnown, atMs }: Movement): boolean {
  const minute = chinaTime(atMs).slice(11, 15);
  return !timeKnown || minute === '00:0' || minute === '23:5';
}

async function settledDays(
  db: Sql,
  movements: readonly Movement[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { key } of movements.filter(mayBeElsewhere)) {
    const [row] = await db.rows<SettledRow>(
      sql`select movement_key, bill_date from reconciled_movement
          where movement_key = ${text(100, key)}`,
    );
    if (row) found.set(key, row.bill_date);
  }
  return found;
}

import { chinaTime } from '../../domain/china-time';
import type {
  DayTurn,
  EndedTurn,
  ReconcileTurns,
} from '../../domain/reconciliation/reconcile-turns';
import type { Database, Sql } from '../sql/database';
import { big, int, sql, text } from '../sql/sql';
import type { Statement } from '../sql/sql';

/** No claim is longer; one that ends later comes from a clock set back. ms. */
const LONGEST_CLAIM_MS = 3_600_000;
/** So many days are forgotten by one unit. */
const FORGOTTEN_AT_ONCE = 20;

interface TurnRow {
  readonly bill_date: string;
  readonly word: string | null;
  readonly finished: number;
  readonly bookings: number | string;
  readonly seen_bookings: number | string;
}

/** Whose turn it is to compare a day. */
export class ReconcileTurnStore implements ReconcileTurns {
  constructor(private readonly database: Database) {}

  async turns(fromDate: string, untilDate: string): Promise<DayTurn[]> {
    const rows = await this.database.read.rows<TurnRow>(
      sql`select bill_date, word, finished, bookings, seen_bookings from reconcile_turn
          where bill_date >= ${text(10, fromDate)} and bill_date <= ${text(10, untilDate)}
          order by bill_date`,
    );
    return rows.map((row) => ({
      date: row.bill_date,
      word: row.word,
      finished: row.finished === 1 && Number(row.bookings) === Number(row.seen_bookings),
    }));
  }

  async firstReceiptAtMs(): Promise<number | null> {
    const { dialect, read } = this.database;
    const { top, limit } = dialect.first(1);
    const [row] = await read.rows<{ begun_at_ms: number | string }>(
      sql`select ${top} begun_at_ms from receipt order by id ${limit}`,
    );
    return row === undefined ? null : Number(row.begun_at_ms);
  }

  claim(date: string, owner: string, nowMs: number, untilMs: number): Promise<number | null> {
    const day = text(10, date);
    return this.database.write('claimDay', async (db) => {
      await db.change(sql`insert into reconcile_turn (bill_date, claim_until_ms, bookings,
          seen_bookings, finished) select ${day}, ${big(0)}, ${big(0)}, ${big(0)}, ${int(0)}
          where not exists (select 1 from reconcile_turn where bill_date = ${day})`);
      const taken = await db.change(sql`update reconcile_turn set claimed_by = ${text(40, owner)},
          claim_until_ms = ${big(untilMs)} where bill_date = ${day}
          and (claim_until_ms <= ${big(nowMs)} or claimed_by = ${text(40, owner)}
          or claim_until_ms > ${big(nowMs + LONGEST_CLAIM_MS)})`);
      if (taken === 0) return null;
      const [row] = await db.rows<{ bookings: number | string }>(
        sql`select bookings from reconcile_turn where bill_date = ${day}`,
      );
      return Number(row?.bookings ?? 0);
    });
  }

  async end(date: string, owner: string, ended: EndedTurn): Promise<void> {
    const finished = int(ended.finished === null ? null : Number(ended.finished));
    await this.database.write('endDay', (db) =>
      db.change(sql`update reconcile_turn set claim_until_ms = ${big(0)},
          looked_at_ms = ${big(ended.nowMs)}, word = ${text(16, ended.word)},
          finished = coalesce(${finished}, finished),
          seen_bookings = case when ${finished} is null then seen_bookings
            else ${big(ended.bookings)} end
          where bill_date = ${text(10, date)} and claimed_by = ${text(40, owner)}
          and claim_until_ms > ${big(0)}`),
    );
  }

  async forgetBefore(date: string): Promise<number> {
    const { top, limit } = this.database.dialect.first(FORGOTTEN_AT_ONCE);
    const old = sql`select ${top} bill_date from reconcile_turn
        where bill_date < ${text(10, date)} order by bill_date ${limit}`;
    const days = await this.database.read.rows<{ bill_date: string }>(old);
    for (const { bill_date: day } of days) {
      await this.database.write('forgetDay', (db) => forget(db, day));
    }
    return days.length;
  }
}

async function forget(db: Sql, date: string): Promise<void> {
  const ofDay: Statement = sql` where bill_date = ${text(10, date)}`;
  await db.change(sql`delete from reconciled_difference`.with(ofDay));
  await db.change(sql`delete from reconciled_movement`.with(ofDay));
  await db.change(sql`delete from reconciled_fee`.with(ofDay));
  await db.change(sql`delete from reconciled_day`.with(ofDay));
  await db.change(sql`delete from reconcile_turn`.with(ofDay));
}

/**
 * Notes in the booking's own unit that something was booked into a day that was over: should it be
 * compared already, or just now, that is done again. Nobody has looked at other days.
 * @param atMs when the money moved, by Alipay's clock; null: not told, so that it counts for today
 */
export function bookedDayNotes(atMs: number | null, nowMs: number): readonly Statement[] {
  if (atMs === null) return [];
  const date = chinaTime(atMs).slice(0, 10);
  if (date >= chinaTime(nowMs).slice(0, 10)) return [];
  return [
    sql`update reconcile_turn set bookings = bookings + ${big(1)}
      where bill_date = ${text(10, date)}`,
  ];
}

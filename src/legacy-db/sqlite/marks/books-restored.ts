import { Logger } from '@nestjs/common';
import { chinaTime } from '../../../domain/china-time';
import type { Alarm } from '../../../domain/ports/alarm';
import { insertAlarm } from '../../books/booking';
import type { Sql } from '../../sql/database';
import { big, sql, text } from '../../sql/sql';
import { SQLITE } from '../sqlite-database';

/** Books that are older than what had been told from them. */
export interface BooksRestored {
  readonly noticedAtMs: number;
  /** `restored`, `marksMissing`: noticed at a start. `command`: by `npm run restore`. */
  readonly cause: 'restored' | 'marksMissing' | 'command';
  /** When the books last changed, epoch ms; null: never. What came after it is not in them. */
  readonly fromMs: number | null;
  /** Up to when something may be missing, epoch ms. */
  readonly toMs: number;
  /** What was done, fit to print. */
  readonly detail: string;
}

/** Writes it down in an SQLite file, in the unit of work that raises the numbers. */
export async function noteRestored(db: Sql, one: BooksRestored): Promise<void> {
  await db.change(sql`insert into books_restored
      (noticed_at_ms, cause, from_ms, to_ms, detail) values (${big(one.noticedAtMs)},
      ${text(20, one.cause)}, ${big(one.fromMs)}, ${big(one.toMs)}, ${text(400, one.detail)})`);
  await insertAlarm(db, SQLITE, restoredAlarm(one));
}

/** What a human has to do about it; one is open at a time. */
export function restoredAlarm(one: BooksRestored): Alarm {
  const { noticedAtMs: nowMs } = one;
  return { subject: 'books', kind: 'booksRestored', detail: restoredLine(one), nowMs };
}

/** Tells the operator, once, when it has been written down. */
export function tellRestored(one: BooksRestored): void {
  new Logger('LegacyDb').error(`alarm booksRestored: ${restoredLine(one)}`);
}

interface RestoredRow {
  readonly noticed_at_ms: number | string;
  readonly cause: BooksRestored['cause'];
  readonly from_ms: number | string | null;
  readonly to_ms: number | string;
  readonly detail: string;
}

const ALL = sql`select noticed_at_ms, cause, from_ms, to_ms, detail
    from books_restored order by id`;
/** How often it was noticed. */
export const RESTORES = sql`select count(*) as number from books_restored`;

/** Each time it was noticed, oldest first. */
export async function readRestored(db: Pick<Sql, 'rows'>): Promise<BooksRestored[]> {
  const rows = await db.rows<RestoredRow>(ALL);
  return rows.map((row) => ({
    noticedAtMs: Number(row.noticed_at_ms),
    cause: row.cause,
    fromMs: row.from_ms === null ? null : Number(row.from_ms),
    toMs: Number(row.to_ms),
    detail: row.detail,
  }));
}

/** How often it was noticed. */
export async function countRestored(db: Pick<Sql, 'rows'>): Promise<number> {
  const [row] = await db.rows<{ number: number | string }>(RESTORES);
  return Number(row?.number ?? 0);
}

const WHY: Readonly<Record<BooksRestored['cause'], string>> = {
  restored: 'the books are older than the marks beside them',
  marksMissing: 'the marks beside the books are gone, so the books may be older',
  command: 'the books were restored',
};

/** One line that says what happened and which days to reconcile. */
export function restoredLine({ cause, fromMs, toMs, detail }: BooksRestored): string {
  const first = fromMs === null ? 'the first day' : dayOf(fromMs);
  return `${WHY[cause]}: reconcile ${first} to ${dayOf(toMs)} with Alipay; ${detail}`;
}

function dayOf(atMs: number): string {
  return chinaTime(atMs).slice(0, 10);
}

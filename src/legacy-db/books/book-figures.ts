import type { BookFigures, BookFiguresReader } from '../../health/health';
import type { Database } from '../sql/database';
import { RESTORES } from '../sqlite/marks/books-restored';
import { OPEN } from './open-receipts-store';
import { readSets } from '../sql/read-sets';
import { big, int, sql, text } from '../sql/sql';

// Read from the index of due receipts: final ones are not in it, however many there are.
const IN_CARE = sql`select state, count(*) as number from receipt
    where due_at_ms is not null group by state`;
const OLDEST_OPEN = sql`select min(begun_at_ms) as at_ms from receipt
    where due_at_ms is not null and `.with(OPEN);
const OLDEST_DUE = sql`select min(due_at_ms) as at_ms from receipt where due_at_ms is not null`;
const ALARMS = sql`select kind, count(*) as number from alarm where open_mark = ${big(0)}
    group by kind`;

const UNFINISHED_DAYS = sql`select count(*) as number from reconcile_turn
    where finished = ${int(0)} or bookings <> seen_bookings`;
const LAST_FINISHED_DAY = sql`select max(bill_date) as last_date from reconcile_turn
    where finished = ${int(1)} and bookings = seen_bookings`;

const DAY_MS = 24 * 60 * 60_000;

/** A 64-bit column: SQLite gives a number, SQL Server's driver text. */
type Big = number | string;

interface Earliest {
  readonly at_ms: number | string | null;
}

/** Reads from the books what the operator's graphs show. */
export class BookFiguresStore implements BookFiguresReader {
  constructor(private readonly database: Database) {}

  async read(): Promise<BookFigures> {
    const days = [UNFINISHED_DAYS, LAST_FINISHED_DAY];
    const questions = [IN_CARE, ALARMS, OLDEST_OPEN, OLDEST_DUE, RESTORES, ...days];
    const [states, alarms, ...single] = await readSets(this.database.read, questions);
    const [open, due, restores, unfinished, last] = single.map(([row]) => row);
    const inCare = (states ?? []) as { state: string; number: Big }[];
    const raised = (alarms ?? []) as { kind: string; number: Big }[];
    return {
      inCare: Object.fromEntries(inCare.map(({ state, number }) => [state, Number(number)])),
      alarms: Object.fromEntries(raised.map(({ kind, number }) => [kind, Number(number)])),
      restores: numberOf(restores),
      unfinishedDays: numberOf(unfinished),
      lastFinishedDay: (last as { last_date: string | null } | undefined)?.last_date ?? null,
      oldestOpenAtMs: instantOf(open as Earliest | undefined),
      oldestDueAtMs: instantOf(due as Earliest | undefined),
    };
  }

  async equalPayments(nowMs: number): Promise<number> {
    const { read, dialect } = this.database;
    const { seek } = dialect;
    // `exists`, as SQLite would begin a join with all bills instead of the receipts of the day.
    const [found] = await read.rows<{ number: number | string }>(
      sql`select count(distinct r.bill_id) as number from receipt r${seek}
          where r.paid_at_ms > ${big(nowMs - DAY_MS)}
          and r.state = ${text(12, 'paid')} and r.duplicate = ${int(0)}
          and exists (select 1 from receipt o${seek}
            where o.bill_id = r.bill_id and o.id <> r.id and o.paid_fen = r.paid_fen
            and o.paid_at_ms between r.paid_at_ms - ${big(DAY_MS)} and r.paid_at_ms
            and o.state = ${text(12, 'paid')} and o.duplicate = ${int(0)})`,
    );
    return Number(found?.number ?? 0);
  }
}

function numberOf(row: unknown): number {
  return Number((row as { number: Big } | undefined)?.number ?? 0);
}

function instantOf(row: Earliest | undefined): number | null {
  const at = row?.at_ms ?? null;
  return at === null ? null : Number(at);
}

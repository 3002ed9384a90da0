import type { BookFigures, BookFiguresReader } from '../domain/health';
import type { Database } from './database';
import { countRestored } from './marks/books-restored';
import { OPEN } from './open-receipts-store';
import { sql } from './sql';

// Read from the index of due receipts: final ones are not in it, however many there are.
const IN_CARE = sql`select state, count(*) as number from receipt
    where due_at_ms is not null group by state`;
const OLDEST_OPEN = sql`select min(begun_at_ms) as at_ms from receipt
    where due_at_ms is not null and `.with(OPEN);
const OLDEST_DUE = sql`select min(due_at_ms) as at_ms from receipt where due_at_ms is not null`;
const ALARMS = sql`select kind, count(*) as number from alarm group by kind`;

interface Earliest {
  readonly at_ms: number | string | null;
}

/** Reads from the books what the operator's graphs show. */
export class BookFiguresStore implements BookFiguresReader {
  constructor(private readonly database: Database) {}

  async read(): Promise<BookFigures> {
    const { read } = this.database;
    const states = await read.rows<{ state: string; number: number | string }>(IN_CARE);
    const alarms = await read.rows<{ kind: string; number: number | string }>(ALARMS);
    const [open] = await read.rows<Earliest>(OLDEST_OPEN);
    const [due] = await read.rows<Earliest>(OLDEST_DUE);
    return {
      inCare: Object.fromEntries(states.map(({ state, number }) => [state, Number(number)])),
      alarms: Object.fromEntries(alarms.map(({ kind, number }) => [kind, Number(number)])),
      restores: await countRestored(read),
      oldestOpenAtMs: instantOf(open),
      oldestDueAtMs: instantOf(due),
    };
  }
}

function instantOf(row: Earliest | undefined): number | null {
  const at = row?.at_ms ?? null;
  return at === null ? null : Number(at);
}

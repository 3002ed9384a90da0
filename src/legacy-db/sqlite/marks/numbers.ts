import type { Sql } from '../../sql/database';
import { Fragment, big, sql, text } from '../../sql/sql';

/**
 * The tables whose generated numbers are told to others: `autoid`, and XPOS's `biz_order_id`. What
 * else is told one day gets its name here, and so its mark, its blocks and its jump after a
 * restore. The `seq` of callbacks is no generated number: `raiseNumbers` makes it jump.
 */
export const TOLD_TABLES = ['receipt', 'receipt_serial'] as const;

/** Numbers counted within each bill; its mark is what may have been told in any bill. */
export const SCENIC_TABLE = 'receipt_scenic';

/** Shows by its numbers that the books moved on, though nobody is told them. */
export const EVENT_TABLE = 'receipt_event';

/** By table: a number. A table that is missing has given none. */
export type NumbersByTable = Readonly<Partial<Record<string, number>>>;

/** What the books themselves know of their numbers. */
export interface BookNumbers {
  /** Up to which number of a table numbers may have been told; empty: no marks were ever kept. */
  readonly reservedTo: NumbersByTable;
  /** The last number that a row has, by table. */
  readonly givenTo: NumbersByTable;
  /** When the books last changed, epoch ms; null: they never did. */
  readonly lastAtMs: number | null;
}

/** The larger number of each table. */
export function higher(...all: readonly NumbersByTable[]): Record<string, number> {
  const highest: Record<string, number> = {};
  for (const [name, number = 0] of all.flatMap((each) => Object.entries(each))) {
    highest[name] = Math.max(highest[name] ?? 0, number);
  }
  return highest;
}

/** Is a number of `one` above the same one of `other`? */
export function isAhead(one: NumbersByTable, other: NumbersByTable): boolean {
  return Object.entries(one).some(([name, number = 0]) => number > (other[name] ?? 0));
}

const MARKS = sql`select name, reserved_to as number from number_mark`;
const GIVEN = sql`select name, seq as number from sqlite_sequence
    where name in ('receipt', 'receipt_serial', 'receipt_event')`;
const LAST_CHANGE = sql`select at_ms from receipt_event order by id desc limit 1`;

/** Reads them; through the reading connection: as they are committed. */
export async function readNumbers(db: Sql): Promise<BookNumbers> {
  const [last] = await db.rows<{ at_ms: number }>(LAST_CHANGE);
  return {
    reservedTo: await byTable(db, MARKS),
    givenTo: await readGiven(db),
    lastAtMs: last?.at_ms ?? null,
  };
}

/** The last number that a row has, by table. */
export function readGiven(db: Sql): Promise<NumbersByTable> {
  return byTable(db, GIVEN);
}

async function byTable(db: Sql, statement: typeof MARKS): Promise<NumbersByTable> {
  const rows = await db.rows<{ name: string; number: number }>(statement);
  return Object.fromEntries(rows.map(({ name, number }) => [name, number]));
}

/** Notes up to which number of a table numbers may be told. */
export async function setMark(db: Sql, table: string, reservedTo: number): Promise<void> {
  await db.change(sql`insert into number_mark (name, reserved_to)
      values (${text(30, table)}, ${big(reservedTo)})
      on conflict (name) do update set reserved_to = excluded.reserved_to`);
}

/** Makes a table give numbers behind `number` from now on. */
export async function goOnBehind(db: Sql, table: string, number: number): Promise<void> {
  const changed = await db.change(sql`update sqlite_sequence set seq = ${big(number)}
      where name = ${text(30, table)}`);
  if (changed > 0) return;
  await db.change(sql`insert into sqlite_sequence (name, seq)
      values (${text(30, table)}, ${big(number)})`);
}

/** What a column of a subquery gives: the mark of the numbers within bills. */
export const SCENIC_MARK = new Fragment(
  `select reserved_to from number_mark where name = '${SCENIC_TABLE}'`,
);

import type { Sql } from '../../sql/database';
import { big, sql } from '../../sql/sql';
import type { BookNumbers, NumbersByTable } from './numbers';
import { EVENT_TABLE, SCENIC_TABLE, TOLD_TABLES } from './numbers';
import { goOnBehind, higher, setMark } from './numbers';

/** How many numbers are reserved by one write. */
export const BLOCK = 10_000;
/** How far numbers jump where nobody knows how many were told. */
export const RESTORE_JUMP = 1_000_000;
/** How far the numbers within bills jump: after the first restore they count from 1001. */
export const SCENIC_JUMP = 1_000;

/**
 * Makes the numbers of callbacks go on where none was told. Up to which they may have been told is
 * written down nowhere else: they jump at every restore.
 */
async function raiseCallbacks(db: Sql): Promise<void> {
  await db.change(sql`update callback_receiver set last_seq = last_seq + ${big(RESTORE_JUMP)}`);
}

/** Begins a block behind every number that may have been told. */
export async function beginBlock(db: Sql, books: BookNumbers): Promise<void> {
  const told = higher(books.reservedTo, books.givenTo);
  for (const table of TOLD_TABLES) await jump(db, table, told[table] ?? 0);
}

/**
 * Makes all numbers go on where none was told before.
 * @param told every number that is known to have been told or reserved, by table
 * @param unknown how many more may have been told
 * @returns what was done, fit to print
 */
export async function raiseNumbers(
  db: Sql,
  told: NumbersByTable,
  unknown: 0 | typeof RESTORE_JUMP,
): Promise<string> {
  const said: string[] = [];
  for (const table of TOLD_TABLES) {
    const behind = (told[table] ?? 0) + unknown;
    await jump(db, table, behind);
    said.push(`${table} goes on behind ${behind}`);
  }
  // Else the books would be found to be behind again.
  await goOnBehind(db, EVENT_TABLE, told[EVENT_TABLE] ?? 0);
  // Which bills there were nobody knows, so every bill counts on from there.
  const inBill = (told[SCENIC_TABLE] ?? 0) + SCENIC_JUMP;
  await setMark(db, SCENIC_TABLE, inBill);
  await raiseCallbacks(db);
  const callbacks = `callbacks go on ${RESTORE_JUMP} later`;
  return [...said, `scenic bills count on behind ${inBill}`, callbacks].join(', ');
}

async function jump(db: Sql, table: string, behind: number): Promise<void> {
  await goOnBehind(db, table, behind);
  await setMark(db, table, behind + BLOCK);
}

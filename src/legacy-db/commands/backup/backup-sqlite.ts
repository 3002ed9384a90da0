import type BetterSqlite3 from 'better-sqlite3';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Refusal } from '../../refusal';
import { syncFolder } from '../../sqlite/marks/marks-file';
import { openHandle } from '../../sqlite/sqlite-driver';
import { StillDatabase } from '../../sqlite/still-database';
import { refuseDamaged, refuseStrange } from '../whole-books';

/** Which books go where. */
export interface BackupAsk {
  /** The books; they are only read, and a service may use them. */
  readonly from: string;
  /** The file to make. */
  readonly to: string;
}

/** How much there is in books: the same in a copy of them. */
interface BookSize {
  readonly receipts: number;
  readonly highest: number;
  readonly events: number;
}

const OWNER_ALONE = 0o600;
/** What SQLite puts beside a file. */
const TAILS = ['-wal', '-shm', '-journal'];

/**
 * Copies books while a service works on them, as they stood at one moment, and looks at the copy:
 * only a whole one gets its name. Gives what was done as lines.
 * @throws Refusal when it must not be done, or the copy is not right; no file is there then
 */
export async function backupSqlite({ from, to }: BackupAsk): Promise<string[]> {
  refuseTarget(from, to);
  const part = `${to}.part`;
  claim(part);
  try {
    const there = await copy(from, part);
    const copied = judge(part, from);
    if (JSON.stringify(copied) !== JSON.stringify(there)) {
      throw new Refusal(`the copy holds ${sizeWords(copied)}, the books ${sizeWords(there)}`);
    }
    giveName(part, to);
    const megabytes = (statSync(to).size / 1_000_000).toFixed(1);
    return [`backed up to ${to}: ${sizeWords(copied)}, ${megabytes} MB, checked`];
  } finally {
    for (const tail of ['', ...TAILS]) rmSync(part + tail, { force: true });
  }
}

function refuseTarget(from: string, to: string): void {
  if (!existsSync(from)) throw new Refusal(`there are no books at ${from}`);
  if (existsSync(to)) throw new Refusal(`${to} is there already, and no backup is written over`);
  if (!existsSync(dirname(resolve(to)))) throw new Refusal(`there is no folder ${dirname(to)}`);
  if ([...TAILS, '.marks'].some((tail) => resolve(to) === resolve(from) + tail)) {
    throw new Refusal(`${to} belongs to the books themselves`);
  }
}

/** Two backups into one file: the second one is refused. */
function claim(part: string): void {
  try {
    closeSync(openSync(part, 'wx', OWNER_ALONE));
  } catch (error) {
    if (!existsSync(part)) throw error;
    const why = 'another backup is writing it, or was killed: then remove it';
    throw new Refusal(`${part} is there: ${why}`, { cause: error });
  }
}

async function copy(from: string, part: string): Promise<BookSize> {
  const books = StillDatabase.open(from);
  try {
    refuseStrange(books.handle, from);
    // In the same moment as everything else: a copy that begins anew would never end under load.
    await books.handle.backup(part);
    return sizeOf(books.handle);
  } finally {
    books.close();
  }
}

/** Makes the copy one file that needs no log, and looks whether it is whole. */
function judge(part: string, from: string): BookSize {
  const handle = openHandle(part, { fileMustExist: true });
  try {
    handle.pragma('journal_mode = DELETE');
    refuseDamaged(handle, `the copy of ${from}`);
    refuseStrange(handle, `the copy of ${from}`);
    return sizeOf(handle);
  } finally {
    handle.close();
  }
}

function sizeOf(handle: BetterSqlite3.Database): BookSize {
  return handle
    .prepare(
      `select (select count(*) from receipt) as receipts,
        (select coalesce(max(id), 0) from receipt) as highest,
        (select count(*) from receipt_event) as events`,
    )
    .get() as BookSize;
}

function sizeWords({ receipts, highest, events }: BookSize): string {
  return `${receipts} receipts, the highest id ${highest}, ${events} events`;
}

/** From here on it is a backup, and on the disk. */
function giveName(part: string, to: string): void {
  const file = openSync(part, 'r');
  fsyncSync(file);
  closeSync(file);
  if (existsSync(to)) throw new Refusal(`${to} has appeared meanwhile, and is not written over`);
  renameSync(part, to);
  syncFolder(dirname(resolve(to)));
}

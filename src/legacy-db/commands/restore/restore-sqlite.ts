import type BetterSqlite3 from 'better-sqlite3';
import { chmodSync, chownSync, existsSync, linkSync, openSync, realpathSync } from 'node:fs';
import { closeSync, fsyncSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../../domain/ports/clock';
import { openWriter, sqliteReader, sqliteWriter } from '../../data-source';
import { isBusy, isDamaged } from '../../sql/db-errors';
import type { BooksRestored } from '../../sqlite/marks/books-restored';
import { noteRestored, restoredLine } from '../../sqlite/marks/books-restored';
import { MarksFile, syncFolder } from '../../sqlite/marks/marks-file';
import { higher, readNumbers } from '../../sqlite/marks/numbers';
import type { BookNumbers, NumbersByTable } from '../../sqlite/marks/numbers';
import { RESTORE_JUMP, raiseNumbers } from '../../sqlite/marks/raise-numbers';
import { SqliteDatabase } from '../../sqlite/sqlite-database';
import { openHandle } from '../../sqlite/sqlite-driver';
import { Refusal } from '../../refusal';
import { refuseDamaged, refuseStrange } from '../whole-books';

/** Which books become which. */
export interface RestoreAsk {
  /** The file to restore; it is only read. */
  readonly from: string;
  /** The file of the books that it replaces, or that is not there yet. */
  readonly to: string;
}

/** The books that are replaced, held so that no service can use them. */
interface HeldBooks {
  readonly told: readonly NumbersByTable[];
  /** Fit to print; empty: nothing to say. */
  readonly said: readonly string[];
  /** Null: not there, or not readable as books. */
  readonly handle: BetterSqlite3.Database | null;
}

const OWNER_ALONE = 0o600;

/**
 * Replaces books by an older file of them. What is made is complete before anything is replaced;
 * what is replaced is kept beside it. Gives what was done as lines.
 * @throws Refusal when it must not be done; nothing has changed then
 */
export async function restoreSqlite({ from, to }: RestoreAsk, clock: Clock): Promise<string[]> {
  if (!existsSync(from)) throw new Refusal(`there is no file ${from}`);
  if (existsSync(to) && realpathSync(from) === realpathSync(to)) {
    throw new Refusal('both are the same file');
  }
  mkdirSync(dirname(to), { recursive: true });
  const held = hold(to);
  const next = `${to}.restoring`;
  try {
    forget(next);
    await copyWhole(from, next);
    const marks = new MarksFile(to);
    const beside = marks.read();
    const known = typeof beside === 'string' ? [] : [beside.reservedTo, beside.givenTo];
    const { numbers, restored } = await raise(next, [...known, ...held.told], clock);
    giveAway(next, existsSync(to) ? to : null, dirname(to));
    const kept = replace(to, next, held.handle, clock);
    marks.write({ ...numbers, atMs: clock.nowMs() });
    return [...held.said, `restored from ${from}`, ...kept, restoredLine(restored)];
  } finally {
    held.handle?.close();
    forget(next);
  }
}

/** Locks books until the handle is closed; a service that has them open keeps us from it. */
function hold(file: string): HeldBooks {
  if (!existsSync(file)) return { told: [], said: [], handle: null };
  const handle = openHandle(file, { timeout: 0 });
  try {
    handle.pragma('locking_mode = EXCLUSIVE');
    // Changes nothing, but only who is alone may write it; and stays alone from then on.
    handle.pragma(`user_version = ${Number(handle.pragma('user_version', { simple: true }))}`);
    return { told: toldBy(handle), said: [], handle };
  } catch (error) {
    handle.close();
    if (isBusy(error)) {
      throw new Refusal(`${file} is in use: stop every service on it first`, { cause: error });
    }
    if (!isDamaged(error)) throw error;
    return { told: [], said: [`${file} cannot be read as books`], handle: null };
  }
}

/** Every number the replaced books know of; books of an older version kept fewer. */
function toldBy(handle: BetterSqlite3.Database): NumbersByTable[] {
  const tables = { number_mark: 'reserved_to', sqlite_sequence: 'seq' };
  return Object.entries(tables).map(([table, column]) => {
    const there = handle.prepare('select 1 from sqlite_master where name = ?').get(table);
    if (!there) return {};
    const rows = handle.prepare(`select name, ${column} as number from ${table}`).all();
    const numbers = rows as { name: string; number: number }[];
    return Object.fromEntries(numbers.map(({ name, number }) => [name, number]));
  });
}

/** A copy that stands by itself; refused when it is damaged or not ours. */
async function copyWhole(from: string, next: string): Promise<void> {
  const source = openHandle(from, { readonly: true, fileMustExist: true });
  try {
    await source.backup(next);
  } finally {
    source.close();
  }
  const copy = openHandle(next, { readonly: true });
  try {
    refuseDamaged(copy, from);
    refuseStrange(copy, from);
  } finally {
    copy.close();
  }
}

/** Brings the copy up to date and makes its numbers go on where none was told. */
async function raise(
  file: string,
  told: readonly NumbersByTable[],
  clock: Clock,
): Promise<{ numbers: BookNumbers; restored: BooksRestored }> {
  const writer = sqliteWriter(file);
  const reader = sqliteReader(file);
  try {
    await openWriter(writer);
    await reader.initialize();
    return await SqliteDatabase.over(writer, reader, clock).write('restore', async (db) => {
      const { reservedTo, givenTo, lastAtMs } = await readNumbers(db);
      const all = higher(reservedTo, givenTo, ...told);
      const detail = await raiseNumbers(db, all, RESTORE_JUMP);
      const nowMs = clock.nowMs();
      const range = { noticedAtMs: nowMs, fromMs: lastAtMs, toMs: nowMs };
      const restored = { ...range, cause: 'command', detail } as const;
      await noteRestored(db, restored);
      return { numbers: await readNumbers(db), restored };
    });
  } finally {
    // The writer last: it takes the log of the file with it.
    for (const source of [reader, writer]) if (source.isInitialized) await source.destroy();
  }
}

/** The rights of the file that is replaced; without one, its owner's alone. */
function giveAway(next: string, like: string | null, folder: string): void {
  chmodSync(next, like === null ? OWNER_ALONE : statSync(like).mode & 0o777);
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(like ?? folder);
  chownSync(next, uid, gid);
}

/** Puts the new books in the place of the old ones, which stay beside them. */
function replace(
  to: string,
  next: string,
  handle: BetterSqlite3.Database | null,
  clock: Clock,
): string[] {
  const file = openSync(next, 'r');
  fsyncSync(file);
  closeSync(file);
  const said: string[] = [];
  if (existsSync(to)) {
    const stamp = new Date(clock.nowMs()).toISOString().replace(/\D/g, '').slice(0, 14);
    const aside = `${to}.before-restore-${stamp}`;
    gatherInto(handle);
    linkSync(to, aside);
    // A log that stayed would be taken for one of the new books.
    for (const tail of ['-wal', '-shm']) {
      if (existsSync(to + tail)) renameSync(to + tail, aside + tail);
    }
    said.push(`the books before it are kept as ${aside}`);
  }
  renameSync(next, to);
  syncFolder(dirname(to));
  return said;
}

/**
 * All of the old books into their one file, where they are not too damaged for it: letting go of
 * them later must not remove a log of that name, which is then the new books'.
 */
function gatherInto(handle: BetterSqlite3.Database | null): void {
  try {
    handle?.pragma('journal_mode = DELETE');
  } catch {
    // Their log is kept beside them.
  }
}

function forget(next: string): void {
  for (const tail of ['', '-wal', '-shm', '-journal']) rmSync(next + tail, { force: true });
}

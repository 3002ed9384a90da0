import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { sqliteWriter } from '../data-source';
import { isBusy } from '../sql/db-errors';

/** What the database looks like before anything is written to the books. */
export interface DatabaseInspection {
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** Fit to print. */
  readonly found: string;
  /** Empty: nothing to do. */
  readonly advice: string;
}

const BUSY_TRIES = 50;
const BUSY_WAIT_MS = 20;

/** Looks at the embedded database without changing it: neither made nor migrated. */
export async function inspectSqlite(file: string): Promise<DatabaseInspection> {
  const path = resolve(file);
  const there = await stat(path).catch(() => null);
  if (there === null) return inspectFolder(path);
  if (!there.isFile()) return failed('is not a file', 'set DATABASE_URL to a file');
  if (!(await isWritable(path))) {
    return failed('the file cannot be written', 'give the service its rights');
  }
  return inspectFile(file);
}

async function inspectFolder(path: string): Promise<DatabaseInspection> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const there = await stat(folder).catch(() => null);
    if (there === null && folder !== dirname(folder)) continue;
    if (!there?.isDirectory()) {
      return failed('its folder cannot be made', 'set DATABASE_URL to a file in a folder');
    }
    return (await isWritable(folder))
      ? { verdict: 'ok', found: 'no file yet: made at the first start', advice: '' }
      : failed('its folder cannot be written', 'give the service its rights');
  }
}

async function inspectFile(file: string): Promise<DatabaseInspection> {
  const source = sqliteWriter(file);
  try {
    await whenFree(() => source.initialize());
    const known = source.migrations.map(({ name }) => name ?? '');
    const rows = await whenFree(() =>
      source.query<{ name: string }[]>(
        "select name from sqlite_master where type = 'table' and name = 'migrations'",
      ),
    );
    const done =
      rows.length === 0 ? [] : await namesOf(() => source.query('select name from migrations'));
    // Writes, and changes nothing: the version is what it was.
    await whenFree(async () => {
      const [row] = await source.query<{ user_version: number }[]>('pragma user_version');
      await source.query(`pragma user_version = ${row?.user_version ?? 0}`);
    });
    return judge(known, done);
  } catch (error) {
    return isBusy(error)
      ? failed('is locked all the time', 'find out which process holds it')
      : failed('cannot be read as a database', 'set DATABASE_URL right, or restore a backup');
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

function judge(known: readonly string[], done: readonly string[]): DatabaseInspection {
  const strange = done.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    return failed('belongs to a newer version of this program', 'run that version');
  }
  const missing = known.length - done.length;
  const found = 'SQLite, opened, written; schema';
  return missing === 0
    ? { verdict: 'ok', found: `${found} up to date`, advice: '' }
    : {
        verdict: 'warn',
        found: `${found} lacks ${missing} of ${known.length} migrations`,
        advice: 'back it up: the next start brings it up to date',
      };
}

async function namesOf(query: () => Promise<{ name: string }[]>): Promise<string[]> {
  return (await whenFree(query)).map(({ name }) => name);
}

async function whenFree<T>(work: () => Promise<T>): Promise<T> {
  for (let left = BUSY_TRIES; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || left === 0) throw error;
      await new Promise((done) => setTimeout(done, BUSY_WAIT_MS));
    }
  }
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

function failed(found: string, advice: string): DatabaseInspection {
  return { verdict: 'fail', found, advice };
}

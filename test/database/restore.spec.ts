import { copyFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config/config';
import { COMMANDS } from '../../src/legacy-db/commands/commands';
import type { Verdict } from '../../src/legacy-db/commands/commands';
import { restoreCommand } from '../../src/legacy-db/commands/restore/restore';
import { storedBooks } from '../../src/legacy-db/commands/check/stored-books';
import { MIGRATIONS } from '../../src/legacy-db/data-source';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { ManualClock } from '../support/manual-clock';
import { tempFolder } from '../support/temp-folder';
import type { Stores } from './books';
import { T0, anOrder, storesOf } from './books';
import { putEmptyBooks } from './sqlite-books';

const DAY_MS = 24 * 3_600_000;
const NAMES = MIGRATIONS.map((migration) => new migration().name);
const LAST = NAMES.at(-1) ?? '';
const OF_RESTORES = NAMES.find((name) => name.startsWith('BooksRestored')) ?? '';

jest.setTimeout(30_000);

let folder: ReturnType<typeof tempFolder>;
let file: string;
let backup: string;
let clock: ManualClock;

beforeEach(() => {
  folder = tempFolder();
  file = join(folder.path, 'books.sqlite');
  backup = join(folder.path, 'backup.sqlite');
  clock = new ManualClock(T0);
});
afterEach(() => folder.remove());

async function life<T>(path: string, work: (stores: Stores) => Promise<T>): Promise<T> {
  const open = await openSqlite(path, clock);
  try {
    return await work(storesOf(open));
  } finally {
    await open.close();
  }
}

/** Begins one receipt: its serial and its id. */
async function one({ repositories }: Stores): Promise<[serial: number, id: number]> {
  const { receipt } = await repositories['2'].begin(anOrder('2', { nowMs: clock.nowMs() }));
  return [Number(receipt.receiptId), receipt.id];
}

/** A backup of a day, and books that went on for two more. */
async function backupAndGoOn(): Promise<void> {
  await life(file, one);
  copyFileSync(file, backup);
  clock.pass(2 * DAY_MS);
  await life(file, one);
}

function restore(...words: string[]): Promise<Verdict> {
  const { database } = readConfig({ DATABASE_URL: `sqlite:${file}` }, () => '');
  return restoreCommand(words, database, clock);
}

function contentOf(path: string): number {
  const handle = openHandle(path, { readonly: true });
  const count = handle.prepare('select count(*) from receipt').pluck().get();
  handle.close();
  return Number(count);
}

function aside(): string[] {
  return readdirSync(folder.path).filter((name) => name.includes('before-restore'));
}

describe('npm run restore', () => {
  it('puts the file in place, jumps, keeps what was there and names the days', async () => {
    await backupAndGoOn();
    chmodSync(file, 0o640);
    const { exitCode, lines } = await restore('--from', backup);
    expect(aside()).toHaveLength(1);
    const kept = join(folder.path, aside()[0] ?? '');
    expect({ exitCode, lines }).toEqual({
      exitCode: 0,
      lines: [
        'SQLite',
        `restored from ${backup}`,
        `the books before it are kept as ${kept}`,
        'the books were restored: reconcile 2026-11-22 to 2026-11-24 with Alipay; ' +
          'receipt goes on behind 1020000, receipt_serial goes on behind 1020000, ' +
          'scenic bills count on behind 1000, callbacks go on 1000000 later',
      ],
    });
    const left = readdirSync(folder.path).filter((name) => /restoring|^books.*-/.test(name));
    expect(left).toEqual(aside());
    expect([contentOf(file), contentOf(kept), contentOf(backup)]).toEqual([1, 2, 1]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const [serial, id] = await life(file, one);
    expect(Math.min(serial, id)).toBeGreaterThan(1_020_000);
    const lastSeq = await life(file, (stores) => stores.callbacks.lastSeq('3'));
    expect(lastSeq).toBe(1_000_000);
  });

  it('is no second restore to the next start; db:status and figures tell it', async () => {
    await backupAndGoOn();
    await restore('--from', backup);
    const figures = await life(file, (stores) => stores.figures.read());
    expect(figures.restores).toBe(1);
    const { database } = readConfig({ DATABASE_URL: `sqlite:${file}` }, () => '');
    const status = await COMMANDS['status']?.(storedBooks(database));
    expect(status?.exitCode).toBe(0);
    const told = status?.lines.filter((line) => line.startsWith('restored'));
    expect(told).toHaveLength(1);
    expect(told?.[0]).toMatch(/^restored 2026-11-24 12:00:00 {2}.*2026-11-22 to 2026-11-24/);
  });

  it('goes behind what it knows of books that are lost, and of restores before', async () => {
    await backupAndGoOn();
    await restore('--from', backup);
    const [first] = await life(file, one);
    rmSync(file);
    await restore('--from', backup);
    const [second] = await life(file, one);
    expect(second).toBeGreaterThan(first + 1_000_000);
    const scenic = await life(file, ({ repositories }) => repositories['1'].begin(anOrder('1')));
    expect(scenic.receipt.receiptId).toBe('98|0|2001');
  });

  it('goes behind what the replaced books know where their marks are gone', async () => {
    await backupAndGoOn();
    rmSync(`${file}.marks`);
    const { lines } = await restore('--from', backup);
    expect(lines.at(-1)).toContain('receipt goes on behind 1020000');
  });

  it('keeps all of the replaced books, also what a killed service left in its log', async () => {
    await life(file, one);
    copyFileSync(file, backup);
    const open = await openSqlite(file, clock);
    await one(storesOf(open));
    for (const tail of ['', '-wal', '.marks']) copyFileSync(file + tail, `${backup}.killed${tail}`);
    await open.close();
    const killed = `${backup}.killed`;
    expect((await restore('--from', backup, '--to', killed)).exitCode).toBe(0);
    const kept = join(folder.path, aside()[0] ?? '');
    expect([contentOf(killed), contentOf(kept)]).toEqual([1, 2]);
  });

  it('makes books where there are none, its owner alone may read them', async () => {
    await life(file, one);
    const other = join(folder.path, 'deep', 'other.sqlite');
    expect((await restore('--from', file, '--to', `sqlite:${other}`)).exitCode).toBe(0);
    expect(statSync(other).mode & 0o777).toBe(0o600);
    const figures = await life(other, (stores) => stores.figures.read());
    expect(figures.restores).toBe(1);
    const [serial] = await life(other, one);
    expect(serial).toBeGreaterThan(1_000_000);
    expect(contentOf(file)).toBe(1);
  });

  it('takes what a service has not yet written into the file itself', async () => {
    const open = await openSqlite(backup, clock);
    await one(storesOf(open));
    expect(existsSync(`${backup}-wal`)).toBe(true);
    expect((await restore('--from', backup)).exitCode).toBe(0);
    await open.close();
    expect(contentOf(file)).toBe(1);
  });

  it('brings books of an older version up to date', async () => {
    await putEmptyBooks(backup);
    const old = openHandle(backup);
    old.exec(`drop table number_mark; drop table books_restored;
      delete from migrations where name = '${OF_RESTORES}'`);
    old.close();
    expect((await restore('--from', backup)).exitCode).toBe(0);
    expect((await life(file, one))[0]).toBeGreaterThan(1_000_000);
  });

  it('replaces books of an older version, which marked no numbers', async () => {
    await backupAndGoOn();
    rmSync(`${file}.marks`);
    const old = openHandle(file);
    old.exec(
      "drop table number_mark; update sqlite_sequence set seq = 5000000 where name = 'receipt'",
    );
    old.close();
    const { exitCode, lines } = await restore('--from', backup);
    expect([exitCode, lines.at(-1)]).toEqual([
      0,
      expect.stringContaining('receipt goes on behind'),
    ]);
  });

  it('replaces books that nobody can read any more', async () => {
    await backupAndGoOn();
    writeFileSync(file, 'no books '.repeat(2_000));
    for (const tail of ['-wal', '-shm']) writeFileSync(file + tail, 'left behind');
    const { exitCode, lines } = await restore('--from', backup);
    expect([exitCode, lines[1]]).toEqual([0, `${file} cannot be read as books`]);
    expect([existsSync(`${file}-wal`), existsSync(`${file}-shm`)]).toEqual([false, false]);
    expect(aside().filter((name) => !name.endsWith('-shm'))).toHaveLength(1);
    expect(contentOf(file)).toBe(1);
  });

  it('begins anew where an earlier one was cut off', async () => {
    await backupAndGoOn();
    for (const tail of ['', '-wal', '-journal']) writeFileSync(`${file}.restoring${tail}`, 'half');
    expect((await restore('--from', backup)).exitCode).toBe(0);
    expect(contentOf(file)).toBe(1);
  });

  // Who is not root cannot give files away.
  (process.getuid?.() === 0 ? it : it.skip)('leaves the file to its owner', async () => {
    await backupAndGoOn();
    chownSync(file, 1_234, 1_235);
    expect((await restore('--from', backup)).exitCode).toBe(0);
    expect(statSync(file)).toMatchObject({ uid: 1_234, gid: 1_235 });
    const another = jest.spyOn(process, 'getuid').mockReturnValue(1_000);
    clock.pass(1_000);
    expect((await restore('--from', backup)).exitCode).toBe(0);
    another.mockRestore();
    expect(statSync(file).uid).toBe(0);
  });
});

describe('npm run restore refuses, and changes nothing,', () => {
  /** The names of all files, and what the books hold. */
  function all(): unknown[] {
    const names = readdirSync(folder.path).filter((name) => !/-(wal|shm)$/.test(name));
    const marks = readFileSync(`${file}.marks`, 'utf8');
    return [names, marks, existsSync(file) ? contentOf(file) : 0];
  }

  async function expectRefused(why: RegExp, ...words: string[]): Promise<void> {
    const before = all();
    const { exitCode, lines } = await restore(...words);
    expect([exitCode, lines.at(-1)]).toEqual([1, expect.stringMatching(why)]);
    expect(all()).toEqual(before);
  }

  it('while a service uses the books, even one that does nothing', async () => {
    await backupAndGoOn();
    const open = await openSqlite(file, clock);
    try {
      await expectRefused(/is in use: stop every service on it first$/, '--from', backup);
    } finally {
      await open.close();
    }
    expect((await restore('--from', backup)).exitCode).toBe(0);
  });

  it('while anybody reads books that keep no log', async () => {
    await backupAndGoOn();
    const reader = openHandle(file);
    reader.pragma('journal_mode = DELETE');
    reader.exec('begin');
    reader.prepare('select count(*) from receipt').get();
    try {
      await expectRefused(/is in use: stop every service on it first$/, '--from', backup);
    } finally {
      reader.close();
    }
  });

  it('a damaged file', async () => {
    await backupAndGoOn();
    const bytes = readFileSync(backup);
    bytes.fill(0x55, 8 * 4096, 12 * 4096);
    writeFileSync(backup, bytes);
    await expectRefused(/ is damaged: .*page/, '--from', backup);
    expect([contentOf(file), aside()]).toEqual([2, []]);
  });

  it('a file that holds other things, or books of a newer version', async () => {
    await backupAndGoOn();
    const other = join(folder.path, 'other.sqlite');
    const strange = openHandle(other);
    strange.exec('create table receipts (id integer)');
    strange.close();
    await expectRefused(/holds no books$/, '--from', other);
    const newer = openHandle(backup);
    newer.exec(`update migrations set name = 'Tomorrow1' where name = '${LAST}'`);
    newer.close();
    await expectRefused(/belongs to a newer version of this program$/, '--from', backup);
  });

  it.each(['migrations', 'receipt'])('a file that has no more of ours than %s', async (table) => {
    await life(file, one);
    const other = openHandle(backup);
    other.exec(`create table ${table} (name text)`);
    other.close();
    await expectRefused(/holds no books$/, '--from', backup);
  });

  /** Ends with code 2: it could not be done. */
  async function expectFailed(why: RegExp): Promise<void> {
    const before = all();
    const { exitCode, lines } = await restore('--from', backup);
    expect([exitCode, lines.at(-1)]).toEqual([2, expect.stringMatching(why)]);
    expect(all()).toEqual(before);
  }

  it('where the numbers of the replaced books cannot be read', async () => {
    await backupAndGoOn();
    const handle = openHandle(file);
    handle.exec('drop table number_mark; create table number_mark (name text)');
    handle.close();
    await expectFailed(/^not restored: SQLITE_ERROR$/);
  });

  it('where the file cannot be brought up to date', async () => {
    await backupAndGoOn();
    const old = openHandle(backup);
    old.exec("drop table alarm; delete from migrations where name like 'AlarmSubjects%'");
    old.close();
    await expectFailed(/^not restored: SQLITE_ERROR$/);
  });

  it.each([
    ['no file', [], /npm run restore -- --from FILE/],
    ['an unknown option', ['--form', 'x'], /npm run restore -- --from FILE/],
    ['an option without its value', ['--from'], /npm run restore -- --from FILE/],
    ['a file that is not there', ['--from', '/nowhere/at.all'], /there is no file/],
  ])('%s', async (_what, words, why) => {
    await life(file, one);
    await expectRefused(why, ...words);
  });

  it('the books themselves', async () => {
    await life(file, one);
    await expectRefused(/both are the same file$/, '--from', file);
  });
});

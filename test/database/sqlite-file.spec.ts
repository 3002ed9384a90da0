import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/config/system-clock';
import {
  KNOWN_MIGRATIONS,
  MIGRATIONS,
  openWriter,
  sqliteReader,
  sqliteWriter,
} from '../../src/legacy-db/data-source';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { sql } from '../../src/legacy-db/sql/sql';
import { receiptRepositories } from '../../src/legacy-db/systems/receipt-repositories';
import { tempFolder } from '../support/temp-folder';
import { anOrder } from './books';
import { ALL_TABLES } from './books-inspect';
import { SqliteInspect } from './sqlite-books';

jest.setTimeout(30_000);

let folder: ReturnType<typeof tempFolder>;
let file: string;

beforeEach(() => {
  folder = tempFolder();
  file = join(folder.path, 'deep', 'er', 'books.sqlite');
});
afterEach(() => folder.remove());

/** The rights of a file or folder, octal. */
function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe('the SQLite file', () => {
  it('is written in WAL mode with full synchronisation, savepoints in memory', async () => {
    const writer = sqliteWriter(file);
    await openWriter(writer);
    expect(await writer.query('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await writer.query('pragma synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await writer.query('pragma temp_store')).toEqual([{ temp_store: 2 }]);
    await writer.destroy();
  });

  it('is for our own user alone, and so is a folder that is made for it', async () => {
    const before = process.umask(0o022);
    try {
      const open = await openSqlite(file, systemClock);
      await open.database.write('aUnit', (unit) => unit.change(sql`delete from bill`));
      const names = [file, `${file}-wal`, `${file}-shm`, dirname(file), dirname(dirname(file))];
      expect(names.map(modeOf)).toEqual(['600', '600', '600', '700', '700']);
      await open.close();
    } finally {
      process.umask(before);
    }
  });

  it.each([
    ['644', '600'],
    ['666', '600'],
    ['640', '640'],
    ['600', '600'],
  ])('that has the rights %s has %s once it is opened', async (had, has) => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, '');
    chmodSync(file, parseInt(had, 8));
    const open = await openSqlite(file, systemClock);
    await open.database.write('aUnit', (unit) => unit.change(sql`delete from bill`));
    expect([file, `${file}-wal`, `${file}-shm`].map(modeOf)).toEqual([has, has, has]);
    expect(modeOf(dirname(file))).toBe('755');
    await open.close();
  });

  it('cannot be written through the connection that reads', async () => {
    const writer = sqliteWriter(file);
    await openWriter(writer);
    const reader = sqliteReader(file);
    await reader.initialize();
    const write = reader.query("insert into bill (bill_type) values ('1')");
    await expect(write).rejects.toThrow(/readonly/);
    await reader.destroy();
    await writer.destroy();
  });

  it('has every table and each migration once, however often it is opened', async () => {
    for (let time = 1; time <= 3; time += 1) {
      const open = await openSqlite(file, systemClock);
      await open.close();
    }
    const inspect = new SqliteInspect(file);
    expect(inspect.rows('select * from migrations')).toHaveLength(MIGRATIONS.length);
    expect(Object.keys(inspect.counts()).sort()).toEqual([...ALL_TABLES].sort());
    inspect.close();
  });

  it('is migrated once by two that find it old at the same moment', async () => {
    const [one, other] = [sqliteWriter(file), sqliteWriter(file)];
    await openWriter(one);
    for (let step = 0; step < 20; step += 1) await one.undoLastMigration();
    // The one has read what is missing, and waits before it makes it.
    const [first] = one.migrations.slice(-20);
    if (!first) throw new Error('no migration');
    const up = first.up.bind(first);
    let second = Promise.resolve();
    first.up = async (runner) => {
      second = openWriter(other);
      await Promise.race([second, wait(300)]);
      await up(runner);
    };
    await openWriter(one);
    await second;
    const names = await other.query<{ name: string }[]>('select name from migrations order by id');
    expect(names.map(({ name }) => name).sort()).toEqual([...KNOWN_MIGRATIONS].sort());
    await Promise.all([one.destroy(), other.destroy()]);
  });

  it('that lacks nothing is opened without waiting for whoever writes', async () => {
    const [one, other] = [sqliteWriter(file), sqliteWriter(file)];
    await openWriter(one);
    await one.query('begin immediate');
    await openWriter(other);
    await one.query('rollback');
    await Promise.all([one.destroy(), other.destroy()]);
  });

  it('keeps what was there when a newer service opens it', async () => {
    const first = await openSqlite(file, systemClock);
    const decision = await receiptRepositories(first.database)['2'].begin(anOrder('2'));
    await first.close();
    const second = await openSqlite(file, systemClock);
    const { receipt } = decision;
    expect(await receiptRepositories(second.database)['2'].get(receipt.id)).toEqual(receipt);
    await second.close();
  });
});

describe('a file that is no database', () => {
  it('is refused at the start and left as it is', async () => {
    const path = join(folder.path, 'notes.txt');
    writeFileSync(path, 'these are not the books\n'.repeat(100));
    await expect(openSqlite(path, systemClock)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    expect(readFileSync(path, 'utf8')).toBe('these are not the books\n'.repeat(100));
  });
});

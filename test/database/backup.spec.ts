import { copyFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config/config';
import { backupCommand } from '../../src/legacy-db/commands/backup/backup';
import type { Verdict } from '../../src/legacy-db/commands/commands';
import { restoreCommand } from '../../src/legacy-db/commands/restore/restore';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { anOrder } from './books';
import type { Stores } from './books';
import { MarkedFile } from './marked-file';

const DAY_MS = 24 * 3_600_000;
const MANY = 40;

jest.setTimeout(30_000);

let books: MarkedFile;
let target: string;

beforeEach(() => {
  books = new MarkedFile();
  target = join(books.folder, 'backup.sqlite');
});
afterEach(() => books.remove());

function backup(...words: string[]): Promise<Verdict> {
  return backupCommand(words, { kind: 'sqlite', file: books.file });
}

function begin({ repositories }: Stores): Promise<unknown> {
  return repositories['2'].begin(anOrder('2', { nowMs: books.clock.nowMs() }));
}

/** How many receipts a file holds, read where nothing may be written beside it. */
function receiptsIn(path: string): number {
  const handle = openHandle(path, { readonly: true });
  try {
    return Number(handle.prepare('select count(*) from receipt').pluck().get());
  } finally {
    handle.close();
  }
}

const left = (): string[] => readdirSync(books.folder).filter((name) => /backup/.test(name));

describe('npm run backup', () => {
  it('makes one whole file for its owner alone, and says how much is in it', async () => {
    await books.life(async (stores) => {
      await begin(stores);
      await begin(stores);
    });
    const { exitCode, lines } = await backup('--to', target);
    const megabytes = (statSync(target).size / 1_000_000).toFixed(1);
    const said = `2 receipts, the highest id 2, 2 events, ${megabytes} MB, checked`;
    expect({ exitCode, lines }).toEqual({
      exitCode: 0,
      lines: [`backed up to ${target}: ${said}`],
    });
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(left()).toEqual(['backup.sqlite']);
    // No log belongs to it: the two bytes that say so in its head.
    expect([...readFileSync(target).subarray(18, 20)]).toEqual([1, 1]);
    expect(receiptsIn(target)).toBe(2);
  });

  it('holds what is in the log alone, while a service has the books open', async () => {
    await books.life(async (stores) => {
      await begin(stores);
      copyFileSync(books.file, `${target}.plain`);
      expect((await backup('--to', target)).exitCode).toBe(0);
      await begin(stores);
    });
    expect(receiptsIn(target)).toBe(1);
    expect(() => receiptsIn(`${target}.plain`)).toThrow(/no such table/);
  });

  it('is of one moment and ends, however much is written meanwhile', async () => {
    await books.life(async (stores) => {
      for (let nth = 0; nth < MANY; nth += 1) await begin(stores);
      let ended = false;
      let before = 0;
      const writing = (async () => {
        for (; !ended; before += 1) await begin(stores);
      })();
      const { exitCode, lines } = await backup('--to', target);
      ended = true;
      await writing;
      expect([exitCode, before > 0]).toEqual([0, true]);
      const told = Number(/(\d+) receipts, the highest id \1,/.exec(lines[0] ?? '')?.[1]);
      expect(told).toBeGreaterThanOrEqual(MANY);
      expect(receiptsIn(target)).toBe(told);
    });
  });

  it('leaves the schema of older books as it is', async () => {
    await books.life(begin);
    books.inFile((handle) => {
      handle.exec("delete from migrations where name like 'Access%'; drop table act");
    });
    expect((await backup('--to', target)).exitCode).toBe(0);
    const tables = "select count(*) from sqlite_master where name = 'act'";
    expect(books.inFile((handle) => handle.prepare(tables).pluck().get())).toBe(0);
  });

  it('is noticed where it is copied over the books by hand, and known to restore', async () => {
    const [serial] = await books.oneReceipt();
    await backup('--to', target);
    books.clock.pass(DAY_MS);
    await books.oneReceipt();
    copyFileSync(target, books.file);
    const [next] = await books.oneReceipt();
    expect(next).toBeGreaterThan(serial + 10_000);
    expect(books.noted().map(({ cause }) => cause)).toEqual(['restored']);
    const { database } = readConfig({ DATABASE_URL: `sqlite:${books.file}` }, () => '');
    const restored = await restoreCommand(['--from', target], database, books.clock);
    expect(restored.exitCode).toBe(0);
    expect((await books.oneReceipt())[0]).toBeGreaterThan(next + 1_000_000);
  });
});

describe('npm run backup refuses', () => {
  const NO_BACKUP = (why: string): Verdict => ({ exitCode: 1, lines: [`no backup: ${why}`] });

  it.each([[[]], [['--to']], [['--to', '']], [['--from', 'x']], [['--to', 'x', 'more']]])(
    'the words %j',
    async (words) => {
      expect(await backup(...words)).toEqual(NO_BACKUP('npm run backup -- --to FILE'));
    },
  );

  it('SQL Server, whose administrator backs it up', async () => {
    const url = 'mssql://user:secret@127.0.0.1:1/books?encrypt=false';
    const { database } = readConfig({ DATABASE_URL: url }, () => '');
    const { exitCode, lines } = await backupCommand(['--to', target], database);
    expect([exitCode, lines]).toEqual([1, [expect.stringMatching(/backed up by its admin/)]]);
  });

  it('a file that is there, one that is being made, and names of the books', async () => {
    await books.life(begin);
    writeFileSync(target, 'precious');
    expect(await backup('--to', target)).toEqual(
      NO_BACKUP(`${target} is there already, and no backup is written over`),
    );
    expect(readFileSync(target, 'utf8')).toBe('precious');
    writeFileSync(`${target}.2.part`, 'another');
    expect((await backup('--to', `${target}.2`)).lines[0]).toContain('another backup is writing');
    expect(readFileSync(`${target}.2.part`, 'utf8')).toBe('another');
    for (const tail of ['-wal', '-shm', '-journal']) {
      const { exitCode, lines } = await backup('--to', books.file + tail);
      expect([exitCode, lines[0]]).toEqual([1, expect.stringContaining('belongs to the books')]);
    }
    const gone = join(books.folder, 'gone');
    expect(await backup('--to', join(gone, 'x'))).toEqual(NO_BACKUP(`there is no folder ${gone}`));
  });

  it('books that are not there, are none, or are of a newer version', async () => {
    expect(await backup('--to', target)).toEqual(NO_BACKUP(`there are no books at ${books.file}`));
    await books.life(begin);
    books.inFile((handle) => handle.exec("insert into migrations values (99, 9e15, 'Newer')"));
    expect(await backup('--to', target)).toEqual(
      NO_BACKUP(`${books.file} belongs to a newer version of this program`),
    );
    books.inFile((handle) => handle.exec('drop table migrations'));
    expect(await backup('--to', target)).toEqual(NO_BACKUP(`${books.file} holds no books`));
    expect(left()).toEqual([]);
  });

  it('what is damaged, and leaves no file that looks like a backup', async () => {
    await books.life(begin);
    const bytes = readFileSync(books.file);
    const page = bytes.readUInt16BE(16);
    // An index without its entries: SQLite reads the file, and answers from it wrongly.
    const root = books.inFile((handle) =>
      Number(
        handle
          .prepare("select rootpage from sqlite_master where name = 'ux_receipt_out_trade_no'")
          .pluck()
          .get(),
      ),
    );
    bytes.writeUInt16BE(0, (root - 1) * page + 3);
    writeFileSync(books.file, bytes);
    const { exitCode, lines } = await backup('--to', target);
    expect([exitCode, lines[0]]).toEqual([1, expect.stringContaining('is damaged: ')]);
    writeFileSync(books.file, 'junk '.repeat(2_000));
    const junk = 'no backup: the file is not an SQLite database';
    expect(await backup('--to', target)).toEqual({ exitCode: 2, lines: [junk] });
    mkdirSync(target);
    expect((await backup('--to', target)).exitCode).toBe(1);
    expect(left()).toEqual(['backup.sqlite']);
    expect(existsSync(`${target}.part`)).toBe(false);
  });
});

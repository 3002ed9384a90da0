import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/config/system-clock';
import type { BillType } from '../../src/domain/bill';
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
import { itLong, rows } from '../support/long';
import { tempFolder } from '../support/temp-folder';
import { anOrder } from './books';
import { ALL_TABLES } from './books-inspect';
import { SqliteInspect } from './sqlite-books';

const CHILD = join(__dirname, 'books.child.js');

jest.setTimeout(30_000);

let folder: ReturnType<typeof tempFolder>;
let file: string;

beforeEach(() => {
  folder = tempFolder();
  file = join(folder.path, 'deep', 'er', 'books.sqlite');
});
afterEach(() => {
  children.splice(0).forEach((one) => one.kill('SIGKILL'));
  folder.remove();
});

const children: ChildProcess[] = [];

function child(...args: string[]): ChildProcess {
  const one = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(one);
  return one;
}

/** Everything a process prints, as it comes. */
function output(process: ChildProcess): { text: string } {
  const all = { text: '' };
  process.stdout?.on('data', (chunk: Buffer) => (all.text += chunk.toString()));
  process.stderr?.on('data', (chunk: Buffer) => (all.text += chunk.toString()));
  return all;
}

/** The rights of a file or folder, octal. */
function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** The rows of the system tables and of our own agree, and the file is whole. */
function expectSound(inspect: SqliteInspect): void {
  expect(inspect.rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const { receipt = 0, receipt_event: events, bill, ...others } = inspect.counts();
  expect([events, bill]).toEqual([receipt, receipt]);
  const system = Object.entries(others).filter(([name]) => /^receipt_(?!serial)/.test(name));
  expect(system.reduce((sum, [, count]) => sum + count, 0)).toBe(receipt);
}

describe('the SQLite file', () => {
  it('is written in WAL mode with full synchronisation', async () => {
    const writer = sqliteWriter(file);
    await openWriter(writer);
    expect(await writer.query('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await writer.query('pragma synchronous')).toEqual([{ synchronous: 2 }]);
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

  it('is migrated by several processes at once without harm', async () => {
    const processes = [1, 2, 3, 4].map(() => child('migrate', file));
    const outputs = processes.map(output);
    const exits = await Promise.all(processes.map((one) => once(one, 'exit')));
    const codes = exits.map(([code]) => code as number);
    // Who lost the race for the lock says so and tries again.
    expect({ codes, outputs }).toMatchObject({ codes: [0, 0, 0, 0] });
    const inspect = new SqliteInspect(file);
    expect(inspect.rows('select * from migrations')).toHaveLength(MIGRATIONS.length);
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

  it('keeps what was there when a newer service opens it', async () => {
    const first = await openSqlite(file, systemClock);
    const decision = await receiptRepositories(first.database)['2'].begin(anOrder('2'));
    await first.close();
    const second = await openSqlite(file, systemClock);
    const { receipt } = decision;
    expect(await receiptRepositories(second.database)['2'].get(receipt.id)).toEqual(receipt);
    await second.close();
  });

  it('serves two processes that write as one', async () => {
    const migrated = await openSqlite(file, systemClock);
    await migrated.close();
    const processes = ['a', 'b'].map((name) => child('write', file, name, '10'));
    const outputs = processes.map(output);
    await waitUntil(() => outputs.every(({ text }) => text.split('\n').length > 30));
    processes.forEach((one) => one.kill('SIGKILL'));
    await Promise.all(processes.map((one) => once(one, 'exit')));
    const inspect = new SqliteInspect(file);
    expectSound(inspect);
    for (const { text } of outputs) expectAcknowledged(inspect, text);
    inspect.close();
  });

  itLong('starves neither of two processes that write without a pause', async () => {
    const migrated = await openSqlite(file, systemClock);
    await migrated.close();
    const processes = ['a', 'b'].map((name) => child('write', file, name, '0'));
    const outputs = processes.map(output);
    const lines = () => outputs.map(({ text }) => text.split('\n').length);
    await waitUntil(() => Math.min(...lines()) > 1_000);
    const [least = 0, most = 0] = lines().sort((one, other) => one - other);
    processes.forEach((one) => one.kill('SIGKILL'));
    await Promise.all(processes.map((one) => once(one, 'exit')));
    expect(least / most).toBeGreaterThan(0.1);
  });

  it('loses nothing that was acknowledged to a process killed while it writes', async () => {
    let known = 0;
    const pauses = rows([3, 41], [17, 88]);
    for (const [round, pauseMs] of pauses.entries()) {
      const writer = child('write', file, `k${round}_`, '0');
      const all = output(writer);
      await waitUntil(() => all.text.includes('begun'));
      await wait(pauseMs);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const inspect = new SqliteInspect(file);
      expectSound(inspect);
      known += expectAcknowledged(inspect, all.text);
      // Of four lanes at most four Begins were committed and not yet printed.
      const { receipt = 0 } = inspect.counts();
      expect(receipt - known).toBeLessThanOrEqual(4 * (round + 1));
      inspect.close();
    }
    expect(known).toBeGreaterThan(5 * pauses.length);
  });
});

async function waitUntil(done: () => boolean): Promise<void> {
  for (let waitedMs = 0; !done(); waitedMs += 5) {
    if (waitedMs > 20_000) throw new Error('waited too long');
    await wait(5);
  }
}

/** Every whole line names a Begin that must be there; gives their number. */
function expectAcknowledged(inspect: SqliteInspect, text: string): number {
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  for (const line of lines) {
    const [kind, outTradeNo = '', billType] = line.split(' ');
    expect(kind).toBe('begun');
    const [row] = inspect.rows<{ bill_type: BillType }>(
      'select bill_type from receipt where out_trade_no = ?',
      outTradeNo,
    );
    expect([outTradeNo, row?.bill_type]).toEqual([outTradeNo, billType]);
  }
  return lines.length;
}

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

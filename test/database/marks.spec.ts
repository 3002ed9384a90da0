import type BetterSqlite3 from 'better-sqlite3';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BillType } from '../../src/domain/bill';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { BooksRestored } from '../../src/legacy-db/sqlite/marks/books-restored';
import type { Marks } from '../../src/legacy-db/sqlite/marks/marks-file';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { ManualClock } from '../support/manual-clock';
import { tempFolder } from '../support/temp-folder';
import type { Stores } from './books';
import { T0, aMove, aPayment, anOrder, some, storesOf } from './books';
import { putEmptyBooks } from './sqlite-books';

const CHILD = join(__dirname, 'marks.child.js');
const BLOCK = 10_000;
const DAY_MS = 24 * 3_600_000;

jest.setTimeout(30_000);

let folder: ReturnType<typeof tempFolder>;
let file: string;
let clock: ManualClock;

beforeEach(() => {
  folder = tempFolder();
  file = join(folder.path, 'books.sqlite');
  clock = new ManualClock(T0);
});
afterEach(() => folder.remove());

/** One life of a service on the file. */
async function life<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
  const open = await openSqlite(file, clock);
  try {
    return await work(storesOf(open));
  } finally {
    await open.close();
  }
}

async function begin(
  { repositories }: Stores,
  type: BillType = '2',
  billNo?: string,
): Promise<Receipt> {
  const changes = { nowMs: clock.nowMs(), ...(billNo === undefined ? {} : { billNo }) };
  return (await repositories[type].begin(anOrder(type, changes))).receipt;
}

/** What a service gives that begins one receipt: its serial and its id. */
function oneReceipt(): Promise<[serial: number, id: number]> {
  return life(async (stores) => {
    const { receiptId, id } = await begin(stores);
    return [Number(receiptId), id];
  });
}

function marks(): Marks {
  return JSON.parse(readFileSync(`${file}.marks`, 'utf8')) as Marks;
}

/** Looks into the file past the service, and may write. */
function inFile<T>(work: (handle: BetterSqlite3.Database) => T): T {
  const handle = openHandle(file);
  try {
    return work(handle);
  } finally {
    handle.close();
  }
}

type Noted = { cause: BooksRestored['cause']; from_ms: number | null; to_ms: number };

function noted(): Noted[] {
  const select = 'select cause, from_ms, to_ms from books_restored order by id';
  return inFile((handle) => handle.prepare(select).all() as Noted[]);
}

/** From here on the block has `left` numbers. */
function nearTheEnd(left: number): void {
  inFile((handle) => {
    const tables = handle.prepare('select name, reserved_to from number_mark').all();
    for (const { name, reserved_to: end } of tables as { name: string; reserved_to: number }[]) {
      handle
        .prepare('delete from sqlite_sequence where name = ? and seq < ?')
        .run(name, end - left);
      handle.prepare('insert into sqlite_sequence values (?, ?)').run(name, end - left);
    }
  });
}

describe('the marks beside the books', () => {
  it('are made at the first start, whole and for their owner alone', async () => {
    expect(await oneReceipt()).toEqual([1, 1]);
    expect(marks()).toMatchObject({
      reservedTo: { receipt: BLOCK, receipt_serial: BLOCK },
      givenTo: { receipt: 1, receipt_serial: 1, receipt_event: 1 },
      atMs: T0,
    });
    expect(statSync(`${file}.marks`).mode & 0o777).toBe(0o600);
    expect(noted()).toEqual([]);
  });

  it('are made for books that never had any, whose numbers go on', async () => {
    await putEmptyBooks(file);
    inFile((handle) =>
      handle.exec(`insert into sqlite_sequence values ('receipt', 41), ('receipt_serial', 17)`),
    );
    expect(await oneReceipt()).toEqual([18, 42]);
    expect(noted()).toEqual([]);
  });

  it('begin a block at every start: nobody knows what was told of the one before', async () => {
    const lives = [await oneReceipt(), await oneReceipt(), await oneReceipt()];
    expect(lives).toEqual([
      [1, 1],
      [BLOCK + 1, BLOCK + 1],
      [2 * BLOCK + 1, 2 * BLOCK + 1],
    ]);
    expect(noted()).toEqual([]);
  });

  it('go ahead of the numbers, which have no gap where a block ends', async () => {
    await life(async (stores) => {
      nearTheEnd(2);
      for (let number = BLOCK - 1; number <= BLOCK + 5; number += 1) {
        const { receiptId, id } = await begin(stores);
        expect([Number(receiptId), id]).toEqual([number, number]);
        expect(marks().reservedTo['receipt']).toBeGreaterThanOrEqual(number);
        expect(marks().reservedTo['receipt_serial']).toBeGreaterThanOrEqual(number);
      }
    });
  });

  it('cover all of a crowd that meets the end of a block at once', async () => {
    await life(async (stores) => {
      nearTheEnd(30);
      const crowd = await Promise.all(Array.from({ length: 100 }, () => begin(stores)));
      const ids = crowd.map(({ id }) => id);
      expect(new Set(ids).size).toBe(100);
      expect(Math.max(...ids)).toBe(BLOCK + 70);
      expect(marks().reservedTo['receipt']).toBeGreaterThanOrEqual(Math.max(...ids));
    });
  });

  it('that cannot be written stop the numbers, and nothing is begun until they can', async () => {
    await life(async (stores) => {
      nearTheEnd(1);
      mkdirSync(`${file}.marks.new`);
      await begin(stores);
      const refused = begin(stores);
      await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      const rows = () => inFile((h) => h.prepare('select count(*) from receipt').pluck().get());
      expect(rows()).toBe(1);
      rmSync(`${file}.marks.new`, { recursive: true });
      expect((await begin(stores)).id).toBe(BLOCK + 1);
      expect(rows()).toBe(2);
    });
  });
});

describe('books that are older than the marks beside them', () => {
  const backup = () => `${file}.backup`;
  let logged: jest.SpyInstance;

  beforeEach(() => (logged = jest.spyOn(process.stderr, 'write').mockReturnValue(true)));
  afterEach(() => logged.mockRestore());

  /** One receipt is in the backup; the work of two days later is not. */
  async function workAfterBackup(work: (stores: Stores) => Promise<unknown>): Promise<void> {
    await life(begin);
    copyFileSync(file, backup());
    clock.pass(2 * DAY_MS);
    await life(work);
    clock.pass(DAY_MS);
    copyFileSync(backup(), file);
  }

  const DAYS = { from_ms: T0, to_ms: T0 + 3 * DAY_MS };

  it('are noticed, and never give a number again', async () => {
    const told: number[] = [];
    await workAfterBackup(async (stores) => {
      for (let i = 0; i < 3; i += 1) told.push(Number((await begin(stores)).receiptId));
    });
    const [serial, id] = await oneReceipt();
    expect(Math.min(serial, id)).toBeGreaterThan(Math.max(...told));
    expect([serial, id]).toEqual([2 * BLOCK + 1, 2 * BLOCK + 1]);
    expect(noted()).toEqual([{ cause: 'restored', ...DAYS }]);
    const text = logged.mock.calls.flat().join('');
    expect(text).toContain('reconcile 2026-11-22 to 2026-11-25 with Alipay');
    expect(text.match(/alarm booksRestored/g)).toHaveLength(1);
    await oneReceipt();
    expect(noted()).toHaveLength(1);
  });

  it('are noticed when one life wrote both, within one block', async () => {
    await life(async (stores) => {
      await begin(stores);
      inFile((handle) => handle.exec(`vacuum into '${backup()}'`));
      for (let i = 0; i < 3; i += 1) await begin(stores);
    });
    copyFileSync(backup(), file);
    expect(await oneReceipt()).toEqual([BLOCK + 1, BLOCK + 1]);
    expect(noted()).toMatchObject([{ cause: 'restored' }]);
  });

  it('give no number again even where the last seconds before a crash went unnoticed', async () => {
    const early = `${file}.early`;
    await life(async (stores) => {
      await begin(stores);
      inFile((handle) => handle.exec(`vacuum into '${backup()}'`));
      copyFileSync(`${file}.marks`, early);
      for (let i = 0; i < 3; i += 1) await begin(stores);
    });
    copyFileSync(backup(), file);
    copyFileSync(early, `${file}.marks`);
    expect(await oneReceipt()).toEqual([BLOCK + 1, BLOCK + 1]);
  });

  it('are noticed when only a payment is missing', async () => {
    let receipt: Receipt | null = null;
    await life(async (stores) => (receipt = await begin(stores)));
    await oneReceipt();
    copyFileSync(file, backup());
    await life(async ({ repositories }) => {
      const pay = aMove('pay', { payment: aPayment() });
      const code = aMove('giveCode', { qrCode: 'q' });
      const given = some(await repositories['2'].move(some(receipt), ...code));
      some(await repositories['2'].move(given, ...pay));
    });
    // Nothing was reserved in that life but its block: take that away.
    const { reservedTo } = JSON.parse(JSON.stringify(marks())) as Marks;
    copyFileSync(backup(), file);
    inFile((handle) => {
      for (const [name, to] of Object.entries(reservedTo)) {
        handle.prepare('update number_mark set reserved_to = ? where name = ?').run(to, name);
      }
    });
    await oneReceipt();
    expect(noted()).toMatchObject([{ cause: 'restored' }]);
  });

  it('are noticed when they are new books, or of before marks were kept', async () => {
    await oneReceipt();
    rmSync(file);
    expect(await oneReceipt()).toEqual([BLOCK + 1, BLOCK + 1]);
    expect(noted()).toMatchObject([{ cause: 'restored', from_ms: null }]);
    await putEmptyBooks(file);
    expect(await oneReceipt()).toEqual([2 * BLOCK + 1, 2 * BLOCK + 1]);
  });

  it.each([
    ['gone', () => rmSync(`${file}.marks`)],
    ['empty', () => writeFileSync(`${file}.marks`, '')],
    ['cut short', () => writeFileSync(`${file}.marks`, '{"reservedTo":{"rec')],
    ['of others', () => writeFileSync(`${file}.marks`, '{"reservedTo":{"receipt":"1"}}')],
  ])('may be there when the marks are %s: numbers jump by a million', async (_what, spoil) => {
    await oneReceipt();
    spoil();
    expect(await oneReceipt()).toEqual([BLOCK + 1_000_001, BLOCK + 1_000_001]);
    expect(noted()).toMatchObject([{ cause: 'marksMissing' }]);
    const [serial] = await oneReceipt();
    expect(serial).toBe(2 * BLOCK + 1_000_001);
    expect(noted()).toHaveLength(1);
  });

  it('count scenic bills on from 1001, those too that they do not know', async () => {
    await life((stores) => begin(stores, '1', 'KNOWN'));
    await workAfterBackup((stores) => begin(stores, '1', 'LOST'));
    const given = await life(async (stores) => {
      const { repositories } = stores;
      expect(await repositories['1'].find('LOST', '98|0|1', '98')).toBeNull();
      const known = some(await repositories['1'].find('KNOWN', '98|0|1', '98'));
      await repositories['1'].move(known, ...aMove('close'));
      const receipts = [];
      for (const bill of ['KNOWN', 'LOST', 'NEW']) receipts.push(await begin(stores, '1', bill));
      await repositories['1'].move(some(receipts[0]), ...aMove('close'));
      receipts.push(await begin(stores, '1', 'KNOWN'));
      expect(await repositories['1'].find('LOST', '98|0|1', '98')).toBeNull();
      return receipts.map(({ receiptId }) => receiptId);
    });
    expect(given).toEqual(['98|0|1001', '98|0|1001', '98|0|1001', '98|0|1002']);
    await workAfterBackup((stores) => begin(stores, '1', 'LOST'));
    const again = await life((stores) => begin(stores, '1', 'AFTER'));
    expect(again.receiptId).toBe('98|0|2001');
  });
});

/** Runs the child to its end; gives the numbers it told. */
function run(...args: string[]): { told: string[]; signal: string | null; errors: string } {
  const { stdout, stderr, signal } = spawnSync(process.execPath, [CHILD, ...args], {
    encoding: 'utf8',
  });
  return { told: stdout.split('\n').filter(Boolean), signal, errors: stderr };
}

describe('processes that give numbers', () => {
  it('lose none of them when killed between the block and its mark', () => {
    expect(run('cut', file)).toMatchObject({ told: [], signal: 'SIGKILL' });
    expect(noted()).toEqual([]);
    expect(run('begin', file, 'a').told).toEqual(['1 1']);
    // Now the books begin a second block, and the file beside them does not learn of it.
    expect(run('cut', file)).toMatchObject({ told: [], signal: 'SIGKILL' });
    expect(marks().reservedTo['receipt']).toBe(BLOCK);
    const block = inFile((h) =>
      h.prepare('select max(reserved_to) from number_mark').pluck().get(),
    );
    expect(block).toBe(2 * BLOCK);
    expect(run('begin', file, 'b').told).toEqual([`${2 * BLOCK + 1} ${2 * BLOCK + 1}`]);
    expect(noted()).toEqual([]);
  });

  it('share blocks without a double, over the end of one', async () => {
    await oneReceipt();
    nearTheEnd(50);
    const processes = ['a', 'b', 'c'].map((name) => {
      const child = spawn(process.execPath, [CHILD, 'begin', file, name, '80'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const all = { text: '' };
      child.stdout.on('data', (chunk: Buffer) => (all.text += chunk.toString()));
      return { child, all, closed: once(child, 'close') };
    });
    await Promise.race(processes.map(({ child }) => once(child.stdout, 'data')));
    nearTheEnd(40);
    const exits = await Promise.all(processes.map(({ closed }) => closed));
    expect(exits.map(([code]) => code as number)).toEqual([0, 0, 0]);
    const told = processes.flatMap(({ all }) => all.text.split('\n').filter(Boolean));
    for (const column of [0, 1]) {
      const numbers = told.map((line) => Number(line.split(' ')[column]));
      expect(new Set(numbers).size).toBe(240);
      const table = column === 0 ? 'receipt_serial' : 'receipt';
      expect(marks().reservedTo[table]).toBeGreaterThanOrEqual(Math.max(...numbers));
    }
    expect(noted()).toEqual([]);
  });

  it('do not start where the folder or the marks cannot be written, and say so', async () => {
    await oneReceipt();
    chmodSync(file, 0o666);
    chmodSync(folder.path, 0o555);
    expect(run('asNobody', file).errors).toContain(
      `DATABASE_UNAVAILABLE: the folder ${folder.path} cannot be written`,
    );
    chmodSync(folder.path, 0o777);
    rmSync(`${file}.marks`);
    mkdirSync(`${file}.marks`);
    expect(run('asNobody', file).errors).toContain(
      `DATABASE_UNAVAILABLE: ${file}.marks cannot be read (EISDIR): no number is given without it`,
    );
    rmSync(`${file}.marks`, { recursive: true });
    mkdirSync(`${file}.marks.new`);
    expect(run('asNobody', file)).toMatchObject({ told: [], signal: null });
  });

  it('find older books once, also when killed before the marks know of it', () => {
    run('begin', file, 'a', '3');
    const backup = `${file}.backup`;
    copyFileSync(file, backup);
    run('begin', file, 'b', '3');
    copyFileSync(backup, file);
    expect(run('cut', file)).toMatchObject({ told: [], signal: 'SIGKILL' });
    expect(noted()).toHaveLength(1);
    expect(run('begin', file, 'c').told).toEqual([`${3 * BLOCK + 1} ${3 * BLOCK + 1}`]);
    expect(noted()).toHaveLength(1);
  });
});

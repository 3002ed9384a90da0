import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { Marks } from '../../src/legacy-db/sqlite/marks/marks-file';
import type { Stores } from './books';
import { T0, aMove, aPayment, some } from './books';
import { MarkedFile } from './marked-file';
import { putEmptyBooks } from './sqlite-books';

const BLOCK = 10_000;
const DAY_MS = 24 * 3_600_000;

jest.setTimeout(30_000);

let at: MarkedFile;

beforeEach(() => (at = new MarkedFile()));
afterEach(() => at.remove());

describe('the marks beside the books', () => {
  it('are made at the first start, whole and for their owner alone', async () => {
    expect(await at.oneReceipt()).toEqual([1, 1]);
    expect(at.marks()).toMatchObject({
      reservedTo: { receipt: BLOCK, receipt_serial: BLOCK },
      givenTo: { receipt: 1, receipt_serial: 1, receipt_event: 1 },
      atMs: T0,
    });
    const counted = ['receipt', 'receipt_event', 'receipt_serial'];
    expect(Object.keys(at.marks().givenTo).sort()).toEqual(counted);
    expect(statSync(`${at.file}.marks`).mode & 0o777).toBe(0o600);
    expect(at.noted()).toEqual([]);
  });

  it('are made for books that never had any, whose numbers go on', async () => {
    await putEmptyBooks(at.file);
    at.inFile((handle) =>
      handle.exec(`insert into sqlite_sequence values ('receipt', 41), ('receipt_serial', 17)`),
    );
    expect(await at.oneReceipt()).toEqual([18, 42]);
    expect(at.noted()).toEqual([]);
  });

  it('begin a block at every start: nobody knows what was told of the one before', async () => {
    const lives = [await at.oneReceipt(), await at.oneReceipt(), await at.oneReceipt()];
    expect(lives).toEqual([
      [1, 1],
      [BLOCK + 1, BLOCK + 1],
      [2 * BLOCK + 1, 2 * BLOCK + 1],
    ]);
    expect(at.noted()).toEqual([]);
    const names = 'select name from sqlite_sequence';
    const counters = at.inFile((handle) => handle.prepare(names).pluck().all());
    expect(new Set(counters).size).toBe(counters.length);
  });

  it('go ahead of the numbers, which have no gap where a block ends', async () => {
    await at.life(async (stores) => {
      at.nearTheEnd(2);
      for (let number = BLOCK - 1; number <= BLOCK + 5; number += 1) {
        const { receiptId, id } = await at.begin(stores);
        expect([Number(receiptId), id]).toEqual([number, number]);
        expect(at.marks().reservedTo['receipt']).toBeGreaterThanOrEqual(number);
        expect(at.marks().reservedTo['receipt_serial']).toBeGreaterThanOrEqual(number);
      }
    });
  });

  it('cover all of a crowd that meets the end of a block at once', async () => {
    await at.life(async (stores) => {
      at.nearTheEnd(30);
      const crowd = await Promise.all(Array.from({ length: 100 }, () => at.begin(stores)));
      const ids = crowd.map(({ id }) => id);
      expect(new Set(ids).size).toBe(100);
      expect(Math.max(...ids)).toBe(BLOCK + 70);
      expect(at.marks().reservedTo['receipt']).toBeGreaterThanOrEqual(Math.max(...ids));
    });
  });

  it('that cannot be written stop the numbers, and nothing is begun until they can', async () => {
    await at.life(async (stores) => {
      at.nearTheEnd(1);
      mkdirSync(`${at.file}.marks.new`);
      await at.begin(stores);
      const refused = at.begin(stores);
      await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      const rows = () => at.inFile((h) => h.prepare('select count(*) from receipt').pluck().get());
      expect(rows()).toBe(1);
      rmSync(`${at.file}.marks.new`, { recursive: true });
      expect((await at.begin(stores)).id).toBe(BLOCK + 1);
      expect(rows()).toBe(2);
    });
  });
});

describe('books that are older than the marks beside them', () => {
  const backup = () => `${at.file}.backup`;
  let logged: jest.SpyInstance;

  beforeEach(() => (logged = jest.spyOn(process.stderr, 'write').mockReturnValue(true)));
  afterEach(() => logged.mockRestore());

  /** One receipt is in the backup; the work of two days later is not. */
  async function workAfterBackup(work: (stores: Stores) => Promise<unknown>): Promise<void> {
    await at.life((stores) => at.begin(stores));
    copyFileSync(at.file, backup());
    at.clock.pass(2 * DAY_MS);
    await at.life(work);
    at.clock.pass(DAY_MS);
    copyFileSync(backup(), at.file);
  }

  const DAYS = { from_ms: T0, to_ms: T0 + 3 * DAY_MS };

  it('are noticed, and never give a number again', async () => {
    const told: number[] = [];
    await workAfterBackup(async (stores) => {
      for (let i = 0; i < 3; i += 1) told.push(Number((await at.begin(stores)).receiptId));
    });
    const [serial, id] = await at.oneReceipt();
    expect(Math.min(serial, id)).toBeGreaterThan(Math.max(...told));
    expect([serial, id]).toEqual([2 * BLOCK + 1, 2 * BLOCK + 1]);
    expect(at.noted()).toEqual([{ cause: 'restored', ...DAYS }]);
    const text = logged.mock.calls.flat().join('');
    expect(text).toContain('reconcile 2026-11-22 to 2026-11-25 with Alipay');
    expect(text.match(/alarm booksRestored/g)).toHaveLength(1);
    await at.oneReceipt();
    expect(at.noted()).toHaveLength(1);
  });

  it('are noticed when one life wrote both, within one block', async () => {
    await at.life(async (stores) => {
      await at.begin(stores);
      at.inFile((handle) => handle.exec(`vacuum into '${backup()}'`));
      for (let i = 0; i < 3; i += 1) await at.begin(stores);
    });
    copyFileSync(backup(), at.file);
    expect(await at.oneReceipt()).toEqual([BLOCK + 1, BLOCK + 1]);
    expect(at.noted()).toMatchObject([{ cause: 'restored' }]);
  });

  it('give no number again even where the last seconds before a crash went unnoticed', async () => {
    const early = `${at.file}.early`;
    await at.life(async (stores) => {
      await at.begin(stores);
      at.inFile((handle) => handle.exec(`vacuum into '${backup()}'`));
      copyFileSync(`${at.file}.marks`, early);
      for (let i = 0; i < 3; i += 1) await at.begin(stores);
    });
    copyFileSync(backup(), at.file);
    copyFileSync(early, `${at.file}.marks`);
    expect(await at.oneReceipt()).toEqual([BLOCK + 1, BLOCK + 1]);
  });

  it('are noticed when only a payment is missing', async () => {
    let receipt: Receipt | null = null;
    await at.life(async (stores) => (receipt = await at.begin(stores)));
    await at.oneReceipt();
    copyFileSync(at.file, backup());
    await at.life(async ({ repositories }) => {
      const pay = aMove('pay', { payment: aPayment() });
      const code = aMove('giveCode', { qrCode: 'q' });
      const given = some(await repositories['2'].move(some(receipt), ...code));
      some(await repositories['2'].move(given, ...pay));
    });
    // Nothing was reserved in that life but its block: take that away.
    const { reservedTo } = JSON.parse(JSON.stringify(at.marks())) as Marks;
    copyFileSync(backup(), at.file);
    at.inFile((handle) => {
      for (const [name, to] of Object.entries(reservedTo)) {
        handle.prepare('update number_mark set reserved_to = ? where name = ?').run(to, name);
      }
    });
    await at.oneReceipt();
    expect(at.noted()).toMatchObject([{ cause: 'restored' }]);
  });

  it('are noticed when they are new books, or of before marks were kept', async () => {
    await at.oneReceipt();
    rmSync(at.file);
    expect(await at.oneReceipt()).toEqual([BLOCK + 1, BLOCK + 1]);
    expect(at.noted()).toMatchObject([{ cause: 'restored', from_ms: null }]);
    await putEmptyBooks(at.file);
    expect(await at.oneReceipt()).toEqual([2 * BLOCK + 1, 2 * BLOCK + 1]);
  });

  it.each([
    ['gone', () => rmSync(`${at.file}.marks`)],
    ['empty', () => writeFileSync(`${at.file}.marks`, '')],
    ['cut short', () => writeFileSync(`${at.file}.marks`, '{"reservedTo":{"rec')],
    ['of others', () => writeFileSync(`${at.file}.marks`, '{"reservedTo":{"receipt":"1"}}')],
  ])('may be there when the marks are %s: numbers jump by a million', async (_what, spoil) => {
    await at.oneReceipt();
    spoil();
    expect(await at.oneReceipt()).toEqual([BLOCK + 1_000_001, BLOCK + 1_000_001]);
    expect(at.noted()).toMatchObject([{ cause: 'marksMissing' }]);
    const [serial] = await at.oneReceipt();
    expect(serial).toBe(2 * BLOCK + 1_000_001);
    expect(at.noted()).toHaveLength(1);
  });

  it('may be new books, where nobody can read the marks', async () => {
    writeFileSync(`${at.file}.marks`, 'x');
    expect(await at.oneReceipt()).toEqual([1_000_001, 1_000_001]);
    expect(at.noted()).toMatchObject([{ cause: 'marksMissing', from_ms: null, to_ms: T0 }]);
    const broken = "select name from sqlite_sequence where typeof(seq) <> 'integer'";
    expect(at.inFile((handle) => handle.prepare(broken).all())).toEqual([]);
  });

  it('miss what came until the marks were written, though the clock is behind that', async () => {
    await workAfterBackup((stores) => at.begin(stores));
    at.clock.pass(-2 * DAY_MS);
    await at.oneReceipt();
    expect(at.noted()).toEqual([{ cause: 'restored', from_ms: T0, to_ms: T0 + 2 * DAY_MS }]);
  });

  it('count scenic bills on from 1001, those too that they do not know', async () => {
    await at.life((stores) => at.begin(stores, '1', 'KNOWN'));
    await workAfterBackup((stores) => at.begin(stores, '1', 'LOST'));
    const given = await at.life(async (stores) => {
      const { repositories } = stores;
      expect(await repositories['1'].find('LOST', '98|0|1', '98')).toBeNull();
      const known = some(await repositories['1'].find('KNOWN', '98|0|1', '98'));
      await repositories['1'].move(known, ...aMove('close'));
      const receipts = [];
      for (const bill of ['KNOWN', 'LOST', 'NEW']) receipts.push(await at.begin(stores, '1', bill));
      await repositories['1'].move(some(receipts[0]), ...aMove('close'));
      receipts.push(await at.begin(stores, '1', 'KNOWN'));
      expect(await repositories['1'].find('LOST', '98|0|1', '98')).toBeNull();
      return receipts.map(({ receiptId }) => receiptId);
    });
    expect(given).toEqual(['98|0|1001', '98|0|1001', '98|0|1001', '98|0|1002']);
    await workAfterBackup((stores) => at.begin(stores, '1', 'LOST'));
    const again = await at.life((stores) => at.begin(stores, '1', 'AFTER'));
    expect(again.receiptId).toBe('98|0|2001');
  });
});

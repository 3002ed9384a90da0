import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandomness } from '../../src/config/system-clock';
import { fen } from '../../src/domain/money';
import { statementCommand } from '../../src/legacy-db/commands/statement/statement';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { ManualClock } from '../support/manual-clock';
import { tempFolder } from '../support/temp-folder';
import type { FreshBooks } from './books';
import { MINUTE, T0, aPayment, anOrder, at, paid, storesOf } from './books';
import { SqliteInspect } from './sqlite-books';

const HOUR = 60 * MINUTE;
const DAY_MS = 24 * HOUR;
const DATE = '2026-11-22';

describe('npm run statement', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'books.sqlite');
  const clock = new ManualClock(T0);
  let open: OpenDatabase;
  let books: FreshBooks;

  beforeAll(async () => {
    open = await openSqlite(file, clock);
    const inspect = new SqliteInspect(file);
    books = { ...storesOf(open), inspect, close: () => open.close() };
    const pay = (billType: '1' | '7', amount: number, paidAtMs: number) => {
      const order = anOrder(billType, { amount: fen(amount) });
      const tradeNo = `20261122220014588605153${order.outTradeNo.slice(-5)}`;
      return paid(books, order, aPayment(amount, { tradeNo, paidAtMs }));
    };
    // Three times the sum that floats get wrong, and one fen on either side of midnight.
    for (let count = 0; count < 3; count += 1) await pay('1', 10, T0);
    const startMs = Date.parse(`${DATE}T00:00:00+08:00`);
    await pay('1', 1, startMs);
    await pay('1', 500, startMs - 1);
    await pay('1', 500, startMs + DAY_MS);
    const older = await pay('7', 9_000, T0 - 2 * DAY_MS);
    const foreign = { requestNo: 'P1', amount: fen(4_000), refundedAtMs: T0, provenBefore: fen(0) };
    expect(await books.refunds.bookForeign(older, foreign, at(T0 + 3 * DAY_MS))).toBe('book');
  });
  afterAll(async () => {
    await books.inspect.close();
    await books.close();
    folder.remove();
  });

  const run = (...words: string[]) =>
    statementCommand(words, {
      database: { kind: 'sqlite', file },
      clock,
      randomness: systemRandomness,
    });

  it('sums up each system and all, payments and refunds on their own days', async () => {
    const { exitCode, lines } = await run('--date', DATE, '--lang', 'en');
    expect(exitCode).toBe(0);
    expect([lines[1], lines[7], lines[8], lines[9]]).toEqual([
      `${DATE}  scenic tickets  4  0.31  0  0.00  0.31    `,
      `${DATE}  stored-value card  0  0.00  1  40.00  -40.00    `,
      `${DATE}  all  4  0.31  1  40.00  -39.69    `,
      "not compared with Alipay's bill yet",
    ]);
  });

  it('has the fees once the day is compared, and is a table for Excel', async () => {
    const result = { date: DATE, account: '2088', digest: 'd', comparedAtMs: T0 };
    const sums = { payments: 4, paid: fen(31), refunds: 1, refunded: fen(4_000), net: fen(-3_971) };
    const day = { ...result, ...sums, foreignRows: 0, differences: 0 };
    const fees = [
      { billType: '1', fee: fen(2) },
      { billType: '7', fee: fen(-24) },
    ] as const;
    await books.daily.saveDay(day, [], { settled: [], overdue: [] }, fees);
    const [csv, rows] = [join(folder.path, 'day.csv'), join(folder.path, 'rows.csv')];
    const { lines } = await run('--date', DATE, '--csv', csv, '--rows', rows);
    expect(lines.at(-1)).toBe('与支付宝账单一致');
    const text = readFileSync(csv, 'utf8');
    const table = text.split('\r\n');
    expect(text.charCodeAt(0)).toBe(0xfeff);
    expect([table[0], table[1], table[8], table[9]]).toEqual([
      '\ufeff日期,系统,支付笔数,支付金额,退款笔数,退款金额,净额,服务费,扣费后',
      `${DATE},景区系统,4,0.31,0,0.00,0.31,0.02,0.29`,
      `${DATE},合计,4,0.31,1,40.00,-39.69,-0.22,-39.47`,
      '',
    ]);
    const all = readFileSync(rows, 'utf8').split('\r\n');
    expect(all).toHaveLength(7);
    expect(all.find((line) => line.includes('退款,'))).toMatch(
      /^2026-11-22 12:00:00,储值卡充值业务,退款,-40.00,N\d+,"20261122220014588605153\d+\t",P1,7$/,
    );
    expect(await run('--date', DATE, '--csv', csv)).toEqual({
      exitCode: 1,
      lines: [`${csv}: the file is there already, and is not written over`],
    });
    const nowhere = join(folder.path, 'none', 'day.csv');
    expect((await run('--date', DATE, '--csv', nowhere)).lines).toEqual([
      `${nowhere}: there is no such file or folder`,
    ]);
  });

  it('counts what a bill holds on the day of that bill', async () => {
    const before = '2026-11-21';
    const sums = { payments: 2, paid: fen(501), refunds: 0, refunded: fen(0), net: fen(501) };
    const result = { date: before, account: '2088', digest: 'd', comparedAtMs: T0, foreignRows: 0 };
    // By the books it was in the first moment of the next day, by the bill in the last one of this.
    const settled = [{ key: 'receipt 4 paid', atMs: T0 }];
    const day = { ...result, ...sums, differences: 2 };
    await books.daily.saveDay(day, [], { settled, overdue: [] });
    const { lines } = await run('--date', before, '--lang', 'en');
    expect(lines.slice(-2)).toEqual([
      `${before}  all  2  5.01  0  0.00  5.01  0.00  5.01`,
      "2 differences with Alipay's bill",
    ]);
    expect((await run('--date', DATE)).lines[1]).toContain('景区系统  3  0.30');
  });

  it('is of several days, and has fees once each of them is compared', async () => {
    const both = ['--date', '2026-11-21', '--until', DATE, '--lang', 'en'];
    expect((await run(...both)).lines.slice(-2)).toEqual([
      `2026-11-21 - ${DATE}  all  5  5.31  1  40.00  -34.69  -0.22  -34.47`,
      "2 differences with Alipay's bill",
    ]);
    const three = ['--date', '2026-11-21', '--until', '2026-11-23', '--lang', 'en'];
    expect((await run(...three)).lines.slice(-2)).toEqual([
      '2026-11-21 - 2026-11-23  all  6  10.31  1  40.00  -29.69    ',
      '2 of 3 days are compared',
    ]);
  });

  it('counts a payment once that is paid back on another of its days', async () => {
    const rows = join(folder.path, 'both.csv');
    await run('--date', '2026-11-20', '--until', DATE, '--rows', rows, '--lang', 'en');
    const lines = readFileSync(rows, 'utf8').split('\r\n');
    expect(lines.filter((line) => line.includes('stored-value'))).toEqual([
      expect.stringContaining('payment,90.00'),
      expect.stringContaining('refund,-40.00'),
    ]);
  });

  it.each([
    [[]],
    [['--date', '2026-13-01']],
    [['--date', DATE, '--lang', 'fr']],
    [['--date', DATE, '--what']],
    [['--date', DATE, 'more']],
    [['--date', DATE, '--until', '2026-11-21']],
    [['--date', DATE, '--until', '2027-02-22']],
  ])('refuses %j', async (words) => {
    expect(await run(...words)).toMatchObject({ exitCode: 1 });
  });
});

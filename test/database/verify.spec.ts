import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallbackConfig } from '../../src/config/callback-config';
import { readConfig } from '../../src/config/config';
import type { BillType } from '../../src/domain/bill';
import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { ReceiptStep } from '../../src/domain/ports/receipt-repository';
import { verifyCommand } from '../../src/legacy-db/commands/verify/verify';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { sql } from '../../src/legacy-db/sql/sql';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { SQLITE } from '../../src/legacy-db/sqlite/sqlite-database';
import { StillDatabase } from '../../src/legacy-db/sqlite/still-database';
import type { BookDifference } from '../../src/legacy-db/verify/account';
import { EMBEDDED_TABLES } from '../../src/legacy-db/verify/system-tables';
import { toldSince, verifyBooks } from '../../src/legacy-db/verify/verify-books';
import { tempFolder } from '../support/temp-folder';
import { anEvening } from './an-evening';
import type { FreshBooks } from './books';
import { MINUTE, T0, aPayment, anOrder, at, paid, some, storesOf, waiting } from './books';
import { multiply } from './many-receipts';
import { MarkedFile } from './marked-file';
import { PLANTED } from './planted-differences';
import { Desk } from './refund.suite';
import { SqliteInspect } from './sqlite-books';

jest.setTimeout(60_000);

/** The systems that are told in these books, and are told today. */
const RECEIVERS = { '2': {}, '7': {} } as unknown as CallbackConfig;

/** A day: all seven systems, a refund, a cancel, a closed code, one that waits, a duplicate. */
async function aDay(books: FreshBooks): Promise<void> {
  let nowMs = T0 + MINUTE;
  const move = async (receipt: Receipt, ...steps: ReceiptStep[]): Promise<Receipt> => {
    nowMs += 1_000;
    const { repositories } = books;
    return some(await repositories[receipt.billType].move(receipt, steps, at(nowMs)));
  };
  const pay = (type: BillType, payment = aPayment(8_888, { tradeNo: `T${type}` })) =>
    paid(books, anOrder(type, { billNo: `BILL-${type}`, outTradeNo: `N${type}` }), payment);
  await pay('1');
  await pay('2');
  const recharge = await pay('7');
  await new Desk(books).refund(recharge, 3_333);
  const second = { billNo: 'BILL-C', outTradeNo: 'NC' };
  const cancelled = await paid(books, anOrder('7', second), aPayment(8_888, { tradeNo: 'TC' }));
  const refunding = await move(cancelled, { event: 'beginRefund' });
  await move(refunding, { event: 'refundInFull', refunded: fen(8_888) });
  await move(await waiting(books, anOrder('2', { billNo: 'END', outTradeNo: 'NE' })), {
    event: 'close',
  });
  for (const name of ['WAIT', 'LONG']) {
    await waiting(books, anOrder('3', { billNo: name, outTradeNo: `N-${name}` }));
  }
  const order = anOrder('2', { billNo: 'TWICE', outTradeNo: 'ND' });
  const first = await move(await waiting(books, order), { event: 'close' });
  const counts = await waiting(books, { ...order, outTradeNo: 'NK', nowMs: nowMs + 1 });
  await move(counts, { event: 'pay', payment: aPayment(8_888, { tradeNo: 'TK' }) });
  await move(first, { event: 'pay', payment: aPayment(8_888, { tradeNo: 'TD' }) });
  for (const type of ['4', '5', '6'] as const) await pay(type);
  await anEvening(books);
  for (const type of ['2', '7'] as const) while ((await books.callbacks.number(type)) > 0);
}

describe('npm run books:verify', () => {
  const folder = tempFolder();
  const sound = new MarkedFile();
  const file = join(folder.path, 'books.sqlite');
  beforeAll(async () => {
    await sound.life(async (stores) => {
      const inspect = new SqliteInspect(sound.file);
      const close = () => Promise.resolve();
      await aDay({ ...stores, repositories: stores.telling, inspect, close });
      inspect.close();
    });
  });
  beforeEach(() => copyFileSync(sound.file, file));
  afterAll(() => {
    sound.remove();
    folder.remove();
  });

  async function verify(...words: string[]) {
    const said: string[] = [];
    const say = (line: string) => Promise.resolve(void said.push(line));
    const { database } = readConfig({ DATABASE_URL: `sqlite:${file}` }, () => '');
    const command = { database, receivers: RECEIVERS, clock: sound.clock, say };
    return { said, ...(await verifyCommand(words, command)) };
  }

  function plant(...statements: string[]): void {
    const handle = openHandle(file);
    try {
      for (const statement of statements) handle.exec(statement);
    } finally {
      handle.close();
    }
  }

  it('finds nothing in a day of all systems, and an evening of what is rarer', async () => {
    expect(await verify()).toEqual({
      exitCode: 0,
      lines: ['31 receipts: no differences'],
      said: [],
    });
  });

  it.each(PLANTED)('tells of: $statement', async ({ statement, lines }) => {
    plant(statement);
    const { exitCode, said } = await verify();
    expect([exitCode, said]).toEqual([1, lines]);
  });

  it.each([
    // From before histories said where an entry comes from.
    ['delete from callback; update receipt_event set from_state = null, amount_fen = null'],
    [
      "delete from receipt_event where event = 'giveCode' and receipt_row_id = 1; " +
        'update receipt_event set from_state = null, amount_fen = null where receipt_row_id = 1',
    ],
    [
      'delete from callback; update receipt_event set from_state = null, amount_fen = null ' +
        "where event in ('begin', 'giveCode', 'close')",
    ],
    // Cards had no running totals then.
    [
      "update receipt_event set amount_fen = null where event = 'begin'; " +
        "update receipt_stored_value set heldvalue = null where outtradeno = 'NC'",
    ],
    // The card held too little.
    [
      "update receipt_stored_value set heldvalue = null where outtradeno = 'NC'; " +
        "update alarm set kind = 'cardShort', receipt_row_id = 4 where kind = 'lateMoney'",
    ],
    // A closed receipt's system was told so before its money came as a duplicate.
    ["update receipt_pos set result = 'F' where outtradeno = 'ND'"],
    ["update receipt_pos set result = null where outtradeno = 'ND'"],
    // Its history says where it comes from only since its money is there.
    [
      "delete from callback where receipt_row_id = 3 and type = 'payment.paid'; " +
        'update receipt_event set from_state = null, amount_fen = null ' +
        "where receipt_row_id = 3 and event in ('begin', 'giveCode', 'pay', 'beginRefund')",
    ],
    // Alarms about no receipt.
    ['update alarm set receipt_row_id = 0'],
  ])('leaves alone: %s', async (statement) => {
    plant(statement);
    expect(await verify()).toMatchObject({ exitCode: 0, said: [] });
  });

  it('expects no callback from before its system was told, or where none is', async () => {
    plant('delete from callback where receipt_row_id = 9');
    const day = await verify('--told-since', '2026-11-23');
    expect(day).toMatchObject({ exitCode: 0, said: [] });
    expect((await verify('--told-since', '2026-11-22')).exitCode).toBe(1);
    plant("delete from callback where bill_type = '2'");
    expect(await verify()).toMatchObject({ exitCode: 0, said: [] });
  });

  it('compares every page, and counts', async () => {
    multiply(file, 2, 1_200);
    const first = await verify();
    expect([first.said, first.lines]).toEqual([[], ['1231 receipts: no differences']]);
    const ids = [100_001, 100_500, 100_501, 101_200];
    for (const id of ids) {
      plant(`update receipt set due_at_ms = null, state = 'refunding' where id = ${id}`);
    }
    const { said, lines } = await verify();
    const due = said.filter((line) => line.includes('  due  '));
    expect(due).toEqual(ids.map((id) => `receipt ${id}  due  must be a time, is none`));
    expect(lines).toEqual([`1231 receipts: ${said.length} differences`]);
    plant("update receipt set state = 'paid' where id > 100000");
    plant("update bill set bill_status = '0' where id = 101200");
    expect(await verify()).toMatchObject({
      said: ['bill 101200  billStatus  must be 3, is 0'],
      lines: ['1231 receipts: 1 difference'],
    });
  });

  it('tells only what three looks find, where others write meanwhile', async () => {
    const open = await openSqlite(file, sound.clock);
    const { read } = open.database;
    plant(
      'update receipt set due_at_ms = null where id in (6, 7)',
      "update bill set bill_status = '0' where id = 1",
    );
    const meanwhile = [
      'update receipt set due_at_ms = 1 where id = 6',
      'update receipt set due_at_ms = null where id = 19',
    ];
    let pauses = 0;
    const pause = () => {
      plant(...meanwhile.slice(pauses, pauses + 1));
      pauses += 1;
      return Promise.resolve();
    };
    const books = { read, dialect: SQLITE, systems: EMBEDDED_TABLES, since: {}, pause };
    const told: string[] = [];
    const tell = ({ subject, kind }: BookDifference) =>
      Promise.resolve(void told.push(`${subject} ${kind}`));
    const verified = await verifyBooks(books, tell);
    expect(told).toEqual(['receipt 7 due', 'bill 1 billStatus']);
    expect([verified, pauses]).toEqual([{ receipts: 31, differences: 2 }, 4]);
    await open.close();
  });

  it("leaves the systems' own tables and states alone where they are not ours", async () => {
    plant(
      'update receipt_pos set receiptvalue = null',
      'delete from receipt_shuttle',
      "update receipt_stored_value set outtradeno = 'X' where outtradeno = 'N7'",
      "update bill set bill_status = '9'",
      'delete from callback where receipt_row_id = 9',
      "update callback set type = 'payment.paid' where type = 'payment.late'",
    );
    const still = StillDatabase.open(file);
    const { read, dialect } = still;
    const ours = { read, dialect, systems: null };
    const since = await toldSince(ours, ['7'], 0);
    const told: BookDifference[] = [];
    const tell = (one: BookDifference) => Promise.resolve(void told.push(one));
    await verifyBooks({ ...ours, since, pause: null }, tell);
    expect(told.map(({ subject, expected }) => `${subject} ${expected}`)).toEqual([
      expect.stringMatching(/^receipt 23 payment\.late at /),
      'receipt 23 none',
    ]);
    still.close();
  });

  it('asks for each order that it relies on', async () => {
    const still = StillDatabase.open(file);
    // Where no order is asked for, rows come the other way round.
    still.handle.pragma('reverse_unordered_selects = 1');
    const { read, dialect } = still;
    const since = { '2': 0, '7': 0 };
    const books = { read, dialect, systems: EMBEDDED_TABLES, since, pause: null };
    const verified = await verifyBooks(books, ({ subject }) => Promise.reject(new Error(subject)));
    expect(verified).toEqual({ receipts: 31, differences: 0 });
    still.close();
  });

  it('tells a thousand rows that belong to nothing, and that there are more', async () => {
    const refunds = (from: number, to: number) => `insert into refund (receipt_row_id,
        batch_no, batch_key, amount_fen, state, cause, queued_at_ms) with recursive up(n) as
        (select ${from} union all select n + 1 from up where n < ${to})
        select n, 'X', 'X', 1, 'done', 'caller', 1 from up`;
    plant(refunds(1_001, 1_999));
    expect((await verify()).lines).toEqual(['31 receipts: 999 differences']);
    plant(refunds(2_000, 2_001));
    const { said, lines } = await verify();
    expect(lines).toEqual(['31 receipts: 1001 differences']);
    expect(said.slice(-2)).toEqual([
      expect.stringMatching(/^refund \d+ {2}stray {2}must be receipt 2000, is none$/),
      expect.stringMatching(/^refund \d+ {2}stray {2}must be no more, is 1000 or more$/),
    ]);
  });

  it('sees one moment, whatever a service writes meanwhile', async () => {
    const open = await openSqlite(file, sound.clock);
    const still = StillDatabase.open(file);
    await storesOf(open).repositories['4'].begin(anOrder('4'));
    const count = sql`select count(*) as n from receipt`;
    expect([await still.read.rows(count), await open.database.read.rows(count)]).toEqual([
      [{ n: 31 }],
      [{ n: 32 }],
    ]);
    await expect(still.read.change(sql`delete from receipt`)).rejects.toThrow(/does not write/);
    still.close();
    await open.close();
  });

  it('refuses words, and what is no books of this version', async () => {
    const usage = 'not verified: npm run books:verify, or: npm run books:verify -- --told-since';
    for (const words of [
      ['x'],
      ['--told-since'],
      ['--told-since', '2026-13-01'],
      ['--since', '1'],
    ]) {
      const { exitCode, lines } = await verify(...words);
      expect([exitCode, lines]).toEqual([1, [expect.stringContaining(usage)]]);
    }
    const refused = async (why: string) =>
      expect(await verify()).toEqual({ exitCode: 1, lines: [`not verified: ${why}`], said: [] });
    plant("insert into migrations values (99, 9e15, 'Newer')");
    await refused('the books belong to a newer version of this program');
    plant("delete from migrations where name like 'Newer' or name like 'Access%'");
    await refused('the schema is not up to date: run db:migrate first');
    plant('drop table migrations');
    await refused(`${file} holds no books`);
    rmSync(file);
    await refused(`there are no books at ${file}`);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, 'junk '.repeat(1_000));
    const junk = 'not verified: the file is not an SQLite database';
    expect(await verify()).toEqual({ exitCode: 2, lines: [junk], said: [] });
  });
});

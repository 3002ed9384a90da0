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
import { StillDatabase } from '../../src/legacy-db/sqlite/still-database';
import { tempFolder } from '../support/temp-folder';
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
  while ((await books.callbacks.number('2')) > 0);
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
    for (const statement of statements) handle.exec(statement);
    handle.close();
  }

  it('finds nothing in a day of all systems', async () => {
    expect(await verify()).toEqual({
      exitCode: 0,
      lines: ['12 receipts: no differences'],
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
    expect([first.said, first.lines]).toEqual([[], ['1212 receipts: no differences']]);
    const ids = [100_001, 100_500, 100_501, 101_200];
    for (const id of ids) {
      plant(`update receipt set due_at_ms = null, state = 'refunding' where id = ${id}`);
    }
    const { said, lines } = await verify();
    const due = said.filter((line) => line.includes('  due  '));
    expect(due).toEqual(ids.map((id) => `receipt ${id}  due  must be a time, is none`));
    expect(lines).toEqual([`1212 receipts: ${said.length} differences`]);
    plant("update receipt set state = 'paid' where state = 'refunding'");
    plant("update bill set bill_status = '0' where id = 101200");
    expect(await verify()).toMatchObject({
      said: ['bill 101200  billStatus  must be 3, is 0'],
      lines: ['1212 receipts: 1 difference'],
    });
  });

  it('sees one moment, whatever a service writes meanwhile', async () => {
    const open = await openSqlite(file, sound.clock);
    const still = StillDatabase.open(file);
    await storesOf(open).repositories['4'].begin(anOrder('4'));
    const count = sql`select count(*) as n from receipt`;
    expect([await still.read.rows(count), await open.database.read.rows(count)]).toEqual([
      [{ n: 12 }],
      [{ n: 13 }],
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

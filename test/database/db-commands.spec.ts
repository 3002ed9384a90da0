import { join } from 'node:path';
import { readConfig } from '../../src/config/config';
import { MIGRATIONS } from '../../src/legacy-db/data-source';
import { COMMANDS } from '../../src/legacy-db/commands/commands';
import {
  expectedOnMssql,
  expectedOnSqlite,
} from '../../src/legacy-db/commands/check/expected-tables';
import type { Verdict } from '../../src/legacy-db/commands/commands';
import { REFERENCE_MARK } from '../../src/legacy-db/sqlserver/procedures/contract';
import { storedBooks } from '../../src/legacy-db/commands/check/stored-books';
import type { HoldProbe } from '../../src/legacy-db/commands/check/try-holds';
import type { TableShape } from '../../src/legacy-db/commands/check/table-shape';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { freePort } from '../support/process/ports';
import { tempFolder } from '../support/temp-folder';
import { catalogBackend, wholeCatalog } from '../tds/catalog';
import type { Catalog, ColumnRow } from '../tds/catalog';
import { TdsServer } from '../tds/tds-server';

jest.setTimeout(30_000);

const NAMES = MIGRATIONS.map((migration) => new migration().name);
const BEGIN = 'dbo.Sp_3Pay_Offline_ReceiveMoney_Begin';
const END = 'dbo.Sp_3Pay_Offline_ReceiveMoney_End';

async function run(
  word: string,
  url: string,
  more: object = {},
  probe: HoldProbe | null = null,
): Promise<Verdict> {
  const { database } = readConfig({ DATABASE_URL: url, ...more }, () => '');
  const command = COMMANDS[word];
  if (!command) throw new Error(`no command ${word}`);
  return command(storedBooks(database, probe));
}

/** The lines that tell of differences, their columns parted by one bar. */
function differences({ lines }: Verdict): string[] {
  return lines
    .filter((line) => /^(?:dbo\.|table |migrations|collation )/.test(line))
    .map((line) => line.split(/ {2,}/).join('|'));
}

describe('the commands on SQLite', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'books.sqlite');
  const url = `sqlite:${file}`;
  afterAll(() => folder.remove());

  it('say what they miss, make it, and have nothing left to say', async () => {
    expect((await run('status', url)).exitCode).toBe(2);
    const first = await run('migrate', url);
    expect(first).toEqual({
      exitCode: 0,
      lines: [`SQLite, ${file}`, ...NAMES.map((name) => `run  ${name}`)],
    });
    const again = await run('migrate', url);
    expect(again).toEqual({ exitCode: 0, lines: [`SQLite, ${file}`, 'nothing to do'] });
    const status = await run('status', url);
    expect(status.exitCode).toBe(0);
    expect(status.lines.slice(2)).toEqual(NAMES.map((name) => `applied  ${name}`));
    const check = await run('check', url);
    expect([check.exitCode, check.lines.at(-1)]).toEqual([0, 'no differences']);
    expect(check.lines).toContain('ok  table alarm: 10 columns');
  });

  it('find what was changed by hand', async () => {
    const handle = openHandle(file);
    handle.exec(`drop index ux_alarm_open; drop table card_balance; drop view v_receipt;
      alter table bill drop column bill_status; alter table bill add column note nvarchar(9);
      alter table bill add column extra int not null default 1;
      update migrations set name = 'Tomorrow1' where name = '${NAMES.at(-1)}'`);
    handle.close();
    const check = await run('check', url);
    expect(check.exitCode).toBe(1);
    expect(differences(check)).toEqual([
      `migrations|${NAMES.at(-1)}|applied|pending: run db:migrate`,
      'migrations|Tomorrow1|none we do not know|of another version',
      'table alarm|(subject, kind, open_mark)|a unique key|missing',
      'table bill|bill_status|nvarchar(10) not null|missing',
      'table bill|extra|no such column|int not null: we write nothing into it',
      'table card_balance|table|a table|missing',
    ]);
    const status = await run('status', url);
    expect(status.exitCode).toBe(1);
    expect(status.lines).toContain(`pending  ${NAMES.at(-1)}`);
    expect(status.lines).toContain('unknown  Tomorrow1 (of another version)');
  });
});

describe('what is expected of our tables on SQL Server', () => {
  it('is no key that the migrations leave behind', async () => {
    const keysOf = (tables: readonly TableShape[]): string[] =>
      tables.flatMap(({ name, uniqueKeys }) => uniqueKeys.map((key) => `${name} (${key.join()})`));
    const made = new Set(keysOf(await expectedOnSqlite(MIGRATIONS)));
    const asked = keysOf(await expectedOnMssql(MIGRATIONS));
    expect(asked).toContain('alarm (subject,kind,open_mark)');
    expect(asked.filter((key) => !made.has(key))).toEqual([]);
  });
});

describe('the commands on SQL Server', () => {
  let catalog: Catalog;
  let server: TdsServer;

  beforeEach(async () => {
    catalog = await wholeCatalog();
    server = await TdsServer.start(catalogBackend(catalog));
  });
  afterEach(async () => {
    await server.down();
    expect(server.problems).toEqual([]);
  });

  it('find nothing where all is as it must be', async () => {
    const { exitCode, lines } = await run('check', server.url());
    expect(lines).toEqual([
      `SQL Server, mssql://127.0.0.1:${server.port}/books`,
      `ok  migrations: ${NAMES.length} applied`,
      `ok  procedure ${BEGIN}: 12 parameters`,
      `ok  procedure ${BEGIN}: we may execute it`,
      `ok  procedure ${BEGIN}: reference, version 2`,
      `ok  procedure ${END}: 13 parameters`,
      `ok  procedure ${END}: we may execute it`,
      `ok  procedure ${END}: reference, version 2`,
      `ok  procedure ${BEGIN}: npm run restore raises its numbers`,
      `ok  procedure ${END}: holds of cards are running totals`,
      ...Object.entries(catalog.tables).map(
        ([name, { columns }]) => `ok  table ${name}: ${columns.length} columns`,
      ),
      'no differences',
    ]);
    expect(exitCode).toBe(0);
    expect((await run('status', server.url())).exitCode).toBe(0);
  });

  it.each([
    ['a procedure of the customer', 'create procedure dbo.Theirs as select 1', 0],
    ['a reference procedure of an older version', `-- ${REFERENCE_MARK}.`, 1],
    ['a procedure whose text may not be read', null, 0],
  ])('say who must raise the numbers of %s after a restore', async (_, definition, exit) => {
    if (definition === null) delete catalog.definitions[BEGIN];
    else catalog.definitions[BEGIN] = definition;
    const { exitCode, lines } = await run('check', server.url());
    expect(lines).toContain(
      `ok  procedure ${BEGIN}: gives numbers by its own rule: ` +
        'npm run restore does not raise them, you must',
    );
    expect(exitCode).toBe(exit);
  });

  it.each([
    ['a procedure of the customer', 'create procedure dbo.Theirs as select 1 -- heldvalue'],
    ['a procedure whose text may not be read', null],
  ])('say that nobody but its owner knows how %s holds cards', async (_, definition) => {
    if (definition === null) delete catalog.definitions[END];
    else catalog.definitions[END] = definition;
    const { exitCode, lines } = await run('check', server.url());
    const told = 'yours; that H and U are running totals only you can know';
    expect(lines).toContain(`ok  procedure ${END}: ${told}`);
    expect(exitCode).toBe(0);
  });

  it('find a reference End from before holds were totals', async () => {
    catalog.definitions[END] = `-- ${REFERENCE_MARK}.`;
    const verdict = await run('check', server.url());
    const found = 'of an older version: run held-values.sql and end.sql';
    expect(differences(verdict)).toEqual([
      `${END}|version|2|1: run db:migrate -- --procedures`,
      `${END}|H and U|running totals|${found}`,
    ]);
    expect(verdict.exitCode).toBe(1);
  });

  it.each<[found: string | null, told: string]>([
    [null, 'ok'],
    ['H 1.01 is taken', 'H 1.01 is taken: parts of recharges are not refunded'],
  ])('try how End holds cards, where it fits: %j', async (found, told) => {
    const probe = jest.fn(() => Promise.resolve(found));
    for (const [definition, whose] of [
      [`-- ${REFERENCE_MARK}, version 2. heldvalue`, 'reference'],
      ['create procedure dbo.Theirs as select 1', 'yours'],
    ] as const) {
      catalog.definitions[END] = definition;
      const verdict = await run('check', server.url(), {}, probe);
      const praise = `ok  procedure ${END}: ${whose}; H and U, tried, are running totals`;
      expect(verdict.lines.includes(praise)).toBe(found === null);
      const wrong = found === null ? [] : [`${END}|H and U|running totals|${told}`];
      expect([differences(verdict), verdict.exitCode]).toEqual([wrong, wrong.length]);
    }
    expect(probe).toHaveBeenCalledTimes(2);
  });

  it('tell why End could not be tried', async () => {
    const verdict = await run('check', server.url(), {}, () => Promise.reject(new Error('away')));
    expect(differences(verdict)).toEqual([`${END}|H and U|running totals|cannot be tried: away`]);
  });

  it.each<[what: string, change: (books: Catalog) => unknown]>([
    ['a parameter differs', ({ procedures }) => procedures[END]?.pop()],
    ['a migration is pending', ({ migrations }) => migrations.pop()],
    ['it is older', ({ definitions }) => (definitions[END] = `-- ${REFERENCE_MARK}.`)],
  ])('try nothing where %s', async (_what, change) => {
    change(catalog);
    const probe = jest.fn(() => Promise.resolve(null));
    expect((await run('check', server.url(), {}, probe)).exitCode).toBe(1);
    expect(probe).not.toHaveBeenCalled();
  });

  it('find every way in which a parameter can differ', async () => {
    const begin = catalog.procedures[BEGIN] ?? [];
    begin[0] = ['@BillNum', 'NVARCHAR', 40, 0, 0, 0]; // Letter case says nothing.
    begin[2] = ['@paytype', 'nvarchar', 2, 0, 0, 0];
    begin[3] = ['@paymentvalue', 'numeric', 9, 18, 2, 0]; // The same type.
    begin[4] = ['@body', 'nvarchar', 8000, 0, 0, 0];
    begin[7] = ['@cardno', 'varchar', 20, 0, 0, 0];
    begin[9] = ['@autoid', 'nvarchar', 72, 0, 0, 0];
    begin[11] = ['@message', 'nvarchar', 400, 0, 0, 1];
    const end = catalog.procedures[END] ?? [];
    end[7] = ['@receiptvalue', 'money', 8, 19, 4, 0];
    end[9] = ['@paidat', 'datetime2', 8, 27, 7, 0];
    catalog.forbidden.push(END);
    const check = await run('check', server.url());
    expect(differences(check)).toEqual([
      `${BEGIN}|@paytype|nvarchar(2)|nvarchar(1)`,
      `${BEGIN}|@body|nvarchar(max)|nvarchar(4000)`,
      `${BEGIN}|@cardno|nvarchar(20)|varchar(20)`,
      `${BEGIN}|@autoid|nvarchar(36) output|nvarchar(36)`,
      `${BEGIN}|@errmsg|nvarchar(200) output|missing`,
      `${BEGIN}|@message|no such parameter|nvarchar(200) output: we pass no value for it`,
      `${END}|@receiptvalue|decimal(18,2)|money`,
      `${END}|@paidat|datetime2(3)|datetime2(7)`,
      `${END}|right|EXECUTE|not granted to us`,
    ]);
    expect(check.exitCode).toBe(1);
  });

  it('know parameters by the names the customer gives them', async () => {
    const begin = catalog.procedures[BEGIN] ?? [];
    begin[11] = ['@p_text', 'nvarchar', 400, 0, 0, 1];
    const names = { PROCEDURE_PARAMETERS: 'Begin.errmsg=@P_text' };
    expect((await run('check', server.url(), names)).exitCode).toBe(0);
    begin[11] = ['@errmsg', 'nvarchar', 400, 0, 0, 1];
    expect(differences(await run('check', server.url(), names))).toEqual([
      `${BEGIN}|@P_text (@errmsg)|nvarchar(200) output|missing`,
      `${BEGIN}|@errmsg|no such parameter|nvarchar(200) output: we pass no value for it`,
    ]);
  });

  it('take a parameter that has a default, where the customer says so', async () => {
    catalog.procedures[BEGIN]?.push(['@备注', 'nvarchar', 20, 0, 0, 0]);
    expect((await run('check', server.url())).exitCode).toBe(1);
    const names = { PROCEDURE_PARAMETERS: 'Begin.@备注=default' };
    const { exitCode, lines } = await run('check', server.url(), names);
    expect(exitCode).toBe(0);
    expect(lines).toContain(`ok  procedure ${BEGIN}: @备注 ok (default)`);
  });

  it('print the names where type, direction and order pair up', async () => {
    const begin = catalog.procedures[BEGIN] ?? [];
    begin[0] = ['@单据号', 'nvarchar', 40, 0, 0, 0];
    begin[7] = ['@card', 'nvarchar', 40, 0, 0, 0];
    begin[3] = ['@money', 'decimal', 9, 18, 2, 0];
    begin[10] = ['@code', 'bigint', 8, 0, 0, 1]; // Another type: nothing to pair.
    begin.push(['@memo1', 'nvarchar', 400, 0, 0, 1], ['@memo2', 'nvarchar', 400, 0, 0, 1]);
    begin[11] = ['@text', 'nvarchar', 400, 0, 0, 1]; // Three may be @errmsg.
    const { lines } = await run('check', server.url());
    expect(lines.at(-2)).toBe(
      'PROCEDURE_PARAMETERS=Begin.billnum=@单据号,Begin.paymentvalue=@money,Begin.cardno=@card',
    );
    const names = { PROCEDURE_PARAMETERS: 'Begin.billnum=@wrong,Begin.@memo1=default' };
    expect((await run('check', server.url(), names)).lines.at(-2)).toMatch(
      /^PROCEDURE_PARAMETERS=Begin\.@memo1=default,Begin\.billnum=@单据号,Begin\.paymentvalue=/,
    );
  });

  it.each(['Chinese_PRC_CS_AS', 'Latin1_General_100_BIN2'])(
    'want names in their letter case on a database of %s',
    async (collation) => {
      catalog.collation = collation;
      const begin = catalog.procedures[BEGIN] ?? [];
      begin[0] = ['@BillNum', 'nvarchar', 40, 0, 0, 0];
      const check = await run('check', server.url());
      expect(differences(check)).toEqual([
        `${BEGIN}|@billnum|nvarchar(20)|missing`,
        `${BEGIN}|@BillNum|no such parameter|nvarchar(20): we pass no value for it`,
      ]);
      const [, entries = ''] = /^PROCEDURE_PARAMETERS=(.*)$/.exec(check.lines.at(-2) ?? '') ?? [];
      expect(entries).toBe('Begin.billnum=@BillNum');
      const mapped = { PROCEDURE_PARAMETERS: entries };
      expect((await run('check', server.url(), mapped)).exitCode).toBe(0);
    },
  );

  it('find missing procedures, tables, columns, keys and migrations', async () => {
    delete catalog.procedures[END];
    delete catalog.tables['alarm'];
    const pending = 'PaidIndex1795300000030'; // It makes no table.
    catalog.migrations.splice(catalog.migrations.indexOf(pending), 1);
    const bill = catalog.tables['bill'];
    if (!bill) throw new Error('no table bill');
    bill.columns = bill.columns.map((row): ColumnRow => {
      const [name, type, length, nullable] = row;
      if (name === 'bill_key') return [name, type, length, nullable, 'Chinese_PRC_CI_AS'];
      return name === 'bill_status' ? [name, type, 5, 'YES', row[4]] : row;
    });
    bill.uniqueKeys.pop();
    expect(differences(await run('check', server.url()))).toEqual([
      `migrations|${pending}|applied|pending: run db:migrate`,
      `${END}|procedure|a procedure we may execute|missing, or no right to it`,
      'table bill|bill_status|nvarchar(10) collate Latin1_General_BIN2 not null|' +
        'nvarchar(5) collate Latin1_General_BIN2 null',
      'table bill|(bill_type, bill_key)|a unique key|missing',
      'table alarm|table|a table|missing',
      'collation|bill.bill_key|Latin1_General_BIN2|Chinese_PRC_CI_AS',
    ]);
  });

  it('say in one line that collations differ', async () => {
    for (const table of Object.values(catalog.tables)) {
      table.columns = table.columns.map(([name, type, length, nullable, collation]): ColumnRow => [
        name,
        type,
        length,
        nullable,
        collation && 'Chinese_PRC_CI_AS',
      ]);
    }
    const check = await run('check', server.url());
    expect(differences(check)).toEqual([
      expect.stringMatching(
        /^collation\|bill\.bill_type and \d\d more\|Latin1_General_BIN2\|Chinese_PRC_CI_AS$/,
      ),
    ]);
    expect(check.lines).not.toContain('ok  table bill: 5 columns');
  });

  // The driver does not say the number of a refused login.
  it.each([18456, 4060])('tell a refused login %i without the password', async (number) => {
    server.refuseLogin = number;
    const verdict = await run('check', server.url());
    const shown = `SQL Server, mssql://127.0.0.1:${server.port}/books`;
    const reason = 'the login was refused: user, password, database or rights';
    expect(verdict).toEqual({ exitCode: 2, lines: [shown, `cannot be used: ${reason}`] });
  });

  it.each([
    [/sys\.all_parameters/, 229, 'our login has no right to SELECT on dbo.bill (error 229)'],
    [
      /from \[dbo\]\.\[threepay_migrations\]/,
      208,
      'there is no table or view dbo.receipt, or we may not see it (error 208)',
    ],
    [/sys\.sql_modules/, 245, 'EREQUEST (error 245)'],
  ])('tell what was refused at %s', async (target, number, words) => {
    server.plan(target, { kind: 'error', number });
    const { exitCode, lines } = await run('check', server.url());
    expect([exitCode, lines[1]]).toEqual([2, `cannot be used: ${words}`]);
  });

  it('tell that nobody answers', async () => {
    const url = `mssql://user:secret@127.0.0.1:${await freePort()}/books?encrypt=false`;
    const { exitCode, lines } = await run('status', url);
    expect([exitCode, lines[1]]).toEqual([
      2,
      'cannot be used: no server answers there, or its TLS is not what the options say',
    ]);
    expect(lines.join()).not.toContain('secret');
  });
});

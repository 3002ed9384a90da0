import { readConfig } from '../../src/config/config';
import { COMMANDS } from '../../src/legacy-db/commands/commands';
import type { Verdict } from '../../src/legacy-db/commands/commands';
import { storedBooks } from '../../src/legacy-db/commands/check/stored-books';
import { systemClock, systemRandomness } from '../../src/config/system-clock';
import { openMssql } from '../../src/legacy-db/sqlserver/open-mssql';
import { MIGRATIONS } from '../../src/legacy-db/data-source';
import { catalogBackend, wholeCatalog } from '../tds/catalog';
import type { Catalog } from '../tds/catalog';
import { sqlOf } from '../tds/requests';
import type { ScriptedBackend } from '../tds/tds-server';
import { TdsServer } from '../tds/tds-server';

jest.setTimeout(30_000);

const NAMES = MIGRATIONS.map((migration) => new migration().name);
/** What changes a database: statements of ours, and TypeORM's transactions. */
const WRITES = /\b(?:create|alter|drop|insert|update|delete|begin)\b/i;

let catalog: Catalog;
let backend: ScriptedBackend;
let server: TdsServer;

beforeEach(async () => {
  catalog = await wholeCatalog();
  backend = catalogBackend(catalog);
  server = await TdsServer.start(backend);
});
afterEach(async () => {
  await server.down();
  expect(server.problems).toEqual([]);
});

function run(word: string): Promise<Verdict> {
  const { database } = readConfig({ DATABASE_URL: server.url() }, () => '');
  const command = COMMANDS[word];
  if (!command) throw new Error(`no command ${word}`);
  return command(storedBooks(database));
}

/** Everything that was sent and would change something, shortened to its beginning. */
function written(): string[] {
  return server.received
    .map(({ request }) => sqlOf(request) ?? request.kind)
    .filter((text) => WRITES.test(text))
    .map((text) => text.replace(/\s+/g, ' '));
}

/** A database in which these objects of a customer have names of ours, and nothing is ours. */
function customersHave(...tables: string[]): void {
  for (const name of Object.keys(catalog.tables)) delete catalog.tables[name];
  for (const name of tables) catalog.tables[name] = { columns: [], uniqueKeys: [] };
  catalog.migrations.length = 0;
}

describe('a table of our name that is not ours', () => {
  it('is refused by name before anything is written', async () => {
    customersHave('bill', 'refund', 'customers');
    const { exitCode, lines } = await run('migrate');
    expect([exitCode, lines.at(-1)]).toEqual([
      1,
      'refused: bill, refund in schema dbo: not made by us, and we need the name. ' +
        'Nothing was written. Give our login a default schema of its own',
    ]);
    expect(written()).toEqual([]);
  });

  it('is told by db:check', async () => {
    customersHave('trade');
    const { exitCode, lines } = await run('check');
    expect(exitCode).toBe(1);
    const told = lines.filter((line) => line.startsWith('table trade'));
    expect(told.map((line) => line.split(/ {2,}/))).toEqual([
      ['table trade', 'table', 'none, or ours', 'there, and not ours: db:migrate refuses'],
    ]);
  });

  it('is refused where a newer version needs one more table', async () => {
    const later = NAMES.indexOf('BooksRestored1795300000011');
    catalog.migrations.length = later;
    const { exitCode, lines } = await run('migrate');
    expect([exitCode, lines.at(-1)]).toEqual([
      1,
      expect.stringMatching(/^refused: books_restored(?:, \w+)* in schema dbo: /) as string,
    ]);
    expect(written()).toEqual([]);
  });

  it('is looked for in the schema of our login alone', async () => {
    customersHave('bill');
    backend.on(/SELECT SCHEMA_NAME/, {
      columns: [{ name: 'schema_name', type: 'nvarchar' }],
      rows: [["o'[pay]"]],
    });
    await run('migrate'); // It begins; the stub's catalog does not hold what it makes.
    const asked = server.received.map(({ request }) => sqlOf(request) ?? '');
    // Spelt as a name, then as a text.
    expect(asked).toContain("select object_id(N'[o''[pay]]].[bill]', N'U') as id");
    expect(written().join('\n')).toContain('CREATE TABLE "bill"');
  });
});

describe('a right that we lack', () => {
  it('is named, and a failed CREATE TABLE is not called connect', async () => {
    customersHave();
    server.plan(/^CREATE TABLE/, { kind: 'error', number: 262 }, 9);
    expect((await run('migrate')).lines.at(-1)).toBe(
      'cannot be used: our login has no right to CREATE TABLE in database books (error 262)',
    );
    const { database } = readConfig({ DATABASE_URL: server.url() }, () => '');
    if (database.kind !== 'mssql') throw new Error('not SQL Server');
    const open = await openMssql(database, systemClock, systemRandomness);
    expect(await open.status.problem()).toMatch(
      /db:migrate: 262 EREQUEST, our login has no right to CREATE TABLE in database books$/,
    );
    await open.close();
  });
});

describe('the list of our migrations', () => {
  it('has a name of our own; a table called migrations is left alone', async () => {
    customersHave();
    catalog.formerMigrations = ['TheirFirst1600000000000'];
    expect((await run('status')).lines).toContain(`pending  ${NAMES[0]}`);
    await run('migrate'); // It begins; the stub's catalog does not hold what it makes.
    expect(written()[0]).toMatch(/^CREATE TABLE "threepay_migrations"/);
    expect(written()[1]).toBe('begin');
    expect(written().filter((text) => /\bmigrations\b/.test(text))).toEqual([]);
  });

  it('is taken over from the name it had, once, and nothing is run again', async () => {
    catalog.migrations.length = 0;
    catalog.formerMigrations = ['TheirFirst1600000000000', ...NAMES];
    const status = await run('status');
    expect(status.exitCode).toBe(0);
    expect(status.lines.slice(2)).toEqual(NAMES.map((name) => `applied  ${name}`));
    expect(written()).toEqual([]);
    backend.on(/create table \[dbo\]\.\[threepay_migrations\]/, () => {
      catalog.migrations.push(...NAMES);
      return {};
    });
    expect(await run('migrate')).toMatchObject({
      exitCode: 0,
      lines: [expect.anything(), 'nothing to do'],
    });
    const [adoption, ...more] = written();
    expect(adoption).toMatch(
      /^set xact_abort on; begin transaction; create table .* commit transaction;$/,
    );
    expect(adoption).toContain(`where name in (N'${NAMES[0]}', `);
    expect(adoption).not.toContain('TheirFirst');
    expect(more).toEqual([]);
  });
});

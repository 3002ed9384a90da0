import { createHash } from 'node:crypto';
import { readConfig } from '../../src/config/config';
import { COMMANDS } from '../../src/legacy-db/commands/commands';
import type { Verdict } from '../../src/legacy-db/commands/commands';
import { storedBooks } from '../../src/legacy-db/commands/check/stored-books';
import { BEGIN, END, REFERENCE_MARK } from '../../src/legacy-db/sqlserver/procedures/contract';
import { readBatches, versionOf } from '../../src/legacy-db/sqlserver/procedures/reference-scripts';
import { catalogBackend, wholeCatalog } from '../tds/catalog';
import type { Catalog } from '../tds/catalog';
import { sqlOf } from '../tds/requests';
import { TdsServer } from '../tds/tds-server';

jest.setTimeout(30_000);

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

function run(word: string, ...more: string[]): Promise<Verdict> {
  const { database } = readConfig({ DATABASE_URL: server.url() }, () => '');
  const command = COMMANDS[word];
  if (!command) throw new Error(`no command ${word}`);
  return command(storedBooks(database), more);
}

/** What was made or dropped, in the transaction it was done in. */
function done(): string[] {
  const made = /\b(?:create (?:table|procedure)|drop procedure) [\w.]+/;
  return server.received.flatMap(({ request }) => {
    const sql = sqlOf(request);
    if (sql === null) return request.kind === 'call' ? [] : [request.kind];
    return made.exec(sql)?.[0] ?? [];
  });
}

const TABLES = readBatches('receipt-tables.sql').map(
  (batch) => /create table [\w.]+/.exec(batch)?.[0] ?? '',
);

describe('db:migrate -- --procedures', () => {
  it('makes a dropped procedure again', async () => {
    delete catalog.procedures[END.name];
    const { exitCode, lines } = await run('migrate', '--procedures');
    expect([exitCode, ...lines.slice(1)]).toEqual([
      0,
      'nothing to do',
      `left  ${BEGIN.name}: reference, version 2`,
      `made  ${END.name}: reference, version 2`,
    ]);
    expect(done()).toEqual(['begin', ...TABLES, `create procedure ${END.name}`, 'commit']);
  });

  it('makes an older one again, in one transaction', async () => {
    catalog.definitions[BEGIN.name] = `create procedure x as begin -- ${REFERENCE_MARK}.\n end`;
    const { lines } = await run('migrate', '--procedures');
    expect(lines.slice(2)).toEqual([
      `made  ${BEGIN.name}: reference, version 2; grant execute on it again to whom it was granted`,
      `left  ${END.name}: reference, version 2`,
    ]);
    expect(done()).toEqual([
      'begin',
      ...TABLES,
      `drop procedure ${BEGIN.name}`,
      `create procedure ${BEGIN.name}`,
      'commit',
    ]);
  });

  it("leaves a customer's alone, and one that may not be read", async () => {
    catalog.definitions[BEGIN.name] = 'create procedure dbo.Theirs as select 1';
    delete catalog.definitions[END.name];
    const { exitCode, lines } = await run('migrate', '--procedures');
    expect([exitCode, ...lines.slice(2)]).toEqual([
      0,
      `left  ${BEGIN.name}: yours, or its text may not be read`,
      `left  ${END.name}: yours, or its text may not be read`,
    ]);
    expect(done()).toEqual([]);
  });

  it('makes nothing without the word, and knows no other word', async () => {
    delete catalog.procedures[END.name];
    expect((await run('migrate')).lines.slice(1)).toEqual(['nothing to do']);
    expect(await run('migrate', '--procs')).toMatchObject({
      exitCode: 1,
      lines: [expect.anything(), 'refused: say nothing or --procedures'],
    });
    expect(done()).toEqual([]);
  });

  it('is what db:check advises', async () => {
    catalog.definitions[END.name] = `-- ${REFERENCE_MARK}.`;
    const { exitCode, lines } = await run('check');
    expect(exitCode).toBe(1);
    expect(
      lines.filter((line) => /^dbo.* version /.test(line)).map((line) => line.split(/ {2,}/)),
    ).toEqual([[END.name, 'version', '2', '1: run db:migrate -- --procedures']]);
    catalog.definitions[END.name] = 'create procedure dbo.Theirs as select 1';
    const theirs = await run('check');
    expect(theirs.exitCode).toBe(0);
    expect(theirs.lines).toContain(`ok  procedure ${END.name}: yours, or its text may not be read`);
  });
});

describe('a reference procedure', () => {
  // Another text is another version: raise its number in the script, and note both here.
  it.each([
    ['begin.sql', 2, '3af83147042b'],
    ['end.sql', 2, 'b21c2f8fd45c'],
  ])('%s of version %i is this text', (file, version, hash) => {
    const text = readBatches(file).at(-1) ?? '';
    expect([versionOf(text), createHash('sha256').update(text).digest('hex').slice(0, 12)]).toEqual(
      [version, hash],
    );
  });
});

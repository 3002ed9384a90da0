import { join } from 'node:path';
import type { CallbackConfig } from '../../src/config/callback-config';
import { readConfig } from '../../src/config/config';
import { systemClock } from '../../src/config/system-clock';
import { verifyCommand } from '../../src/legacy-db/commands/verify/verify';
import { KNOWN_MIGRATIONS } from '../../src/legacy-db/data-source';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { BEGIN, END } from '../../src/legacy-db/sqlserver/procedures/contract';
import { MarkedFile } from '../database/marked-file';
import { anOrder, paid } from '../database/books';
import { SqliteInspect } from '../database/sqlite-books';
import { tempFolder } from '../support/temp-folder';
import type { Answer } from './answers';
import { catalogBackend, wholeCatalog } from './catalog';
import { sqlOf } from './requests';
import type { Backend, Statement } from './session';
import { SqliteBackend } from './sqlite-backend';
import { TdsServer } from './tds-server';

jest.setTimeout(60_000);

/** What is asked of the catalog; everything else is asked of the books. */
const OF_CATALOG = /HAS_PERMS_BY_NAME|sys\.|N'\w+' as name where|\[dbo\]\.\[\w*migrations\]/;

describe('npm run books:verify on SQL Server', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'server.sqlite');
  let books: SqliteBackend;
  let server: TdsServer;
  let catalog: Awaited<ReturnType<typeof wholeCatalog>>;
  let asked: string[];
  /** Told of each statement before it is answered. */
  let before: (sql: string) => void;

  beforeEach(async () => {
    before = () => undefined;
    asked = [];
    books = await SqliteBackend.over(file);
    catalog = await wholeCatalog();
    const ofCatalog = catalogBackend(catalog);
    const backend: Backend = {
      run: (session: number, statement: Statement): Answer | Promise<Answer> => {
        const sql = sqlOf(statement) ?? '';
        asked.push(sql);
        before(sql);
        if (OF_CATALOG.test(sql)) return ofCatalog.run(session, statement);
        return books.run(session, statement);
      },
      begin: (session) => books.begin(session),
      commit: (session) => books.commit(session),
      rollback: (session) => books.rollback(session),
    };
    server = await TdsServer.start(backend);
  });
  afterEach(async () => {
    await server.down();
    books.close();
  });
  afterAll(() => folder.remove());

  const inFile = (...statements: string[]): void => {
    const handle = openHandle(file);
    for (const statement of statements) handle.exec(statement);
    handle.close();
  };

  /** Books of two payments, as the embedded store writes them. */
  async function twoPayments(): Promise<void> {
    const marked = new MarkedFile();
    await marked.life(async (stores) => {
      const inspect = new SqliteInspect(marked.file);
      const fresh = { ...stores, inspect, close: () => Promise.resolve() };
      for (const type of ['2', '7'] as const) await paid(fresh, anOrder(type));
      inspect.close();
    });
    const tables = ['bill', 'receipt', 'receipt_event', 'trade', 'receipt_pos'];
    const all = [...tables, 'receipt_stored_value', 'card_balance'];
    const handle = openHandle(file);
    handle.exec(`attach '${marked.file}' as made`);
    for (const name of all) {
      handle.exec(`delete from ${name}; insert into ${name} select * from made.${name}`);
    }
    handle.close();
    marked.remove();
  }

  async function verify() {
    const said: string[] = [];
    const say = (line: string) => Promise.resolve(void said.push(line));
    const { database } = readConfig({ DATABASE_URL: server.url() }, () => '');
    const receivers = {} as CallbackConfig;
    return { said, ...(await verifyCommand([], { database, receivers, clock: systemClock, say })) };
  }

  it('compares with the tables of the reference procedures, and writes nothing', async () => {
    await twoPayments();
    expect(await verify()).toEqual({
      exitCode: 0,
      lines: ['2 receipts: no differences'],
      said: [],
    });
    inFile("update receipt_pos set receiptvalue = '88.80'");
    expect(await verify()).toEqual({
      exitCode: 1,
      lines: ['2 receipts: 1 difference'],
      said: ['receipt 1  systemPaid  must be 88.88, is 88.80'],
    });
    expect(asked.filter((sql) => /\b(?:insert|update|delete|create|alter)\b/i.test(sql))).toEqual(
      [],
    );
    expect(server.problems).toEqual([]);
  });

  it('tells no difference that is gone at a second look', async () => {
    await twoPayments();
    inFile("update receipt set state = 'waiting' where id = 1");
    let looks = 0;
    before = (sql) => {
      if (!/from receipt r left join bill/.test(sql)) return;
      looks += 1;
      if (looks === 2) inFile("update receipt set state = 'paid' where id = 1");
    };
    expect(await verify()).toMatchObject({ exitCode: 0, said: [] });
  });

  it.each([
    ['Begin is theirs', () => (catalog.definitions[BEGIN.name] = 'create procedure theirs')],
    ['End is theirs', () => (catalog.definitions[END.name] = 'create procedure theirs')],
    ['a table may not be read', () => catalog.forbidden.push('dbo.receipt_shuttle')],
  ])('leaves the systems alone, and says so, where %s', async (_why, change) => {
    await twoPayments();
    change();
    inFile("update receipt_pos set receiptvalue = '1.00'", "update bill set bill_status = 'x'");
    const { exitCode, lines } = await verify();
    expect([exitCode, lines]).toEqual([
      0,
      [expect.stringContaining("the systems' own tables: not compared"), expect.any(String)],
    ]);
    expect(asked.filter((sql) => /from dbo\.|join dbo\./.test(sql))).toEqual([]);
  });

  it('refuses books of another version', async () => {
    catalog.migrations.pop();
    const old = 'not verified: the schema is not up to date: run db:migrate first';
    expect(await verify()).toMatchObject({ exitCode: 1, lines: [old] });
    catalog.migrations.push(KNOWN_MIGRATIONS.at(-1) ?? '', 'Newer');
    const newer = 'not verified: the books belong to a newer version of this program';
    expect(await verify()).toMatchObject({ exitCode: 1, lines: [newer] });
  });
});

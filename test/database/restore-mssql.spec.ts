import { readConfig } from '../../src/config/config';
import type { Verdict } from '../../src/legacy-db/commands/commands';
import { restoreCommand } from '../../src/legacy-db/commands/restore/restore';
import { BEGIN } from '../../src/legacy-db/sqlserver/procedures/contract';
import { ManualClock } from '../support/manual-clock';
import { catalogBackend, wholeCatalog } from '../tds/catalog';
import { sqlOf } from '../tds/requests';
import { TdsServer } from '../tds/tds-server';
import { T0 } from './books';

const DAY_MS = 24 * 3_600_000;

jest.setTimeout(30_000);

describe('npm run restore on SQL Server', () => {
  let server: TdsServer;
  let sent: string[];
  /** What is the last number of each table, and the time of the last event. */
  let last: Record<'receipt' | 'dbo.receipt_serial' | 'at_ms', string | null>;

  beforeEach(() => {
    last = { receipt: '4711', 'dbo.receipt_serial': '815', at_ms: String(T0 - DAY_MS) };
  });

  async function serve(change: (catalog: Awaited<ReturnType<typeof wholeCatalog>>) => void) {
    const catalog = await wholeCatalog();
    change(catalog);
    sent = [];
    const backend = catalogBackend(catalog);
    const note = (text: string): void => void sent.push(text.replace(/\s+/g, ' '));
    backend.on(/^(?:dbcc|insert|update)/, (statement) => {
      note(sqlOf(statement) ?? '');
      return {};
    });
    const number = (name: keyof typeof last) => () => ({
      columns: [{ name: name === 'at_ms' ? name : 'number', type: 'nvarchar' as const }],
      rows: [[last[name]]],
    });
    backend.on(/ident_current\(N'receipt'\)/, number('receipt'));
    backend.on(/ident_current\(N'dbo\.receipt_serial'\)/, number('dbo.receipt_serial'));
    backend.on(/max\(at_ms\)/, number('at_ms'));
    server = await TdsServer.start(backend);
  }
  afterEach(() => server.down());

  function raise(...words: string[]): Promise<Verdict> {
    const { database } = readConfig({ DATABASE_URL: server.url() }, () => '');
    return restoreCommand(words, database, new ManualClock(T0));
  }

  it('raises our ids and the numbers of the reference procedures', async () => {
    await serve(() => undefined);
    const { exitCode, lines } = await raise();
    const detail =
      'receipt goes on behind 1004711, dbo.receipt_serial goes on behind 1000815, ' +
      'scenic bills count on 1000 later, callbacks go on 1000000 later';
    expect([exitCode, lines.at(-1)]).toEqual([
      0,
      `the books were restored: reconcile 2026-11-21 to 2026-11-22 with Alipay; ${detail}`,
    ]);
    expect(sent).toEqual([
      "dbcc checkident (N'receipt', reseed, 1004711)",
      "dbcc checkident (N'dbo.receipt_serial', reseed, 1000815)",
      'insert into dbo.receipt_base (scenic_serial) ' +
        'select coalesce(max(scenic_serial), 0) + 1000 from dbo.receipt_base',
      'update callback_receiver set last_seq = last_seq + 1000000',
      'insert into books_restored (noticed_at_ms, cause, from_ms, to_ms, detail) ' +
        `values (${T0}, N'command', ${T0 - DAY_MS}, ${T0}, N'${detail}')`,
      'insert into alarm (receipt_row_id, subject, kind, detail, raised_at_ms, open_mark) ' +
        `select 0, N'books', N'booksRestored', N'${lines.at(-1)}', ${T0}, 0 ` +
        "where not exists (select 1 from alarm where subject = N'books' " +
        "and kind = N'booksRestored' and open_mark = 0)",
    ]);
    expect(server.problems).toEqual([]);
  });

  it("leaves a customer's own numbers alone, and says so", async () => {
    await serve(({ definitions }) => (definitions[BEGIN.name] = 'create procedure theirs'));
    const { exitCode, lines } = await raise();
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toContain('autoid: NOT raised, the procedure Begin gives it');
    expect(sent.filter((text) => /dbo\./.test(text))).toEqual([]);
  });

  it('refuses a file, and a schema that is not up to date', async () => {
    await serve(({ migrations }) => void migrations.pop());
    expect(await raise('--from', 'x')).toMatchObject({ exitCode: 1 });
    const { exitCode, lines } = await raise();
    expect([exitCode, lines.at(-1)]).toEqual([
      1,
      'not restored: the schema is not up to date: run db:migrate first',
    ]);
    expect(sent).toEqual([]);
  });

  it('reconciles from the first day where nothing has happened yet', async () => {
    await serve(() => undefined);
    last.at_ms = null;
    const { lines } = await raise();
    expect(lines.at(-1)).toContain('reconcile the first day to 2026-11-22 with Alipay');
    expect(sent.find((text) => text.includes('into books_restored'))).toContain(
      `values (${T0}, N'command', null, ${T0}, `,
    );
  });

  it.each([null, '9007199254740993', 'x'])(
    'raises nothing where the last number is %p: it might count from lower on',
    async (number) => {
      await serve(() => undefined);
      last.receipt = number;
      const { exitCode, lines } = await raise();
      expect([exitCode, lines.at(-1)]).toEqual([2, 'not restored: no identity of receipt']);
      expect(sent).toEqual([]);
    },
  );

  it('lets the server go, whatever comes of it', async () => {
    await serve(({ migrations }) => void migrations.pop());
    await raise();
    for (let turns = 0; turns < 1_000 && server.connections > 0; turns += 1) {
      await new Promise((turn) => setImmediate(turn));
    }
    expect(server.connections).toBe(0);
  });

  it('says why there is no connection', async () => {
    await serve(() => undefined);
    server.refuseLogin = 18456;
    const { exitCode, lines } = await raise();
    expect([exitCode, lines.at(-1)]).toEqual([
      2,
      'not restored: the login was refused: user, password, database or rights',
    ]);
  });
});

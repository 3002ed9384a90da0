import { existsSync, writeFileSync } from 'node:fs';
import { T0, storesOf } from '../../../../test/database/books';
import { Desk, TAKEN } from '../../../../test/database/callback-desk';
import { MarkedFile } from '../../../../test/database/marked-file';
import { SqliteInspect } from '../../../../test/database/sqlite-books';
import { systemRandomness } from '../../../config/system-clock';
import { Secret } from '../../../config/reading/secret';
import type { CallbackConfig } from '../../../config/callback-config';
import { openSqlite } from '../../sqlite/open-sqlite';
import type { Verdict } from '../commands';
import { callbacksCommand } from './callbacks';

const USAGE = expect.stringContaining('npm run callbacks -- show') as string;

describe('npm run callbacks, its words', () => {
  let file: MarkedFile;
  beforeEach(() => (file = new MarkedFile()));
  afterEach(() => file.remove());

  function run(...words: string[]): Promise<Verdict> {
    const receivers = { '2': {} } as unknown as CallbackConfig;
    const database = { kind: 'sqlite', file: file.file } as const;
    const { clock } = file;
    return callbacksCommand(words, { database, receivers, clock, randomness: systemRandomness });
  }

  /** Books with callbacks 1 to 3 of bill type 2, a second apart, all of them taken. */
  async function told(): Promise<void> {
    const open = await openSqlite(file.file, file.clock);
    const inspect = new SqliteInspect(file.file);
    const desk = new Desk({ ...storesOf(open), inspect, close: () => Promise.resolve() });
    for (let nth = 0; nth < 3; nth += 1) {
      const receipt = await desk.paid(T0 + nth * 1_000);
      await desk.number();
      await desk.tryOnce(receipt, TAKEN, T0 + nth * 1_000);
    }
    inspect.close();
    await open.close();
  }

  const waiting = () =>
    file.inFile((handle) =>
      handle.prepare("select seq from callback where state = 'waiting'").pluck().all(),
    );

  it.each<[words: string[], line: string]>([
    [[], USAGE],
    [['show', 'more'], USAGE],
    [['hide'], USAGE],
    [['hide', '--type', '2', '--from', '1'], USAGE],
    [['resend', '--type', '2', '--from', '1', '--form', '1'], USAGE],
    [['resend'], USAGE],
    [['resend', '--from', '1'], USAGE],
    [['resend', '--type', '2'], USAGE],
    [['resend', '--type', '2', '--to', '1'], USAGE],
    [['resend', '--type', '8', '--from', '1'], USAGE],
    [['resend', '--type', '2', '--from'], USAGE],
    [['resend', '--type', '2', '--form', '1'], USAGE],
    [['resend', '--type', '2', '--from', '1', 'more'], USAGE],
    [['resend', '--type', '2', '--from', '0'], '0 is no seq'],
    [['resend', '--type', '2', '--from', '1', '--to', '1.5'], '1.5 is no seq'],
    [
      ['resend', '--type', '2', '--since', '2026-11-22T12:00'],
      '2026-11-22T12:00 is no instant: write 2026-11-22T04:00:00Z',
    ],
    [
      ['resend', '--type', '2', '--since', '2026-13-22T12:00:00Z'],
      '2026-13-22T12:00:00Z is no instant: write 2026-11-22T04:00:00Z',
    ],
    [['resend', '--type', '3', '--from', '1'], 'CALLBACK_URL_3 is not set: nobody would be told'],
  ])('refuse %j, and nothing is opened', async (words, line) => {
    expect(await run(...words)).toEqual({ exitCode: 1, lines: [line] });
    expect(existsSync(file.file)).toBe(false);
  });

  it('make no books where there are none, and touch no other file', async () => {
    const line = `there are no books at ${file.file}`;
    expect(await run('show')).toEqual({ exitCode: 1, lines: [line] });
    writeFileSync(file.file, 'x'.repeat(5_000));
    const end = { exitCode: 2, lines: ['cannot be done: the file is not an SQLite database'] };
    expect(await run('show')).toEqual(end);
    expect(await run('resend', '--type', '2', '--from', '1')).toEqual(end);
  });

  it('leave no log beside books that they may not use', async () => {
    await told();
    file.inFile((handle) => handle.exec("insert into migrations values (99, 9e15, 'Newer')"));
    expect((await run('show')).exitCode).toBeGreaterThan(0);
    expect(existsSync(`${file.file}-wal`)).toBe(false);
  });

  it('ask SQL Server where the books are there', async () => {
    const url = new Secret('mssql://u:secret@127.0.0.1:1/b?encrypt=false&connectTimeoutMs=1000');
    const database = { kind: 'mssql', url, shown: 'x', parameterNames: {} } as const;
    const { clock } = file;
    const more = { receivers: {} as CallbackConfig, clock, randomness: systemRandomness };
    const { exitCode, lines } = await callbacksCommand(['show'], {
      ...{ ...more, database: database },
    });
    expect([exitCode, lines.join()]).toEqual([2, expect.stringContaining('cannot be done')]);
    expect(lines.join()).not.toContain('secret');
  });

  it.each<[words: string[], sent: number[]]>([
    [
      ['--from', '2'],
      [2, 3],
    ],
    [
      ['--from', '1', '--to', '2'],
      [1, 2],
    ],
    [['--from', '3', '--to', '2'], []],
    [
      ['--since', '2026-11-22T04:00:01Z'],
      [2, 3],
    ],
    [['--since', '2026-11-22T12:00:01.001+08:00'], [3]],
    [
      ['--to', '2', '--since', '2026-11-22T04:00:00Z'],
      [1, 2],
    ],
  ])('resend --type 2 %j', async (words, sent) => {
    await told();
    expect(waiting()).toEqual([]);
    const lines = [`${sent.length} to be sent again to bill type 2`];
    expect(await run('resend', '--type', '2', ...words)).toEqual({ exitCode: 0, lines });
    expect(waiting()).toEqual(sent);
    // Whoever opened the books has closed them: nothing of a log is left.
    expect(existsSync(`${file.file}-wal`)).toBe(false);
  });

  it('show what waits at each system, and for how long', async () => {
    await told();
    await run('resend', '--type', '2', '--from', '2');
    file.clock.pass(61_400);
    const { exitCode, lines } = await run('show');
    expect([exitCode, lines.length]).toEqual([0, 7]);
    expect(lines[0]).toBe('bill type 1: not told, last seq 0, 0 waiting');
    expect(lines[1]).toBe('bill type 2: told, last seq 3, 2 waiting, the oldest for 60 s');
    file.clock.pass(-3_600_000);
    expect((await run('show')).lines[1]).toContain('the oldest for 0 s');
    expect(existsSync(`${file.file}-wal`)).toBe(false);
  });
});

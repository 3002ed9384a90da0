import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';

const MAIN = join(__dirname, '../../dist/src/legacy-db/commands/main.js');

jest.setTimeout(30_000);

/** The commands as they are typed; what they do is judged where they run in the tests' process. */
describe('the commands on SQLite, as processes', () => {
  const folder = tempFolder();
  afterAll(() => folder.remove());

  beforeAll(() => {
    expect(run('migrate', 'books.sqlite').status).toBe(0);
    copyFileSync(join(folder.path, 'books.sqlite'), join(folder.path, 'backup.sqlite'));
    writeFileSync(join(folder.path, 'junk.sqlite'), 'junk '.repeat(1_000));
  });

  function run(word: string, file: string, ...more: string[]) {
    return spawnSync(process.execPath, [MAIN, word, ...more], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], DATABASE_URL: `sqlite:${file}` },
      encoding: 'utf8',
    });
  }

  /** The exit code and the last line. */
  function end(word: string, file: string): unknown[] {
    const { status, stdout } = run(word, file);
    return [status, stdout.split('\n').at(-2) ?? ''];
  }

  it('end with the code they say', () => {
    expect(end('check', 'books.sqlite')).toEqual([0, 'no differences']);
    const handle = openHandle(join(folder.path, 'books.sqlite'));
    handle.exec('drop index ux_alarm_open');
    handle.close();
    expect(end('check', 'books.sqlite')).toEqual([1, '1 difference']);
    expect(end('check', 'junk.sqlite')).toEqual([
      2,
      'cannot be used: the file is not an SQLite database',
    ]);
  });

  it('restore with the code they say', () => {
    const restore = (from: string) => run('restore', 'books.sqlite', '--from', from);
    expect(restore('missing.sqlite')).toMatchObject({
      status: 1,
      stdout: 'SQLite\nnot restored: there is no file missing.sqlite\n',
    });
    expect(restore('backup.sqlite').status).toBe(0);
    expect(restore('junk.sqlite')).toMatchObject({
      status: 2,
      stdout: 'SQLite\nnot restored: the file is not an SQLite database\n',
    });
  });

  it('name the words there are where another is typed', () => {
    const { status, stderr } = run('chekc', 'books.sqlite');
    expect([status, stderr]).toEqual([
      2,
      'say one of: check, migrate, status, backup, verify, restore, callbacks, key, refunds, ' +
        'alarms, statement\n',
    ]);
  });
});

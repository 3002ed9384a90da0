import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '../../../../test/support/manual-clock';
import { tempFolder } from '../../../../test/support/temp-folder';
import { readConfig } from '../../../config/config';
import type { Verdict } from '../commands';
import { restoreCommand } from './restore';

const SERVER = 'mssql://user:secret@127.0.0.1:1/books?encrypt=false';
const USAGE = 'not restored: npm run restore -- --from FILE [--to DATABASE]';

const folder = tempFolder();
const file = join(folder.path, 'books.sqlite');
const junk = join(folder.path, 'junk.sqlite');
beforeAll(() => writeFileSync(junk, 'junk '.repeat(1_000)));
afterEach(() => expect(existsSync(file)).toBe(false));
afterAll(() => folder.remove());

function restore(url: string, ...words: string[]): Promise<Verdict> {
  const { database } = readConfig({ DATABASE_URL: url }, () => '');
  return restoreCommand(words, database, new ManualClock(0));
}

function refused(line: string): Verdict {
  return { exitCode: 1, lines: ['SQLite', line] };
}

describe('what is typed behind restore', () => {
  it.each([
    [[]],
    [['--from']],
    [['--from', '']],
    [['--form', 'x']],
    [['x', '--from']],
    [['--to', 'x']],
    [['--from', 'x', '--to', '']],
    [['--from', 'x', '--to']],
    [['--from', 'x', '--too', 'y']],
    [['--from', 'x', '--to', 'sqlite:']],
  ])('is refused where it is %j', async (words) => {
    expect(await restore(`sqlite:${file}`, ...words)).toEqual(refused(USAGE));
  });

  it('names a file with or without its store', async () => {
    const gone = join(folder.path, 'gone');
    const missing = refused(`not restored: there is no file ${gone}`);
    expect(await restore(`sqlite:${file}`, '--from', gone)).toEqual(missing);
    expect(await restore(`sqlite:${file}`, '--from', `sqlite:${gone}`)).toEqual(missing);
  });

  it('may name other books than the configured ones', async () => {
    const same = refused('not restored: both are the same file');
    expect(await restore(`sqlite:${file}`, '--from', junk, '--to', junk)).toEqual(same);
    expect(await restore(`sqlite:${file}`, '--to', `sqlite:${junk}`, '--from', junk)).toEqual(same);
    expect(await restore(`sqlite:${junk}`, '--from', junk)).toEqual(same);
  });

  it('ends with 2 where a file cannot be read', async () => {
    expect(await restore(`sqlite:${file}`, '--from', junk)).toEqual({
      exitCode: 2,
      lines: ['SQLite', 'not restored: the file is not an SQLite database'],
    });
  });

  it('names no file on SQL Server, which restores by itself', async () => {
    const shown = 'SQL Server, mssql://127.0.0.1:1/books';
    const words = 'SQL Server restores by itself: do that, then run this without --from';
    const lines = [shown, `not restored: ${words}`];
    expect(await restore(SERVER, '--from', junk)).toEqual({ exitCode: 1, lines });
  });

  it('names both files where SQLite books are restored beside an SQL Server', async () => {
    const { lines } = await restore(SERVER, '--from', junk, '--to', junk);
    expect(lines[1]).toBe('not restored: both are the same file');
    expect((await restore(SERVER, '--to', junk)).lines[1]).toBe(USAGE);
  });
});

import { RequestError } from 'mssql';
import type { StoredBooks } from './check/stored-books';
import { COMMANDS, checkBooks, reasonOf } from './commands';
import type { Verdict } from './commands';
import { comparisonOf } from './difference';
import type { Comparison } from './difference';
import { Refusal } from '../refusal';

/** Books that answer as told, and say what was done to them. */
class Books implements StoredBooks {
  readonly shown = 'books';
  readonly migrations = ['M1', 'M2'];
  readonly log: string[] = [];
  had = ['M1', 'M2'];
  comparisons: Comparison[] = [comparisonOf('table a', [])];
  trouble: Error | null = null;

  async connect(): Promise<void> {
    this.log.push('connect');
    await Promise.resolve();
    if (this.trouble) throw this.trouble;
  }

  applied(): Promise<string[]> {
    if (!this.log.includes('connect')) return Promise.reject(new Error('not connected'));
    return Promise.resolve([...this.had]);
  }

  compare(): Promise<Comparison[]> {
    return Promise.resolve(this.comparisons);
  }

  notes(): Promise<string[]> {
    return Promise.resolve(['a note']);
  }

  migrate(): Promise<void> {
    this.log.push('migrate');
    this.had = ['M1', 'M2'];
    return Promise.resolve();
  }

  renewProcedures(): Promise<string[]> {
    return Promise.resolve(['made  a procedure']);
  }

  close(): Promise<void> {
    this.log.push('close');
    return Promise.resolve();
  }
}

let books: Books;
beforeEach(() => (books = new Books()));
afterEach(() => expect(books.log.at(-1) ?? 'close').toBe('close'));

function run(word: string, ...more: string[]): Promise<Verdict> {
  const command = COMMANDS[word];
  if (!command) throw new Error(`no command ${word}`);
  return command(books, more);
}

const A = { object: 'table a', part: 'b', expected: 'a column', found: 'missing' };

describe('the check', () => {
  it('praises what is as it must be', async () => {
    expect(await checkBooks(books)).toEqual({
      exitCode: 0,
      lines: ['books', 'ok  migrations: 2 applied', 'ok  table a', 'no differences'],
    });
  });

  it('tells one difference, and the names that may cure it', async () => {
    books.comparisons = [{ differences: [A], fine: [], advice: ['Begin.a=@b', 'End.c=@d'] }];
    expect(await run('check')).toEqual({
      exitCode: 1,
      lines: [
        'books',
        'ok  migrations: 2 applied',
        'object   part  expected  found',
        'table a  b     a column  missing',
        'PROCEDURE_PARAMETERS=Begin.a=@b,End.c=@d',
        '1 difference',
      ],
    });
  });

  it('counts migrations that are pending, and those of another version', async () => {
    books.had = ['M1', 'M3'];
    const { exitCode, lines } = await run('check');
    expect(exitCode).toBe(1);
    expect(lines.slice(1)).toEqual([
      'ok  table a',
      'object      part  expected             found',
      'migrations  M2    applied              pending: run db:migrate',
      'migrations  M3    none we do not know  of another version',
      '2 differences',
    ]);
  });
});

describe('the migration', () => {
  it('tells what was run, and makes procedures only where that is said', async () => {
    books.had = ['M1'];
    expect(await run('migrate')).toEqual({ exitCode: 0, lines: ['books', 'run  M2'] });
    expect(await run('migrate')).toEqual({ exitCode: 0, lines: ['books', 'nothing to do'] });
    expect((await run('migrate', '--procedures')).lines.at(-1)).toBe('made  a procedure');
  });

  it('refuses another word before anything is done', async () => {
    const refused = { exitCode: 1, lines: ['books', 'refused: say nothing or --procedures'] };
    expect(await run('migrate', '--procedure')).toEqual(refused);
    expect(await run('migrate', '--procedures', 'x')).toEqual(refused);
    expect(books.log).toEqual(['close', 'close']);
  });

  it('makes books where there are none', async () => {
    books.trouble = new Error('there is no such file yet');
    expect((await run('migrate')).lines).toEqual(['books', 'run  M1', 'run  M2']);
  });
});

describe('the status', () => {
  it('is fine where all migrations were run, and has the notes', async () => {
    expect(await run('status')).toEqual({
      exitCode: 0,
      lines: ['books', 'reachable', 'applied  M1', 'applied  M2', 'a note'],
    });
  });

  it.each([
    [['M1'], ['applied  M1', 'pending  M2']],
    [
      ['M1', 'M2', 'M3'],
      ['applied  M1', 'applied  M2', 'unknown  M3 (of another version)'],
    ],
  ])('is not where %j were', async (had, lines) => {
    books.had = had;
    const verdict = await run('status');
    expect(verdict).toEqual({ exitCode: 1, lines: ['books', 'reachable', ...lines, 'a note'] });
  });

  it('tells a refusal from a database that does not answer', async () => {
    books.trouble = new Refusal('not that');
    expect(await run('status')).toEqual({ exitCode: 1, lines: ['books', 'refused: not that'] });
    books.trouble = Object.assign(new Error('secret host'), { code: 'ESOCKET' });
    expect(await run('status')).toEqual({
      exitCode: 2,
      lines: [
        'books',
        'cannot be used: no server answers there, or its TLS is not what the options say',
      ],
    });
  });
});

describe('the reason why', () => {
  const LOGIN = 'the login was refused: user, password, database or rights';
  const info = { number: 208, message: "Invalid object name 'a'." };
  const told = new RequestError(Object.assign(new Error(info.message), { info }), 'EREQUEST');

  it.each([
    ['a code', { code: 'ELOGIN' }, LOGIN],
    ['a code and a number', { code: 'ELOGIN', number: 18456 }, `${LOGIN} (error 18456)`],
    ['the code below', { driverError: { code: 'ELOGIN', number: 5 } }, `${LOGIN} (error 5)`],
    ['the first error', { originalError: { code: 'ELOGIN' } }, LOGIN],
    ['its own code', { code: 'ELOGIN', driverError: { code: 'EOTHER' } }, LOGIN],
    ['its own number', { code: 'X', number: 1, driverError: { number: 2 } }, 'X (error 1)'],
    ['an unknown code', { code: 'EOTHER' }, 'EOTHER'],
    ['a number alone', { number: 7 }, 'refused (error 7)'],
    ['what the server said', told, 'there is no table or view a, or we may not see it (error 208)'],
    ['an error of ours', new Error('of ours'), 'of ours'],
    ['a code that is none', { code: true }, 'for an unknown reason'],
    ['nothing', null, 'for an unknown reason'],
    ['nothing at all', undefined, 'for an unknown reason'],
    ['a text', 'text', 'for an unknown reason'],
    ['nothing below', { driverError: null }, 'for an unknown reason'],
  ])('is told by %s', (_, error, words) => {
    expect(reasonOf(error)).toBe(words);
  });
});

import { Refusal } from '../refusal';
import { NO_TLS } from '../sqlserver/connect/only-encrypted';
import { wordsOfError } from '../sqlserver/mssql-errors';
import { joined, tableOf } from './difference';
import type { Comparison } from './difference';
import type { StoredBooks } from './check/stored-books';

/** With it `migrate` makes reference procedures anew that are missing or of an older version. */
const PROCEDURES = '--procedures';

/** What a command says and ends with. */
export interface Verdict {
  /** 0: as it must be; 1: it is not; 2: the database cannot be asked. */
  readonly exitCode: 0 | 1 | 2;
  readonly lines: readonly string[];
}

/** `words`: what is typed behind it. */
type Command = (books: StoredBooks, words?: readonly string[]) => Promise<Verdict>;

/** The commands by the word that is typed. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  check: checkBooks,
  migrate: (books, words = []) => asking(books, () => migrate(books, words)),
  status: (books) => asking(books, () => status(books)),
};

/** What is in the database against what must be. */
export function checkBooks(books: StoredBooks): Promise<Verdict> {
  return asking(books, () => check(books));
}

/**
 * What must not be done is exit code 1; whatever the database does not answer is exit code 2, told
 * without anything secret.
 */
async function asking(books: StoredBooks, work: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) {
      return { exitCode: 1, lines: [books.shown, `refused: ${error.message}`] };
    }
    return { exitCode: 2, lines: [books.shown, `cannot be used: ${reasonOf(error)}`] };
  } finally {
    await books.close();
  }
}

async function check(books: StoredBooks): Promise<Verdict> {
  await books.connect();
  const migrations = migrationsAsComparison(books, await books.applied());
  const { differences, fine, advice } = joined([migrations, ...(await books.compare())]);
  const count = differences.length;
  const end = count === 0 ? 'no differences' : `${count} difference${count === 1 ? '' : 's'}`;
  const names = advice.length === 0 ? [] : [`PROCEDURE_PARAMETERS=${advice.join(',')}`];
  const praise = fine.map((line) => `ok  ${line}`);
  return {
    exitCode: count === 0 ? 0 : 1,
    lines: [books.shown, ...praise, ...tableOf(differences), ...names, end],
  };
}

async function migrate(books: StoredBooks, words: readonly string[]): Promise<Verdict> {
  if (words.some((word) => word !== PROCEDURES)) throw new Refusal(`say nothing or ${PROCEDURES}`);
  const before = await appliedBefore(books);
  await books.migrate();
  const run = (await books.applied()).filter((name) => !before.includes(name));
  const said = run.length === 0 ? ['nothing to do'] : run.map((name) => `run  ${name}`);
  const renewed = words.length > 0 ? await books.renewProcedures() : [];
  return { exitCode: 0, lines: [books.shown, ...said, ...renewed] };
}

/** A file that is not there yet has had no migrations; any other trouble shows when we migrate. */
async function appliedBefore(books: StoredBooks): Promise<string[]> {
  try {
    await books.connect();
  } catch {
    return [];
  }
  return books.applied();
}

async function status(books: StoredBooks): Promise<Verdict> {
  await books.connect();
  const applied = await books.applied();
  const { pending, unknown } = sorted(books, applied);
  return {
    exitCode: pending.length + unknown.length === 0 ? 0 : 1,
    lines: [
      books.shown,
      'reachable',
      ...applied.filter((name) => !unknown.includes(name)).map((name) => `applied  ${name}`),
      ...pending.map((name) => `pending  ${name}`),
      ...unknown.map((name) => `unknown  ${name} (of another version)`),
      ...(await books.notes()),
    ],
  };
}

function sorted(books: StoredBooks, applied: readonly string[]) {
  return {
    pending: books.migrations.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !books.migrations.includes(name)),
  };
}

function migrationsAsComparison(books: StoredBooks, applied: readonly string[]): Comparison {
  const { pending, unknown } = sorted(books, applied);
  const object = 'migrations';
  const differences = [
    ...pending.map((part) => ({
      object,
      part,
      expected: 'applied',
      found: 'pending: run db:migrate',
    })),
    ...unknown.map((part) => ({
      object,
      part,
      expected: 'none we do not know',
      found: 'of another version',
    })),
  ];
  const fine = differences.length === 0 ? [`migrations: ${applied.length} applied`] : [];
  return { differences, fine };
}

const REASONS: Readonly<Record<string, string>> = {
  ELOGIN: 'the login was refused: user, password, database or rights',
  ESOCKET: 'no server answers there, or its TLS is not what the options say',
  ETIMEOUT: 'the server did not answer in time',
  [NO_TLS]: 'the server offers no TLS, and encrypt=true wants it: no password was sent',
  EENCRYPT: 'the server takes TLS alone: say encrypt=true',
  EEXIST: 'the file is there already, and is not written over',
  ENOENT: 'there is no such file or folder',
  EINSTLOOKUP: 'the instance was not found',
  SQLITE_BUSY: 'another program keeps the file to itself',
  SQLITE_FULL: 'the disk is full',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_NOTADB: 'the file is not an SQLite database',
};

/** Why, in words of ours: a driver's message may name users and hosts. */
export function reasonOf(error: unknown): string {
  const code = textOf(error, 'code') || textOf(inner(error), 'code');
  const number = textOf(error, 'number') || textOf(inner(error), 'number');
  const known = wordsOfError(error) ?? REASONS[code];
  const numbered = number ? ` (error ${number})` : '';
  if (known !== undefined) return known + numbered;
  if (code !== '' || number !== '') return `${code || 'refused'}${numbered}`;
  return error instanceof Error ? error.message : 'for an unknown reason';
}

function inner(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return null;
  return Reflect.get(error, 'driverError') ?? Reflect.get(error, 'originalError');
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

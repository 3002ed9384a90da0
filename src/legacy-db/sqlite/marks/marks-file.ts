import { closeSync, fchownSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PayError } from '../../../domain/errors';
import type { NumbersByTable } from './numbers';

/** How far the numbers of the books went, as it is kept beside their file. */
export interface Marks {
  /** Up to which number of a table numbers may have been told. */
  readonly reservedTo: NumbersByTable;
  /** The last number that a row had, by table. */
  readonly givenTo: NumbersByTable;
  /** When this was written, epoch ms. */
  readonly atMs: number;
}

/** What is found beside the books. */
export type MarksFound = Marks | 'none' | 'unreadable';

const ABOUT = 'How far the numbers of the books beside this file went. Never restore it.';
const OWNER_ALONE = 0o600;

/**
 * `<file>.marks`: survives when the books are replaced by older ones. Always whole: it is written
 * anew beside and renamed. Who writes it holds the write lock of the books.
 */
export class MarksFile {
  readonly path: string;

  constructor(private readonly books: string) {
    this.path = `${books}.marks`;
  }

  /** @throws PayError DATABASE_UNAVAILABLE where it may not be read */
  read(): MarksFound {
    let content: string;
    try {
      content = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 'none';
      throw this.unusable('read', error);
    }
    return parseMarks(content) ?? 'unreadable';
  }

  /** On the disk when it returns. @throws PayError DATABASE_UNAVAILABLE */
  write({ reservedTo, givenTo, atMs }: Marks): void {
    const next = `${this.path}.new`;
    const content = JSON.stringify({ about: ABOUT, reservedTo, givenTo, atMs }, null, 1);
    try {
      const file = openSync(next, 'w', OWNER_ALONE);
      try {
        this.giveToOwner(file);
        writeFileSync(file, `${content}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(next, this.path);
      syncFolder(dirname(this.path));
    } catch (error) {
      throw this.unusable('written', error);
    }
  }

  /** What the administrator writes belongs to whom the books belong: the service must read it. */
  private giveToOwner(file: number): void {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = statSync(this.books);
    fchownSync(file, uid, gid);
  }

  private unusable(what: 'read' | 'written', error: unknown): PayError {
    const why = codeOf(error) || 'unknown trouble';
    const detail = `${this.path} cannot be ${what} (${why}): no number is given without it`;
    return new PayError('DATABASE_UNAVAILABLE', detail, { cause: new Error(why) });
  }
}

/** Makes renames in a folder last. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function parseMarks(content: string): Marks | null {
  try {
    const { reservedTo, givenTo, atMs } = JSON.parse(content) as Record<string, unknown>;
    const whole = areNumbers(reservedTo) && areNumbers(givenTo) && isCount(atMs);
    return whole ? { reservedTo, givenTo, atMs } : null;
  } catch {
    return null;
  }
}

function areNumbers(value: unknown): value is NumbersByTable {
  return typeof value === 'object' && value !== null && Object.values(value).every(isCount);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error && Reflect.get(error, 'code');
  return typeof code === 'string' ? code : '';
}

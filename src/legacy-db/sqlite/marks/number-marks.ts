import { Logger } from '@nestjs/common';
import type { Clock } from '../../../domain/ports/clock';
import type { Database, Sql } from '../../sql/database';
import type { BooksRestored } from './books-restored';
import { noteRestored, tellRestored } from './books-restored';
import { judgeMarks } from './judge-marks';
import type { MarksVerdict } from './judge-marks';
import type { Marks, MarksFile, MarksFound } from './marks-file';
import type { BookNumbers, NumbersByTable } from './numbers';
import { TOLD_TABLES, higher, isAhead, readGiven, readNumbers, setMark } from './numbers';
import { BLOCK, RESTORE_JUMP, beginBlock, raiseNumbers } from './raise-numbers';

/** With fewer numbers left than this the next block is reserved, while there are still some. */
const REFILL_AT = 1_000;
/** How often the file beside the books is told how far they went, where they moved. ms. */
const NOTE_EVERY_MS = 10_000;

/** A unit has given a number that the marks beside the books do not cover: it is undone. */
export class BeyondMarks extends Error {}

/**
 * Numbers that others are told are given from blocks. A block is reserved in the books, committed,
 * and then in the file beside them: in this order, so a crash in between leaves the file behind the
 * books, never ahead. The file ahead means that the books were replaced by older ones. No number is
 * committed before this process knows the file to cover it; so processes may share a block.
 */
export class NumberMarks {
  private readonly logger = new Logger('LegacyDb');
  private covered: NumbersByTable = {};
  private extending: Promise<void> | null = null;
  private noting: NodeJS.Timeout | null = null;
  private inTrouble = false;

  constructor(
    private readonly database: Database,
    private readonly file: MarksFile,
    private readonly clock: Clock,
  ) {}

  /**
   * Compares books and file, and begins a block: what may have been told of the one before is not
   * known. Call it before anything else is written.
   * @throws PayError DATABASE_UNAVAILABLE
   */
  async start(): Promise<void> {
    const restored = await this.database.write('marks', async (db) => {
      const books = await readNumbers(db);
      const beside = this.file.read();
      return this.settle(db, judgeMarks(books, beside), books, beside);
    });
    if (restored) tellRestored(restored);
    await this.writeFile();
    await this.extend();
    this.noting = setInterval(() => void this.note(), NOTE_EVERY_MS).unref();
  }

  /** Stops noting; the file is told the end. */
  async stop(): Promise<void> {
    if (this.noting) clearInterval(this.noting);
    await this.note();
  }

  /**
   * At the end of a unit that has given numbers. Reserves ahead in the background.
   * @throws BeyondMarks when the file does not cover them: `extend`, and run the unit again
   */
  async guard(db: Sql): Promise<void> {
    const given = await readGiven(db);
    const left = TOLD_TABLES.map((table) => (this.covered[table] ?? 0) - (given[table] ?? 0));
    const least = Math.min(...left);
    if (least < 0) throw new BeyondMarks('numbers beyond the marks');
    if (least < REFILL_AT && !this.extending) {
      // Who needs the numbers will wait for it, and be told what is wrong.
      this.extend().catch(() => undefined);
    }
  }

  /** Reserves a block where one is needed, and makes sure of the file. One at a time. */
  extend(): Promise<void> {
    this.extending ??= this.reserve().finally(() => (this.extending = null));
    return this.extending;
  }

  private async reserve(): Promise<void> {
    if (isShort(await readNumbers(this.database.read))) {
      await this.database.write('reserve', async (db) => {
        const books = await readNumbers(db);
        const told = higher(books.reservedTo, books.givenTo);
        for (const table of shortTables(books)) {
          await setMark(db, table, (told[table] ?? 0) + BLOCK);
        }
      });
    }
    await this.writeFile();
  }

  private async settle(
    db: Sql,
    verdict: MarksVerdict,
    books: BookNumbers,
    beside: MarksFound,
  ): Promise<BooksRestored | null> {
    if (verdict === 'first') {
      for (const table of TOLD_TABLES) await setMark(db, table, books.givenTo[table] ?? 0);
      return null;
    }
    if (verdict === 'same') {
      await beginBlock(db, books);
      return null;
    }
    const marks = typeof beside === 'string' ? null : beside;
    const told = higher(books.reservedTo, books.givenTo, ...(marks ? numbersOf(marks) : []));
    const detail = await raiseNumbers(db, told, marks ? 0 : RESTORE_JUMP);
    const nowMs = this.clock.nowMs();
    const restored = {
      noticedAtMs: nowMs,
      cause: verdict,
      fromMs: books.lastAtMs,
      // Codes that were given out could be paid until now, whoever kept the books.
      toMs: Math.max(nowMs, marks?.atMs ?? 0),
      detail,
    };
    await noteRestored(db, restored);
    return restored;
  }

  /**
   * Brings the file up to what the books have committed. A unit of its own: it holds the books'
   * write lock, so no two processes write the file at once, and none writes less than was there.
   */
  private async writeFile(): Promise<void> {
    const covered = await this.database.write('marksFile', async () => {
      // Of the reading connection: what shares this unit's transaction is not committed yet.
      const { reservedTo, givenTo } = await readNumbers(this.database.read);
      const next = { reservedTo, givenTo, atMs: this.clock.nowMs() };
      const there = this.file.read();
      const isBehind =
        typeof there === 'string' ||
        isAhead(reservedTo, there.reservedTo) ||
        isAhead(givenTo, there.givenTo);
      if (isBehind) this.file.write(next);
      return reservedTo;
    });
    this.covered = higher(this.covered, covered);
  }

  private async note(): Promise<void> {
    try {
      await this.writeFile();
      this.inTrouble = false;
    } catch (error) {
      if (!this.inTrouble) this.logger.error(`marks: ${String(error)}`);
      this.inTrouble = true;
    }
  }
}

function numbersOf({ reservedTo, givenTo }: Marks): NumbersByTable[] {
  return [reservedTo, givenTo];
}

function shortTables({ reservedTo, givenTo }: BookNumbers): string[] {
  return TOLD_TABLES.filter(
    (table) => (reservedTo[table] ?? 0) - (givenTo[table] ?? 0) < REFILL_AT,
  );
}

function isShort(books: BookNumbers): boolean {
  return shortTables(books).length > 0;
}

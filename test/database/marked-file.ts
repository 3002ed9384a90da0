import type BetterSqlite3 from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BillType } from '../../src/domain/bill';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { BooksRestored } from '../../src/legacy-db/sqlite/marks/books-restored';
import type { Marks } from '../../src/legacy-db/sqlite/marks/marks-file';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { ManualClock } from '../support/manual-clock';
import { tempFolder } from '../support/temp-folder';
import type { Stores } from './books';
import { T0, anOrder, storesOf } from './books';

type Noted = { cause: BooksRestored['cause']; from_ms: number | null; to_ms: number };

/** A file of books in a folder of its own, and the marks beside it. */
export class MarkedFile {
  private readonly temp = tempFolder();
  readonly folder = this.temp.path;
  readonly file = join(this.folder, 'books.sqlite');
  readonly clock = new ManualClock(T0);

  remove(): void {
    this.temp.remove();
  }

  /** One life of a service on the file. */
  async life<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const open = await openSqlite(this.file, this.clock);
    try {
      return await work(storesOf(open));
    } finally {
      await open.close();
    }
  }

  async begin({ repositories }: Stores, type: BillType = '2', billNo?: string): Promise<Receipt> {
    const changes = { nowMs: this.clock.nowMs(), ...(billNo === undefined ? {} : { billNo }) };
    return (await repositories[type].begin(anOrder(type, changes))).receipt;
  }

  /** What a service gives that begins one receipt: its serial and its id. */
  oneReceipt(): Promise<[serial: number, id: number]> {
    return this.life(async (stores) => {
      const { receiptId, id } = await this.begin(stores);
      return [Number(receiptId), id];
    });
  }

  marks(): Marks {
    return JSON.parse(readFileSync(`${this.file}.marks`, 'utf8')) as Marks;
  }

  /** Looks into the file past the service, and may write. */
  inFile<T>(work: (handle: BetterSqlite3.Database) => T): T {
    const handle = openHandle(this.file);
    try {
      return work(handle);
    } finally {
      handle.close();
    }
  }

  noted(): Noted[] {
    const select = 'select cause, from_ms, to_ms from books_restored order by id';
    return this.inFile((handle) => handle.prepare(select).all() as Noted[]);
  }

  /** From here on the block has `left` numbers. */
  nearTheEnd(left: number): void {
    this.inFile((handle) => {
      // In one transaction: processes that work meanwhile must not see a table without its number.
      handle.exec('begin immediate');
      const tables = handle.prepare('select name, reserved_to from number_mark').all();
      for (const { name, reserved_to: end } of tables as { name: string; reserved_to: number }[]) {
        handle
          .prepare('delete from sqlite_sequence where name = ? and seq < ?')
          .run(name, end - left);
        handle.prepare('insert into sqlite_sequence values (?, ?)').run(name, end - left);
      }
      handle.exec('commit');
    });
  }
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import { openWriter, sqliteWriter } from '../../src/legacy-db/data-source';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';
import type { FreshBooks } from './books';
import { storesOf } from './books';
import type { BooksSource } from './books-inspect';
import { BooksInspect } from './books-inspect';

export { SYSTEM_TABLES } from './books-inspect';

const READ_ONLY = { readonly: true, fileMustExist: true };

/** Looks into an SQLite file through a connection of its own, which sees committed rows only. */
export class SqliteInspect extends BooksInspect {
  constructor(path: string) {
    super(sourceOf(path));
  }
}

function sourceOf(path: string): BooksSource {
  const file = openHandle(path, READ_ONLY);
  return {
    rows: (statement, values) => file.prepare(statement).all(...values),
    setCard: (cardNo, balance) => {
      const writer = openHandle(path);
      writer.prepare('update card_balance set balance = ? where cardno = ?').run(balance, cardNo);
      writer.close();
    },
    // The bytes of the file and of its log: what was deleted may still be in them.
    everything: () =>
      [path, `${path}-wal`]
        .filter((one) => existsSync(one))
        .map((one) => readFileSync(one, 'latin1'))
        .join('\n'),
    close: () => void file.close(),
  };
}

/** A file with our schema and nothing in it; kept, since migrating costs six times as much. */
let emptyBooks: Buffer | null = null;

/** Puts a file there that is as the migrations make it. */
export async function putEmptyBooks(path: string): Promise<void> {
  if (emptyBooks === null) {
    const writer = sqliteWriter(path);
    await openWriter(writer);
    await writer.destroy();
    emptyBooks = readFileSync(path);
  } else {
    writeFileSync(path, emptyBooks);
  }
}

/** The books in a fresh SQLite file. */
export async function openFreshSqlite(): Promise<FreshBooks> {
  const folder = tempFolder();
  const path = join(folder.path, 'books.sqlite');
  await putEmptyBooks(path);
  const open = await openSqlite(path, systemClock);
  const inspect = new SqliteInspect(path);
  return {
    ...storesOf(open),
    inspect,
    close: async () => {
      inspect.close();
      await open.close();
      folder.remove();
    },
  };
}

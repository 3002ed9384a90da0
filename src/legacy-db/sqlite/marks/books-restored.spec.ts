import { MarkedFile } from '../../../../test/database/marked-file';
import { openSqlite } from '../open-sqlite';
import { sql } from '../../sql/sql';
import type { BooksRestored } from './books-restored';
import { countRestored, noteRestored, readRestored, restoredLine } from './books-restored';

const NOON = Date.UTC(2026, 10, 22, 4);
const DAY_MS = 24 * 3_600_000;

const FIRST: BooksRestored = {
  noticedAtMs: NOON,
  cause: 'marksMissing',
  fromMs: null,
  toMs: NOON,
  detail: 'numbers go on',
};
const SECOND: BooksRestored = {
  noticedAtMs: NOON + DAY_MS,
  cause: 'command',
  fromMs: 0,
  toMs: NOON + DAY_MS,
  detail: 'numbers go on behind 7',
};

describe('books that were restored', () => {
  it('are noted each time, oldest first, and one alarm is open', async () => {
    const at = new MarkedFile();
    const open = await openSqlite(at.file, at.clock);
    const { database } = open;
    expect(await countRestored(database.read)).toBe(0);
    for (const one of [FIRST, SECOND]) {
      await database.write('note', (db) => noteRestored(db, one));
    }
    expect(await readRestored(database.read)).toEqual([FIRST, SECOND]);
    expect(await countRestored(database.read)).toBe(2);
    const alarms = await database.read.rows(sql`select kind, detail from alarm`);
    expect(alarms).toEqual([{ kind: 'booksRestored', detail: restoredLine(FIRST) }]);
    await open.close();
    at.remove();
  });

  it('are told with the days to reconcile', () => {
    expect([FIRST, SECOND].map(restoredLine)).toEqual([
      'the marks beside the books are gone, so the books may be older: ' +
        'reconcile the first day to 2026-11-22 with Alipay; numbers go on',
      'the books were restored: ' +
        'reconcile 1970-01-01 to 2026-11-23 with Alipay; numbers go on behind 7',
    ]);
  });
});

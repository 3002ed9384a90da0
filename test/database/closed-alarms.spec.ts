import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { sql } from '../../src/legacy-db/sql/sql';
import { tempFolder } from '../support/temp-folder';
import type { FreshBooks } from './books';
import { MINUTE, T0, anOrder, storesOf, waiting } from './books';
import { SqliteInspect, putEmptyBooks } from './sqlite-books';

describe('an alarm that a human has closed', () => {
  const folder = tempFolder();
  let open: OpenDatabase;
  let books: FreshBooks;

  beforeAll(async () => {
    const path = join(folder.path, 'books.sqlite');
    await putEmptyBooks(path);
    open = await openSqlite(path, systemClock);
    const close = () => open.close();
    books = { ...storesOf(open), inspect: new SqliteInspect(path), close };
  });
  afterAll(async () => {
    await books.inspect.close();
    await books.close();
    folder.remove();
  });

  const closeAll = () =>
    open.database.write('test', (db) => db.change(sql`update alarm set open_mark = id`));

  it('is raised again when it happens again', async () => {
    const alarm = { subject: 'clock', kind: 'clockWrong', detail: 'x', nowMs: T0 } as const;
    const raise = () => books.alarms.raise(alarm);
    expect([await raise(), await raise()]).toEqual([true, false]);
    await closeAll();
    expect([await raise(), await raise()]).toEqual([true, false]);
    expect((await books.figures.read()).alarms).toEqual({ clockWrong: 1 });
  });

  it('lets the sweep look as often as before', async () => {
    const receipt = await waiting(books, anOrder('1'));
    const nowMs = T0 + 180 * MINUTE;
    await books.repositories['1'].raiseAlarm(receipt, 'amountMismatch', 'x', T0);
    expect(await looksAgain(receipt, nowMs)).toBe(false);
    await closeAll();
    expect(await looksAgain(receipt, nowMs + 60 * MINUTE)).toBe(true);
  });

  /** After a look that decided nothing: is the receipt due again within a minute? */
  async function looksAgain({ id }: Receipt, nowMs: number): Promise<boolean> {
    const claim = { owner: `at ${nowMs}`, nowMs, claimUntilMs: nowMs + MINUTE, limit: 10 };
    const claimed = await books.openReceipts.claimDue(claim);
    for (const one of claimed) await books.openReceipts.settleClaim(one, claim, nowMs, false);
    expect(claimed.map((one) => one.id)).toContain(id);
    const soon = nowMs + MINUTE;
    const next = { ...claim, owner: 'next', nowMs: soon, claimUntilMs: soon + MINUTE };
    return (await books.openReceipts.claimDue(next)).some((one) => one.id === id);
  }
});

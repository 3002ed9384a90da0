import { setTimeout as pause } from 'node:timers/promises';
import { PayError } from '../../src/domain/errors';
import type { FreshBooks } from '../database/books';
import { anOrder, freshNumber } from '../database/books';
import { openFreshSqlite } from '../database/sqlite-books';
import { itLong } from '../support/long';
import { openOverTds } from './tds-books';

jest.setTimeout(60_000);

const CALLERS = 200;
const OTHERS = 50;

/**
 * What each caller was told, in the order in which they were answered: `one` or `other`. The
 * others come `laterMs` after the one bill's.
 */
async function crowd(books: FreshBooks, others = OTHERS, laterMs = 0): Promise<string[]> {
  const told: string[] = [];
  const begin = async (whose: string, order: ReturnType<typeof anOrder>): Promise<void> => {
    try {
      const { kind } = await books.repositories[order.billType].begin(order);
      told.push(`${whose} ${kind}`);
    } catch (error) {
      told.push(`${whose} ${error instanceof PayError ? error.code : String(error)}`);
    }
  };
  const order = anOrder('2');
  const one = Array.from({ length: CALLERS }, () =>
    begin('one', { ...order, outTradeNo: freshNumber('N') }),
  );
  if (laterMs > 0) await pause(laterMs);
  await Promise.all([
    ...one,
    ...Array.from({ length: others }, () => begin('other', anOrder('3'))),
  ]);
  return told;
}

function counts(told: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const one of told) found[one] = (found[one] ?? 0) + 1;
  return found;
}

const ALL_ANSWERED = { 'one begun': 1, 'one resume': CALLERS - 1, 'other begun': OTHERS };

describe('two hundred callers of one bill, and fifty others behind them', () => {
  it('are all answered over the wire; the others do not wait for the one bill', async () => {
    // A slow machine: the test waits, the service would not.
    const books = await openOverTds('&poolWaitMs=30000');
    try {
      const told = await crowd(books);
      expect(counts(told)).toEqual(ALL_ANSWERED);
      // Eight units run at once, one of them of the one bill: it gets an eighth of the turns.
      const lastOther = told.lastIndexOf('other begun');
      const before = told.slice(0, lastOther).filter((one) => one.startsWith('one')).length;
      expect(before).toBeLessThan(CALLERS / 4);
    } finally {
      await books.close();
    }
  });

  itLong('are told in time where the bill stands still; the others are served', async () => {
    const books = await openOverTds('&poolWaitMs=2500');
    try {
      // The one bill's unit comes first, and locks nothing before it writes.
      books.server.plan(/^set nocount on/, {
        kind: 'late',
        delayMs: 5_000,
        effect: false,
      });
      const told = counts(await crowd(books, 8, 300));
      expect(told).toMatchObject({ 'one begun': 1, 'other begun': 8 });
      expect(told['one DATABASE_UNAVAILABLE']).toBe(CALLERS - 1);
    } finally {
      await books.close();
    }
  });

  it('are all answered by SQLite', async () => {
    const books = await openFreshSqlite();
    try {
      expect(counts(await crowd(books))).toEqual(ALL_ANSWERED);
    } finally {
      await books.close();
    }
  });
});

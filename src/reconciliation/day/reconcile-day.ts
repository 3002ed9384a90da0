import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../domain/ports/clock';
import type { DailyBooks } from '../../domain/ports/daily-books';
import type { Mended, Mending } from '../../domain/reconciliation/mending';
import type { DayDifference } from '../../domain/reconciliation/day-result';
import type { BillDay } from '../bill/bill-day';
import { readBill } from '../bill/read-bill';
import { SortedRows } from '../compare/sorted-rows';
import { compareDay } from './compare-day';
import type { ReadDay, Reconciled } from './compare-day';
import { missingMoney, rowKey } from './difference';

/** How often a day is compared again because something was booked. */
const MOST_ROUNDS = 5;

/** What a day is compared with, and by whom its money is brought into the books. */
export interface DayBooks {
  readonly books: DailyBooks;
  readonly clock: Clock;
  readonly mending: Mending;
}

/** What a day came to in the end. */
export interface MendedDay extends Reconciled {
  /** The differences whose money is in the books now: a question to Alipay has proved it. */
  readonly booked: readonly DayDifference[];
}

/**
 * Compares a day's bill with the books, books what Alipay proves of what they lack, and keeps what
 * is left. Safe to repeat and to be cut off at any time: the last result of a day stands.
 * @throws BillRefusal: the bill is not believed, and nothing is kept; PayError DATABASE_UNAVAILABLE
 */
export async function reconcileDay(
  path: string,
  day: BillDay,
  { books, clock, mending }: DayBooks,
): Promise<MendedDay> {
  const read = await readDay(path, day, books);
  const booked: DayDifference[] = [];
  const waiting = new Set<string>();
  const asked = new Set<string>();
  let compared = await compareDay(read, books, clock, waiting);
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const mended = await mendAll(compared.differences, asked, mending);
    if (!mended.some(([, became]) => became !== 'left')) break;
    for (const [difference, became] of mended) {
      if (became === 'booked') booked.push(difference);
      if (became === 'later') waiting.add(rowKey(difference));
    }
    compared = await compareDay(read, books, clock, waiting);
  }
  return { ...compared, booked };
}

/** Each row is asked for once: what it says does not change within minutes. */
async function mendAll(
  differences: readonly DayDifference[],
  asked: Set<string>,
  mending: Mending,
): Promise<[DayDifference, Mended][]> {
  const mended: [DayDifference, Mended][] = [];
  for (const difference of differences) {
    const money = missingMoney(difference);
    const key = rowKey(difference);
    if (money === null || asked.has(key)) continue;
    asked.add(key);
    mended.push([difference, await mending.mend(money)]);
  }
  return mended;
}

async function readDay(path: string, day: BillDay, books: DailyBooks): Promise<ReadDay> {
  const rows = new SortedRows();
  const totals = await readBill(path, day, rows.add);
  const digest = await digestOf(path);
  const before = await books.dayResult(day.date);
  return { day, rows, totals, digest, isOther: before !== null && before.digest !== digest };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

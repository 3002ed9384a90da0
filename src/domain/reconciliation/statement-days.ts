import { chinaTime, parseChinaTime } from '../china-time';
import { fen } from '../money';
import type { Clock } from '../ports/clock';
import type { DailyBooks } from '../ports/daily-books';
import type { DayResult, SystemFee } from './day-result';
import type { OurReceipt } from './movement';
import { Statement } from './statement';
import type { StatementLine, StatementRow } from './statement';

const DAY_MS = 86_400_000;
/** A statement is of so many days at most: a quarter. */
export const MOST_DAYS = 92;
/** After so many receipts others have a turn. */
const RECEIPTS_A_TURN = 100;

/** Days of China that follow each other, `yyyy-MM-dd`; at least one. */
export interface StatementDays {
  readonly from: string;
  /** Included. */
  readonly until: string;
  readonly dates: readonly string[];
}

/** The days between two dates, both included; null: no such days, or more than `MOST_DAYS`. */
export function statementDays(from: string, until: string): StatementDays | null {
  const [firstMs, lastMs] = [startOf(from), startOf(until)];
  if (firstMs === null || lastMs === null) return null;
  const count = Math.round((lastMs - firstMs) / DAY_MS) + 1;
  if (count < 1 || count > MOST_DAYS) return null;
  const dates = Array.from({ length: count }, (_each, at) => dateOf(firstMs + at * DAY_MS));
  return { from, until, dates };
}

/** What a statement says, and of how many of its days the bill was compared. */
export interface DaysStatement {
  readonly lines: readonly StatementLine[];
  readonly compared: number;
  /** What is to be looked at on those that were compared. */
  readonly differences: number;
}

/** What a statement is made of. */
export interface StatementBooks {
  readonly books: DailyBooks;
  readonly clock: Pick<Clock, 'turn'>;
}

/**
 * Sums up everything that moved on some days. Fees are told once every one of them is compared.
 * @param onRow is given each movement, once. @throws PayError DATABASE_UNAVAILABLE
 */
export async function statementOf(
  days: StatementDays,
  from: StatementBooks,
  onRow: (row: StatementRow) => Promise<void> | void = () => undefined,
): Promise<DaysStatement> {
  const sums = new Statement();
  for await (const row of movementsOf(days, from)) {
    sums.add(row);
    await onRow(row);
  }
  const results: DayResult[] = [];
  for (const date of days.dates) {
    const result = await from.books.dayResult(date);
    if (result !== null) results.push(result);
  }
  const isWhole = results.length === days.dates.length;
  return {
    lines: sums.lines(isWhole ? await feesOf(days, from.books) : null),
    compared: results.length,
    differences: results.reduce((sum, { differences }) => sum + differences, 0),
  };
}

/** Everything that moved on some days, once: by the bill that holds it, else by its time. */
export async function* movementsOf(
  { dates, from, until }: StatementDays,
  { books, clock }: StatementBooks,
): AsyncGenerator<StatementRow> {
  const wanted = new Set(dates);
  const seen = new Set<number>();
  for await (const receipt of receiptsOf({ dates, from, until }, books)) {
    if (seen.has(receipt.receiptRowId)) continue;
    seen.add(receipt.receiptRowId);
    // Else a quarter would keep the tills waiting.
    if (seen.size % RECEIPTS_A_TURN === 0) await clock.turn();
    for (const movement of receipt.movements) {
      if (wanted.has(movement.settledOn ?? dateOf(movement.atMs))) yield { receipt, movement };
    }
  }
}

async function* receiptsOf(
  { dates, from, until }: StatementDays,
  books: DailyBooks,
): AsyncGenerator<OurReceipt> {
  yield* books.receiptsBetween(startOf(from) ?? 0, (startOf(until) ?? 0) + DAY_MS);
  for (const date of dates) yield* books.receiptsSettledOn(date);
}

async function feesOf({ dates }: StatementDays, books: DailyBooks): Promise<SystemFee[]> {
  const sums = new Map<SystemFee['billType'], number>();
  for (const date of dates) {
    for (const { billType, fee } of await books.feesOf(date)) {
      sums.set(billType, (sums.get(billType) ?? 0) + fee);
    }
  }
  return [...sums].map(([billType, fee]) => ({ billType, fee: fen(fee) }));
}

function startOf(date: string): number | null {
  return parseChinaTime(`${date} 00:00:00`);
}

function dateOf(atMs: number): string {
  return chinaTime(atMs).slice(0, 10);
}

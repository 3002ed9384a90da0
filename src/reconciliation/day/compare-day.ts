import type { BillType } from '../../domain/bill';
import { fen } from '../../domain/money';
import type { Clock } from '../../domain/ports/clock';
import type { DailyBooks } from '../../domain/ports/daily-books';
import type {
  DayDifference,
  DayResult,
  OverdueMovement,
  SettledMovement,
  SystemFee,
} from '../../domain/reconciliation/day-result';
import { chinaDate } from '../bill/bill-day';
import type { BillDay } from '../bill/bill-day';
import type { BillTotals } from '../bill/bill-row';
import { compare } from '../compare/compare';
import { NEAR_MIDNIGHT_MS } from '../compare/compare-receipt';
import type { ComparedDay } from '../compare/compare-receipt';
import type { SortedRows } from '../compare/sorted-rows';
import { isMendable } from '../compare/verdict';
import type { Verdict, VerdictKind } from '../compare/verdict';
import { differenceOf, rowKey, wholeDifference } from './difference';
import { ourSide } from './our-side';

/** More than this many are counted, but not kept one by one. */
const MOST_KEPT = 2_000;

/** A bill that is believed, as it was read. */
export interface ReadDay {
  readonly day: BillDay;
  readonly rows: SortedRows;
  readonly totals: BillTotals;
  /** SHA-256 of the zip, hex. */
  readonly digest: string;
  /** Was the day compared before with another bill? */
  readonly isOther: boolean;
}

/** What a day came to, and how often each verdict was given. */
export interface Reconciled {
  readonly result: DayResult;
  readonly kinds: ReadonlyMap<VerdictKind, number>;
  readonly differences: readonly DayDifference[];
}

/**
 * Compares a bill with the books as they stand now, and keeps what comes of it. `waiting`: rows, by
 * their keys, whose money may be booked within the hour. @throws PayError DATABASE_UNAVAILABLE
 */
export async function compareDay(
  { day, rows, totals, digest, isOther }: ReadDay,
  books: DailyBooks,
  clock: Clock,
  waiting: ReadonlySet<string>,
): Promise<Reconciled> {
  const about = await comparedDay(day, books, rows);
  const tally = new Tally(about, waiting);
  const ours = ourSide(books, day, rows);
  for await (const verdict of compare(rows.groups(), ours, about)) tally.take(verdict);
  if (!totals.feesExplainNet) tally.takeWhole('feeUnexpected');
  if (isOther) tally.takeWhole('billChanged');
  const found = { date: day.date, digest, comparedAtMs: clock.nowMs() };
  const result = { ...found, ...sumsOf(totals), ...tally.counts() };
  const overdue = await overdueOf(day, books);
  await books.saveDay(
    result,
    tally.differences,
    { settled: tally.settled, overdue },
    tally.fees(totals),
  );
  return { result, kinds: tally.kinds, differences: tally.differences };
}

/** Counts the verdicts and keeps what is more than a count. */
class Tally {
  readonly kinds = new Map<VerdictKind, number>();
  readonly differences: DayDifference[] = [];
  readonly settled: SettledMovement[] = [];
  private found = 0;
  private readonly feeOf = new Map<BillType, number>();

  constructor(
    private readonly day: ComparedDay,
    private readonly waiting: ReadonlySet<string>,
  ) {}

  take(given: Verdict): void {
    const verdict = this.waits(given) ? { ...given, kind: 'open' as const } : given;
    const { kind, row, movement, receipt } = verdict;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    this.keep(differenceOf(verdict));
    if (row !== null && receipt !== null) {
      const { billType } = receipt;
      this.feeOf.set(billType, (this.feeOf.get(billType) ?? 0) + row.fee);
    }
    if (row === null || movement === null) return;
    const { key, atMs, timeKnown } = movement;
    const elsewhere = atMs < this.day.startMs || atMs >= this.day.endMs;
    if (elsewhere || !timeKnown) this.settled.push({ key, atMs });
  }

  takeWhole(kind: Parameters<typeof wholeDifference>[0]): void {
    this.keep(wholeDifference(kind));
  }

  /** By system; none where the bill's own sums do not say whether they are taken or given. */
  fees({ payments, refunds, fees, shares, net, feesExplainNet }: BillTotals): SystemFee[] {
    if (!feesExplainNet) return [];
    const gap = payments.received + refunds.received - net;
    // With whichever sign the bill writes what is taken.
    const taken = Math.abs(gap - fees) === Math.abs(shares) ? 1 : -1;
    return [...this.feeOf].map(([billType, sum]) => ({ billType, fee: fen(taken * sum || 0) }));
  }

  counts(): Pick<DayResult, 'differences' | 'foreignRows'> {
    return { differences: this.found, foreignRows: this.kinds.get('foreignRow') ?? 0 };
  }

  private waits({ kind, row }: Verdict): boolean {
    return row !== null && isMendable(kind) && this.waiting.has(rowKey(row));
  }

  private keep(difference: DayDifference | null): void {
    if (difference === null) return;
    this.found += 1;
    if (this.differences.length < MOST_KEPT) this.differences.push(difference);
  }
}

async function comparedDay(
  { date, startMs, endMs, tradePrefix }: BillDay,
  books: DailyBooks,
  rows: SortedRows,
): Promise<ComparedDay> {
  return {
    date,
    startMs,
    endMs,
    tradePrefix,
    beforeIsIn: (await books.dayResult(chinaDate(startMs - 1))) !== null,
    afterIsIn: (await books.dayResult(chinaDate(endMs))) !== null,
    doubledTrades: rows.doubledTrades(),
  };
}

/**
 * What the neighbours still wait for near our midnights: this bill was their last chance. What it
 * does hold is closed first, and then no longer there to become a difference.
 */
async function overdueOf(
  { startMs, endMs }: BillDay,
  books: DailyBooks,
): Promise<OverdueMovement[]> {
  const overdue: OverdueMovement[] = [];
  for (const midnight of [startMs, endMs]) {
    const date = chinaDate(midnight === startMs ? midnight - 1 : midnight);
    for (const { kind, atMs, movementKey: key, moved } of await books.differencesOf(date)) {
      const isNear = atMs !== null && Math.abs(atMs - midnight) <= NEAR_MIDNIGHT_MS;
      if (kind !== 'dayBoundary' || !isNear || key === null) continue;
      overdue.push({ date, key, kind: moved === 'refund' ? 'refundOnlyHere' : 'paidOnlyHere' });
    }
  }
  return overdue;
}

function sumsOf({ account, payments, refunds, net }: BillTotals) {
  return {
    account,
    payments: payments.count,
    paid: payments.received,
    refunds: refunds.count,
    refunded: fen(Math.abs(refunds.received)),
    net,
  };
}

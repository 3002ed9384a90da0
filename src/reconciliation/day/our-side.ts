import type { DailyBooks } from '../../domain/ports/daily-books';
import type { OurReceipt } from '../../domain/reconciliation/movement';
import { NEAR_MIDNIGHT_MS } from '../compare/compare-receipt';
import type { SortedRows } from '../compare/sorted-rows';

/** How many receipts are in memory at a time. What lives longer is given back much later. */
const AT_ONCE = 50;

/**
 * The receipts a bill is compared with, sorted by number: those with a movement of the day or near
 * it, and those whose numbers stand in the bill.
 */
export async function* ourSide(
  books: DailyBooks,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  rows: Pick<SortedRows, 'ourNumbers' | 'hasOurs'>,
): AsyncGenerator<OurReceipt> {
  const booked: string[] = [];
  const [fromMs, untilMs] = [startMs - NEAR_MIDNIGHT_MS, endMs + NEAR_MIDNIGHT_MS];
  for await (const number of books.numbersBetween(fromMs, untilMs)) {
    // Nearly all of a day's numbers stand in its bill, and are in memory there.
    if (!rows.hasOurs(number)) booked.push(number);
  }
  booked.sort(byCode);
  let batch: string[] = [];
  for (const number of merged(booked, rows.ourNumbers())) {
    batch.push(number);
    if (batch.length < AT_ONCE) continue;
    yield* inOrder(await books.receiptsOf(batch));
    batch = [];
  }
  yield* inOrder(await books.receiptsOf(batch));
}

/** Both of two sorted lists, sorted, each number once. */
function* merged(booked: readonly string[], billed: Iterable<string>): Generator<string> {
  let next = 0;
  let before: string | null = null;
  for (const number of billed) {
    for (; (booked[next] ?? number) < number; next += 1) {
      const ours = booked[next] ?? '';
      if (ours !== before) yield ours;
      before = ours;
    }
    if (number !== before) yield number;
    before = number;
  }
  for (const ours of booked.slice(next)) {
    if (ours !== before) yield ours;
    before = ours;
  }
}

function inOrder(receipts: readonly OurReceipt[]): OurReceipt[] {
  return [...receipts].sort((one, other) => byCode(one.outTradeNo, other.outTradeNo));
}

function byCode(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

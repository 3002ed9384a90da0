import type { DailyBooks } from '../../domain/ports/daily-books';
import type { OurReceipt } from '../../domain/reconciliation/movement';
import type { RowGroup } from '../compare/compare';
import { NEAR_MIDNIGHT_MS } from '../compare/compare-receipt';
import { canBeOurs } from '../compare/whose-number';

/**
 * The receipts a bill is compared with, sorted by number: those with a movement of the day or near
 * it, and those whose numbers stand in the bill.
 */
export async function* ourSide(
  books: DailyBooks,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  groups: Iterable<RowGroup>,
): AsyncGenerator<OurReceipt> {
  const ours = await sortedBetween(books, startMs - NEAR_MIDNIGHT_MS, endMs + NEAR_MIDNIGHT_MS);
  let next = 0;
  for (const { outTradeNo } of groups) {
    for (; (ours[next]?.outTradeNo ?? outTradeNo) < outTradeNo; next += 1) yield* at(ours, next);
    if (ours[next]?.outTradeNo === outTradeNo || !canBeOurs(outTradeNo)) continue;
    const receipt = await books.receiptOf(outTradeNo);
    if (receipt !== null) yield receipt;
  }
  for (; next < ours.length; next += 1) yield* at(ours, next);
}

function at(ours: readonly OurReceipt[], place: number): OurReceipt[] {
  return ours.slice(place, place + 1);
}

async function sortedBetween(books: DailyBooks, fromMs: number, untilMs: number) {
  const found = new Map<string, OurReceipt>();
  for await (const receipt of books.receiptsBetween(fromMs, untilMs)) {
    found.set(receipt.outTradeNo, receipt);
  }
  return [...found.values()].sort((one, other) => (one.outTradeNo < other.outTradeNo ? -1 : 1));
}

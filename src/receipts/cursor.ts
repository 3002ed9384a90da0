import { createHash } from 'node:crypto';
import type { Place, ReceiptSearch } from '../domain/reading/receipt-search';

const CURSOR = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([0-9a-f]{16})$/;

/** The longest cursor there is. */
export const LONGEST_CURSOR = 40;

/** Where a search goes on, as text for callers. It holds a place and nothing secret. */
export function cursorOf(search: ReceiptSearch, { atMs, id }: Place): string {
  return `${atMs.toString(36)}.${id.toString(36)}.${digestOf(search)}`;
}

/** The place of a cursor; null: it is none of ours, or of another search. */
export function placeOf(search: ReceiptSearch, cursor: string): Place | null {
  const [, at = '', number = '', digest] = CURSOR.exec(cursor) ?? [];
  if (digest !== digestOf(search)) return null;
  const place = { atMs: parseInt(at, 36), id: parseInt(number, 36) };
  // Written as we write it, and no number that a double rounds.
  return cursorOf(search, place) === cursor && isSafe(place) ? place : null;
}

function isSafe({ atMs, id }: Place): boolean {
  return Number.isSafeInteger(atMs) && Number.isSafeInteger(id);
}

/** Tells searches apart; also by the systems, which are the caller's. */
function digestOf(search: ReceiptSearch): string {
  const names = Object.keys(search).sort() as (keyof ReceiptSearch)[];
  const content = JSON.stringify(names.map((name) => [name, search[name]]));
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

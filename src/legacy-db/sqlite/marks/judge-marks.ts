import type { MarksFound } from './marks-file';
import type { BookNumbers } from './numbers';
import { TOLD_TABLES, isAhead } from './numbers';

/** What books and the marks beside them say of each other. */
export type MarksVerdict =
  /** No number was ever reserved: these books begin to keep marks now. */
  | 'first'
  /** They belong together. */
  | 'same'
  /** The marks know of numbers or changes that the books do not: the books are older. */
  | 'restored'
  /** Marks were kept, and there are none: the books may be older. */
  | 'marksMissing';

/** Pure. Called at every start, with the books locked. */
export function judgeMarks(books: BookNumbers, beside: MarksFound): MarksVerdict {
  if (beside === 'unreadable') return 'marksMissing';
  if (beside === 'none') return hasReserved(books) ? 'marksMissing' : 'first';
  const { reservedTo, givenTo } = books;
  const keptMarks = Object.keys(reservedTo).length > 0;
  const ahead = isAhead(beside.reservedTo, reservedTo) || isAhead(beside.givenTo, givenTo);
  return ahead || !keptMarks ? 'restored' : 'same';
}

// A start that was cut short before its marks were written had noted what was given, no more.
function hasReserved({ reservedTo, givenTo }: BookNumbers): boolean {
  return TOLD_TABLES.some((table) => (reservedTo[table] ?? 0) > (givenTo[table] ?? 0));
}

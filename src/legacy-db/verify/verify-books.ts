import type { BillType } from '../../domain/bill';
import { sql } from '../sql/sql';
import type { Account, AccountRule, BookDifference } from './account';
import { billDiffers, readBills } from './bill-rules';
import { tellsItsHistory } from './callback-rules';
import type { ToldSince } from './callback-rules';
import { readAccounts } from './read-accounts';
import type { Big, ReadBooks } from './read-accounts';
import {
  openIsDue,
  paymentIsWhole,
  refundedIsPossible,
  stateIsItsHistory,
  tradeIsItsOwn,
  underItsBill,
} from './receipt-rules';
import {
  duplicateIsOwed,
  givesBackByItsWord,
  refundsAddUp,
  refundsAreUnderWay,
  refundsFit,
} from './refund-rules';
import { strayDifferences } from './stray-rules';
import { cardGaveUp, systemHasIt } from './system-rules';

/** Books that are compared with themselves. */
export interface VerifiedBooks extends ReadBooks {
  /** From when on each system was told everything. */
  readonly since: ToldSince;
  /**
   * Before a difference is looked at again, where others write between two questions: what is gone
   * then was none. Null: nothing moves.
   */
  readonly pause: (() => Promise<void>) | null;
}

/** What came of it. */
export interface Verified {
  readonly receipts: number;
  readonly differences: number;
}

/** What holds of each receipt and what belongs to it, in this order. */
const ACCOUNT_RULES: readonly AccountRule[] = [
  underItsBill,
  stateIsItsHistory,
  paymentIsWhole,
  tradeIsItsOwn,
  refundedIsPossible,
  openIsDue,
  refundsAddUp,
  refundsFit,
  refundsAreUnderWay,
  givesBackByItsWord,
  duplicateIsOwed,
  systemHasIt,
  cardGaveUp,
];

/** How often a difference is looked at where something moves. */
const LOOKS = 3;

/**
 * Reads all books, a few hundred receipts at a time, and tells each difference as it is found.
 * Nothing is written.
 */
export async function verifyBooks(
  books: VerifiedBooks,
  tell: (difference: BookDifference) => Promise<void>,
): Promise<Verified> {
  let [receipts, differences] = [0, 0];
  const compare = async (look: () => Promise<readonly BookDifference[]>): Promise<void> => {
    for (const one of await confirmed(books, look)) {
      differences += 1;
      await tell(one);
    }
  };
  const rules = [...ACCOUNT_RULES, tellsItsHistory(books.since)];
  const ofAccounts = (accounts: readonly Account[]): readonly BookDifference[] =>
    accounts.flatMap((account) => rules.flatMap((rule) => rule(account)));
  for (let after = 0; ;) {
    const accounts = await readAccounts(books, after);
    const last = accounts.at(-1);
    if (!last) break;
    const [first, page] = [ofAccounts(accounts), after];
    const again = async () => ofAccounts(await readAccounts(books, page));
    await compare(lookFirst(first, again));
    receipts += accounts.length;
    after = last.receipt.id;
  }
  await compareBills(books, compare);
  await compare(() => strayDifferences(books));
  return { receipts, differences };
}

async function compareBills(
  books: VerifiedBooks,
  compare: (look: () => Promise<readonly BookDifference[]>) => Promise<void>,
): Promise<void> {
  const ours = books.systems !== null;
  for (let after = 0; ;) {
    const page = after;
    const bills = await readBills(books, page);
    const last = bills.at(-1);
    if (!last) return;
    const differ = (some: typeof bills) => some.flatMap((bill) => billDiffers(bill, ours));
    const again = async () => differ(await readBills(books, page));
    await compare(lookFirst(differ(bills), again));
    after = last.id;
  }
}

/** Gives what was found already, and looks from then on. */
function lookFirst(
  found: readonly BookDifference[],
  again: () => Promise<readonly BookDifference[]>,
): () => Promise<readonly BookDifference[]> {
  let looked = false;
  return () => {
    if (looked) return again();
    looked = true;
    return Promise.resolve(found);
  };
}

/** What every look finds. */
async function confirmed(
  { pause }: VerifiedBooks,
  look: () => Promise<readonly BookDifference[]>,
): Promise<readonly BookDifference[]> {
  let found = await look();
  for (let looks = 1; pause && looks < LOOKS && found.length > 0; looks += 1) {
    await pause();
    const still = new Set((await look()).map((one) => JSON.stringify(one)));
    found = found.filter((one) => still.has(JSON.stringify(one)));
  }
  return found;
}

/**
 * From when on the systems that are told now were told: since their first callback, or since a
 * moment that is said.
 */
export async function toldSince(
  { read }: ReadBooks,
  receivers: readonly BillType[],
  saidMs: number,
): Promise<ToldSince> {
  const rows = await read.rows<{ bill_type: string; first_at_ms: Big }>(
    sql`select bill_type, min(written_at_ms) as first_at_ms from callback group by bill_type`,
  );
  const known = rows.filter(({ bill_type: type }) => (receivers as string[]).includes(type));
  return Object.fromEntries(
    known.map((row) => [row.bill_type, Math.max(saidMs, Number(row.first_at_ms))]),
  );
}

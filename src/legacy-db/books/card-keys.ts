import { cardKey } from '../../domain/bill';

/** Several rows of `card_balance` that are one card. */
export interface CardClash {
  /** The identity of the card: the row of exactly this number is the one in use. */
  readonly key: string;
  /** The numbers as the rows have them. */
  readonly cardNos: readonly string[];
}

/** What becomes of rows that were written before cards had a key. */
export interface CardRows {
  /** Alone of their card, and not written as its key: from, to. */
  readonly renames: readonly (readonly [cardNo: string, key: string])[];
  /** Nobody but their owner can say what they add up to: they are left as they are. */
  readonly clashes: readonly CardClash[];
}

/** Sorts the numbers of all rows of `card_balance`. */
export function sortCards(cardNos: readonly string[]): CardRows {
  const byKey = new Map<string, string[]>();
  for (const cardNo of cardNos) {
    const key = cardKey(cardNo);
    const known = byKey.get(key);
    if (known) known.push(cardNo);
    else byKey.set(key, [cardNo]);
  }
  const groups = [...byKey].map(([key, numbers]) => ({ key, cardNos: numbers.sort() }));
  return {
    renames: groups.flatMap(({ key, cardNos: [only = key, ...others] }) =>
      others.length === 0 && only !== key ? [[only, key] as const] : [],
    ),
    clashes: groups.filter((group) => group.cardNos.length > 1),
  };
}

/** How many clashes are told one by one. */
const MOST_TOLD = 20;

/** Clashes as lines for an operator; blanks show because the numbers are quoted. */
export function clashLines(clashes: readonly CardClash[]): string[] {
  const lines = clashes.slice(0, MOST_TOLD).map(({ key, cardNos }) => {
    const rows = cardNos.map((cardNo) => JSON.stringify(cardNo)).join(', ');
    return `cards    ${rows} are one card: ${JSON.stringify(key)} is used, the rest is left alone`;
  });
  const more = clashes.length - lines.length;
  return more > 0 ? [...lines, `cards    and ${more} more like that`] : lines;
}

import { BillRefusal } from '../bill-refusal';

/** Where each column of a file stands, by its name. */
export type Columns<Name extends string> = Readonly<Record<Name, number>>;

/**
 * Finds the columns that are needed in a header, by name: their number and order have changed over
 * the years. Brackets may be full or half width. @throws BillRefusal columnsUnknown
 */
export function findColumns<Name extends string>(
  header: readonly string[],
  names: readonly Name[],
): Columns<Name> {
  const found = header.map(plainText);
  const entries = names.map((name): [Name, number] => {
    const at = found.indexOf(plainText(name));
    if (at < 0) throw new BillRefusal('columnsUnknown', `the bill has no column ${name}`);
    if (found.includes(found[at] ?? '', at + 1)) {
      throw new BillRefusal('columnsUnknown', `the bill has the column ${name} twice`);
    }
    return [name, at];
  });
  return Object.fromEntries(entries) as Columns<Name>;
}

/** A text with brackets, colons and commas of half width, without blanks and TABs around it. */
export function plainText(text: string): string {
  return text.normalize('NFKC').trim();
}

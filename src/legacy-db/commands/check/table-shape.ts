import { comparisonOf } from '../difference';
import type { Comparison, Difference } from '../difference';

/** A column: its type, and whether it takes null. */
export interface ColumnShape {
  readonly name: string;
  /** As a declaration says it, in lower case: `nvarchar(20)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** How texts are compared; null: as the database does by default. */
  readonly collation: string | null;
}

/** What matters of a table: its columns and what may be there only once. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  /** The columns of each unique key, primary keys included. */
  readonly uniqueKeys: readonly (readonly string[])[];
}

/** Compares tables of ours with what a database has. Names in any letter case. */
export function compareTables(
  expected: readonly TableShape[],
  found: readonly TableShape[],
): Comparison[] {
  const byName = new Map(found.map((table) => [table.name.toLowerCase(), table]));
  const compared = expected.map((table) =>
    compareTable(table, byName.get(table.name.toLowerCase())),
  );
  return [...compared, collationsOf(compared.flatMap(({ collations }) => collations))];
}

/** A column whose collation alone differs. */
interface OtherCollation {
  readonly column: string;
  readonly expected: string;
  readonly found: string;
}

/** One difference for each pair of collations, however many columns have it. */
function collationsOf(columns: readonly OtherCollation[]): Comparison {
  const pairs = new Map<string, OtherCollation[]>();
  for (const each of columns) {
    const pair = `${each.expected} ${each.found}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), each]);
  }
  const differences = [...pairs.values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const part = all.length === 1 ? first.column : `${first.column} and ${all.length - 1} more`;
    return [{ object: 'collation', part, expected: first.expected, found: first.found }];
  });
  return { differences, fine: [] };
}

interface ComparedTable extends Comparison {
  readonly collations: readonly OtherCollation[];
}

function compareTable(expected: TableShape, found: TableShape | undefined): ComparedTable {
  const object = `table ${expected.name}`;
  const praise = `${object}: ${expected.columns.length} columns`;
  if (!found) {
    const missing = { object, part: 'table', expected: 'a table', found: 'missing' };
    return { ...comparisonOf(praise, [missing]), collations: [] };
  }
  const collations: OtherCollation[] = [];
  const differences = [
    ...compareColumns(object, expected, found, collations),
    ...compareKeys(object, expected, found),
  ];
  const { fine } = comparisonOf(praise, differences);
  return { differences, fine: collations.length === 0 ? fine : [], collations };
}

function compareColumns(
  object: string,
  expected: TableShape,
  found: TableShape,
  collations: OtherCollation[],
): Difference[] {
  const byName = new Map(found.columns.map((column) => [column.name.toLowerCase(), column]));
  const differences: Difference[] = [];
  for (const column of expected.columns) {
    const there = byName.get(column.name.toLowerCase());
    byName.delete(column.name.toLowerCase());
    const wanted = spell(column, true);
    const actual = there ? spell(there, column.collation !== null) : 'missing';
    const differs = wanted.toLowerCase() !== actual.toLowerCase();
    if (differs && there && isSame(spell(column, false), spell(there, false))) {
      const [wants, has] = [column.collation ?? '', there.collation ?? 'none'];
      collations.push({ column: `${expected.name}.${column.name}`, expected: wants, found: has });
    } else if (differs) {
      differences.push({ object, part: column.name, expected: wanted, found: actual });
    }
  }
  // A further column does no harm as long as it may stay empty.
  for (const extra of byName.values()) {
    if (extra.nullable) continue;
    const what = `${spell(extra, false)}: we write nothing into it`;
    differences.push({ object, part: extra.name, expected: 'no such column', found: what });
  }
  return differences;
}

function compareKeys(object: string, expected: TableShape, found: TableShape): Difference[] {
  const there = new Set(found.uniqueKeys.map(spellKey));
  return expected.uniqueKeys
    .filter((key) => !there.has(spellKey(key)))
    .map((key) => ({
      object,
      part: `(${key.join(', ')})`,
      expected: 'a unique key',
      found: 'missing',
    }));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function spell({ type, nullable, collation }: ColumnShape, withCollation: boolean): string {
  const collate = withCollation && collation !== null ? ` collate ${collation}` : '';
  return `${type}${collate} ${nullable ? 'null' : 'not null'}`;
}

// The order of its columns does not change what a key allows.
function spellKey(key: readonly string[]): string {
  return key
    .map((column) => column.toLowerCase())
    .sort()
    .join();
}

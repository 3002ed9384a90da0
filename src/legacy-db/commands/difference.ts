/** One thing in which a database is not as it must be. */
export interface Difference {
  /** A procedure, a table or the migrations. */
  readonly object: string;
  /** Which part of it: a parameter, a column, a key. */
  readonly part: string;
  readonly expected: string;
  readonly found: string;
}

/** What was compared, and what came of it. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** One line for each object that is as it must be. */
  readonly fine: readonly string[];
  /** Settings that may cure what differs: entries of PROCEDURE_PARAMETERS. */
  readonly advice?: readonly string[];
}

/** Several comparisons as one. */
export function joined(comparisons: readonly Comparison[]): Required<Comparison> {
  return {
    differences: comparisons.flatMap((each) => each.differences),
    fine: comparisons.flatMap((each) => each.fine),
    advice: comparisons.flatMap((each) => each.advice ?? []),
  };
}

/** The comparison of one object: a line of praise where nothing differs. */
export function comparisonOf(praise: string, differences: readonly Difference[]): Comparison {
  return { differences, fine: differences.length === 0 ? [praise] : [] };
}

/** Differences as a table for a terminal; empty: none. */
export function tableOf(differences: readonly Difference[]): string[] {
  if (differences.length === 0) return [];
  const rows = [
    ['object', 'part', 'expected', 'found'],
    ...differences.map(({ object, part, expected, found }) => [object, part, expected, found]),
  ];
  const width = (column: number): number =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = [0, 1, 2, 3].map(width);
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

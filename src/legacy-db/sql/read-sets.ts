import type { Sql } from './runner';
import type { Statement } from './sql';

/** The rows of several queries, made in this order: in one message where the store can. */
export async function readSets(
  read: Pick<Sql, 'rows' | 'sets'>,
  statements: readonly Statement[],
): Promise<unknown[][]> {
  if (read.sets) return read.sets(statements);
  const sets: unknown[][] = [];
  for (const statement of statements) sets.push(await read.rows(statement));
  return sets;
}

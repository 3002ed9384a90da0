import { PayError } from '../../domain/errors';
import type { Database, Sql } from './database';
import type { Bound } from './sql';
import { Statement } from './sql';
import type { Decide, Stop, Writes, Written, WriteStep } from './writes';
import { Later } from './writes';

/** How often a unit reads and decides again because its bill has changed meanwhile. */
export const MOST_DECISIONS = 8;

/** Thrown inside a unit, so that nothing of it stays. */
export class Stopped extends Error {
  constructor(readonly why: Stop) {
    super(`a unit was stopped: ${why}`);
  }
}

/** The error of a unit whose bill does not stand still. */
export function keepsChanging(name: string): PayError {
  return new PayError('DATABASE_UNAVAILABLE', `${name}: the bill keeps changing`);
}

/** Carries out a unit's writes one after the other, in a transaction that is open. */
export async function carryOut(db: Sql, writes: Writes): Promise<Written> {
  const known = new Map<number, string | number>();
  let rows: readonly unknown[] = [];
  const valueOf = ({ place }: Later): string | number => {
    const value = known.get(place);
    if (value === undefined) throw new Error('a value that no step has given');
    return value;
  };
  for (const step of writes.steps) {
    if (step.kind === 'read') rows = await db.rows(withValues(step.select, valueOf));
    else await carryOutStep(db, step, known, valueOf);
  }
  return { valueOf, rows };
}

async function carryOutStep(
  db: Sql,
  step: Exclude<WriteStep, { kind: 'read' }>,
  known: Map<number, string | number>,
  valueOf: Written['valueOf'],
): Promise<void> {
  switch (step.kind) {
    case 'ask': {
      const value = firstOf(await db.rows<object>(withValues(step.select, valueOf)));
      if (value !== null) known.set(step.answer.place, value);
      return;
    }
    case 'holds':
      if ((await db.rows(withValues(step.select, valueOf))).length > 0) return;
      throw new Stopped(step.otherwise);
    case 'refuse': {
      const found = firstOf(await db.rows<object>(withValues(step.select, valueOf)));
      if (found !== null) throw step.error(String(found));
      return;
    }
    case 'inTime':
      return step.until.refuseWhenOver();
    case 'change': {
      const changed = await db.change(withValues(step.statement, valueOf));
      if (step.otherwise !== null && changed !== 1) throw new Stopped(step.otherwise);
      return;
    }
    case 'insert':
      known.set(step.id.place, await db.insert(withValues(step.statement, valueOf)));
      return;
    case 'system':
      known.set(step.answer.place, await step.system.run(db));
  }
}

/**
 * A unit that reads, decides and writes in one transaction: of a store where nothing is gained by
 * doing it otherwise.
 */
export async function onceByWriting<T>(
  database: Pick<Database, 'write'>,
  name: string,
  decide: Decide<T>,
  bill?: string,
): Promise<T> {
  for (let round = 1; round <= MOST_DECISIONS; round += 1) {
    let lost: (() => T) | null = null;
    try {
      return await database.write(
        name,
        async (unit) => {
          const decision = await decide(unit);
          if (decision.kind === 'answer') return decision.answer;
          ({ lost } = decision);
          return decision.done(await carryOut(unit, decision.writes));
        },
        bill,
      );
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      if (error.why === 'lost' && lost !== null) return (lost as () => T)();
    }
  }
  throw keepsChanging(name);
}

/** The first value of the first row; null: there is none. */
function firstOf(rows: readonly object[]): string | number | null {
  const [value] = Object.values(rows[0] ?? {}) as (string | number | null)[];
  return value ?? null;
}

function withValues(statement: Statement, valueOf: Written['valueOf']): Statement {
  const { values } = statement;
  if (!values.some((value) => value instanceof Later)) return statement;
  const known = values.map((value): Bound =>
    value instanceof Later ? { type: value.type, value: valueOf(value) } : value,
  );
  return new Statement(statement.texts, known);
}

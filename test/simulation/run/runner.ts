import type { Bug } from '../bugs/bug';
import { Coverage } from '../rules/coverage';
import { MemoryDatabase, migratedSchema } from '../store/memory-database';
import { product } from '../world/product';
import { play } from './story';
import type { StoryOptions, StoryResult } from './story';

/** What a run over many seeds found. */
export interface RunResult {
  readonly seeds: number;
  readonly events: number;
  readonly commits: number;
  readonly coverage: Coverage;
  /** Points the product touched that the table of cells does not list. */
  readonly unlisted: ReadonlySet<string>;
  readonly violations: readonly StoryResult[];
}

/** How far a run goes. */
export interface RunLimits {
  readonly from: number;
  readonly seeds: number;
  /** Ends after so many violations. */
  readonly violations: number;
}

let schema: Promise<readonly string[]> | null = null;

/** A fresh database and the product, with one planted bug if there is one. */
export async function stage(bug: Bug | null): Promise<StoryOptions> {
  const staged = product(bug);
  schema ??= migratedSchema();
  return { product: staged, database: new MemoryDatabase(await schema) };
}

/** Plays the stories of consecutive seeds. */
export async function run(options: StoryOptions, limits: RunLimits): Promise<RunResult> {
  const { stackTraceLimit } = Error;
  // Stories are full of errors; where they come from matters only when one is told alone.
  Error.stackTraceLimit = 0;
  try {
    return await playAll(options, limits);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function playAll(options: StoryOptions, limits: RunLimits): Promise<RunResult> {
  const coverage = new Coverage();
  const unlisted = new Set<string>();
  const violations: StoryResult[] = [];
  let seeds = 0;
  let events = 0;
  let commits = 0;
  while (seeds < limits.seeds && violations.length < limits.violations) {
    const result = await play(limits.from + seeds, options);
    seeds += 1;
    events += result.events;
    commits += result.commits;
    coverage.add(result.happened);
    for (const point of result.unlisted) unlisted.add(point);
    if (result.violation) violations.push(result);
  }
  return { seeds, events, commits, coverage, unlisted, violations };
}

/** How a planted bug was seen. */
export interface Bite {
  readonly bug: string;
  /** Stories played until then. */
  readonly seeds: number;
  readonly seen: StoryResult | null;
}

/** Plays stories until one breaks with the bug that does not break without it. */
export async function bite(bug: Bug, maxSeeds: number): Promise<Bite> {
  const planted = await stage(bug);
  const sound = await stage(null);
  for (let from = 1; from <= maxSeeds;) {
    const limits = { from, seeds: maxSeeds - from + 1, violations: 1 };
    const { seeds, violations } = await run(planted, limits);
    from += seeds;
    const [seen] = violations;
    if (!seen) break;
    if (!(await play(seen.seed, sound)).violation) return { bug: bug.name, seeds: from - 1, seen };
  }
  return { bug: bug.name, seeds: maxSeeds, seen: null };
}

import type { Bug } from '../bugs/bug';
import { Coverage } from '../rules/coverage';
import { run, stage } from './runner';
import type { RunLimits, RunResult } from './runner';
import type { StoryResult } from './story';
import { share } from './workers';
import type { Task } from './workers';

/** So many seeds at a time: long against the way to another process, short against a run. */
const CHUNK = 250;

/** What is played. */
export interface Cast {
  readonly bug: Bug | null;
  readonly dropped: ReadonlySet<string>;
}

/** Who plays it: other processes, running `script` or else what is built; 1: this process. */
export interface Helpers {
  readonly processes: number;
  readonly script?: string;
}

/** What consecutive seeds gave, as it travels between processes. */
export interface Part {
  readonly seeds: number;
  readonly events: number;
  readonly commits: number;
  /** How often something happened in each cell. */
  readonly cells: readonly (readonly [cell: string, times: number])[];
  readonly unlisted: readonly string[];
  readonly violations: readonly StoryResult[];
}

/** A result for another process. */
export function partOf(result: RunResult): Part {
  const { coverage, unlisted, ...rest } = result;
  return { ...rest, cells: coverage.cells(), unlisted: [...unlisted] };
}

/** Plays consecutive seeds in several processes; the result is the one a single process gives. */
export async function runShared(
  { bug, dropped }: Cast,
  limits: RunLimits,
  { processes, script }: Helpers,
): Promise<RunResult> {
  const alone = async (some: RunLimits): Promise<Part> =>
    partOf(await run({ ...(await stage(bug)), dropped }, some));
  const chunks = chunksOf(limits);
  if (processes <= 1 || chunks.length === 1) return merged([await alone(limits)]);
  const tasks = chunks.map((chunk): Task => {
    return { kind: 'run', bug: bug?.name ?? null, dropped: [...dropped], limits: chunk };
  });
  const goOn = (parts: readonly (Part | undefined)[]): boolean =>
    violationsOf(parts) < limits.violations;
  const parts = await share<Part>(tasks, { processes, goOn, ...(script && { script }) });
  return merged(await upTo(limits.violations, parts, chunks, alone));
}

function chunksOf({ from, seeds, violations }: RunLimits): RunLimits[] {
  return Array.from({ length: Math.max(1, Math.ceil(seeds / CHUNK)) }, (_each, i) => {
    return { from: from + i * CHUNK, seeds: Math.min(CHUNK, seeds - i * CHUNK), violations };
  });
}

function violationsOf(parts: readonly (Part | undefined)[]): number {
  return parts.reduce((sum, part) => sum + (part?.violations.length ?? 0), 0);
}

/** Leaves out what a single process would not have played: it ends at its last violation. */
async function upTo(
  violations: number,
  parts: readonly Part[],
  chunks: readonly RunLimits[],
  play: (limits: RunLimits) => Promise<Part>,
): Promise<Part[]> {
  const kept: Part[] = [];
  for (const [n, part] of parts.entries()) {
    const left = violations - violationsOf(kept);
    const chunk = chunks[n];
    if (left === 0 || !chunk) break;
    // With fewer left than it knew of, it went on behind the last one.
    const over = left < violations && part.violations.length >= left;
    kept.push(over ? await play({ ...chunk, violations: left }) : part);
  }
  return kept;
}

function merged(parts: readonly Part[]): RunResult {
  const coverage = new Coverage();
  for (const { cells } of parts) coverage.merge(cells);
  const sum = (count: (part: Part) => number): number =>
    parts.reduce((total, part) => total + count(part), 0);
  return {
    seeds: sum(({ seeds }) => seeds),
    events: sum(({ events }) => events),
    commits: sum(({ commits }) => commits),
    coverage,
    unlisted: new Set(parts.flatMap(({ unlisted }) => unlisted)),
    violations: parts.flatMap(({ violations }) => violations),
  };
}

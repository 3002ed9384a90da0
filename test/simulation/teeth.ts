import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BUGS } from './bugs/bugs';
import type { Bug } from './bugs/bug';
import type { Bite } from './run/runner';
import { share } from './run/workers';

/** Every planted bug must be seen within so many seeds. */
const MAX_SEEDS = 20_000;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function row(bug: string, seed: string, seeds: string, how: string): void {
  print(`${bug.padEnd(34)} ${seed.padStart(6)} ${seeds.padStart(6)}  ${how}`);
}

function tell({ bug, seeds, seen }: Bite): void {
  const violation = seen?.violation;
  const how = violation ? `${violation.invariant}: ${violation.what.slice(0, 90)}` : 'NOT SEEN';
  row(bug, seen ? String(seen.seed) : '-', String(seeds), how);
}

/** The bugs that are named as arguments, else all of them. */
function options(): { bugs: readonly Bug[]; processes: number } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { processes: { type: 'string', default: String(availableParallelism()) } },
  });
  const strange = positionals.filter((name) => !BUGS.some((bug) => bug.name === name));
  if (strange.length > 0) throw new Error(`no bugs ${strange.join(', ')}`);
  const bugs = BUGS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { bugs, processes: Number(values.processes) };
}

/** Plants one bug at a time in each process; the table has the bugs in their own order. */
async function main(): Promise<boolean> {
  const { bugs, processes } = options();
  row('bug', 'seed', 'played', 'seen as');
  const tasks = bugs.map(({ name }) => ({ kind: 'bite', bug: name, seeds: MAX_SEEDS }) as const);
  let told = 0;
  const goOn = (bites: readonly (Bite | undefined)[]): boolean => {
    for (let next = bites[told]; next; next = bites[told]) {
      tell(next);
      told += 1;
    }
    return true;
  };
  const bites = await share<Bite>(tasks, { processes, goOn });
  const seen = bites.filter((each) => each.seen !== null).length;
  print(`${seen} of ${bugs.length} planted bugs seen`);
  return seen === bugs.length;
}

main().then(
  (fine) => {
    process.exitCode = fine ? 0 : 1;
  },
  (error: unknown) => {
    process.stdout.write(`${error instanceof Error ? (error.stack ?? error.message) : ''}\n`);
    process.exitCode = 2;
  },
);

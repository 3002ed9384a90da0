import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BUGS } from './bugs/bugs';
import { stage } from './run/runner';
import { runShared } from './run/shared-run';
import { shrink } from './run/shrink';
import { play } from './run/story';
import type { StoryOptions } from './run/story';

/** From here on a run must have touched every cell. */
const COVERING_SEEDS = 5_000;
/** So many violations are shrunk and shown. */
const SHOWN = 3;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function options() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      bug: { type: 'string' },
      drop: { type: 'string', default: '' },
      keep: { type: 'string', default: String(SHOWN) },
      processes: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const bug = BUGS.find(({ name }) => name === values.bug) ?? null;
  if (values.bug !== undefined && bug === null) throw new Error(`no bug ${values.bug}`);
  return { ...values, bug, dropped: new Set(values.drop.split(',').filter(Boolean)) };
}

/** One story, told whole. */
async function tell(seed: number, story: StoryOptions): Promise<boolean> {
  const { log, violation } = await play(seed, { ...story, logged: true });
  print(log.join('\n'));
  print(violation ? `VIOLATION of ${violation.invariant}: ${violation.what}` : 'nothing is broken');
  return violation === null;
}

async function main(): Promise<boolean> {
  const { seed, from, seeds, bug, dropped, keep, processes } = options();
  if (seed !== undefined) return tell(Number(seed), { ...(await stage(bug)), dropped });
  const start = process.hrtime.bigint();
  const limits = { from: Number(from), seeds: Number(seeds), violations: Number(keep) };
  const helpers = { processes: Number(processes) };
  const result = await runShared({ bug, dropped }, limits, helpers);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  for (const violation of result.violations.slice(0, SHOWN)) {
    const shortest = await shrink(violation, { ...(await stage(bug)), dropped });
    const { log, violation: broken } = shortest.result;
    print(log.join('\n'));
    print(`seed ${violation.seed} breaks ${broken?.invariant}: ${broken?.what}`);
    const names = [...dropped, ...shortest.dropped].join(',');
    const drop = names === '' ? '' : ` --drop "${names}"`;
    const planted = bug ? ` --bug ${bug.name}` : '';
    print(`replay: npm run simulate -- --seed ${violation.seed}${planted}${drop}\n`);
  }
  print(result.coverage.table());
  const empty = result.coverage.empty();
  const covering = result.seeds >= COVERING_SEEDS;
  if (empty.length > 0) print(`${covering ? 'EMPTY' : 'empty'}: ${empty.join(', ')}`);
  if (result.unlisted.size > 0) print(`NOT LISTED: ${[...result.unlisted].join(', ')}`);
  print(
    `${result.seeds} seeds from ${from}, ${result.violations.length} violations, ` +
      `${result.events} events, ${result.commits} commits, ` +
      `${(result.seeds / seconds).toFixed(1)} seeds/s`,
  );
  const covered = !covering || empty.length === 0;
  return result.violations.length === 0 && covered && result.unlisted.size === 0;
}

main().then(
  (fine) => {
    process.exitCode = fine ? 0 : 1;
  },
  (error: unknown) => {
    print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 2;
  },
);

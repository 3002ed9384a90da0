import { BUGS } from './bugs';
import { bite } from './runner';

/** Every planted bug must be seen within so many seeds. */
const MAX_SEEDS = 20_000;

/** Plants the bugs one at a time; names given as arguments alone, else all of them. */
async function main(): Promise<boolean> {
  const names = process.argv.slice(2);
  const bugs = BUGS.filter(({ name }) => names.length === 0 || names.includes(name));
  const missed: string[] = [];
  process.stdout.write(`${'bug'.padEnd(28)} ${'seeds'.padStart(6)}  seen as\n`);
  for (const bug of bugs) {
    const { seeds, seen: story } = await bite(bug, MAX_SEEDS);
    const seen = story?.violation;
    if (!seen) missed.push(bug.name);
    const how = seen ? `${seen.invariant}: ${seen.what.slice(0, 90)}` : 'NOT SEEN';
    process.stdout.write(`${bug.name.padEnd(28)} ${String(seeds).padStart(6)}  ${how}\n`);
  }
  process.stdout.write(`${bugs.length - missed.length} of ${bugs.length} planted bugs seen\n`);
  return missed.length === 0;
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

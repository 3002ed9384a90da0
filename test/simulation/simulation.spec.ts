import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUGS } from './bugs';
import { bite, stage } from './runner';
import { play } from './story';

const SEEDS = Number(process.env['SIM_SEEDS'] ?? 5_000);
/** With so many stories every cell of the matrix has been passed. */
const COVERING_SEEDS = 5_000;
const MINUTES = 60_000;

/** So many processes share the seeds. */
const PROCESSES = 2;

/** What a process says of its seeds. */
interface Part {
  readonly seeds: number;
  readonly violations: readonly { seed: number; invariant: string; what: string }[];
  readonly unlisted: readonly string[];
  readonly empty: readonly string[];
}

async function part(from: number, seeds: number): Promise<Part> {
  const args = [join(__dirname, 'seeds.child.js'), String(from), String(seeds)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Part;
}

/** Bugs that show themselves soon, one for each kind of rule. */
const SHORT_TEETH = [
  'answer-before-commit',
  'cancel-unasked',
  'acknowledge-before-commit',
  'ask-before-begin',
  'supersede-alive',
  'trust-unverified',
  'forget-hold',
  'ignore-untold',
];

describe('the simulation', () => {
  it('tells the same story twice for the same seed', async () => {
    const options = { ...(await stage(null)), logged: true };
    for (const seed of [3, 14, 159]) {
      const first = await play(seed, options);
      const second = await play(seed, options);
      expect(first.log.length).toBeGreaterThan(10);
      expect(second.log).toEqual(first.log);
      expect(second.happened).toEqual(first.happened);
    }
  });

  it(
    `breaks no invariant in ${SEEDS} stories, and leaves no cell untouched`,
    async () => {
      const share = Math.ceil(SEEDS / PROCESSES);
      const parts = await Promise.all(
        Array.from({ length: PROCESSES }, (_each, i) => part(1 + i * share, share)),
      );
      const broken = parts.flatMap(({ violations }) =>
        violations.map(({ seed, invariant, what }) => {
          return `npm run simulate -- --seed ${seed}: ${invariant}, ${what}`;
        }),
      );
      expect(broken).toEqual([]);
      expect(parts.flatMap(({ unlisted }) => unlisted)).toEqual([]);
      expect(parts.reduce((sum, { seeds }) => sum + seeds, 0)).toBeGreaterThanOrEqual(SEEDS);
      const [first, ...others] = parts.map(({ empty }) => empty);
      const empty = first?.filter((cell) => others.every((cells) => cells.includes(cell)));
      expect(SEEDS < COVERING_SEEDS ? [] : empty).toEqual([]);
    },
    10 * MINUTES,
  );
});

describe('planted bugs', () => {
  it('have names of their own', () => {
    expect(BUGS.length).toBeGreaterThanOrEqual(25);
    expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
  });

  it.each(SHORT_TEETH)(
    '%s is seen',
    async (name) => {
      const bug = BUGS.find((each) => each.name === name);
      const bitten = bug && (await bite(bug, 300));
      expect(bitten?.seen?.violation).toBeTruthy();
    },
    MINUTES,
  );

  it('fails loudly when its place is gone', async () => {
    const gone = { name: 'gone', file: 'domain/due.ts', find: 'not in there', replace: '' };
    await expect(stage(gone)).rejects.toThrow('0 times');
  });
});

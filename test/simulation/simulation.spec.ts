import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LONG, rows } from '../support/long';
import { bug } from './bugs/bug';
import { BUGS } from './bugs/bugs';
import { bite, stage } from './run/runner';
import { runShared } from './run/shared-run';
import { play } from './run/story';

const SEEDS = Number(process.env['SIM_SEEDS'] ?? (LONG ? 5_000 : 100));
/** With so many stories every cell of the matrix has been passed. */
const COVERING_SEEDS = 5_000;
const MINUTES = 60_000;

/** Two processes share the seeds; for a few it is not worth their start. */
const HELPERS = { processes: 2, script: join(__dirname, 'run/worker.child.js') };

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
  'callback-outside-the-unit',
];
/** These show themselves after more stories. */
const MORE_TEETH = ['callback-paid-on-its-way-back', 'delivery-taken-before-asked'];

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
      const limits = { from: 1, seeds: SEEDS, violations: 3 };
      const cast = { bug: null, dropped: new Set<string>() };
      const { violations, unlisted, seeds, coverage } = await runShared(cast, limits, HELPERS);
      const broken = violations.map(({ seed, violation }) => {
        const how = `${violation?.invariant}, ${violation?.what}`;
        return `npm run simulate -- --seed ${seed}: ${how}`;
      });
      expect(broken).toEqual([]);
      expect([...unlisted]).toEqual([]);
      expect(seeds).toBe(SEEDS);
      expect(SEEDS < COVERING_SEEDS ? [] : coverage.empty()).toEqual([]);
    },
    10 * MINUTES,
  );
});

describe('planted bugs', () => {
  it('have names of their own', () => {
    expect(BUGS.length).toBeGreaterThanOrEqual(25);
    expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
  });

  it.each(rows(SHORT_TEETH, MORE_TEETH))(
    '%s is seen',
    async (name) => {
      const bug = BUGS.find((each) => each.name === name);
      const bitten = bug && (await bite(bug, 300));
      expect(bitten?.seen?.violation).toBeTruthy();
    },
    MINUTES,
  );

  it('have their places, each exactly once', () => {
    for (const { file, patched } of BUGS) {
      const source = readFileSync(join(__dirname, '../../src', file), 'utf8');
      expect(patched(source)).not.toBe(source); // Else it throws.
    }
  });

  it('fails loudly when its place is gone', async () => {
    const gone = bug('gone', 'domain/receipt/due', 'codeIsOver', 'return true;', '');
    await expect(stage(gone)).rejects.toThrow('0 times');
  });
});

import { ConsoleLogger, Logger } from '@nestjs/common';
import * as circus from 'jest-circus';
import { expect } from 'expect';
import { ModuleMocker } from 'jest-mock';
import { run, stage } from '../simulation/run/runner';
import { FreshModules, NOT_LOADED } from './fresh-modules';
import type { Changed } from './fresh-modules';

/** A test that waits for longer has found something, unless its spec allows for more: ms. */
const TEST_TIMEOUT_MS = 10_000;

const NO_TEST = /(?!)/;

/** The first thing of the running spec that went wrong. */
let failure: string | null = null;

function allow(ms: number): void {
  circus.getState().testTimeout = ms;
}

/** Gives the process what specs expect to find around them, as jest does; `each` test is told. */
export function prepareGlobals(each: () => void): void {
  const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
  const jest = Object.assign(new ModuleMocker(globalThis), { setTimeout: allow });
  const globals = { describe, it, test, beforeAll, beforeEach, afterAll, afterEach, expect, jest };
  Object.assign(globalThis, globals);
  circus.addEventHandler((event) => {
    if (event.name === 'hook_failure') fail(`${event.hook.type}: ${String(event.error)}`);
    if (event.name === 'test_done') each();
    if (event.name !== 'test_done' || event.test.errors.length === 0) return;
    fail(event.test.name);
    // Nobody asks how many tests notice: the rest is left out.
    circus.getState().testNamePattern = NO_TEST;
  });
  process.on('uncaughtException', (error) => fail(`uncaught: ${error.message}`));
  process.on('unhandledRejection', (reason) => fail(`unhandled: ${String(reason)}`));
}

/** Runs a spec file on fresh modules; what failed first, null: nothing. */
export async function judgeBySpec(
  root: string,
  spec: string,
  changed: Changed | null,
): Promise<string | null> {
  failure = null;
  // Packages stay as they are, so what the spec before has silenced would be silent for ever.
  Logger.overrideLogger(new ConsoleLogger());
  circus.resetState();
  allow(TEST_TIMEOUT_MS);
  try {
    new FreshModules(root, changed).load(spec);
    const { unhandledErrors } = await circus.run();
    if (unhandledErrors.length > 0) fail('an error outside of all tests');
  } catch (error) {
    fail(`${NOT_LOADED}: ${String(error)}`);
  }
  return failure;
}

/** Plays the first stories of the simulation; what broke first, null: nothing. */
export async function judgeByStories(changed: Changed, seeds: number): Promise<string | null> {
  try {
    const file = changed.path.replace(/^src\//, '');
    const staged = await stage({ name: 'mutant', file, patched: () => changed.text });
    const { violations, unlisted } = await run(staged, { from: 1, seeds, violations: 1 });
    const [first] = violations;
    if (first) return `seed ${first.seed}: ${first.violation?.invariant}`;
    return unlisted.size > 0 ? `touches ${[...unlisted].join(', ')}` : null;
  } catch (error) {
    return `the story ends: ${String(error)}`;
  }
}

function fail(what: string): void {
  failure ??= what.split('\n', 1)[0] ?? '';
}

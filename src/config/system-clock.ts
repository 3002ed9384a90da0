import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Clock, Randomness } from '../domain/ports/clock';

/** The machine's time. A sleeper keeps the process alive: what it waits to do is not to be lost. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  turn: () => turn(),
  sleep: (ms) => wait(ms),
};

/** The machine's randomness, all of it from the cryptographic source. */
export const systemRandomness: Randomness = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};

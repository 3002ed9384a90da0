import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Clock, Randomness } from '../domain/clock';

/** The machine's time. A sleeper keeps the process alive: what it waits to do is not to be lost. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  turn: () => turn(),
  sleep: (ms) => wait(ms),
};

/** Bytes asked of the cryptographic source at a time: a draw costs more than its bytes. */
const BLOCK_BYTES = 4096;
const block = Buffer.alloc(BLOCK_BYTES);
let used = BLOCK_BYTES;

/** Bytes nobody was given before; at most a block of them. To be read at once. */
function freshBytes(count: number): Buffer {
  if (count > BLOCK_BYTES) throw new Error('more random bytes than a block holds');
  if (used + count > BLOCK_BYTES) {
    randomFillSync(block);
    used = 0;
  }
  used += count;
  return block.subarray(used - count, used);
}

/** The machine's randomness, all of it from the cryptographic source. */
export const systemRandomness: Randomness = {
  hex: (bytes) => freshBytes(bytes).toString('hex'),
  fraction: () => freshBytes(6).readUIntBE(0, 6) / 2 ** 48,
};

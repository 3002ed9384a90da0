import { createHash } from 'node:crypto';
import type { Randomness } from '../domain/ports/clock';

const KEY_BYTES = 32;

/** A key as its holder gets it, once, and what is kept of it. */
export interface NewKey {
  /** What goes into `X-Api-Key`. Kept nowhere. */
  readonly secret: string;
  /** SHA-256 of it, 64 hex digits. */
  readonly sha256Hex: string;
}

/** Makes a key that nobody can guess. */
export function newKey(randomness: Randomness): NewKey {
  const bytes = Buffer.from(randomness.hex(KEY_BYTES), 'hex');
  const secret = `3pay_${bytes.toString('base64url')}`;
  return { secret, sha256Hex: createHash('sha256').update(secret).digest('hex') };
}

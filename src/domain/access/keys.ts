import type { Reach } from './key-rules';

/** A key to be kept: its hash, never itself. */
export interface KeyToKeep extends Reach {
  /** Tells keys apart in books and logs; at most 40 characters. */
  readonly name: string;
  /** SHA-256 of the key, 64 lower-case hex digits. */
  readonly sha256Hex: string;
  /** Who made it; at most 80 characters. */
  readonly madeBy: string;
  readonly madeAtMs: number;
}

/** A key of the books, as people see it. */
export interface KeptKey extends Omit<KeyToKeep, 'sha256Hex'> {
  /** Epoch ms; null: it is in force. */
  readonly revokedAtMs: number | null;
  readonly revokedBy: string | null;
}

/** A key that is in force, with what proves it. */
export type LiveKey = Reach & Pick<KeyToKeep, 'name' | 'sha256Hex'>;

/** What became of a wish to revoke a key. */
export type Revocation =
  | 'revoked'
  | 'before' // It had been revoked already.
  | 'unknown' // There is no such key in the books.
  | 'lastOperator'; // Nobody else could make keys for its systems.

/** The keys of the books, beside those of the settings. @throws PayError DATABASE_UNAVAILABLE */
export interface Keys {
  /** Those in force. */
  live(): Promise<LiveKey[]>;
  /** All there ever were, newest first. */
  list(): Promise<KeptKey[]>;
  /** Keeps a key, durably. False: its name is or was taken, or its hash is known. */
  make(key: KeyToKeep): Promise<boolean>;
  /**
   * Ends a key, durably. `settings`: the keys of the settings, for one of those may be the operator
   * that stays. Safe to repeat.
   */
  revoke(
    name: string,
    by: { readonly actor: string; readonly nowMs: number },
    settings: readonly Reach[],
  ): Promise<Revocation>;
}

/** Injection token of the `Keys`. */
export const KEYS = Symbol('Keys');

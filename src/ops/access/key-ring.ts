import { hash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../../config/access-config';

interface KnownKey {
  readonly key: ApiKey;
  readonly digest: Buffer;
}

/** The keys that are known, as hashes. */
export class KeyRing {
  private readonly known: readonly KnownKey[];

  constructor(keys: readonly ApiKey[]) {
    this.known = keys.map((key) => {
      return { key, digest: Buffer.from(key.sha256Hex.reveal(), 'hex') };
    });
  }

  /**
   * The key a caller brings; null: none, or one nobody knows. Takes the same time whatever was
   * brought: always one hash and a comparison with every known key.
   */
  find(brought: string | undefined): ApiKey | null {
    const digest = hash('sha256', brought ?? '', 'buffer');
    let found: ApiKey | null = null;
    for (const { key, digest: known } of this.known) {
      if (timingSafeEqual(digest, known)) found = key;
    }
    return brought ? found : null;
  }

  /** The key of this name; null: none. */
  named(name: string): ApiKey | null {
    return this.known.find(({ key }) => key.name === name)?.key ?? null;
  }
}

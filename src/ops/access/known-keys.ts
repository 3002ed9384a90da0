import { Logger } from '@nestjs/common';
import type { ApiKey } from '../../config/access-config';
import { Secret } from '../../config/reading/secret';
import { PayError } from '../../domain/errors';
import type { Clock } from '../../domain/ports/clock';
import type { Keys, LiveKey } from '../../domain/access/keys';
import { KeyRing } from './key-ring';

/** From this age on the keys of the books are read again, while nobody waits for it. ms. */
const RENEWED_AT_MS = 2_000;
/** What is older is not believed any more: whoever comes waits for the reading. ms. */
const BELIEVED_MS = 5_000;

/**
 * The keys callers may bring: those of the settings, and those of the books, read again and again,
 * so that one that is made or revoked needs no new start. Where both have a name, the settings'
 * key is the one: what is done under a name must be done by one key.
 */
export class KnownKeys {
  private readonly logger = new Logger(KnownKeys.name);
  private readonly settings: KeyRing;
  private ring: KeyRing;
  private readAtMs = -Infinity;
  private reading: Promise<void> | null = null;
  private hidden = '';
  private failing = false;

  constructor(
    readonly configured: readonly ApiKey[],
    private readonly stored: Keys,
    private readonly clock: Clock,
  ) {
    this.settings = new KeyRing(configured);
    this.ring = this.settings;
  }

  /**
   * The key a caller brings; null: none, or one nobody knows. At once where that can be told
   * without reading, as it mostly can.
   * @throws PayError DATABASE_UNAVAILABLE when the books, which may know it, cannot be read
   */
  find(brought: string | undefined): ApiKey | null | Promise<ApiKey | null> {
    if (this.ageMs() >= RENEWED_AT_MS) void this.renew();
    if (this.isCurrent()) return this.ring.find(brought);
    const configured = this.settings.find(brought);
    if (configured !== null || !brought) return configured;
    return this.renew().then(() => this.current().find(brought));
  }

  /**
   * The key of this name as the books have it now; null: there is none any more.
   * @throws PayError DATABASE_UNAVAILABLE
   */
  async named(name: string): Promise<ApiKey | null> {
    if (this.ageMs() >= RENEWED_AT_MS) await this.renew();
    return this.settings.named(name) ?? this.current().named(name);
  }

  /** Knows what was just written, for whoever wrote it. Never rejects. */
  async refresh(): Promise<void> {
    await this.reading; // It may have begun before.
    await this.renew();
  }

  /** Reads the keys of the books. Never rejects; a reading under way is enough. */
  private renew(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private current(): KeyRing {
    if (this.isCurrent()) return this.ring;
    throw new PayError('DATABASE_UNAVAILABLE', 'the keys of the books cannot be read');
  }

  private ageMs(): number {
    return this.clock.monotonicMs() - this.readAtMs;
  }

  private isCurrent(): boolean {
    return this.ageMs() < BELIEVED_MS;
  }

  private async read(): Promise<void> {
    // Counted from before the question: what is revoked while it is answered is known in time.
    const beganMs = this.clock.monotonicMs();
    try {
      const live = await this.stored.live();
      this.ring = new KeyRing([...this.configured, ...this.beside(live)]);
      this.readAtMs = beganMs;
      this.failing = false;
    } catch (error) {
      if (this.failing) return; // Said once, not at every call.
      this.failing = true;
      const why = error instanceof Error ? error.message : 'for an unknown reason';
      this.logger.warn(`the keys of the books cannot be read: ${why}`);
    }
  }

  /** Those of the books that no key of the settings stands in front of. */
  private beside(live: readonly LiveKey[]): ApiKey[] {
    const names = new Set(this.configured.map(({ name }) => name));
    const hidden = live.filter(({ name }) => names.has(name)).map(({ name }) => name);
    if (hidden.join() !== this.hidden) {
      this.hidden = hidden.join();
      if (this.hidden) this.logger.warn(`API_KEYS names keys of the books, too: ${this.hidden}`);
    }
    return live
      .filter(({ name }) => !names.has(name))
      .map((key) => ({ ...key, sha256Hex: new Secret(key.sha256Hex) }));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../../config/access-config';
import { CONSOLE_SESSIONS } from '../../domain/access/console-sessions';
import type { ConsoleSessions } from '../../domain/access/console-sessions';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { KnownKeys } from '../../ops/access/known-keys';
import { CONSOLE_ROLES } from './visitor';
import type { Visitor } from './visitor';

const TOKEN_BYTES = 32;
/** How long one stays signed in. ms. */
export const SESSION_MS = 12 * 3_600_000;

/** Lets people in by a key, and knows them again by what their cookie holds. */
@Injectable()
export class Door {
  constructor(
    @Inject(CONSOLE_SESSIONS) private readonly sessions: ConsoleSessions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    private readonly keys: KnownKeys,
  ) {}

  /**
   * What the cookie is to hold; null: the key opens nothing here.
   * @throws PayError DATABASE_UNAVAILABLE
   */
  async signIn(keyText: string): Promise<{ token: string; name: string } | null> {
    const key = await this.keys.find(keyText);
    if (key === null || !CONSOLE_ROLES.includes(key.role)) return null;
    const token = this.randomness.hex(TOKEN_BYTES);
    const nowMs = this.clock.nowMs();
    const endsAtMs = nowMs + SESSION_MS;
    const session = { tokenSha256: sha256(token), keyName: key.name, keyMark: markOf(key) };
    await this.sessions.begin({ ...session, endsAtMs }, nowMs);
    return { token, name: key.name };
  }

  /**
   * Who the holder of a cookie is; null: nobody any more, because the session has ended or its key
   * was taken away. @throws PayError DATABASE_UNAVAILABLE
   */
  async visitor(token: string | null): Promise<(Visitor & { readonly key: ApiKey }) | null> {
    if (token === null || !/^[0-9a-f]{64}$/.test(token)) return null;
    const session = await this.sessions.find(sha256(token), this.clock.nowMs());
    if (session === null) return null;
    const key = await this.keys.named(session.keyName);
    if (key === null || markOf(key) !== session.keyMark) return null;
    if (!CONSOLE_ROLES.includes(key.role)) return null;
    const { name, role, billTypes } = key;
    return { name, role, billTypes, token, key };
  }

  /** Ends a session. Safe to repeat. */
  async signOut(token: string | null): Promise<void> {
    if (token !== null) await this.sessions.end(sha256(token));
  }
}

/** What a form has to bring so that it was made for this session. */
export function formMark(token: string): string {
  return createHmac('sha256', token).update('form').digest('base64url');
}

/** Does a form bring the mark of this session? */
export function isFormMark(brought: string, token: string): boolean {
  const [one, other] = [brought, formMark(token)].map((text) => Buffer.from(sha256(text), 'hex'));
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

/** Tells a key from another one of its name, and tells nobody the hash of the key. */
function markOf({ sha256Hex }: ApiKey): string {
  return sha256(`session ${sha256Hex.reveal()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Somebody who is signed in at the console. */
export interface ConsoleSession {
  /** SHA-256 of what the cookie holds, 64 hex digits. */
  readonly tokenSha256: string;
  /** The key it was begun with. */
  readonly keyName: string;
  /** Tells that key from a later one of its name; 64 hex digits. */
  readonly keyMark: string;
  /** When it ends by itself, epoch ms. */
  readonly endsAtMs: number;
}

/** Who is signed in at the console, of all processes. @throws PayError DATABASE_UNAVAILABLE */
export interface ConsoleSessions {
  /** Keeps a session, durably, and drops those that ended long ago. */
  begin(session: ConsoleSession, nowMs: number): Promise<void>;
  /** The session of a cookie that has not ended; null: none. */
  find(tokenSha256: string, nowMs: number): Promise<ConsoleSession | null>;
  /** Ends a session, durably. Safe to repeat. */
  end(tokenSha256: string): Promise<void>;
}

/** Injection token of the `ConsoleSessions`. */
export const CONSOLE_SESSIONS = Symbol('ConsoleSessions');

import type { BillType } from '../bill';

/** What somebody did at the console, or by a command. Kept for good. */
export interface Act {
  readonly atMs: number;
  /** The name of the key; at most 80 characters. */
  readonly actor: string;
  /** A word such as `signIn`, `makeKey`, `refund`; at most 30. */
  readonly kind: string;
  /** What it was done to: `key gate-1`, `receipt 12`; at most 100. */
  readonly subject: string;
  /** The system it concerns; null: the whole house. */
  readonly billType: BillType | null;
  /** For people; cut at 400 characters. No secrets. */
  readonly detail: string;
  /** The id of the request in the log; null: it was no request. */
  readonly requestId: string | null;
}

/** An act with its number. */
export interface KeptAct extends Act {
  readonly id: number;
}

/** The log of acts. @throws PayError DATABASE_UNAVAILABLE */
export interface Acts {
  /** Writes an act down, durably, before it is done. */
  note(act: Act): Promise<void>;
  /** The newest before a number, newest first; null: the newest of all. */
  before(id: number | null, limit: number): Promise<KeptAct[]>;
}

/** Injection token of the `Acts`. */
export const ACTS = Symbol('Acts');

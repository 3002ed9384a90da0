const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long each try waits after the one before it. ms. */
const WAITS_MS = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;

/** How many tries an event has; after the last one it is given up. */
export const MOST_TRIES = WAITS_MS.length;

/** Longest wait of the schedule, before jitter. ms. */
export const LONGEST_WAIT_MS = 24 * HOUR_MS;

/** By how much a wait may be shorter or longer, so that not all come back at once. */
const JITTER = 0.2;

/** Longest wait that a receiver may ask for. ms. */
const LONGEST_ASKED_MS = LONGEST_WAIT_MS;

/** How long the next event of a receipt waits for one that is not taken. ms. */
export const WAITS_FOR_EARLIER_MS = 30 * MINUTE_MS;

/** A receiver that has taken nothing for so long is told to a human. ms. */
export const FAILING_ALARM_MS = HOUR_MS;

/** How a try ended, as far as the receiver told. */
export interface TryEnd {
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  /** `Retry-After` as it came; null: there was none. */
  readonly retryAfter: string | null;
}

/** What follows from a try. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** The receiver wants this event no more. */
  | { readonly kind: 'refused' }
  /** To be tried again; not before so long, ms; 0: as the schedule says. */
  | { readonly kind: 'failed'; readonly askedMs: number };

/** What a try's end means. Redirects are failures: an address is configuration. Pure. */
export function judgeTry({ status, retryAfter }: TryEnd, nowMs: number): Verdict {
  if (status !== null && status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 410) return { kind: 'refused' };
  const obeyed = status === 429 || status === 503;
  return { kind: 'failed', askedMs: obeyed ? askedWait(retryAfter, nowMs) : 0 };
}

/**
 * When an event is tried again after `tries` tries, epoch ms; null: it is given up. `fraction` in
 * [0, 1): where in the jitter. Pure.
 */
export function nextTryAt(
  tries: number,
  askedMs: number,
  fraction: number,
  nowMs: number,
): number | null {
  const wait = WAITS_MS[tries];
  if (wait === undefined) return null;
  const jittered = Math.round(wait * (1 - JITTER + 2 * JITTER * fraction));
  return nowMs + Math.max(jittered, askedMs);
}

/** `Retry-After` is seconds, or a date of HTTP. */
function askedWait(retryAfter: string | null, nowMs: number): number {
  const text = retryAfter?.trim() ?? '';
  const asked = /^\d{1,9}$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - nowMs;
  if (!(asked > 0)) return 0;
  return Math.min(asked, LONGEST_ASKED_MS);
}

/** Time as the product sees it. Only the clock provider reads the machine's. */
export interface Clock {
  /** Wall clock, ms since 1970 UTC. May jump; use it for instants that are stored. */
  nowMs(): number;
  /** Never goes back, ms from an arbitrary start. Use it for durations and deadlines. */
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Resolves in the next turn of the event loop, after what is waiting in this one. */
  turn(): Promise<void>;
}

/** Randomness as the product sees it, so that a simulation can seed it. */
export interface Randomness {
  /** `bytes` random bytes as lower-case hex, from a cryptographic source in production. */
  hex(bytes: number): string;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

/** Injection token of the `Clock`. */
export const CLOCK = Symbol('Clock');

/** Injection token of the `Randomness`. */
export const RANDOMNESS = Symbol('Randomness');

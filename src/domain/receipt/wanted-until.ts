import type { Clock } from '../ports/clock';
import { PayError } from '../errors';

/** How much later than it was wanted a request is still served: clocks differ. ms. */
export const WANTED_TOLERANCE_MS = 5_000;

/**
 * Until when a caller wants something done. A request may have waited on its way, in a client that
 * buffers or in a queue of ours, so it is asked again at the last moment before the deed.
 */
export class WantedUntil {
  constructor(
    /** Epoch ms, by the caller's clock. */
    readonly untilMs: number,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {}

  /** Is it too late by now? */
  isOver(): boolean {
    return this.clock.nowMs() > this.untilMs + WANTED_TOLERANCE_MS;
  }

  /** How long it is still wanted; below 0: no longer. ms. */
  leftMs(): number {
    return this.untilMs + WANTED_TOLERANCE_MS - this.clock.nowMs();
  }

  /** The refusal of what came too late. */
  tooLate(): PayError {
    return new PayError('TOO_LATE', `wanted until ${this.untilMs}`);
  }

  /** @throws PayError TOO_LATE; say it only where nothing was done */
  refuseWhenOver(): void {
    if (this.isOver()) throw this.tooLate();
  }
}

/** The time a caller names, held against our clock; null: there is no end. */
export function wantedUntil(
  untilMs: number | null | undefined,
  clock: Pick<Clock, 'nowMs'>,
): WantedUntil | null {
  return untilMs === null || untilMs === undefined ? null : new WantedUntil(untilMs, clock);
}

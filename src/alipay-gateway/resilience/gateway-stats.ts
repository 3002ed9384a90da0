import type { BreakerState } from './breaker';
import type { Outcome } from './timed-gateway';

/** What the channel is called for, or pushes to us. */
export type GatewayMethod =
  'precreate' | 'pay' | 'query' | 'cancel' | 'refund' | 'refundQuery' | 'notify';

/**
 * How a call ended: the kind of its outcome; of the unknown ones, `unverified` and `unsent` apart.
 * A notify is `read`, `refused` or `unverified`.
 */
export type GatewayEnding = Outcome['kind'] | 'unverified' | 'unsent' | 'read';

/** How many calls of a method ended so, since the start. */
export interface CallCount {
  readonly method: GatewayMethod;
  readonly ending: GatewayEnding;
  readonly count: number;
}

/** How it goes with the channel, for health and metrics. */
export interface GatewayStats {
  breakerState(): BreakerState;
  /** Calls asked for, each counted once however often it was sent; only what has happened. */
  calls(): readonly CallCount[];
  /** Extra calls made because the first gave no answer, since the start. */
  retries(): number;
  /** How far this machine's clock is ahead of Alipay's, ms; null: it has told no time yet. */
  clockAheadMs(): number | null;
  /** Calls under way now. */
  underWay(): number;
  /** Calls waiting for room now. */
  waiting(): number;
}

/** Injection token of the `GatewayStats`. */
export const GATEWAY_STATS = Symbol('GatewayStats');

/** Counts calls by method and ending. */
export class CallCounts {
  private readonly counts = new Map<string, CallCount>();

  add(method: GatewayMethod, ending: GatewayEnding): void {
    const key = `${method} ${ending}`;
    const count = (this.counts.get(key)?.count ?? 0) + 1;
    this.counts.set(key, { method, ending, count });
  }

  all(): readonly CallCount[] {
    return [...this.counts.values()];
  }
}

/** The ending an outcome is counted under. */
export function endingOf(outcome: Outcome): GatewayEnding {
  if (outcome.kind !== 'unknown') return outcome.kind;
  if (outcome.unverified) return 'unverified';
  return outcome.sent ? 'unknown' : 'unsent';
}

import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PROOF_GAP_MS } from '../../domain/receipt/due';
import { REFUND_VISIBLE_MS } from '../../domain/refund/plan-refund';
import { REFUND_UNDER_WAY_MS } from '../../domain/refund/refund-due';
import type { Refund } from '../../domain/refund/refund';

/** So many refunds are kept in mind; what falls out counts as seen for the first time again. */
const MOST_KEPT = 20_000;

/** What this process knows of the last sending of a refund. Monotonic ms. */
interface Sight {
  readonly tries: number;
  readonly atMs: number;
  askedAtMs: number | null;
  /** When the first question was asked that proved nothing to be under way; null: none has. */
  provenAtMs: number | null;
}

/**
 * What a sent refund may still do although nobody hears of it. As with cancels it is counted by a
 * clock that never jumps, from when this process has sent it or first sees it sent: a wall clock
 * that is wrong makes answers late, never false.
 */
@Injectable()
export class RefundsUnderWay {
  private readonly sights = new Map<number, Sight>();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** It has just been sent, or the call has just ended: its time begins. */
  sent({ id, tries }: Refund): void {
    this.keep(id, tries);
  }

  /** Would a question tell something by now? One in ten seconds is asked, and none sooner. */
  mayAsk(refund: Refund): boolean {
    const { atMs, askedAtMs } = this.sight(refund);
    const now = this.clock.monotonicMs();
    if (now - atMs < REFUND_VISIBLE_MS) return false;
    return askedAtMs === null || now - askedAtMs >= REFUND_VISIBLE_MS;
  }

  /** A question is asked now; gives the moment, monotonic ms. */
  asks(refund: Refund): number {
    const now = this.clock.monotonicMs();
    this.sight(refund).askedAtMs = now;
    return now;
  }

  /**
   * A question found nothing: can nothing of it be under way any more? Two have to say so, the
   * first a minute after the last sending, the other ten seconds after that.
   */
  untouched(refund: Refund, askedAtMs: number): boolean {
    const sight = this.sight(refund);
    if (askedAtMs - sight.atMs < REFUND_UNDER_WAY_MS) return false;
    sight.provenAtMs ??= askedAtMs;
    return askedAtMs - sight.provenAtMs >= PROOF_GAP_MS;
  }

  private sight({ id, tries }: Refund): Sight {
    const seen = this.sights.get(id);
    return seen && seen.tries >= tries ? seen : this.keep(id, tries);
  }

  private keep(id: number, tries: number): Sight {
    const atMs = this.clock.monotonicMs();
    const sight = { tries, atMs, askedAtMs: null, provenAtMs: null };
    this.sights.delete(id);
    this.sights.set(id, sight);
    const [oldest] = this.sights.keys();
    if (this.sights.size > MOST_KEPT && oldest !== undefined) this.sights.delete(oldest);
    return sight;
  }
}

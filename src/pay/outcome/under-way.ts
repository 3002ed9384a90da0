import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import {
  CANCEL_UNDER_WAY_MS,
  CHARGE_UNDER_WAY_MS,
  PROOF_GAP_MS,
  mayCharge,
} from '../../domain/receipt/due';
import type { Receipt } from '../../domain/receipt/receipt';

/** So many receipts are kept in mind; what falls out counts as seen for the first time again. */
const MOST_KEPT = 20_000;

/** When this process first saw that so many were sent. Monotonic ms. */
interface Sight {
  readonly count: number;
  readonly atMs: number;
}

/** A cancel without an answer, and the first proof that it came to nothing. Monotonic ms. */
interface Lost extends Sight {
  provenAtMs: number | null;
}

/**
 * What may still take effect at Alipay although nobody hears of it any more. It is counted by a
 * clock that never jumps, and never by another machine's: what this process has sent from then on,
 * what another one has sent, or this one before it was started anew, from the moment at which it
 * is first seen in the books. So a wall clock that is wrong makes answers late, never false.
 */
@Injectable()
export class UnderWay {
  private readonly cancels = new Map<number, Sight>();
  private readonly lost = new Map<number, Lost>();
  private readonly charges = new Map<number, Sight>();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /**
   * May a cancel still take effect, answered or not? Then a payment found is not kept yet: it may
   * go back. Called with each receipt that brings a new count of them, so that its time begins.
   */
  cancel(receipt: Receipt): boolean {
    if (receipt.cancelTries === 0) return false;
    return this.since(this.cancels, receipt.id, receipt.cancelTries) < CANCEL_UNDER_WAY_MS;
  }

  /**
   * May the charge of a receipt just begun be sent? Its time begins then.
   * @param askedAtMs when it was asked for, monotonic ms
   */
  mayCharge(receipt: Receipt, askedAtMs: number): boolean {
    this.charge(receipt);
    return mayCharge(this.clock.monotonicMs() - askedAtMs);
  }

  /**
   * May a charge without an answer still reach Alipay? Then it does not matter that Alipay knows
   * nothing of it yet.
   */
  charge(receipt: Receipt): boolean {
    const { begunBy, id } = receipt;
    return begunBy === 'barCode' && this.since(this.charges, id, 1) < CHARGE_UNDER_WAY_MS;
  }

  /**
   * Has every cancel before this look come to its end, so that a refusal of the next one is final?
   * One without an answer has when two looks, the first a minute after it was sent and the second
   * ten seconds later, find the payment untouched.
   * @param lookedAtMs when the question of this look was asked, which found the payment. Monotonic
   */
  cancelsEnded(receipt: Receipt, lookedAtMs: number): boolean {
    const unanswered = receipt.cancelTries - receipt.cancelAnswers;
    if (unanswered <= 0) {
      this.lost.delete(receipt.id);
      return true;
    }
    let lost = this.lost.get(receipt.id);
    if (!lost || lost.count < unanswered) {
      lost = { count: unanswered, atMs: this.clock.monotonicMs(), provenAtMs: null };
      keep(this.lost, receipt.id, lost);
    }
    if (lookedAtMs - lost.atMs < CANCEL_UNDER_WAY_MS) return false;
    lost.provenAtMs ??= lookedAtMs;
    return lookedAtMs - lost.provenAtMs >= PROOF_GAP_MS;
  }

  private since(sights: Map<number, Sight>, id: number, count: number): number {
    const now = this.clock.monotonicMs();
    const seen = sights.get(id);
    if (seen && seen.count >= count) return now - seen.atMs;
    keep(sights, id, { count, atMs: now });
    return 0;
  }
}

function keep<Kept>(map: Map<number, Kept>, id: number, kept: Kept): void {
  map.delete(id);
  map.set(id, kept);
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest);
}

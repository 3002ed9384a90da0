import type { RefundRow } from '../store/books';
import type { Checker } from './checker';
import { isPending } from './refund-rules';

/** The longest wait for what a person has to do. ms */
const LATER_MS = 3_600_000;
/** The longest wait for what Alipay has to decide. ms */
const WAIT_MS = 60_000;
/** How long a claim lasts that nobody renews: four calls. ms */
const CLAIM_MS = 20_000;
/** A sending without an answer is waited for so long, and then proven to have come to nothing. */
const UNDER_WAY_MS = 60_000;
/** Looks that a refund may still need: seen first, asked after, sent, asked after, proven twice. */
const LOOKS = 6;
const MARGIN_MS = 30_000;

/** How soon a refund is decided, once nothing fails any more. */
export class RefundTimes {
  constructor(private readonly checker: Checker) {}

  /**
   * When a process whose clock is so far ahead has to look at a refund, true time; Infinity: none
   * is due.
   */
  neededAtMs(aheadMs: number): number {
    const { nowMs } = this.checker.world;
    let soonest = Infinity;
    for (const { due_at_ms: dueMs, claim_until_ms: claimMs } of this.checker.books.refunds) {
      if (dueMs === null) continue;
      const wallMs = nowMs + aheadMs;
      const lost = dueMs > wallMs + 2 * LATER_MS;
      const free = claimMs > wallMs + 2 * CLAIM_MS ? 0 : claimMs;
      soonest = Math.min(soonest, (lost ? 0 : Math.max(dueMs, free)) - aheadMs);
    }
    return Math.max(soonest, soonest === Infinity ? soonest : nowMs);
  }

  /** When the last refund must be decided, true time. */
  endOfPending(): number {
    const pending = this.checker.books.refunds.filter((one) => this.isToEnd(one));
    return Math.max(this.checker.world.nowMs, ...pending.map((one) => this.endOf(one)));
  }

  /** What must hold when everything has had its time. */
  settled(): void {
    const { books, far, refunds, refundedElsewhere } = this.checker;
    for (const one of books.refunds) {
      if (!this.isToEnd(one)) continue;
      this.checker.fail('9', `refund ${one.id} (${one.state}, ${one.given_up}) stays undecided`);
    }
    for (const row of books.receipts.values()) {
      const trade = far.find(row.out_trade_no);
      if (!trade || row.trade_no === null) continue;
      const ours = refunds.of(row.id).filter(({ cause }) => cause !== 'channel');
      for (const [number, { amount }] of trade.refunds) {
        const held = ours.find((one) => one.out_request_no === number);
        if (held?.state === 'done' && held.amount_fen === amount) continue;
        this.checker.fail('9', `receipt ${row.id}: ${number} of ${amount} fen is not booked`);
      }
      if (refundedElsewhere.has(row.out_trade_no) || trade.refunded === row.refunded_fen) continue;
      const back = `${trade.refunded} fen are back at Alipay`;
      this.checker.fail('9', `receipt ${row.id} (${row.state}): ${back}, ${row.refunded_fen} here`);
    }
  }

  /** Is it pending, or owed to a duplicate beside a payment that stands, to go back by itself? */
  private isToEnd(one: RefundRow): boolean {
    if (isPending(one)) return true;
    const { books, far, rules } = this.checker;
    const row = books.receipts.get(one.receipt_row_id);
    if (one.state !== 'queued' || one.due_at_ms === null || !row) return false;
    if (row.state !== 'paid' || row.refunded_fen > 0 || rules.refundDuplicates === 'ask') {
      return false;
    }
    const trade = far.find(row.out_trade_no);
    return trade?.stage === 'paid' && !this.checker.refundedElsewhere.has(row.out_trade_no);
  }

  private endOf({ due_at_ms: dueMs, claim_until_ms: claimMs }: RefundRow): number {
    const { world, rules } = this.checker;
    const wallMs = world.nowMs + world.serviceAheadMs;
    const waitMs = Math.min((dueMs ?? wallMs) - wallMs, 2 * LATER_MS + WAIT_MS);
    const heldMs = Math.min(claimMs - wallMs, 2 * CLAIM_MS);
    const looksMs = LOOKS * (WAIT_MS + rules.sweepPeriodMs + MARGIN_MS) + UNDER_WAY_MS;
    return world.nowMs + Math.max(waitMs, heldMs, 0) + looksMs + 2 * world.skewMs;
  }
}

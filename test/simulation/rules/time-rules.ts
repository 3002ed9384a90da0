import { ENDED, OPEN, SLOW_MS } from './checker';
import type { Checker } from './checker';
import type { Row } from '../store/books';
import type { Trade } from '../world/far-side';

/** The longest back-off while a code may live. ms. */
const LONGEST_WAIT_MS = 60_000;
/** Slow answers of Alipay, several in a row, and a claim's last steps. ms. */
const MARGIN_MS = 30_000;
/** How long a claim lasts that nobody renews: four calls. ms. */
const CLAIM_MS = 20_000;
/** How long a cancel without an answer may still take effect. ms. */
const CANCEL_MS = 60_000;
/** A code is made unpayable this long after its end. ms. */
const AFTER_END_MS = 60_000;
/** When receipts that ended are looked at again, after their end; and after their code's. ms. */
const LATE_LOOKS_MS = [60_000, 10 * 60_000, 24 * 3_600_000];
const AFTER_CODE_MS = 10 * 60_000;
/** What can no longer be cancelled is dead this long after its end. ms. */
const DEAD_BY_AGE_MS = 150 * 60_000;

/** Invariant 9: how soon the books hold what Alipay holds, once nothing fails any more. */
export class TimeRules {
  /** When the faults ended, true time; null: not yet. */
  private quietSinceMs: number | null = null;
  /** The service's clock was not true at all times, so its instants mean little. */
  clockJumped = false;
  private readonly deadlines = new Map<string, number>();

  constructor(private readonly checker: Checker) {}

  /** From now on nothing fails and every process is up. */
  quiet(): void {
    this.quietSinceMs = this.checker.world.nowMs;
    this.deadlines.clear();
  }

  afterEvent(): void {
    if (this.quietSinceMs === null) return;
    const { far, books, world } = this.checker;
    for (const trade of far.trades.values()) {
      if (trade.paidAtMs === null || this.isHopeless(trade)) continue;
      const row = books.byNumber.get(trade.outTradeNo);
      if (!row || row.trade_no !== null) continue;
      // Only what Alipay breaks its word on ends once it is paid: `closed` was on its way when the
      // money came. From then on it is late money, and the late looks owe it.
      const late = trade.ghost && ENDED.has(row.state) ? ' late' : '';
      const known = this.deadlines.get(trade.outTradeNo + late);
      const deadline = known ?? this.deadline(row, trade.paidAtMs);
      this.deadlines.set(trade.outTradeNo + late, deadline);
      if (world.nowMs > deadline) {
        this.checker.fail('9', `receipt ${row.id} (${row.state}) is paid and not in the books`);
      }
    }
  }

  /** When the last open receipt must have come to its end, true time. */
  endOfOpen(): number {
    const { world, books } = this.checker;
    // The claim of a process that died ends by itself.
    let end = world.nowMs + CLAIM_MS + MARGIN_MS;
    for (const row of books.receipts.values()) {
      if (!OPEN.has(row.state) && row.state !== 'refunding') continue;
      end = Math.max(end, this.endOf(row));
    }
    return end;
  }

  /** When the last late look at a receipt that ended is over, true time. */
  endOfLooks(): number {
    const { world, books, rules } = this.checker;
    const dues = [...books.receipts.values()].map(({ due_at_ms }) => due_at_ms ?? 0);
    const last = Math.max(world.nowMs, Math.max(...dues, 0) - world.serviceAheadMs);
    return last + world.skewMs + CLAIM_MS + 3 * rules.sweepPeriodMs + MARGIN_MS;
  }

  /** What must hold when everything has had its time. */
  settled(): void {
    const { checker } = this;
    const { world, books, far } = checker;
    const wallMs = world.nowMs + world.serviceAheadMs;
    for (const row of books.receipts.values()) {
      const trade = far.find(row.out_trade_no);
      const name = `receipt ${row.id} (${row.state})`;
      checker.field.refusalsTold(row);
      if (trade && this.isHopeless(trade)) {
        this.givenUp(row, trade);
        continue;
      }
      const claimed = row.claim_until_ms - wallMs;
      // A code that came back to life is looked at again and again.
      const alive = trade?.ghost === true && trade.stage === 'wait';
      if (!alive && row.due_at_ms !== null && claimed > CLAIM_MS + world.skewMs) {
        checker.fail('9', `${name} is still claimed`);
      }
      if (OPEN.has(row.state) || row.state === 'refunding') checker.fail('9', `${name} stays open`);
      this.equal(row, trade, name);
    }
  }

  /** The books equal Alipay's. */
  private equal(row: Row, trade: Trade | undefined, name: string): void {
    const { checker } = this;
    const { rules } = checker;
    if (checker.refundedElsewhere.has(row.out_trade_no) && row.state === 'paid') return;
    const paid = trade?.stage === 'paid';
    const back = trade?.stage === 'closed' && trade.refunded > 0;
    const { nowMs, serviceAheadMs } = checker.world;
    const looks = this.lateLook(row, trade?.paidAtMs ?? 0);
    // What has just become due is for the next turn of the sweep.
    const dueMs = (row.due_at_ms ?? 0) + rules.sweepPeriodMs;
    const later = looks === Infinity || dueMs > nowMs + serviceAheadMs;
    if (paid && row.state !== 'paid' && !(trade.ghost && later)) {
      checker.fail('9', `${name}: Alipay holds its money`);
    }
    if (back && row.state !== 'refunded') checker.fail('9', `${name}: Alipay gave its money back`);
    if (!paid && !back && row.trade_no !== null) checker.fail('2', `${name}: Alipay holds nothing`);
    const handedOut = checker.channel.wasHandedOut(row.out_trade_no);
    if (ENDED.has(row.state) && handedOut && checker.far.isPayable(row.out_trade_no)) {
      if (!trade?.ghost) checker.fail('8', `${name}: its code can be paid`);
    }
  }

  /** What the service cannot book is seen by a human, once. */
  private givenUp(row: Row, trade: Trade): void {
    if (trade.paidAtMs === null || this.isUnseen(row, trade.paidAtMs, trade.ghost)) return;
    // Of a duplicate End is told nothing, whatever it refused before.
    if (row.duplicate === 1) return;
    const kind = trade.crookedBy !== 0 ? 'amountMismatch' : 'endRefused';
    const alarms = this.checker.books.alarms.filter(
      (alarm) => alarm.receipt_row_id === row.id && alarm.kind === kind,
    );
    // What was let go of may tell it once more, to an answer from before.
    if (row.undo_reason === 'released' && alarms.length > 1) return;
    if (alarms.length !== 1) {
      this.checker.fail('10', `receipt ${row.id} (${row.state}): ${alarms.length} alarms ${kind}`);
    }
  }

  /** Late money that no look could see yet: Alipay broke its word, and the next look is to come. */
  private isUnseen(row: Row, paidAtMs: number, ghost: boolean): boolean {
    const { world, channel } = this.checker;
    const later = (row.due_at_ms ?? Infinity) > world.nowMs + world.serviceAheadMs;
    const asked = channel.answeredSince(row.out_trade_no, paidAtMs);
    return ghost && ENDED.has(row.state) && later && !asked;
  }

  private isHopeless(trade: Trade): boolean {
    return trade.crookedBy !== 0 || this.checker.stubborn.has(trade.outTradeNo);
  }

  /** When a payment must be in the books at the latest, true time. */
  private deadline(row: Row, paidAtMs: number): number {
    const { world, rules, channel } = this.checker;
    const ahead = world.serviceAheadMs;
    // Whatever the clock did, an open receipt waits a minute at most, and one to be found.
    const found = world.nowMs + 2 * LONGEST_WAIT_MS;
    const open = Math.min((row.due_at_ms ?? Infinity) - ahead, found);
    const due = ENDED.has(row.state) ? this.lateLook(row, paidAtMs) : open;
    // A question under way may have been answered before the money came: the due time after it is
    // the one that counts.
    const askingMs = channel.isAsking(row.out_trade_no, MARGIN_MS) ? LONGEST_WAIT_MS : 0;
    const soonest = world.nowMs + askingMs;
    const from = Math.max(due, this.busyUntil(row), this.undecidedUntil(row), soonest);
    return from + world.skewMs + 2 * rules.sweepPeriodMs + MARGIN_MS + this.slowMs(row);
  }

  /** A cancel without an answer may take effect for a minute: until then nothing is decided. */
  private undecidedUntil(row: Row): number {
    if (row.state !== 'cancelling' && row.undo_reason === null) return 0;
    const sent = this.checker.channel.lastCancelAtMs(row.out_trade_no);
    if (sent === null) return 0;
    // Who sees it for the first time counts from then on.
    return Math.max(sent, this.checker.world.nowMs) + CANCEL_MS + LONGEST_WAIT_MS;
  }

  /** The first look at a receipt that ended which can see a payment, true time. */
  private lateLook(row: Row, paidAtMs: number): number {
    const { world, rules, channel } = this.checker;
    const ahead = world.serviceAheadMs;
    const endedAtMs = (row.ended_at_ms ?? 0) - ahead;
    const looks = [...LATE_LOOKS_MS.map((after) => endedAtMs + after)];
    looks.push(row.code_ends_at_ms + Math.max(0, -ahead) + AFTER_CODE_MS);
    const quietSinceMs = this.quietSinceMs ?? 0;
    // A look that got an answer while things failed may have got a stale one: it counts.
    const owed = (look: number): boolean =>
      look > quietSinceMs || !channel.answeredSince(row.out_trade_no, look);
    const left = looks.filter((look) => look > paidAtMs && owed(look));
    // The look under way may have come too early; where clocks jump nobody knows the one after it.
    const gone = row.due_at_ms === null || channel.isAsking(row.out_trade_no, MARGIN_MS);
    if (left.length === 0 || (this.clockJumped && gone)) return Infinity;
    const due = this.clockJumped ? (row.due_at_ms ?? 0) - ahead : Math.min(...left);
    // A look that got no answer is repeated a minute later, or when its claim has ended.
    return Math.max(due, world.nowMs) + LONGEST_WAIT_MS + CLAIM_MS + rules.sweepPeriodMs;
  }

  /** What was given up on is looked at slowly once its code's time is over, twice at most. */
  private slowMs(row: Row): number {
    const { world } = this.checker;
    const soonMs = world.nowMs + world.serviceAheadMs + 2 * LONGEST_WAIT_MS;
    const live = !this.clockJumped && soonMs < row.code_ends_at_ms + AFTER_END_MS;
    return !live && this.checker.isSlow(row) ? 2 * SLOW_MS : 0;
  }

  /** When the claim of a process that died ends: no claim is longer than a minute. */
  private busyUntil(row: Row): number {
    const { nowMs, serviceAheadMs } = this.checker.world;
    return Math.min(row.claim_until_ms - serviceAheadMs, nowMs + CLAIM_MS + LONGEST_WAIT_MS);
  }

  private endOf(row: Row): number {
    const { world, rules, far } = this.checker;
    const { nowMs, serviceAheadMs } = world;
    // By Alipay's clock, or by ours where Alipay had not told its time yet.
    const codeEnd = row.code_ends_at_ms + Math.max(0, -serviceAheadMs) + AFTER_END_MS;
    const undone = row.state === 'cancelling' || row.state === 'refunding';
    let end = Math.max(nowMs + LONGEST_WAIT_MS, this.busyUntil(row), undone ? 0 : codeEnd);
    const trade = far.find(row.out_trade_no);
    const askedAt = trade?.createdAtMs ?? trade?.askedAtMs ?? Infinity;
    const tooLate = end - askedAt > 20 * 3_600_000 || far.habits.forbidsCancel;
    if (tooLate) end = Math.max(end, row.code_ends_at_ms + DEAD_BY_AGE_MS);
    const margins = LONGEST_WAIT_MS + 3 * rules.sweepPeriodMs + 2 * MARGIN_MS;
    // A cancel whose answer was lost is waited for, and then proven to have come to nothing.
    const proof = undone ? CANCEL_MS + 2 * LONGEST_WAIT_MS : 0;
    // What Alipay does not cancel is given up on, and looked at slowly until its age ends it.
    // A refusal after a lost answer takes two looks more, in a process that is new to it three.
    const slow = far.habits.forbidsCancel
      ? (undone ? 5 : 2) * SLOW_MS
      : (undone ? 5 : 1) * this.slowMs(row);
    return end + margins + proof + world.skewMs + slow;
  }
}

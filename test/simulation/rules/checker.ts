import { AnswerRules } from './answer-rules';
import { BookRules } from './book-rules';
import { Books } from '../store/books';
import type { Row } from '../store/books';
import { CallbackRules } from './callback-rules';
import { ChannelRules } from './channel-rules';
import { DeliveryRules, tellsAlone } from './delivery-rules';
import type { FarSide, Trade } from '../world/far-side';
import type { MemoryDatabase } from '../store/memory-database';
import { FieldRules } from './field-rules';
import { RefundAnswers } from './refund-answers';
import { RefundRules } from './refund-rules';
import { ReleaseRules } from './release-rules';
import { RefundTimes } from './refund-times';
import { TimeRules } from './time-rules';
import type { World } from '../world/world';
import { XposRules } from './xpos-rules';

/** A promise of the product that was not kept. */
export interface Violation {
  /** The invariant of the product's specification, or the rule, that is broken. */
  readonly invariant: string;
  readonly what: string;
}

/** The numbers the rules depend on. */
export interface Rules {
  readonly sweepPeriodMs: number;
  readonly repeatGuardMs: number;
  readonly channelTimeoutMs: number;
  readonly refundDuplicates: 'auto' | 'ask';
}

/** States in which a guest may still pay. */
export const OPEN: ReadonlySet<string> = new Set(['begun', 'waiting', 'cancelling']);
/** States that end a receipt unpaid. */
export const ENDED: ReadonlySet<string> = new Set(['closed', 'cancelled', 'failed']);
/** A due time of an open receipt further ahead than this comes from a clock set back. ms. */
const FAR_AHEAD_MS = 2 * 60_000;
/** A claim that ends later than this comes from such a clock, too. ms. */
const LONG_CLAIM_MS = 40_000;
/** The longest wait for what was given up on. ms. */
export const SLOW_MS = 60 * 60_000;
/** The alarms of contradictions: what raised one may be looked at slowly past its code's end. */
const GIVEN_UP: ReadonlySet<string> = new Set([
  'amountMismatch',
  'tradeNoMismatch',
  'tradeVanished',
  'refundUnproven',
  'payableAgain',
  'endRefused',
  'undoRefused',
  'refundWaits',
]);

const billKeys = new Map<string, string>();

/** One bill for all spellings of its number: no trailing blanks, capital letters. */
export function billKey(billNo: string): string {
  const known = billKeys.get(billNo);
  if (known !== undefined) return known;
  const key = billNo.replace(/ +$/, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  billKeys.set(billNo, key);
  return key;
}

/**
 * The reference model: it sees every commit, every call, every answer and the truth at the far
 * side, and knows the rules from the specification, not from the product's code.
 */
export class Checker {
  violation: Violation | null = null;
  readonly books: Books;
  readonly ledger: BookRules;
  readonly channel: ChannelRules;
  readonly answers: AnswerRules;
  readonly time: TimeRules;
  readonly xpos: XposRules;
  readonly field: FieldRules;
  readonly callbacks: CallbackRules;
  readonly delivery: DeliveryRules;
  readonly refunds: RefundRules;
  readonly refundAnswers: RefundAnswers;
  readonly refundTimes: RefundTimes;
  readonly release: ReleaseRules;
  /** Trades that End refuses for good. */
  readonly stubborn = new Set<string>();
  /** Trades whose money went back without the service. */
  readonly refundedElsewhere = new Set<string>();
  /** Receipts that somebody has wanted to undo or to give back. */
  readonly wantsBack = new Set<number>();
  /** Told after each commit. */
  onCommitted: () => void = () => undefined;
  /** How many faults have happened so far. */
  faultsHappened: () => number = () => 0;
  commits = 0;
  /** The event in which the last commit happened. */
  lastCommitEvent = -1;

  constructor(
    readonly world: World,
    readonly far: FarSide,
    database: MemoryDatabase,
    readonly rules: Rules,
  ) {
    this.books = new Books(database);
    this.ledger = new BookRules(this);
    this.channel = new ChannelRules(this);
    this.answers = new AnswerRules(this);
    this.time = new TimeRules(this);
    this.xpos = new XposRules(this);
    this.field = new FieldRules(this);
    this.callbacks = new CallbackRules(this);
    this.delivery = new DeliveryRules(this, database);
    this.refunds = new RefundRules(this);
    this.refundAnswers = new RefundAnswers(this);
    this.refundTimes = new RefundTimes(this);
    this.release = new ReleaseRules(this);
    database.onCommit = (tables, receipts) => this.committed(tables, receipts);
  }

  fail(invariant: string, what: string): void {
    this.world.note(() => `VIOLATION ${invariant}: ${what}`);
    this.violation ??= { invariant, what };
  }

  /** An operation failed in a way no client can understand. */
  broken(ask: { readonly operation: string }, error: unknown): void {
    const text = error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error);
    this.fail('internal error', `${ask.operation}: ${text}`);
  }

  /** A guest's money arrived at Alipay. */
  paid(trade: Trade): void {
    const row = this.books.byNumber.get(trade.outTradeNo);
    if (!row) this.fail('7', `${trade.outTradeNo} is paid and no Begin of it was ever durable`);
    else if (ENDED.has(row.state) && !trade.ghost) {
      this.fail('8', `receipt ${row.id} was ${row.state} when its code was paid`);
    }
  }

  /** A card pays for something at another system. */
  spent(card: string, fen: number): void {
    this.ledger.spent.set(card, (this.ledger.spent.get(card) ?? 0) + fen);
    this.books.refresh(new Set(['card_balance']), new Set());
  }

  /**
   * When a process whose clock is so far ahead has to look at something, true time; Infinity:
   * nothing is due.
   */
  sweepNeededAtMs(aheadMs: number): number {
    const { nowMs } = this.world;
    let soonest = Infinity;
    for (const row of this.books.receipts.values()) {
      if (row.due_at_ms === null) continue;
      const open = OPEN.has(row.state) || row.state === 'refunding' || row.state === 'paid';
      const farMs = nowMs + aheadMs + FAR_AHEAD_MS;
      const { due_at_ms: dueMs, claim_until_ms: claimMs } = row;
      const late = open && dueMs > farMs && dueMs > farMs + (this.isSlow(row) ? SLOW_MS : 0);
      const lost = claimMs > nowMs + aheadMs + LONG_CLAIM_MS || late;
      const due = Math.max(dueMs, claimMs) - aheadMs;
      soonest = Math.min(soonest, lost ? nowMs : due);
    }
    return soonest;
  }

  /** Has it been given up on, so that it may be looked at slowly? */
  isSlow(row: Row): boolean {
    return this.books.alarms.some(
      ({ receipt_row_id: id, kind }) => id === row.id && GIVEN_UP.has(kind),
    );
  }

  /** The receipt a till means. */
  named(name: {
    readonly billnum: string;
    readonly billtype: string;
    readonly paytype: string;
    readonly autoid: string;
  }): Row | null {
    const key = billKey(name.billnum);
    for (const row of this.books.receipts.values()) {
      const same =
        row.receipt_id === name.autoid &&
        row.bill_type === name.billtype &&
        row.pay_type === name.paytype &&
        billKey(row.bill_no) === key;
      if (same) return row;
    }
    return null;
  }

  afterEvent(): void {
    this.channel.afterEvent();
    this.time.afterEvent();
  }

  private committed(tables: ReadonlySet<string>, receipts: ReadonlySet<number>): void {
    if (tellsAlone(tables)) return void this.delivery.committed(tables);
    if (tables.size === 1 && tables.has('claims')) {
      this.books.refresh(tables, receipts);
      return this.onCommitted();
    }
    const before = this.books.receipts;
    const added = this.books.refresh(tables, receipts);
    this.commits += 1;
    this.lastCommitEvent = this.world.events;
    const changes = this.world.log === null ? '' : this.changes(before);
    if (changes !== '') this.world.note(() => `commit ${changes}`);
    this.delivery.committed(tables);
    this.refunds.committed();
    this.refundAnswers.committed();
    this.ledger.committed(before, added);
    this.channel.committed(before);
    this.release.committed(before);
    this.answers.committed(before);
    this.callbacks.committed(before, added);
    this.onCommitted();
  }

  private changes(before: ReadonlyMap<number, Row>): string {
    const words: string[] = [];
    for (const row of this.books.receipts.values()) {
      const old = before.get(row.id);
      if (old?.state === row.state) continue;
      const reason = row.undo_reason === null ? '' : ` (${row.undo_reason})`;
      words.push(`receipt ${row.id} ${old?.state ?? 'new'} -> ${row.state}${reason}`);
    }
    return words.join(', ');
  }
}

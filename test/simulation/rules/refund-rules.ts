import type { RefundOrder } from '../../../src/domain/ports/refund-gateway';
import type { RefundQueryAnswer } from '../../../src/domain/refund/refund-answer';
import type { RefundRow, Row } from '../store/books';
import type { FarRefunds } from '../world/far-refunds';
import type { Checker } from './checker';

/** Alipay wants so much time between two refunds of one trade. ms */
const GAP_MS = 3_000;

/** So long a duplicate's money stays, from its booking on. ms */
const OWED_REST_MS = 60_000;

/** What never changes of a refund. */
const FIXED = [
  'receipt_row_id',
  'amount_fen',
  'cause',
  'queued_at_ms',
] as const satisfies readonly (keyof RefundRow)[];

/** From where to where a refund may go. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  queued: ['asked', 'done', 'failed'],
  asked: ['done', 'failed'],
  done: [],
  failed: [],
};

/** A refund as it is sent, and when the call was over. True time. */
interface Sent {
  readonly requestNo: string;
  readonly atMs: number;
  overAtMs: number | null;
}

/** Does it keep its amount from others? What a duplicate is owed does so once it has a number. */
export function isPending(refund: RefundRow): boolean {
  return refund.state === 'asked' || (refund.state === 'queued' && !isOwedAlone(refund));
}

/** Is it what a duplicate is owed, and nobody has begun to give it back? */
export function isOwedAlone({ cause, out_request_no: number }: RefundRow): boolean {
  return cause === 'duplicate' && number === null;
}

/** What went back, goes back and is sent: the books, Alipay and every call, fen by fen. */
export class RefundRules {
  /** Refunds that were not shown although they had taken place, by number: once each. */
  readonly hidden = new Set<string>();
  /** The truth at Alipay. */
  atAlipay: FarRefunds | null = null;
  private known = new Map<number, RefundRow>();
  private byReceipt = new Map<number, RefundRow[]>();
  private readonly calls = new Map<string, Sent[]>();
  /** What Alipay has said to refunds and the questions after them, by trade. */
  private readonly said = new Map<string, Set<string>>();

  constructor(private readonly checker: Checker) {}

  /** The refunds of a receipt, oldest first. */
  of(receiptId: number): readonly RefundRow[] {
    return this.byReceipt.get(receiptId) ?? [];
  }

  /** What went back of it under numbers of ours, and what is to. Fen */
  ours(receiptId: number): number {
    const ours = this.of(receiptId).filter(({ cause }) => cause !== 'channel');
    return sum(ours.filter((one) => one.state === 'done' || isPending(one)));
  }

  /** Did a refund of ours come to its end by the last commit? */
  justEnded(receiptId: number): boolean {
    return this.ended.has(receiptId);
  }
  private readonly ended = new Set<number>();

  committed(): void {
    const { books } = this.checker;
    this.ended.clear();
    const before = this.known;
    if (books.refunds !== this.read) this.index();
    for (const refund of books.refunds) {
      const old = before.get(refund.id);
      if (old?.state !== refund.state) this.moved(old, refund);
      if (old) this.changed(old, refund);
    }
    if (before.size > this.known.size) this.checker.fail('refund', 'a refund vanished');
    for (const row of books.receipts.values()) this.receipt(row);
  }
  private read: readonly RefundRow[] = [];

  private index(): void {
    this.read = this.checker.books.refunds;
    this.known = new Map(this.read.map((one) => [one.id, one]));
    this.byReceipt = new Map();
    for (const one of this.read) {
      const all = this.byReceipt.get(one.receipt_row_id) ?? [];
      this.byReceipt.set(one.receipt_row_id, [...all, one]);
    }
  }

  private changed(old: RefundRow, refund: RefundRow): void {
    const fail = (what: string): void => this.checker.fail('refund', `refund ${refund.id} ${what}`);
    if (isOwedAlone(old) && isPending(refund)) this.begunOwed(refund);
    for (const name of FIXED) if (old[name] !== refund[name]) fail(`changed its ${name}`);
    const taken = old.cause === 'duplicate' && old.batch_no.startsWith('\u0001');
    if (old.batch_key !== refund.batch_key && !taken) fail('changed its batch');
    const { out_request_no: number } = old;
    if (number !== null && number !== refund.out_request_no) fail('changed its number');
    if (refund.tries < old.tries || refund.answered < old.answered) fail('was un-sent');
    if (refund.answered > refund.tries) fail('was answered more often than it was sent');
    if (old.ended_at_ms !== null && old.ended_at_ms !== refund.ended_at_ms) fail('ended twice');
  }

  /** A duplicate's money goes back by itself only while the payment that counts stands. */
  private begunOwed({ id, batch_no: batch, receipt_row_id: owner, queued_at_ms }: RefundRow): void {
    const { books, world, time, rules } = this.checker;
    const row = books.receipts.get(owner);
    if (!row || !batch.startsWith('\u0001') || this.checker.wantsBack.has(owner)) return;
    const fail = (what: string): void =>
      this.checker.fail('6', `refund ${id} of a duplicate begins by itself ${what}`);
    if (rules.refundDuplicates === 'ask') fail('though a person is to be asked');
    const counts = [...books.receipts.values()].some(
      (one) => one.bill_id === row.bill_id && one.duplicate === 0 && one.state === 'paid',
    );
    if (!counts) fail('and nothing else of its bill is paid');
    const restMs = world.nowMs + world.serviceAheadMs - queued_at_ms;
    if (!time.clockJumped && restMs < OWED_REST_MS) fail(`after ${restMs} ms`);
  }

  private moved(old: RefundRow | undefined, refund: RefundRow): void {
    const { checker } = this;
    const name = `refund ${refund.id} (${refund.state})`;
    if (old && !NEXT[old.state]?.includes(refund.state)) {
      checker.fail('refund', `${name} was ${old.state}`);
    }
    if (refund.cause === 'channel') return;
    const row = checker.books.receipts.get(refund.receipt_row_id);
    if (!row) return checker.fail('refund', `${name} of no receipt`);
    if (refund.state !== 'done' && refund.state !== 'failed') return;
    this.ended.add(row.id);
    const back = this.atAlipay?.find(row.out_trade_no, refund.out_request_no ?? '');
    if (refund.state === 'failed') {
      if (back) checker.fail('refund', `${name}: its money went back`);
      return;
    }
    const whole = checker.far.find(row.out_trade_no)?.stage === 'closed';
    const byCancel = refund.cause === 'duplicate' && whole && row.giving_back !== 'refund';
    if (back?.amount !== refund.amount_fen && !byCancel) {
      checker.fail('refund', `${name}: Alipay gave ${back?.amount ?? 'nothing'} back`);
    }
  }

  /** Sums of one receipt, and that it is on its way exactly while something is. */
  private receipt(row: Row): void {
    const refunds = this.of(row.id);
    const name = `receipt ${row.id} (${row.state})`;
    const { checker } = this;
    const pending = refunds.filter(isPending);
    const goesBack = row.state === 'refunding' && row.giving_back === 'refund';
    if (goesBack !== pending.length > 0) {
      checker.fail('refund', `${name} by ${row.giving_back}, ${pending.length} refunds pending`);
    }
    if (refunds.length === 0) return;
    const done = sum(refunds.filter(({ state }) => state === 'done'));
    if (done + sum(pending) > (row.paid_fen ?? 0)) {
      checker.fail('refund', `${name}: ${done} back and ${sum(pending)} pending`);
    }
    if (row.state !== 'refunded' && done !== row.refunded_fen) {
      checker.fail('refund', `${name}: refunds of ${done}, booked ${row.refunded_fen}`);
    }
    const keys = new Set(refunds.map(({ batch_key: key }) => key));
    if (keys.size < refunds.length) checker.fail('refund', `${name}: two refunds of one batch`);
  }

  /** A refund is sent: it is in the books, counted, and the only one for three seconds. */
  sends({ outTradeNo, outRequestNo: number, amount }: RefundOrder): Sent {
    const { checker } = this;
    const fail = (what: string): void => checker.fail('refund', `${number} is sent ${what}`);
    const row = checker.books.byNumber.get(outTradeNo);
    const refund = this.find(row, number);
    const calls = this.calls.get(outTradeNo) ?? [];
    if (!row || !refund) fail('and not in the books');
    else {
      const times = calls.filter(({ requestNo }) => requestNo === number).length;
      if (refund.amount_fen !== amount) fail(`with ${amount} fen, not ${refund.amount_fen}`);
      if (refund.state !== 'asked') fail(`while ${refund.state}`);
      if (refund.given_up !== null) fail(`though given up: ${refund.given_up}`);
      if (refund.tries <= times) fail(`once more than counted, ${refund.tries}`);
      if (row.giving_back !== 'refund') fail(`of a receipt that gives back by ${row.giving_back}`);
    }
    if (!checker.time.clockJumped && calls.some((one) => this.isNear(one))) fail('too soon');
    const sent: Sent = { requestNo: number, atMs: checker.world.nowMs, overAtMs: null };
    this.calls.set(outTradeNo, [...calls, sent]);
    return sent;
  }

  private isNear({ atMs, overAtMs }: Sent): boolean {
    const { world, rules } = this.checker;
    return world.nowMs - (overAtMs ?? atMs + rules.channelTimeoutMs) < GAP_MS;
  }

  answered(sent: Sent, { kind }: { readonly kind: string }): void {
    sent.overAtMs = this.checker.world.nowMs;
    const trade = [...this.calls].find(([, calls]) => calls.includes(sent))?.[0] ?? '';
    this.note(trade, kind);
  }

  /** A refund is asked after: it was sent before. */
  asks(outTradeNo: string, number: string): void {
    const calls = this.calls.get(outTradeNo) ?? [];
    const refund = this.find(this.checker.books.byNumber.get(outTradeNo), number);
    if (!refund) this.checker.fail('refund', `${number} is asked after, and not in the books`);
    if (refund?.tries === 0 && calls.length === 0) {
      this.checker.fail('refund', `${number} is asked after, and was never sent`);
    }
  }

  shown(outTradeNo: string, outRequestNo: string, answer: RefundQueryAnswer): void {
    this.note(outTradeNo, answer.kind);
    if (answer.kind !== 'found') return;
    const one = this.find(this.checker.books.byNumber.get(outTradeNo), outRequestNo);
    if (one?.amount_fen !== answer.amount) this.note(outTradeNo, 'otherAmount');
  }

  /** Money goes back at Alipay: the books hold it, and nobody was told that it does not. */
  wentBack({ outTradeNo, outRequestNo: number, amount }: RefundOrder): void {
    const { checker } = this;
    const refund = this.find(checker.books.byNumber.get(outTradeNo), number);
    const fail = (what: string): void => checker.fail('refund', `${number} goes back ${what}`);
    if (!refund) return fail('and is not in the books');
    if (refund.amount_fen !== amount) fail(`with ${amount} fen, not ${refund.amount_fen}`);
    if (refund.state === 'failed') fail('after it had finally failed');
    if (refund.state === 'queued') fail('and is not counted');
  }

  /** A cancel gives back everything: where refunds are, or a payment is kept, none is sent. */
  cancelled(row: Row): void {
    const refunds = this.of(row.id).filter(({ cause }) => cause !== 'channel');
    const began = refunds.some((one) => one.state === 'done' || isPending(one));
    const mayGiveBack = row.trade_no === null || row.giving_back === 'cancel';
    if (mayGiveBack && !began) return;
    const how = `${row.state}, by ${row.giving_back}`;
    this.checker.fail('refund', `receipt ${row.id} (${how}) is cancelled beside its refunds`);
  }

  /** Has Alipay ever said so of a refund of this trade? */
  heard(outTradeNo: string, word: string): boolean {
    return this.said.get(outTradeNo)?.has(word) ?? false;
  }

  private find(row: Row | undefined, number: string): RefundRow | undefined {
    if (!row) return undefined;
    return this.of(row.id).find((one) => one.out_request_no === number && one.cause !== 'channel');
  }

  private note(outTradeNo: string, word: string): void {
    const said = this.said.get(outTradeNo) ?? new Set();
    this.said.set(outTradeNo, said.add(word));
  }
}

function sum(refunds: readonly RefundRow[]): number {
  return refunds.reduce((all, { amount_fen: amount }) => all + amount, 0);
}

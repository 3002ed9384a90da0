import { ENDED } from './checker';
import type { Checker } from './checker';
import type { Row } from '../store/books';
import type { Answer, CodeAsk, Trade } from '../world/far-side';

/** A call of the product to Alipay. */
export interface Asked {
  readonly process: number;
  readonly method: 'requestCode' | 'pay' | 'query' | 'cancel' | 'refund' | 'refundQuery';
  readonly outTradeNo: string;
  readonly sentSeq: number;
  readonly sentAtMs: number;
  /** The answer as the product got it; null: none yet. */
  answer: Told | null;
  answeredSeq: number;
  answeredAtMs: number;
  /** A cancel rests on this question. */
  used: boolean;
}

/** What the rules look at in an answer. */
export interface Told {
  readonly kind: string;
  readonly action?: string;
  readonly unverified?: boolean;
  readonly fault?: string;
  readonly channelTimeMs?: number | null;
  readonly payment?: { readonly tradeNo: string; readonly amount: number | null } | null;
}

/** Alipay's word for a trade that was scanned. */
const SCANNED = 'WAIT_BUYER_PAY';

/** How long a cancel is waited for. ms. */
const CANCEL_MS = 60_000;

/** A code without a cancel is dead this long after its end, at least. ms. */
const SURELY_DEAD_MS = 2 * 3_600_000;

/** Invariants 2, 4, 6, 7 and 8: what the product asks Alipay, and what it makes of the answers. */
export class ChannelRules {
  /** Codes tills were given: a guest may have them. */
  readonly handedOut = new Set<string>();
  /** The number under which each guest's code was charged. */
  private readonly charges = new Map<string, string>();
  private readonly calls = new Map<string, Asked[]>();
  private readonly verifiedAnswers = new Map<string, Told[]>();
  /** When the undo under way was intended. */
  private readonly intents = new Map<string, number>();
  private readonly successTold = new Map<string, number>();
  /** Since when the books have held what a trade would have to vanish from. */
  private readonly seenAt = new Map<string, number>();
  private readonly endedAt = new Map<string, number>();
  /** Numbers whose money our own cancels gave back. */
  private readonly takenBack = new Set<string>();

  constructor(private readonly checker: Checker) {}

  codeAsked(outTradeNo: string, call: string): void {
    const row = this.checker.books.byNumber.get(outTradeNo);
    if (!row) return;
    if (row.precreate_call !== call) this.checker.fail('7', `receipt ${row.id}: another call`);
    const { amount } = JSON.parse(call) as CodeAsk;
    if (amount !== row.amount_fen) this.checker.fail('4', `receipt ${row.id}: asks for ${amount}`);
  }

  /** A guest's code is charged: once, under one number, which is not decided before. */
  charging(outTradeNo: string, authCode: string): void {
    const { checker } = this;
    const row = checker.books.byNumber.get(outTradeNo);
    if (row?.precreate_call.includes(authCode)) checker.fail('secret', 'the books hold a code');
    const under = this.charges.get(authCode);
    if (under !== undefined) {
      checker.fail('charge', `${authCode} is charged as ${under} and again as ${outTradeNo}`);
    }
    this.charges.set(authCode, outTradeNo);
    if ((this.calls.get(outTradeNo) ?? []).some(({ method }) => method === 'pay')) {
      checker.fail('charge', `${outTradeNo} is charged a second time`);
    }
    if (row && row.state !== 'begun' && row.state !== 'cancelling') {
      checker.fail('charge', `receipt ${row.id} is charged while ${row.state}`);
    }
    this.handedOut.add(outTradeNo);
  }

  /** The number under which a guest's code was charged. */
  chargedAs(authCode: string): string | undefined {
    return this.charges.get(authCode);
  }

  /** A charge has arrived, and its guest was or can be asked for money. */
  charged(trade: Trade): void {
    const { checker } = this;
    const row = checker.books.byNumber.get(trade.outTradeNo);
    if (!row) checker.fail('7', `${trade.outTradeNo} is charged and not in the books`);
    else if (ENDED.has(row.state)) {
      checker.fail('8', `receipt ${row.id} was ${row.state} when its charge arrived`);
    }
  }

  called(process: number, method: Asked['method'], outTradeNo: string): Asked {
    const { checker } = this;
    const row = checker.books.byNumber.get(outTradeNo);
    if (!row) checker.fail('7', `${method} of ${outTradeNo} before its Begin is durable`);
    else if (method === 'cancel') this.cancelled(process, row);
    const asked: Asked = {
      process,
      method,
      outTradeNo,
      sentSeq: checker.world.tick(),
      sentAtMs: checker.world.nowMs,
      answer: null,
      answeredSeq: Infinity,
      answeredAtMs: Infinity,
      used: false,
    };
    const calls = this.calls.get(outTradeNo) ?? [];
    calls.push(asked);
    this.calls.set(outTradeNo, calls);
    return asked;
  }

  answered(asked: Asked, answer: Told): void {
    asked.answer = answer;
    asked.answeredSeq = this.checker.world.tick();
    asked.answeredAtMs = this.checker.world.nowMs;
    if (asked.method === 'query') this.verified(asked.outTradeNo, answer);
    if (asked.method === 'cancel') this.checker.field.cancelAnswered(asked.outTradeNo, answer);
  }

  /** An answer or a notify whose signature holds. */
  verified(outTradeNo: string, answer: Told): void {
    const answers = this.verifiedAnswers.get(outTradeNo) ?? [];
    answers.push(answer);
    this.verifiedAnswers.set(outTradeNo, answers);
  }

  /** Our own cancel gave a payment back. */
  gaveBack(asked: Asked): void {
    const soon = this.checker.world.nowMs - asked.sentAtMs <= CANCEL_MS;
    if (soon) this.takenBack.add(asked.outTradeNo);
    const told = this.successTold.get(asked.outTradeNo);
    if (told === undefined || told < asked.sentSeq) return;
    // What takes longer nobody waits for: the payment is looked at once more instead.
    if (!soon) return;
    this.checker.fail(
      'taken back',
      `${asked.outTradeNo}: SUCCESS was told while a cancel was under way that took it back`,
    );
  }

  success(outTradeNo: string): void {
    if (this.takenBack.has(outTradeNo)) {
      this.checker.fail('taken back', `${outTradeNo}: SUCCESS after our cancel gave it back`);
    }
    this.successTold.set(outTradeNo, this.checker.world.tick());
  }

  /** Alipay was answered `success`. */
  acknowledged(outTradeNo: string, answer: Answer): void {
    const { checker } = this;
    const row = checker.books.byNumber.get(outTradeNo);
    if (!row) return checker.fail('7', 'success for a number that is not ours');
    const paid = answer.kind === 'paid' ? answer : answer.kind === 'closed' ? answer.paid : null;
    if (!paid) return;
    // An operator has let go of it, and all of that money went back.
    const isGone = checker.far.find(outTradeNo)?.stage === 'closed';
    if (row.undo_reason === 'released' && row.trade_no === null && isGone) return;
    if (row.trade_no === null) checker.fail('7', `success before receipt ${row.id} is booked`);
    if (paid.amount !== row.amount_fen) checker.fail('4', `success for ${paid.amount} fen`);
    if (answer.kind === 'paid' && answer.refunded > row.refunded_fen) {
      checker.fail('7', `success for ${answer.refunded} fen back, booked ${row.refunded_fen}`);
    }
  }

  toldPaid(outTradeNo: string, tradeNo: string | null, amount: number): boolean {
    const answers = this.verifiedAnswers.get(outTradeNo) ?? [];
    return answers.some(
      ({ payment }) => payment?.tradeNo === tradeNo && payment?.amount === amount,
    );
  }

  /** Did a question bring an answer, true or stale, since an instant? */
  answeredSince(outTradeNo: string, sinceMs: number): boolean {
    return (this.calls.get(outTradeNo) ?? []).some(
      ({ method, answer, answeredAtMs }) =>
        method === 'query' &&
        answeredAtMs !== Infinity &&
        answeredAtMs >= sinceMs &&
        answer?.kind !== 'unknown' &&
        answer?.kind !== 'refused',
    );
  }

  /** Is a question under way? One without an answer for so long died with its process. */
  isAsking(outTradeNo: string, longestMs: number): boolean {
    const sinceMs = this.checker.world.nowMs - longestMs;
    return (this.calls.get(outTradeNo) ?? []).some(
      ({ method, answer, sentAtMs }) => method === 'query' && answer === null && sentAtMs > sinceMs,
    );
  }

  /** When the last cancel was sent, true time; null: none was. */
  lastCancelAtMs(outTradeNo: string): number | null {
    const calls = this.calls.get(outTradeNo) ?? [];
    return calls.findLast(({ method }) => method === 'cancel')?.sentAtMs ?? null;
  }

  /** What a process was told to its questions since then, and by nobody else's. */
  queriedBy(process: number, outTradeNo: string, sinceSeq: number): readonly Told[] {
    return (this.calls.get(outTradeNo) ?? []).flatMap((asked) => {
      const own = asked.method === 'query' && asked.process === process;
      return own && asked.sentSeq > sinceSeq && asked.answer !== null ? [asked.answer] : [];
    });
  }

  toldWrongAmount(outTradeNo: string, amount: number): boolean {
    const answers = this.verifiedAnswers.get(outTradeNo) ?? [];
    // What a charge answers may be rolled back: it may alarm, and books nothing.
    const charges = (this.calls.get(outTradeNo) ?? []).filter(({ method }) => method === 'pay');
    const all = [...answers, ...charges.flatMap(({ answer }) => answer ?? [])];
    return all.some(({ payment }) => payment && payment.amount !== amount);
  }

  /** Did a question asked after the books had seen the trade, or its end, bring such an answer? */
  toldAfterSeen(outTradeNo: string, kind: 'notExist' | 'pending'): boolean {
    const known = kind === 'pending' ? this.endedAt : this.seenAt;
    const since = known.get(outTradeNo) ?? Infinity;
    return (this.calls.get(outTradeNo) ?? []).some(
      ({ method, answer, sentSeq }) =>
        method === 'query' && sentSeq > since && answer?.kind === kind,
    );
  }

  /** Did Alipay refuse a cancel, for whatever reason? */
  cancelRefused(outTradeNo: string): boolean {
    return this.cancelsRefused(outTradeNo) > 0;
  }

  /** How many cancels were refused for reasons that stay. */
  cancelsRefused(outTradeNo: string): number {
    const refused = (answer: Told | null): boolean =>
      answer?.kind === 'balanceShort' || (answer?.kind === 'refused' && answer.fault !== 'pace');
    return (this.calls.get(outTradeNo) ?? []).filter(
      ({ method, answer }) => method === 'cancel' && refused(answer),
    ).length;
  }

  toldUnverified(outTradeNo: string): boolean {
    return (this.calls.get(outTradeNo) ?? []).some(({ answer }) => answer?.unverified === true);
  }

  committed(before: ReadonlyMap<number, Row>): void {
    for (const row of this.checker.books.receipts.values()) {
      const old = before.get(row.id);
      this.noteSeen(old, row);
      if (old?.state === row.state) continue;
      if (row.state === 'cancelling' || row.state === 'refunding') {
        this.intents.set(row.out_trade_no, this.checker.world.tick());
      }
      if (old && ENDED.has(row.state)) this.ended(row);
    }
  }

  private noteSeen(old: Row | undefined, row: Row): void {
    const now = this.checker.world.tick();
    const scanned = row.channel_status === SCANNED && old?.channel_status !== SCANNED;
    const paid = row.trade_no !== null && (old?.trade_no ?? null) === null;
    const ended = ENDED.has(row.state) && old?.state !== row.state;
    if (ended) this.endedAt.set(row.out_trade_no, now);
    if ((scanned || paid) && !this.seenAt.has(row.out_trade_no)) {
      this.seenAt.set(row.out_trade_no, now);
    }
  }

  /** At most one code of a bill that was handed out can be paid. */
  afterEvent(): void {
    const { books, far } = this.checker;
    let seen: Map<number, string> | null = null;
    for (const outTradeNo of this.handedOut) {
      const trade = far.trades.get(outTradeNo);
      const bill = books.byNumber.get(outTradeNo)?.bill_id;
      if (!trade || bill === undefined || !far.isPayable(outTradeNo)) {
        if (trade && trade.stage !== 'code' && trade.stage !== 'wait') {
          this.handedOut.delete(outTradeNo);
          this.spent.add(outTradeNo);
        }
        continue;
      }
      if (trade.ghost && ENDED.has(books.byNumber.get(outTradeNo)?.state ?? '')) continue;
      seen ??= new Map();
      const other = seen.get(bill);
      if (other) this.checker.fail('6', `two live codes: ${other} and ${outTradeNo}`);
      seen.set(bill, outTradeNo);
    }
  }

  wasHandedOut(outTradeNo: string): boolean {
    return this.handedOut.has(outTradeNo) || this.spent.has(outTradeNo);
  }

  /** Handed out, and ended at Alipay since. */
  private readonly spent = new Set<string>();

  /** A cancel rests on a question asked after the intent was durable, and on nobody else's. */
  private cancelled(process: number, row: Row): void {
    this.checker.field.cancelled(row);
    this.checker.refunds.cancelled(row);
    const intent = this.intents.get(row.out_trade_no) ?? Infinity;
    const fresh = (this.calls.get(row.out_trade_no) ?? []).find(
      (asked) =>
        asked.method === 'query' &&
        asked.process === process &&
        !asked.used &&
        asked.sentSeq > intent &&
        asked.answer !== null &&
        asked.answer.kind !== 'unknown' &&
        asked.answer.kind !== 'refused',
    );
    if (fresh) {
      fresh.used = true;
      return;
    }
    const lateCode = ENDED.has(row.state) && !this.wasHandedOut(row.out_trade_no);
    if (!lateCode) this.checker.fail('8', `receipt ${row.id} (${row.state}): cancel unasked`);
  }

  /** A receipt ended unpaid: it surely cannot be paid, and there is proof. */
  private ended(row: Row): void {
    const { checker } = this;
    const { far } = checker;
    const trade = far.find(row.out_trade_no);
    const kept = trade && !trade.ghost;
    if (kept && this.wasHandedOut(row.out_trade_no) && far.isPayable(row.out_trade_no)) {
      checker.fail('8', `receipt ${row.id} is ${row.state} and its code can be paid`);
    }
    if (kept && trade.stage === 'paid') {
      checker.fail('8', `receipt ${row.id} is ${row.state} and its trade is paid`);
    }
    if (row.undo_reason === 'released') return; // Its proof has rules of its own.
    if (!(row.state === 'failed' ? this.refused(row) : this.proven(row))) {
      checker.fail('8', `receipt ${row.id} is ${row.state} without proof`);
    }
  }

  /** Every call for code or money was refused for good: a lost answer may have told of one. */
  private refused(row: Row): boolean {
    const asked = (this.calls.get(row.out_trade_no) ?? []).filter(
      ({ method }) => method === 'requestCode' || method === 'pay',
    );
    // A charge that came too late for its caller was never sent.
    const sentNothing = asked.length === 0 && row.begun_by === 'barCode';
    const allRefused = asked.every(({ answer }) => answer?.kind === 'refused');
    return sentNothing || (asked.length > 0 && allRefused);
  }

  private proven(row: Row): boolean {
    const verified = this.verifiedAnswers.get(row.out_trade_no) ?? [];
    if (verified.some(({ kind, payment }) => kind === 'closed' && !payment)) return true;
    const calls = this.calls.get(row.out_trade_no) ?? [];
    const intent = this.intents.get(row.out_trade_no) ?? Infinity;
    const asked = calls.filter(({ sentSeq }) => sentSeq > intent);
    const gone = asked.filter(({ method, answer }) => isGone(method, answer));
    const noted = this.checker.books.events.some(
      ({ receipt_row_id: id, event }) => id === row.id && event.startsWith('cancel:'),
    );
    const killed = asked.some(
      (cancel) =>
        cancel.method === 'cancel' &&
        cancel.answer?.kind === 'done' &&
        gone.some(({ answeredSeq }) => answeredSeq < cancel.sentSeq) &&
        gone.some(({ sentSeq }) => sentSeq > cancel.answeredSeq),
    );
    if (killed && noted) return true;
    const tooLate =
      asked.some(({ answer }) => answer?.kind === 'tooLate') ||
      this.cancelRefused(row.out_trade_no);
    const dead = row.code_ends_at_ms + SURELY_DEAD_MS;
    return tooLate && gone.some(({ answer }) => (answer?.channelTimeMs ?? 0) >= dead);
  }
}

function isGone(method: string, answer: Told | null): boolean {
  return method === 'query' && answer?.kind === 'notExist';
}

import type { FarRefund } from './far-refunds';

/** What an answer to a charge tells of money that was taken. */
type Taken = Extract<Answer, { kind: 'paid' }>;

/** What a prepared call asks for; the text of the call is its JSON. */
export interface CodeAsk {
  readonly outTradeNo: string;
  readonly amount: number;
  readonly endsAtMs: number;
  readonly subject: string;
}

export type Stage =
  | 'code' // A code, and no trade yet.
  | 'dead' // Cancelled before any scan: there never was a trade.
  | 'wait' // Scanned, not paid.
  | 'paid'
  | 'closed';

/** One number at Alipay. */
export interface Trade {
  readonly outTradeNo: string;
  readonly call: string;
  readonly amount: number;
  readonly qrCode: string;
  readonly tradeNo: string;
  readonly askedAtMs: number;
  /** An unscanned code dies. */
  readonly codeEndsAtMs: number;
  /** A scanned trade closes by itself. */
  readonly endsAtMs: number;
  stage: Stage;
  createdAtMs: number | null;
  paidAtMs: number | null;
  refunded: number;
  /** What went back under numbers of the service's, by them. */
  readonly refunds: Map<string, FarRefund>;
  /** Alipay breaks its word on this one: it could be paid after it had ended. */
  ghost: boolean;
  /** Alipay's amount of it is not the one that was asked for. */
  crookedBy: number;
}

/** What the far side answers to a question; `at` is its own clock. */
export type Answer =
  | { readonly kind: 'notExist'; readonly atMs: number }
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'paid';
      readonly tradeNo: string;
      readonly amount: number;
      paidAtMs: number;
      /** What went back of it in all; 0: nothing. */
      readonly refunded: number;
    }
  | {
      readonly kind: 'closed';
      readonly paid: { tradeNo: string; amount: number; paidAtMs: number } | null;
    };

/** A notify on its way; what a tampered one says is never seen. */
export interface NotifyMessage {
  readonly outTradeNo: string;
  readonly answer: Answer;
  readonly unverified: boolean;
}

export type CodeAnswer =
  | { readonly kind: 'code'; readonly qrCode: string }
  | { readonly kind: 'alreadyPaid' | 'numberRefused' | 'refused' };

/** `unclear`: it says that it does not know, whatever it did. */
export type ChargeAnswer =
  Taken | { readonly kind: 'wait' | 'refused' | 'alreadyPaid' | 'numberRefused' | 'unclear' };

export type CancelAnswer =
  'close' | 'refund' | 'none' | 'tooLate' | 'poor' | 'frozen' | 'partRefunded' | 'forbidden';

const CODE_LIFE_MS = 2 * 3_600_000;
const CANCEL_WINDOW_MS = 24 * 3_600_000;

/** How the Alipay of a story behaves where its documents leave it open. */
export interface FarHabits {
  /** A cancel of a number never heard of locks it. */
  readonly locksUnknown: boolean;
  /** A repeat of a number whose code was not used is refused. */
  readonly refusesRepeat: boolean;
  /** Trades are settled for good at once: no cancel gives their money back. */
  readonly finishes: boolean;
  /** The contract knows no cancel. */
  readonly forbidsCancel: boolean;
  /** Trades go back as a whole alone. */
  readonly wholeOnly: boolean;
  /** A refund is shown to who asks after it so much later. ms */
  readonly refundVisibleMs: number;
  /** Its word for more than is left. */
  readonly tooMuch: string;
}

/** Alipay, as far as it can be known: the truth about every trade. */
export class FarSide {
  readonly trades = new Map<string, Trade>();
  /** Until then the merchant's account is too poor for refunds. True time, epoch ms. */
  poorUntilMs = 0;
  /** Until then what guests have paid is frozen. True time, epoch ms. */
  frozenUntilMs = 0;
  /** Told of each trade that a charge brought into being. */
  onCharged: (trade: Trade) => void = () => undefined;
  private readonly byCode = new Map<string, Trade>();
  private readonly locked = new Set<string>();
  private readonly said = new Map<string, Answer[]>();
  private serial = 0;

  constructor(
    private readonly nowMs: () => number,
    readonly habits: FarHabits,
    private readonly crookedBy: () => number,
  ) {}

  precreate(call: string): CodeAnswer {
    const ask = JSON.parse(call) as CodeAsk;
    const known = this.find(ask.outTradeNo);
    if (this.locked.has(ask.outTradeNo)) return { kind: 'numberRefused' };
    if (known) return this.repeat(known, call);
    const now = this.nowMs();
    if (ask.endsAtMs <= now) return { kind: 'refused' };
    const trade = this.newTrade(ask, call);
    return { kind: 'code', qrCode: trade.qrCode };
  }

  /** The last digit of the guest's code chooses what becomes of a charge. */
  pay(call: string, authCode: string): ChargeAnswer {
    const ask = JSON.parse(call) as CodeAsk;
    const known = this.find(ask.outTradeNo);
    if (this.locked.has(ask.outTradeNo)) return { kind: 'numberRefused' };
    if (known?.stage === 'wait') return { kind: 'wait' };
    if (known) return { kind: known.stage === 'paid' ? 'alreadyPaid' : 'numberRefused' };
    const fate = authCode.at(-1);
    if (ask.endsAtMs <= this.nowMs() || fate === '6' || fate === '7') return { kind: 'refused' };
    if (fate === '9') return { kind: 'unclear' };
    const trade = this.newTrade(ask, call);
    trade.stage = 'wait';
    trade.createdAtMs = this.nowMs();
    if (fate !== '5') this.takeMoney(trade);
    this.onCharged(trade);
    if (fate === '8') return { kind: 'unclear' };
    const answer = this.answerOf(trade);
    return answer.kind === 'paid' ? answer : { kind: 'wait' };
  }

  private newTrade(ask: CodeAsk, call: string): Trade {
    const now = this.nowMs();
    this.serial += 1;
    const trade: Trade = {
      outTradeNo: ask.outTradeNo,
      call,
      amount: ask.amount,
      qrCode: `https://qr.example/${this.serial}`,
      tradeNo: `2026${String(this.serial).padStart(12, '0')}`,
      askedAtMs: now,
      codeEndsAtMs: Math.min(now + CODE_LIFE_MS, ask.endsAtMs),
      endsAtMs: ask.endsAtMs,
      stage: 'code',
      createdAtMs: null,
      paidAtMs: null,
      refunded: 0,
      refunds: new Map(),
      ghost: false,
      crookedBy: this.crookedBy(),
    };
    this.trades.set(trade.outTradeNo, trade);
    this.byCode.set(trade.qrCode, trade);
    return trade;
  }

  query(outTradeNo: string): Answer {
    const answer = this.answerOf(this.find(outTradeNo));
    const said = this.said.get(outTradeNo) ?? [];
    if (said.at(-1)?.kind !== answer.kind) said.push(answer);
    this.said.set(outTradeNo, said);
    return answer;
  }

  /** An older true answer about a number, if another one was given before. */
  staleAnswer(outTradeNo: string, size: number): Answer | null {
    const said = this.said.get(outTradeNo) ?? [];
    return said[Math.floor(size * (said.length - 1))] ?? null;
  }

  cancel(outTradeNo: string): CancelAnswer {
    if (this.habits.forbidsCancel) return 'forbidden';
    const trade = this.find(outTradeNo);
    if (!trade) {
      if (this.habits.locksUnknown) this.locked.add(outTradeNo);
      return 'none';
    }
    const since = trade.createdAtMs ?? trade.askedAtMs;
    if (this.nowMs() - since > CANCEL_WINDOW_MS) return 'tooLate';
    switch (trade.stage) {
      case 'dead':
        return 'none';
      case 'code':
        trade.stage = 'dead';
        return 'none';
      case 'wait':
        trade.stage = 'closed';
        return 'close';
      case 'paid':
        if (this.habits.finishes) return 'tooLate';
        if (trade.refunded > 0) return 'partRefunded';
        if (this.nowMs() < this.frozenUntilMs) return 'frozen';
        if (this.nowMs() < this.poorUntilMs) return 'poor';
        this.giveBack(trade);
        return 'refund';
      case 'closed':
        return trade.refunded > 0 ? 'refund' : 'close';
    }
  }

  /** A guest scans a code. False: it cannot be used. */
  scan(qrCode: string): boolean {
    const trade = this.byCode.get(qrCode);
    if (!trade) return false;
    this.age(trade);
    if (trade.stage === 'wait') return true;
    const alive = trade.stage === 'code' && this.nowMs() < trade.codeEndsAtMs;
    const haunted = trade.ghost && (trade.stage === 'dead' || trade.stage === 'code');
    if (!alive && !haunted) return false;
    trade.stage = 'wait';
    trade.createdAtMs = this.nowMs();
    return true;
  }

  /** A guest pays what was scanned. Null: it cannot be paid. */
  payScanned(qrCode: string): Trade | null {
    const trade = this.byCode.get(qrCode);
    if (!trade) return null;
    if (!trade.ghost) this.age(trade);
    const haunted = trade.ghost && trade.stage === 'closed' && trade.paidAtMs === null;
    if (trade.stage !== 'wait' && !haunted) return null;
    this.takeMoney(trade);
    return trade;
  }

  private takeMoney(trade: Trade): void {
    trade.stage = 'paid';
    trade.paidAtMs = this.nowMs();
    trade.createdAtMs ??= this.nowMs();
  }

  /** All of a trade's money goes back to the guest. */
  giveBack(trade: Trade): void {
    trade.stage = 'closed';
    trade.refunded = trade.amount + trade.crookedBy;
  }

  /** Some of a trade's money goes back by the merchant's portal. */
  giveBackPart(trade: Trade, fen: number): void {
    trade.refunded += fen;
  }

  /** Could a guest still pay this number, if Alipay keeps its word? */
  isPayable(outTradeNo: string): boolean {
    const trade = this.find(outTradeNo);
    if (!trade) return false;
    if (trade.stage === 'code') return this.nowMs() < trade.codeEndsAtMs;
    return trade.stage === 'wait';
  }

  find(outTradeNo: string): Trade | undefined {
    const trade = this.trades.get(outTradeNo);
    if (trade) this.age(trade);
    return trade;
  }

  byQrCode(qrCode: string): Trade | undefined {
    return this.byCode.get(qrCode);
  }

  answerOf(trade: Trade | undefined): Answer {
    if (!trade || trade.stage === 'code' || trade.stage === 'dead') {
      return { kind: 'notExist', atMs: this.nowMs() };
    }
    if (trade.stage === 'wait') return { kind: 'wait' };
    const amount = trade.amount + trade.crookedBy;
    const { tradeNo, paidAtMs } = trade;
    if (trade.stage === 'paid') {
      const { refunded } = trade;
      return { kind: 'paid', tradeNo, amount, paidAtMs: paidAtMs ?? 0, refunded };
    }
    return { kind: 'closed', paid: paidAtMs === null ? null : { tradeNo, amount, paidAtMs } };
  }

  private repeat(known: Trade, call: string): CodeAnswer {
    if (known.stage === 'paid') return { kind: 'alreadyPaid' };
    if (known.stage === 'dead' || known.stage === 'closed') return { kind: 'numberRefused' };
    if (known.call !== call || this.habits.refusesRepeat) return { kind: 'numberRefused' };
    if (known.stage === 'code' && this.nowMs() >= known.codeEndsAtMs) return { kind: 'refused' };
    return { kind: 'code', qrCode: known.qrCode };
  }

  private age(trade: Trade): void {
    if (trade.stage === 'wait' && this.nowMs() >= trade.endsAtMs) trade.stage = 'closed';
  }
}

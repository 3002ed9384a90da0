import type { FarSide, Trade } from './far-side';

/** Money that went back under one number. */
export interface FarRefund {
  readonly amount: number;
  readonly atMs: number;
}

/** What Alipay answers to a refund; `repeat`: the number was used before, no money moved. */
export type FarRefundAnswer =
  | { readonly kind: 'done'; readonly total: number; readonly atMs: number }
  | { readonly kind: 'repeat' | 'discordant' | 'poor' | 'noTrade' }
  | { readonly kind: 'refused' | 'disagrees'; readonly word: string };

/** What Alipay answers to the question after a refund; null: it shows nothing. */
export type FarRefundShown = FarRefund | null;

/** Alipay's refunds of parts, each under a number. */
export class FarRefunds {
  /** What every refund is answered until then, true time, and nothing is done; null: the truth. */
  whim: { readonly untilMs: number; readonly answer: FarRefundAnswer } | null = null;

  constructor(
    private readonly far: FarSide,
    private readonly nowMs: () => number,
  ) {}

  refund(outTradeNo: string, requestNo: string, amount: number): FarRefundAnswer {
    const { far } = this;
    const trade = far.find(outTradeNo);
    if (!trade || trade.paidAtMs === null) return { kind: 'noTrade' };
    const known = trade.refunds.get(requestNo);
    if (known) return { kind: known.amount === amount ? 'repeat' : 'discordant' };
    if (this.whim && this.nowMs() < this.whim.untilMs) return this.whim.answer;
    const total = trade.amount + trade.crookedBy;
    if (trade.stage === 'closed') return { kind: 'disagrees', word: 'TRADE_HAS_CLOSE' };
    if (trade.refunded + amount > total) return { kind: 'disagrees', word: far.habits.tooMuch };
    const word = this.obstacle(amount === total);
    if (word !== null) return { kind: 'refused', word };
    if (this.nowMs() < far.poorUntilMs) return { kind: 'poor' };
    return this.giveBack(trade, requestNo, amount, total);
  }

  /** Alipay shows a refund only some time after it. */
  shown(outTradeNo: string, requestNo: string): FarRefundShown {
    const known = this.find(outTradeNo, requestNo);
    if (!known) return null;
    return this.nowMs() >= known.atMs + this.far.habits.refundVisibleMs ? known : null;
  }

  /** The truth about one number; undefined: nothing went back under it. */
  find(outTradeNo: string, requestNo: string): FarRefund | undefined {
    return this.far.find(outTradeNo)?.refunds.get(requestNo);
  }

  private obstacle(whole: boolean): string | null {
    const { far } = this;
    if (far.habits.finishes) return 'TRADE_HAS_FINISHED';
    if (far.habits.wholeOnly && !whole) return 'NOT_ALLOW_PARTIAL_REFUND';
    return this.nowMs() < far.frozenUntilMs ? 'REASON_TRADE_BEEN_FREEZEN' : null;
  }

  private giveBack(
    trade: Trade,
    requestNo: string,
    amount: number,
    total: number,
  ): FarRefundAnswer {
    const atMs = this.nowMs();
    trade.refunds.set(requestNo, { amount, atMs });
    trade.refunded += amount;
    if (trade.refunded === total) trade.stage = 'closed';
    return { kind: 'done', total: trade.refunded, atMs };
  }
}

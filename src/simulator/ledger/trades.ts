import { Fen, fen } from '../../domain/money';
import { timeoutEnd } from './durations';

/**
 * How one number stands at Alipay. Before the scan there is a code but no trade; `CANCELLED` is a
 * code cancelled in that time, so there never was a trade. The others are Alipay's trade_status.
 */
export type Stage =
  | 'NOT_SCANNED'
  | 'CANCELLED'
  | 'WAIT_BUYER_PAY'
  | 'TRADE_SUCCESS'
  | 'TRADE_FINISHED'
  | 'TRADE_CLOSED';

/** What can happen to a number. */
export type TradeEvent =
  | 'scan'
  | 'giveUp'
  | 'pay'
  | 'timeout'
  | 'close'
  | 'cancel'
  | 'refundPart'
  | 'refundAll'
  | 'finish';

/** The state machine. Source: Alipay's trade states (open/02ekfq) and cancel (open/02ekfr). */
const MOVES: Record<Stage, Partial<Record<TradeEvent, Stage>>> = {
  NOT_SCANNED: { scan: 'WAIT_BUYER_PAY', cancel: 'CANCELLED' },
  CANCELLED: { cancel: 'CANCELLED' },
  WAIT_BUYER_PAY: {
    scan: 'WAIT_BUYER_PAY',
    giveUp: 'WAIT_BUYER_PAY', // The guest walks away; the trade lives until its timeout.
    pay: 'TRADE_SUCCESS',
    timeout: 'TRADE_CLOSED',
    close: 'TRADE_CLOSED',
    cancel: 'TRADE_CLOSED',
  },
  TRADE_SUCCESS: {
    cancel: 'TRADE_CLOSED', // The money goes back.
    refundPart: 'TRADE_SUCCESS',
    refundAll: 'TRADE_CLOSED',
    finish: 'TRADE_FINISHED',
  },
  TRADE_FINISHED: {},
  TRADE_CLOSED: { cancel: 'TRADE_CLOSED' },
};

/** The stage after `event`; undefined when it cannot happen then. Pure. */
export function nextStage(stage: Stage, event: TradeEvent): Stage | undefined {
  return MOVES[stage][event];
}

/** What the merchant asked for under a number; never changes. */
export interface Terms {
  readonly totalAmount: Fen;
  readonly subject: string;
  readonly body: string | null;
  readonly storeId: string | null;
  readonly terminalId: string | null;
  readonly passbackParams: string | null;
  /** Where the pay result is pushed to; null: nowhere. */
  readonly notifyUrl: string | null;
  /** The absolute end of code and unpaid trade, epoch ms; beats `timeoutExpress`. */
  readonly timeExpireMs: number | null;
  /** Life of an unpaid trade, from the scan: `1m` to `15d`, or `1c` (end of the day). */
  readonly timeoutExpress: string;
  /** Life of a code, from its generation; same grammar. */
  readonly codeTimeoutExpress: string;
  /** A digest of every business parameter: a repeat with another one is inconsistent. */
  readonly fingerprint: string;
}

/** One refund of a trade. */
export interface Refund {
  readonly outRequestNo: string;
  readonly amount: Fen;
  readonly reason: string | null;
  readonly atMs: number;
}

/** One out_trade_no at Alipay: its code and, from the scan on, its trade. */
export interface Order {
  readonly outTradeNo: string;
  readonly terms: Terms;
  /** When the number was first asked for, epoch ms. */
  readonly askedAtMs: number;
  /** The secret part of the code's address; null for a barcode payment. */
  readonly code: string | null;
  /** An unscanned code is dead from here on, epoch ms. */
  readonly codeEndsAtMs: number | null;
  readonly stage: Stage;
  /** Null until the scan. */
  readonly tradeNo: string | null;
  /** When the trade came into being, that is at the scan, epoch ms. */
  readonly createdAtMs: number | null;
  /** When an unpaid trade is closed, epoch ms. */
  readonly endsAtMs: number | null;
  /** A guest is looking at the cashier, and can pay. */
  readonly buyerPresent: boolean;
  readonly paidAtMs: number | null;
  readonly closedAtMs: number | null;
  /** What ended it; null while it is alive, and for a finished one. */
  readonly endedBy: 'timeout' | 'close' | 'cancel' | 'refund' | null;
  readonly refunds: readonly Refund[];
}

/** Why something could not be done by the guest. */
export type Obstacle =
  'CODE_EXPIRED' | 'CANCELLED' | 'CLOSED' | 'ALREADY_PAID' | 'NOT_SCANNED' | 'BUYER_LEFT';

/** Why money cannot go back. */
export type RefundObstacle = 'NOT_PAID' | 'CLOSED' | 'FINISHED' | 'TOO_MUCH';

/** The order after a step, or why the step is not possible. */
export type Step = { ok: true; order: Order } | { ok: false; why: Obstacle };

/** A trade is finished this long after payment: the refund window. Source: open/02ekfs. */
export const REFUND_WINDOW_MS = 365 * 86_400_000;

/** A number as it is after its first precreate. */
export function newOrder(outTradeNo: string, terms: Terms, nowMs: number): Order {
  return {
    outTradeNo,
    terms,
    askedAtMs: nowMs,
    code: null,
    codeEndsAtMs: null,
    stage: 'NOT_SCANNED',
    tradeNo: null,
    createdAtMs: null,
    endsAtMs: null,
    buyerPresent: false,
    paidAtMs: null,
    closedAtMs: null,
    endedBy: null,
    refunds: [],
  };
}

/** The order with a code generated now. */
export function withCode(order: Order, code: string, nowMs: number): Order {
  const lifeEnds = timeoutEnd(order.terms.codeTimeoutExpress, nowMs);
  const codeEndsAtMs = Math.min(lifeEnds, order.terms.timeExpireMs ?? lifeEnds);
  return { ...order, code, codeEndsAtMs };
}

/** The order as time alone has made it: an unpaid trade times out, a paid one finishes. */
export function atTime(order: Order, nowMs: number): Order {
  if (order.stage === 'WAIT_BUYER_PAY' && order.endsAtMs !== null && nowMs >= order.endsAtMs) {
    return ended(order, 'timeout', order.endsAtMs);
  }
  if (order.stage === 'TRADE_SUCCESS' && order.paidAtMs !== null) {
    return nowMs >= order.paidAtMs + REFUND_WINDOW_MS
      ? { ...order, stage: 'TRADE_FINISHED' }
      : order;
  }
  return order;
}

/** Whether a code was given that nobody can use any more because its time is over. */
export function isCodeExpired(order: Order, nowMs: number): boolean {
  return (
    order.stage === 'NOT_SCANNED' && order.codeEndsAtMs !== null && nowMs >= order.codeEndsAtMs
  );
}

/** A guest scans the code: the trade comes into being. Scanning again brings the guest back. */
export function scan(order: Order, tradeNo: string, nowMs: number): Step {
  if (isCodeExpired(order, nowMs)) return { ok: false, why: 'CODE_EXPIRED' };
  if (nextStage(order.stage, 'scan') === undefined) return { ok: false, why: obstacle(order) };
  if (order.stage === 'WAIT_BUYER_PAY') {
    return { ok: true, order: { ...order, buyerPresent: true } };
  }
  return { ok: true, order: begun(order, tradeNo, nowMs) };
}

/** The order with its trade created now and the guest at the cashier. */
export function begun(order: Order, tradeNo: string, nowMs: number): Order {
  return {
    ...order,
    stage: 'WAIT_BUYER_PAY',
    tradeNo,
    createdAtMs: nowMs,
    endsAtMs: order.terms.timeExpireMs ?? timeoutEnd(order.terms.timeoutExpress, nowMs),
    buyerPresent: true,
  };
}

/** The guest pays. Possible only after the scan and before the guest has left. */
export function pay(order: Order, nowMs: number): Step {
  const stage = nextStage(order.stage, 'pay');
  if (stage === undefined) return { ok: false, why: obstacle(order) };
  if (!order.buyerPresent) return { ok: false, why: 'BUYER_LEFT' };
  return { ok: true, order: { ...order, stage, paidAtMs: nowMs, buyerPresent: false } };
}

/** The guest leaves without paying: the trade stays WAIT_BUYER_PAY, as at Alipay. */
export function giveUp(order: Order): Step {
  if (nextStage(order.stage, 'giveUp') === undefined) return { ok: false, why: obstacle(order) };
  return { ok: true, order: { ...order, buyerPresent: false } };
}

/** An unpaid trade or code is ended for good. The caller has asked `nextStage` first. */
export function ended(order: Order, by: 'timeout' | 'close' | 'cancel', atMs: number): Order {
  const stage = nextStage(order.stage, by);
  if (stage === undefined) throw new Error(`${by} is not possible in ${order.stage}`);
  return { ...order, stage, endedBy: by, closedAtMs: atMs, buyerPresent: false };
}

/** What a cancel has done: closed an unpaid trade, sent the money back, or met no trade at all. */
export type CancelAction = 'close' | 'refund' | 'none';

/**
 * The order as a cancel leaves it; undefined: it cannot be cancelled any more. Repeatable.
 * The caller has refused a paid trade of which a part went back.
 */
export function cancelled(
  order: Order,
  nowMs: number,
): { order: Order; action: CancelAction } | undefined {
  if (nextStage(order.stage, 'cancel') === undefined) return undefined;
  switch (order.stage) {
    case 'NOT_SCANNED':
      return { order: ended(order, 'cancel', nowMs), action: 'none' };
    case 'WAIT_BUYER_PAY':
      return { order: ended(order, 'cancel', nowMs), action: 'close' };
    case 'TRADE_SUCCESS':
      return { order: undone(order, nowMs), action: 'refund' };
    case 'CANCELLED':
      return { order, action: 'none' };
    case 'TRADE_CLOSED':
    case 'TRADE_FINISHED':
      return { order, action: order.paidAtMs === null ? 'close' : 'refund' };
  }
}

/** What went back so far. */
export function refundedTotal(order: Order): Fen {
  return fen(order.refunds.reduce((sum, refund) => sum + refund.amount, 0));
}

/** Why `amount` cannot go back now; null: it can. */
export function refundObstacle(order: Order, amount: Fen): RefundObstacle | null {
  switch (order.stage) {
    case 'NOT_SCANNED':
    case 'CANCELLED':
    case 'WAIT_BUYER_PAY':
      return 'NOT_PAID';
    case 'TRADE_CLOSED':
      return 'CLOSED';
    case 'TRADE_FINISHED':
      return 'FINISHED';
    case 'TRADE_SUCCESS':
      return refundedTotal(order) + amount > order.terms.totalAmount ? 'TOO_MUCH' : null;
  }
}

/** A paid order with one more refund; the caller has asked `refundObstacle` first. */
export function withRefund(order: Order, refund: Refund): Order {
  const refunded: Order = { ...order, refunds: [...order.refunds, refund] };
  const isAll = refundedTotal(refunded) === order.terms.totalAmount;
  const stage = nextStage(order.stage, isAll ? 'refundAll' : 'refundPart');
  if (stage === undefined || refundedTotal(refunded) > order.terms.totalAmount) {
    throw new Error(`a refund of ${refund.amount} is not possible in ${order.stage}`);
  }
  return isAll ? { ...refunded, stage, endedBy: 'refund', closedAtMs: refund.atMs } : refunded;
}

/** The whole goes back; such a refund bears the number of the order. */
function undone(order: Order, nowMs: number): Order {
  const amount = order.terms.totalAmount;
  const refund = { outRequestNo: order.outTradeNo, amount, reason: null, atMs: nowMs };
  return { ...withRefund(order, refund), endedBy: 'cancel' };
}

function obstacle(order: Order): Obstacle {
  switch (order.stage) {
    case 'NOT_SCANNED':
      return 'NOT_SCANNED';
    case 'CANCELLED':
      return 'CANCELLED';
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return 'ALREADY_PAID';
    case 'WAIT_BUYER_PAY':
    case 'TRADE_CLOSED':
      return order.paidAtMs === null ? 'CLOSED' : 'ALREADY_PAID';
  }
}

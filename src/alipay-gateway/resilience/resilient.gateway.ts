import type { Logger } from '@nestjs/common';
import type { Clock, Randomness } from '../../domain/ports/clock';
import type {
  CancelOutcome,
  ChargeOutcome,
  CodeOrder,
  CodeOutcome,
  NotifyReading,
  PaymentGateway,
  PayOutcome,
} from '../../domain/ports/payment-gateway';
import type { RefundGateway, RefundOrder } from '../../domain/ports/refund-gateway';
import type { RefundAnswer, RefundQueryAnswer } from '../../domain/refund/refund-answer';
import { Breaker, type BreakerState } from './breaker';
import {
  CallCounts,
  endingOf,
  type CallCount,
  type GatewayMethod,
  type GatewayStats,
} from './gateway-stats';
import { RetryBudget } from './retry-budget';
import { Slots } from './slots';
import { wasAnswered, type Outcome, type TimedGateway, type Unknown } from './timed-gateway';

/** Calls at once: as many as there are connections to Alipay. */
const AT_ONCE = 64;
/** Calls that wait for one of them; any more are answered at once. */
const MOST_WAITING = 256;
/** The pause before a call is repeated, ms: this long, to twice as long. */
const PAUSE_MS = 50;
/** A call is not begun with less than this share of its time left. */
const LEAST_SHARE = 0.1;

/** One call of the port. */
interface Call<Ending extends Outcome> {
  readonly method: GatewayMethod;
  /** Sends it, always with the same content. */
  readonly send: (timeoutMs: number) => Promise<Ending>;
  /** When its time is over, monotonic ms. */
  readonly endsAtMs: number;
}

/**
 * A gateway that an ailing channel cannot take down, nor be taken down by: every call ends within
 * its time; few are repeated, and none that could do something twice; a channel that does not
 * answer is left alone for a while; only so many calls are under way.
 */
export class ResilientGateway implements PaymentGateway, RefundGateway, GatewayStats {
  private readonly breaker: Breaker;
  private readonly slots: Slots;
  private readonly budget = new RetryBudget();
  private readonly counts = new CallCounts();
  private retried = 0;

  /** `timeoutMs`: the time of a call, waiting and repeating included, ms. */
  constructor(
    private readonly inner: TimedGateway,
    private readonly timeoutMs: number,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
    logger: Pick<Logger, 'log' | 'warn'>,
  ) {
    this.slots = new Slots(AT_ONCE, MOST_WAITING, clock);
    this.breaker = new Breaker(clock, (pauseMs) => {
      if (pauseMs === null) logger.log('Alipay answers again');
      else logger.warn(`Alipay does not answer: no calls for ${pauseMs} ms`);
    });
  }

  prepareCode(order: CodeOrder): string {
    return this.inner.prepareCode(order);
  }

  requestCode(preparedCall: string): Promise<CodeOutcome> {
    return this.run('precreate', (timeoutMs) => this.inner.requestCode(preparedCall, timeoutMs));
  }

  preparePay(order: CodeOrder): string {
    return this.inner.preparePay(order);
  }

  pay(preparedPay: string, authCode: string): Promise<ChargeOutcome> {
    return this.run('pay', (timeoutMs) => this.inner.pay(preparedPay, authCode, timeoutMs));
  }

  query(outTradeNo: string): Promise<PayOutcome> {
    return this.run('query', (timeoutMs) => this.inner.query(outTradeNo, timeoutMs));
  }

  cancel(outTradeNo: string): Promise<CancelOutcome> {
    return this.run('cancel', (timeoutMs) => this.inner.cancel(outTradeNo, timeoutMs));
  }

  refund(order: RefundOrder): Promise<RefundAnswer> {
    return this.run('refund', (timeoutMs) => this.inner.refund(order, timeoutMs));
  }

  refundQuery(outTradeNo: string, outRequestNo: string): Promise<RefundQueryAnswer> {
    return this.run('refundQuery', (timeoutMs) =>
      this.inner.refundQuery(outTradeNo, outRequestNo, timeoutMs),
    );
  }

  channelNowMs(): number | null {
    return this.inner.channelNowMs();
  }

  readNotify(body: Uint8Array, contentType: string): NotifyReading {
    const reading = this.inner.readNotify(body, contentType);
    if (reading.kind === 'notify') this.counts.add('notify', 'read');
    else this.counts.add('notify', reading.unverified ? 'unverified' : 'refused');
    return reading;
  }

  breakerState(): BreakerState {
    return this.breaker.state();
  }

  calls(): readonly CallCount[] {
    return this.counts.all();
  }

  retries(): number {
    return this.retried;
  }

  clockAheadMs(): number | null {
    const channelNowMs = this.inner.channelNowMs();
    return channelNowMs === null ? null : this.clock.nowMs() - channelNowMs;
  }

  underWay(): number {
    return this.slots.underWay;
  }

  waiting(): number {
    return this.slots.waiting;
  }

  private async run<Ending extends Outcome>(
    method: GatewayMethod,
    send: (timeoutMs: number) => Promise<Ending>,
  ): Promise<Ending | Unknown> {
    const endsAtMs = this.clock.monotonicMs() + this.timeoutMs;
    const outcome = await this.inSlot({ method, send, endsAtMs });
    this.counts.add(method, endingOf(outcome));
    return outcome;
  }

  private async inSlot<Ending extends Outcome>(call: Call<Ending>): Promise<Ending | Unknown> {
    if (!this.breaker.admits()) return suspended();
    if (!(await this.slots.take(this.timeoutMs * (1 - LEAST_SHARE)))) {
      return unsent('too many calls under way');
    }
    try {
      this.budget.earn();
      const first = await this.attempt(call);
      return (await this.repeat(call, first)) ?? first;
    } finally {
      this.slots.free();
    }
  }

  /** Sends a call once, if the breaker lets it. */
  private async attempt<Ending extends Outcome>(call: Call<Ending>): Promise<Ending | Unknown> {
    const leftMs = call.endsAtMs - this.clock.monotonicMs();
    if (leftMs < this.timeoutMs * LEAST_SHARE) return unsent('no time left for the call');
    const permit = this.breaker.admit();
    if (!permit) return suspended();
    let ok: boolean | null = null;
    try {
      const outcome = await call.send(leftMs);
      ok = wasAnswered(outcome);
      return outcome;
    } finally {
      this.breaker.settle(permit, ok);
    }
  }

  /** The outcome of a second try; null: there was none, or it never left. */
  private async repeat<Ending extends Outcome>(
    call: Call<Ending>,
    first: Ending | Unknown,
  ): Promise<Ending | Unknown | null> {
    if (!mayRepeat(call.method, first)) return null;
    const pauseMs = PAUSE_MS * (1 + this.randomness.fraction());
    const leftMs = call.endsAtMs - this.clock.monotonicMs() - pauseMs;
    if (leftMs < this.timeoutMs * LEAST_SHARE || !this.breaker.admits()) return null;
    if (!this.budget.spend()) return null;
    this.retried += 1;
    await this.clock.sleep(pauseMs);
    const second = await this.attempt(call);
    return second.kind === 'unknown' && !second.sent ? null : second;
  }
}

/**
 * A question can be asked again. A call that does something is sent again only when it surely never
 * left: precreate may have made a code, pay, cancel and refund may have moved money.
 */
function mayRepeat(method: GatewayMethod, outcome: Outcome): boolean {
  if (outcome.kind !== 'unknown' || outcome.unverified) return false;
  return method === 'query' || method === 'refundQuery' || !outcome.sent;
}

function suspended(): Unknown {
  return unsent('calls are suspended: Alipay does not answer');
}

function unsent(cause: string): Unknown {
  return { kind: 'unknown', cause, sent: false, unverified: false };
}

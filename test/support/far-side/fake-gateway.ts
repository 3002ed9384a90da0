import type {
  CancelOutcome,
  ChargeOutcome,
  CodeOrder,
  CodeOutcome,
  NotifyReading,
  PaymentGateway,
  PayOutcome,
} from '../../../src/domain/ports/payment-gateway';
import type { RefundGateway, RefundOrder } from '../../../src/domain/ports/refund-gateway';
import type { RefundAnswer, RefundQueryAnswer } from '../../../src/domain/refund/refund-answer';

/** An answer of the script, or something that happens before it is given. */
type Scripted<Outcome> = Outcome | (() => Outcome | Promise<Outcome>);

/** That the channel said nothing we can use. */
export const UNKNOWN = {
  kind: 'unknown',
  cause: 'scripted',
  sent: true,
  unverified: false,
} as const;

/** A channel that answers by script; beyond the script it says nothing. */
export class FakeGateway implements PaymentGateway, RefundGateway {
  /** Every call for a code, as it was sent. */
  readonly codeCalls: string[] = [];
  /** Every charge, as it was sent, with the guest's code. */
  readonly charges: [call: string, authCode: string][] = [];
  /** The number of every query. */
  readonly queries: string[] = [];
  /** The number of every cancel. */
  readonly cancels: string[] = [];
  /** Every call in its order, as `code`, `pay`, `query` or `cancel`. */
  readonly calls: string[] = [];
  /** Every refund, as it was sent. */
  readonly refunds: RefundOrder[] = [];
  /** The numbers of trade and refund of every question after one. */
  readonly asked: [outTradeNo: string, outRequestNo: string][] = [];
  private readonly givings: Scripted<RefundAnswer>[] = [];
  private readonly findings: Scripted<RefundQueryAnswer>[] = [];
  private readonly undoings: Scripted<CancelOutcome>[] = [];
  private reading: NotifyReading = { kind: 'refused', cause: 'unscripted', unverified: false };
  private readonly codes: Scripted<CodeOutcome>[] = [];
  private readonly takings: Scripted<ChargeOutcome>[] = [];
  private readonly states: Scripted<PayOutcome>[] = [];

  /** The next requests for a code are answered so, in this order. */
  willGive(...outcomes: Scripted<CodeOutcome>[]): void {
    this.codes.push(...outcomes);
  }

  /** The next charges are answered so, in this order. */
  willCharge(...outcomes: Scripted<ChargeOutcome>[]): void {
    this.takings.push(...outcomes);
  }

  /** The next queries are answered so, in this order. */
  willSay(...outcomes: Scripted<PayOutcome>[]): void {
    this.states.push(...outcomes);
  }

  /** The next cancels are answered so, in this order. */
  willUndo(...outcomes: Scripted<CancelOutcome>[]): void {
    this.undoings.push(...outcomes);
  }

  /** The next refunds are answered so, in this order. */
  willRefund(...answers: Scripted<RefundAnswer>[]): void {
    this.givings.push(...answers);
  }

  /** The next questions after a refund are answered so, in this order. */
  willFind(...answers: Scripted<RefundQueryAnswer>[]): void {
    this.findings.push(...answers);
  }

  /** Every notify reads so from now on. */
  willRead(reading: NotifyReading): void {
    this.reading = reading;
  }

  prepareCode(order: CodeOrder): string {
    return JSON.stringify(order);
  }

  async requestCode(preparedCall: string): Promise<CodeOutcome> {
    this.codeCalls.push(preparedCall);
    this.calls.push('code');
    const next = this.codes.shift() ?? UNKNOWN;
    return typeof next === 'function' ? next() : next;
  }

  preparePay(order: CodeOrder): string {
    return JSON.stringify(order);
  }

  async pay(preparedPay: string, authCode: string): Promise<ChargeOutcome> {
    this.charges.push([preparedPay, authCode]);
    this.calls.push('pay');
    const next = this.takings.shift() ?? UNKNOWN;
    return typeof next === 'function' ? next() : next;
  }

  async query(outTradeNo: string): Promise<PayOutcome> {
    this.queries.push(outTradeNo);
    this.calls.push('query');
    const next = this.states.shift() ?? UNKNOWN;
    return typeof next === 'function' ? next() : next;
  }

  async cancel(outTradeNo: string): Promise<CancelOutcome> {
    this.cancels.push(outTradeNo);
    this.calls.push('cancel');
    const next = this.undoings.shift() ?? UNKNOWN;
    return typeof next === 'function' ? next() : next;
  }

  async refund(order: RefundOrder): Promise<RefundAnswer> {
    this.refunds.push(order);
    this.calls.push('refund');
    const next = this.givings.shift() ?? UNKNOWN;
    return typeof next === 'function' ? next() : next;
  }

  async refundQuery(...numbers: [string, string]): Promise<RefundQueryAnswer> {
    this.asked.push(numbers);
    this.calls.push('refundQuery');
    const next = this.findings.shift() ?? UNKNOWN;
    return typeof next === 'function' ? next() : next;
  }

  /** What the channel's clock says, epoch ms; null: it has told nothing. */
  channelNowMs: () => number | null = () => null;

  readNotify(): NotifyReading {
    return this.reading;
  }
}

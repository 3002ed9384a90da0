import { fen } from '../../../src/domain/money';
import type {
  CancelOutcome,
  ChargeOutcome,
  CodeOrder,
  CodeOutcome,
  NotifyReading,
  PaymentGateway,
  PayOutcome,
} from '../../../src/domain/ports/payment-gateway';
import type { Asked } from '../rules/channel-rules';
import type {
  Answer,
  CancelAnswer,
  ChargeAnswer,
  CodeAnswer,
  CodeAsk,
  NotifyMessage,
} from './far-side';
import type { Fault } from './faults';
import type { Host } from './host';

/** What an Alipay answers whose contract knows no cancel. */
const FORBIDDEN = 'ACCESS_FORBIDDEN';

interface Call<Effect, Outcome> {
  readonly method: Asked['method'];
  readonly outTradeNo: string;
  /** What reaches Alipay, and its answer. */
  readonly effect: (asked: Asked) => Effect;
  readonly outcome: (answer: Effect) => Outcome;
  /** The answer a fault makes of the true one; null: the fault does not apply. */
  readonly twist: (answer: Effect, fault: Fault) => Outcome | null;
  readonly refused: (fault: Fault) => Outcome;
}

/** A call on its way. */
type Sent<Effect, Outcome> = Omit<Call<Effect, Outcome>, 'effect'> & {
  readonly effect: () => Effect;
};

type Unknown = Extract<PayOutcome, { kind: 'unknown' }>;
type Refused = Extract<PayOutcome, { kind: 'refused' }>;

function unknown(cause: string, sent: boolean, unverified = false): Unknown {
  return { kind: 'unknown', cause, sent, unverified };
}

function refusal(fault: Fault): Refused {
  const kind = fault.size < 0.4 ? 'pace' : fault.size < 0.8 ? 'request' : 'configuration';
  return { kind: 'refused', fault: kind, cause: 'refused by a fault', shown: null };
}

/** What a question's answer is in the product's words. */
function payOutcome(answer: Answer): PayOutcome {
  switch (answer.kind) {
    case 'notExist':
      return { kind: 'notExist', channelTimeMs: answer.atMs };
    case 'wait':
      return { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' };
    case 'paid':
      return { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: payment(answer) };
    case 'closed': {
      const { paid } = answer;
      const told = paid === null ? null : payment(paid);
      return { kind: 'closed', channelStatus: 'TRADE_CLOSED', payment: told };
    }
  }
}

/** What a notify says in the product's words: it alone tells of a refund in part. */
function notifiedOutcome(answer: Answer): PayOutcome {
  const outcome = payOutcome(answer);
  if (outcome.kind !== 'paid' || answer.kind !== 'paid' || answer.refunded === 0) return outcome;
  return { ...outcome, refund: { total: fen(answer.refunded), requestNo: 'portal' } };
}

/** What a charge's answer is in the product's words. */
function chargeOutcome(answer: ChargeAnswer): ChargeOutcome {
  switch (answer.kind) {
    case 'paid':
      return { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: payment(answer) };
    case 'wait':
      return { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' };
    case 'refused':
      return refusalOf('BUYER_BALANCE_NOT_ENOUGH');
    case 'alreadyPaid':
    case 'numberRefused':
    case 'unclear':
      return unknown(answer.kind, true);
  }
}

function payment(paid: { tradeNo: string; amount: number; paidAtMs: number }) {
  const { tradeNo, amount, paidAtMs } = paid;
  return { tradeNo, amount: fen(amount), buyer: '138****0000', paidAtMs };
}

/** The payment channel of one process: the far side behind a network that fails. */
export class SimGateway implements PaymentGateway {
  /** Has Alipay told its time? */
  private heard = false;

  constructor(private readonly host: Host) {}

  channelNowMs(): number | null {
    return this.heard ? this.host.story.world.nowMs : null;
  }

  prepareCode(order: CodeOrder): string {
    const ask: CodeAsk = {
      outTradeNo: order.outTradeNo,
      amount: order.amount,
      endsAtMs: Math.floor(order.endsAtMs / 1000) * 1000,
      subject: order.subject,
    };
    return JSON.stringify(ask);
  }

  requestCode(preparedCall: string): Promise<CodeOutcome> {
    const { outTradeNo } = JSON.parse(preparedCall) as CodeAsk;
    const { far, checker } = this.host.story;
    checker.channel.codeAsked(outTradeNo, preparedCall);
    return this.send<CodeAnswer, CodeOutcome>({
      method: 'requestCode',
      outTradeNo,
      effect: () => far.precreate(preparedCall),
      outcome: (answer) => this.codeOutcome(answer),
      twist: () => null,
      refused: (fault) => refusal(fault),
    });
  }

  preparePay(order: CodeOrder): string {
    return this.prepareCode(order);
  }

  pay(preparedPay: string, authCode: string): Promise<ChargeOutcome> {
    const { outTradeNo } = JSON.parse(preparedPay) as CodeAsk;
    const { far, checker } = this.host.story;
    checker.channel.codeAsked(outTradeNo, preparedPay);
    checker.channel.charging(outTradeNo, authCode);
    checker.xpos.charging(outTradeNo, authCode);
    checker.field.charging(authCode, this.host.aheadMs());
    return this.send<ChargeAnswer, ChargeOutcome>({
      method: 'pay',
      outTradeNo,
      effect: () => far.pay(preparedPay, authCode),
      outcome: chargeOutcome,
      twist: (answer, fault) =>
        fault.kind === 'wrongAmount' && answer.kind === 'paid' && !this.isCrooked(outTradeNo)
          ? chargeOutcome({ ...answer, amount: answer.amount + 1 })
          : null,
      refused: (fault) => refusal(fault),
    });
  }

  query(outTradeNo: string): Promise<PayOutcome> {
    const { far } = this.host.story;
    return this.send<Answer, PayOutcome>({
      method: 'query',
      outTradeNo,
      effect: () => far.query(outTradeNo),
      outcome: payOutcome,
      twist: (answer, fault) => this.twistedAnswer(outTradeNo, answer, fault),
      refused: (fault) => ({
        ...refusal(fault),
        fault: fault.size < 0.7 ? 'pace' : 'configuration',
      }),
    });
  }

  cancel(outTradeNo: string): Promise<CancelOutcome> {
    return this.send<CancelAnswer, CancelOutcome>({
      method: 'cancel',
      outTradeNo,
      effect: (asked) => this.cancelled(asked),
      outcome: (answer) => {
        if (answer === 'tooLate') return { kind: 'tooLate', cause: 'TRADE_CANCEL_TIME_OUT' };
        if (answer === 'poor') return { kind: 'balanceShort', cause: 'SELLER_BALANCE_NOT_ENOUGH' };
        if (answer === 'frozen') return refusalOf('REASON_TRADE_BEEN_FREEZEN');
        if (answer === 'partRefunded') return refusalOf('REASON_TRADE_REFUND_FEE_ERR');
        if (answer === 'forbidden') return { ...refusalOf(FORBIDDEN), fault: 'configuration' };
        return { kind: 'done', action: answer };
      },
      twist: () => null,
      refused: (fault) => (fault.size < 0.5 ? refusal(fault) : unknown('retry_flag Y', true)),
    });
  }

  readNotify(body: Uint8Array): NotifyReading {
    const message = JSON.parse(Buffer.from(body).toString()) as NotifyMessage;
    if (message.unverified) return { kind: 'refused', cause: 'signature', unverified: true };
    const outcome = notifiedOutcome(message.answer);
    this.host.story.checker.channel.verified(message.outTradeNo, outcome);
    return { kind: 'notify', outTradeNo: message.outTradeNo, outcome };
  }

  private cancelled(asked: Asked): CancelAnswer {
    const { far, checker } = this.host.story;
    const paid = far.find(asked.outTradeNo)?.stage === 'paid';
    const answer = far.cancel(asked.outTradeNo);
    if (paid && answer === 'refund') checker.channel.gaveBack(asked);
    return answer;
  }

  private codeOutcome(answer: CodeAnswer): CodeOutcome {
    switch (answer.kind) {
      case 'code':
        return answer;
      case 'alreadyPaid':
        return { kind: 'alreadyPaid' };
      case 'numberRefused':
        return { kind: 'numberRefused', cause: 'APPLY_PC_MERCHANT_CODE_ERROR' };
      case 'refused':
        return refusalOf('NOW_TIME_AFTER_EXPIRE_TIME_ERROR');
    }
  }

  private twistedAnswer(outTradeNo: string, answer: Answer, fault: Fault): PayOutcome | null {
    if (fault.kind === 'wrongAmount' && answer.kind === 'paid' && !this.isCrooked(outTradeNo)) {
      return payOutcome({ ...answer, amount: answer.amount + (fault.size < 0.5 ? 1 : -1) });
    }
    if (fault.kind !== 'stale') return null;
    const stale = this.host.story.far.staleAnswer(outTradeNo, fault.size);
    return stale && stale.kind !== answer.kind ? payOutcome(stale) : null;
  }

  private isCrooked(outTradeNo: string): boolean {
    return (this.host.story.far.trades.get(outTradeNo)?.crookedBy ?? 0) !== 0;
  }

  private send<Effect, Outcome extends { readonly kind: string }>(
    call: Call<Effect, Outcome | Unknown>,
  ): Promise<Outcome | Unknown> {
    const { host } = this;
    const { world, faults, checker } = host.story;
    if (!host.alive) return new Promise(() => undefined);
    const asked = checker.channel.called(host.id, call.method, call.outTradeNo);
    const fault = faults.draw(call.method);
    world.note(() => `p${host.id} ${call.method} ${call.outTradeNo} ${fault?.kind ?? ''}`);
    return new Promise((resolve) => {
      const deliver = (delayMs: number, outcome: Outcome | Unknown): void =>
        host.later(delayMs, () => {
          world.note(() => `p${host.id} ${call.method} ${call.outTradeNo} => ${show(outcome)}`);
          checker.channel.answered(asked, outcome);
          if (outcome.kind !== 'unknown') this.heard = true;
          resolve(outcome);
        });
      const sent = { ...call, effect: () => call.effect(asked) };
      if (fault) this.fail(sent, fault, deliver);
      else this.work(sent, host.latencyMs(), null, deliver);
    });
  }

  /** The call reaches Alipay, and its answer comes back. */
  private work<Effect, Outcome>(
    call: Sent<Effect, Outcome>,
    wayMs: number,
    fault: Fault | null,
    deliver: (delayMs: number, outcome: Outcome) => void,
  ): void {
    this.host.story.world.after(wayMs, () => {
      const answer = call.effect();
      const twisted = fault && call.twist(answer, fault);
      if (twisted !== null) fault?.hit();
      deliver(wayMs, twisted ?? call.outcome(answer));
    });
  }

  private travel<Effect, Outcome>(call: Sent<Effect, Outcome>, afterMs: number): void {
    const { story } = this.host;
    story.world.after(afterMs, call.effect);
    if (call.method !== 'cancel') return;
    story.cancelTravels(call.outTradeNo, story.world.nowMs + afterMs);
  }

  private fail<Effect, Outcome>(
    call: Sent<Effect, Outcome | Unknown>,
    fault: Fault,
    deliver: (delayMs: number, outcome: Outcome | Unknown) => void,
  ): void {
    const { host } = this;
    const { world, settings } = host.story;
    const way = host.latencyMs();
    const deadline = settings.channelTimeoutMs;
    if (fault.kind !== 'stale' && fault.kind !== 'wrongAmount') fault.hit();
    const kind: string = fault.kind;
    switch (kind) {
      case 'crashBefore':
        host.kill();
        return;
      case 'crashDuring':
        world.after(way, call.effect);
        host.kill();
        return;
      case 'crashAfter':
        world.after(way, () => {
          call.effect();
          host.kill();
        });
        return;
      case 'errorBefore':
        deliver(way, unknown('no connection', false));
        return;
      case 'errorAfter':
        world.after(way, call.effect);
        deliver(2 * way, unknown('reset', true));
        return;
      case 'late':
        this.travel(call, deadline + lateMs(call.method, fault.size));
        deliver(deadline, unknown('timeout', true));
        return;
      case 'unverified':
        world.after(way, call.effect);
        deliver(2 * way, unknown('signature', true, true));
        return;
      case 'refused':
        deliver(2 * way, call.refused(fault));
        return;
      case 'duplicate':
        // A cancel's second arrival follows at once: who has its answer goes by it.
        world.after(call.method === 'cancel' ? way : way + fault.size * 5_000, call.effect);
        break;
      case 'delay':
        this.work(call, (fault.size * deadline) / 2, null, deliver);
        return;
      default:
        break;
    }
    this.work(call, way, fault, deliver);
  }
}

/** How long after its deadline a call takes effect; one cancel in four takes over a minute. ms. */
function lateMs(method: Asked['method'], size: number): number {
  return method === 'cancel' && size > 0.75 ? 60_000 + (size - 0.75) * 160_000 : size * 20_000;
}

function refusalOf(cause: string): Refused {
  return { kind: 'refused', fault: 'request', cause, shown: null };
}

function show(outcome: { readonly kind: string }): string {
  return 'action' in outcome ? `${outcome.kind}:${String(outcome.action)}` : outcome.kind;
}

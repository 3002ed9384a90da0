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
import { CallWay, unknown } from './sim-call';

/** What an Alipay answers whose contract knows no cancel. */
const FORBIDDEN = 'ACCESS_FORBIDDEN';

type Refused = Extract<PayOutcome, { kind: 'refused' }>;

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
  constructor(
    private readonly host: Host,
    private readonly way: CallWay,
  ) {}

  channelNowMs(): number | null {
    return this.way.heard ? this.host.story.world.nowMs : null;
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
    return this.way.send<CodeAnswer, CodeOutcome>({
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
    return this.way.send<ChargeAnswer, ChargeOutcome>({
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
    return this.way.send<Answer, PayOutcome>({
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
    return this.way.send<CancelAnswer, CancelOutcome>({
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
}

function refusalOf(cause: string): Refused {
  return { kind: 'refused', fault: 'request', cause, shown: null };
}

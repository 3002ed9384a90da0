import { fen } from '../../../src/domain/money';
import type { RefundGateway, RefundOrder } from '../../../src/domain/ports/refund-gateway';
import type { RefundAnswer, RefundQueryAnswer } from '../../../src/domain/refund/refund-answer';
import type { FarRefundAnswer, FarRefundShown } from './far-refunds';
import type { Fault } from './faults';
import type { Host } from './host';
import { unknown } from './sim-call';
import type { CallWay } from './sim-call';

/** What Alipay may refuse a refund with for no reason that anybody sees, nothing done. */
const WHIMS: readonly [RefundAnswer, ...RefundAnswer[]] = [
  { kind: 'balanceShort', cause: 'SELLER_BALANCE_NOT_ENOUGH' },
  { kind: 'refused', cause: 'TRADE_NOT_ALLOW_REFUND', shown: null },
  { kind: 'disagrees', cause: 'REASON_TRADE_REFUND_FEE_ERR' },
  { kind: 'disagrees', cause: 'TRADE_HAS_CLOSE' },
  { kind: 'discordant', cause: 'DISCORDANT_REPEAT_REQUEST' },
  { kind: 'noTrade', cause: 'TRADE_NOT_EXIST' },
  unknown('SYSTEM_ERROR', true),
  { kind: 'unchanged' },
];

/** The refunds of one process: the far side behind a network that fails. */
export class SimRefunds implements RefundGateway {
  constructor(
    private readonly host: Host,
    private readonly way: CallWay,
  ) {}

  refund(order: RefundOrder): Promise<RefundAnswer> {
    const { refunds, checker } = this.host.story;
    const { outTradeNo, outRequestNo, amount } = order;
    if (!this.host.alive) return new Promise(() => undefined);
    const sent = checker.refunds.sends(order);
    const call = this.way.send<FarRefundAnswer, RefundAnswer>({
      method: 'refund',
      outTradeNo,
      effect: () => {
        const answer = refunds.refund(outTradeNo, outRequestNo, amount);
        if (answer.kind === 'done') checker.refunds.wentBack(order);
        return answer;
      },
      outcome: answerOf,
      twist: () => null,
      refused: ({ size }) => WHIMS[Math.floor(size * WHIMS.length)] ?? WHIMS[0],
    });
    return call.then((answer) => {
      checker.refunds.answered(sent, answer);
      return answer;
    });
  }

  refundQuery(outTradeNo: string, outRequestNo: string): Promise<RefundQueryAnswer> {
    const { refunds, checker } = this.host.story;
    if (!this.host.alive) return new Promise(() => undefined);
    checker.refunds.asks(outTradeNo, outRequestNo);
    const call = this.way.send<FarRefundShown, RefundQueryAnswer>({
      method: 'refundQuery',
      outTradeNo,
      effect: () => refunds.shown(outTradeNo, outRequestNo),
      outcome: shownOf,
      twist: (shown, fault) => this.twisted(outRequestNo, shown, fault),
      refused: () => unknown('SYSTEM_ERROR', true),
    });
    return call.then((answer) => {
      checker.refunds.shown(outTradeNo, outRequestNo, answer);
      return answer;
    });
  }

  /** Seen too early nothing is shown; that it happens twice to one refund Alipay rules out. */
  private twisted(requestNo: string, shown: FarRefundShown, fault: Fault) {
    if (shown === null) return null;
    if (fault.kind === 'wrongAmount') {
      const amount = fault.size < 0.3 ? null : fen(shown.amount + (fault.size < 0.6 ? 1 : -1));
      return { kind: 'found', amount, refundedAtMs: shown.atMs } as const;
    }
    const { hidden } = this.host.story.checker.refunds;
    if (fault.kind !== 'stale' || hidden.has(requestNo)) return null;
    hidden.add(requestNo);
    return { kind: 'nothing' } as const;
  }
}

function answerOf(answer: FarRefundAnswer): RefundAnswer {
  switch (answer.kind) {
    case 'done':
      return { kind: 'done', total: fen(answer.total), refundedAtMs: answer.atMs };
    case 'repeat':
      return { kind: 'unchanged' };
    case 'discordant':
      return { kind: 'discordant', cause: 'DISCORDANT_REPEAT_REQUEST' };
    case 'poor':
      return { kind: 'balanceShort', cause: 'SELLER_BALANCE_NOT_ENOUGH' };
    case 'noTrade':
      return { kind: 'noTrade', cause: 'TRADE_NOT_EXIST' };
    case 'refused':
      return { kind: 'refused', cause: answer.word, shown: null };
    case 'disagrees':
      return { kind: 'disagrees', cause: answer.word };
  }
}

function shownOf(shown: FarRefundShown): RefundQueryAnswer {
  if (shown === null) return { kind: 'nothing' };
  return { kind: 'found', amount: fen(shown.amount), refundedAtMs: shown.atMs };
}

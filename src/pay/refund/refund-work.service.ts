import { Inject, Injectable, Logger } from '@nestjs/common';
import { PayError } from '../../domain/errors';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import type { AlarmKind } from '../../domain/ports/alarm';
import { REFUND_GATEWAY } from '../../domain/ports/refund-gateway';
import type { RefundGateway } from '../../domain/ports/refund-gateway';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import { REFUNDS } from '../../domain/ports/refunds';
import type { RefundCase, RefundNews, Refunds, SettledRefund } from '../../domain/ports/refunds';
import type { By } from '../../domain/receipt/by';
import { planRefund, planRefundQuery } from '../../domain/refund/plan-refund';
import type { RefundAnswer, RefundQueryAnswer } from '../../domain/refund/refund-answer';
import { REFUND_GAP_MS, mayRefund } from '../../domain/refund/refund-due';
import { isPending } from '../../domain/refund/refund';
import type { Refund } from '../../domain/refund/refund';
import { SingleFlight } from '../charge/single-flight';
import { PAY_SETTINGS } from '../pay-settings';
import type { PaySettings } from '../pay-settings';
import { outRequestNo } from './out-request-no';
import { refundTag } from './operations/refund-told';
import { RefundsUnderWay } from './refunds-under-way';

/** A refund after a question, and what Alipay told. */
type Asked = SettledRefund & { readonly told: RefundQueryAnswer['kind'] };

/** A refund whose sending is counted. `inTime`: its turn is not nearly over by that. */
type Counted = RefundCase & { readonly inTime: boolean };

/** Brings refunds on: sends them, asks what became of them, and applies what Alipay says. */
@Injectable()
export class RefundWork {
  private readonly logger = new Logger(RefundWork.name);
  private readonly flights = new SingleFlight<number, RefundCase>();
  private readonly underWay: RefundsUnderWay;

  constructor(
    @Inject(REFUNDS) private readonly refunds: Refunds,
    @Inject(REFUND_GATEWAY) private readonly gateway: RefundGateway,
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(PAY_SETTINGS) private readonly settings: PaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.underWay = new RefundsUnderWay(clock);
  }

  /**
   * The refund as far as it can be brought now; callers at the same time share one attempt. Without
   * `maySend` Alipay is asked alone, and nothing is sent.
   * @throws PayError UNDECIDED: what Alipay did cannot be saved yet; DATABASE_UNAVAILABLE
   */
  bring(found: RefundCase, by: By, maySend: boolean): Promise<RefundCase> {
    return this.flights.share(found.refund.id, async () => {
      const { refund } = found;
      if (!isPending(refund)) return found;
      // What was given up unsent is asked after, too: the books may be restored ones.
      const unsent = refund.tries === 0 && refund.givenUp === null;
      if (unsent) return maySend ? this.send(found, by) : found;
      if (!this.underWay.mayAsk(refund)) return found;
      const asked = await this.ask(found, by);
      const again = asked.plan.kind === 'wait' && asked.plan.next === 'send';
      return again && maySend ? this.send(asked.found, by) : asked.found;
    });
  }

  /**
   * Asks what became of a refund however it stands, and applies it: one that ended without money
   * may have gone back all the same. Null: Alipay said nothing.
   * @throws PayError UNDECIDED: what Alipay did cannot be saved yet; DATABASE_UNAVAILABLE
   */
  async confirm(found: RefundCase, by: By): Promise<RefundCase | null> {
    const { found: now, plan, told } = await this.ask(found, by);
    return plan.kind === 'wait' || told === 'unknown' ? null : now;
  }

  /** Sends it, counted before; as it stands where it must not be sent now. */
  private async send(found: RefundCase, by: By): Promise<RefundCase> {
    const counted = (await this.count(found)) ?? (await this.countAfterGap(found));
    if (!counted) return this.refunds.get(found.refund.id);
    const { receipt, refund } = counted;
    this.underWay.sent(refund);
    const { outTradeNo } = receipt;
    const { amount, reason } = refund;
    const order = { outTradeNo, outRequestNo: numberOf(counted), amount, reason };
    const answer = counted.inTime ? await this.gateway.refund(order) : SAVED_TOO_LATE;
    // Its time begins when the call is over: until then it may have been on its way.
    this.underWay.sent(refund);
    await this.warn(counted, answer);
    const plan = (now: RefundCase) => planRefund(now.refund, answer, now);
    const news = { refund, sending: sendingOf(answer), word: wordOf(answer), plan };
    return (await this.settle(counted, news, by)).found;
  }

  /** With its number: whatever its batch becomes, it is never sent under another one. */
  private async count(found: RefundCase): Promise<Counted | null> {
    const refund = { ...found.refund, outRequestNo: numberOf(found) };
    let beganAtMs = this.clock.monotonicMs();
    const now = () => {
      beganAtMs = this.clock.monotonicMs();
      return this.clock.nowMs();
    };
    const counted = await this.refunds.countTry(refund, now, this.settings.channelTimeoutMs);
    const inTime = mayRefund(this.clock.monotonicMs() - beganAtMs);
    return counted && { ...counted, inTime };
  }

  /** Another refund of the receipt was sent just now: Alipay wants a gap between two. */
  private async countAfterGap(found: RefundCase): Promise<Counted | null> {
    await this.clock.sleep(REFUND_GAP_MS);
    return this.count(found);
  }

  private async ask(found: RefundCase, by: By): Promise<Asked> {
    const { receipt, refund } = found;
    const askedAtMs = this.underWay.asks(refund);
    const answer = await this.gateway.refundQuery(receipt.outTradeNo, numberOf(found));
    await this.warn(found, answer);
    const untouched = answer.kind === 'nothing' && this.underWay.untouched(refund, askedAtMs);
    const plan = (now: RefundCase) => {
      // Sent since by somebody else: what was found before says nothing of it.
      const visible = now.refund.tries === refund.tries;
      const age = { visible, untouched: untouched && visible };
      return planRefundQuery(now.refund, answer, now, age);
    };
    const news = { refund, sending: null, word: wordAfter(refund, answer), plan };
    return { ...(await this.settle(found, news, by)), told: answer.kind };
  }

  private async settle(found: RefundCase, news: RefundNews, by: By): Promise<SettledRefund> {
    try {
      return await this.refunds.settle(news, { ...by, nowMs: this.clock.nowMs() });
    } catch (error) {
      if (!(error instanceof PayError)) throw error;
      if (error.code === 'ILLEGAL_STATE') {
        await this.alarm(found, 'endRefused', `End takes no refund: ${error.message}`);
      }
      const detail = `refund ${found.refund.id} not saved: ${error.message}`;
      const tag = refundTag(found);
      throw new PayError('UNDECIDED', detail, { cause: error, shown: NOT_SAVED, tag });
    }
  }

  private async warn(found: RefundCase, answer: RefundAnswer | RefundQueryAnswer): Promise<void> {
    if (answer.kind !== 'unknown' || !answer.unverified) return;
    await this.alarm(found, 'unverifiedAnswer', answer.cause);
  }

  private async alarm({ receipt }: RefundCase, kind: AlarmKind, detail: string): Promise<void> {
    this.logger.error(`alarm ${kind}: receipt ${receipt.id}, ${detail}`);
    const books = this.repositories[receipt.billType];
    await books.raiseAlarm(receipt, kind, detail, this.clock.nowMs());
  }
}

const NOT_SAVED =
  '退款结果尚未保存,请稍后查询退款 (the outcome of the refund is not saved yet: query it again)';

/** Counted and not sent: the next one of the receipt may go out before this one was over. */
const SAVED_TOO_LATE: RefundAnswer = {
  kind: 'unknown',
  cause: 'not sent: saved too late',
  sent: false,
  unverified: false,
};

/** Is a sending over by this answer? What never left is; what may have arrived is not. */
function sendingOf(answer: RefundAnswer): 'answered' | 'lost' {
  return answer.kind === 'unknown' && answer.sent ? 'lost' : 'answered';
}

function numberOf({ receipt, refund }: RefundCase): string {
  return refund.outRequestNo ?? outRequestNo(receipt.outTradeNo, refund.batchNo);
}

function wordOf(answer: RefundAnswer | RefundQueryAnswer): string {
  return 'cause' in answer ? `${answer.kind}: ${answer.cause}` : answer.kind;
}

/** The word of a question's answer: that it found nothing hides no refusal, which says why. */
function wordAfter({ givenUp, lastWord }: Refund, answer: RefundQueryAnswer): string {
  return answer.kind === 'nothing' && givenUp !== null && lastWord ? lastWord : wordOf(answer);
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { By } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { planOutcome } from '../../domain/receipt/outcome-plan';
import type { AnswerAge, OutcomePlan } from '../../domain/receipt/outcome-plan';
import type { AlarmKind } from '../../domain/ports/alarm';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { PaymentGateway, PayOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type {
  ReceiptRepositories,
  ReceiptRepository,
  ReceiptStep,
} from '../../domain/ports/receipt-repository';
import { nextState } from '../../domain/receipt/receipt-state';
import type { WantedUntil } from '../../domain/receipt/wanted-until';
import { UnderWay } from './under-way';

/** A receipt as it stands now, and the answer that was believed of it. */
export interface Applied {
  readonly receipt: Receipt;
  readonly outcome: PayOutcome;
}

/** How often a change that lost its race is decided again on the receipt as it then stands. */
const MAX_ROUNDS = 5;

/** The one door through which a channel's answer gets into the books. */
@Injectable()
export class ApplyOutcome {
  private readonly logger = new Logger(ApplyOutcome.name);

  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    private readonly underWay: UnderWay,
  ) {}

  /**
   * Applies a verified answer and gives the receipt as it then stands, durably. Safe to repeat and
   * safe to race. A refusal or doubt about the question itself changes nothing.
   * @throws PayError UNDECIDED: the answer contradicts the books, or could not be saved, or tells
   *   of money that may be on its way back
   */
  async apply(
    receipt: Receipt,
    outcome: PayOutcome,
    by: By,
    age: AnswerAge = 'mayBeOlder',
  ): Promise<Receipt> {
    return (await this.judge(receipt, outcome, by, age)).receipt;
  }

  /** As `apply`; with the answer that was believed: a doubted one is replaced by a fresh one. */
  async judge(
    receipt: Receipt,
    outcome: PayOutcome,
    by: By,
    age: AnswerAge = 'mayBeOlder',
  ): Promise<Applied> {
    let current = receipt;
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      // Whoever moved the receipt meanwhile did so after the question was asked.
      const plan = this.plan(current, outcome, round === 1 ? age : 'mayBeOlder');
      const applied =
        plan.kind === 'nothing'
          ? await this.unlessNews(current, outcome)
          : await this.carryOut(current, outcome, plan, by);
      if (applied) return applied;
      current = await this.books(current).get(current.id);
    }
    throw new Error(`receipt ${receipt.id} keeps moving`);
  }

  /**
   * Makes one step of ours that follows from no single answer, such as the end of an undo. Null:
   * the receipt stands elsewhere by now, or the step is not possible from there.
   * @throws PayError TOO_LATE when it is saved too late for whoever wanted it
   */
  async step(
    receipt: Receipt,
    step: ReceiptStep,
    by: By,
    wantedUntil: WantedUntil | null = null,
  ): Promise<Receipt | null> {
    if (nextState(receipt.state, step.event) === undefined) return null;
    const origin = { ...by, nowMs: this.clock.nowMs(), wantedUntil };
    return this.books(receipt).move(receipt, [step], origin);
  }

  /** What an answer would do to a receipt as it stands. */
  plan(receipt: Receipt, outcome: PayOutcome, age: AnswerAge): OutcomePlan {
    return planOutcome(receipt, outcome, { age, cancelUnderWay: this.underWay.cancel(receipt) });
  }

  /** Raises an alarm; one of a kind is open for a receipt. */
  async alarm(receipt: Receipt, kind: AlarmKind, detail: string): Promise<void> {
    this.logger.error(`alarm ${kind}: receipt ${receipt.id}, ${detail}`);
    await this.books(receipt).raiseAlarm(receipt, kind, detail, this.clock.nowMs());
  }

  private async carryOut(
    receipt: Receipt,
    outcome: PayOutcome,
    plan: Exclude<OutcomePlan, { kind: 'nothing' }>,
    by: By,
  ): Promise<Applied | null> {
    const origin = { ...by, nowMs: this.clock.nowMs() };
    switch (plan.kind) {
      case 'note':
        return byAnswer(
          await this.books(receipt).noteChannel(receipt, plan.channelStatus, origin),
          outcome,
        );
      case 'moves':
        return byAnswer(await this.save(receipt, plan.steps, by), outcome);
      case 'wait':
        throw new PayError('UNDECIDED', `receipt ${receipt.id} is paid, and ${plan.detail}`);
      case 'contradiction':
        await this.alarm(receipt, plan.alarm, plan.detail);
        throw contradicted(receipt, plan.alarm);
      case 'askAgain':
        return this.askAgain(receipt, by);
    }
  }

  /** A question asked after what the books hold decides; null: the receipt moved meanwhile. */
  private async askAgain(receipt: Receipt, by: By): Promise<Applied | null> {
    const outcome = await this.gateway.query(receipt.outTradeNo);
    if (outcome.kind === 'unknown' || outcome.kind === 'refused') {
      throw new PayError('UNDECIDED', `receipt ${receipt.id} asked again: ${outcome.cause}`);
    }
    const plan = this.plan(receipt, outcome, 'askedAgain');
    if (plan.kind === 'nothing') return this.unlessNews(receipt, outcome);
    return this.carryOut(receipt, outcome, plan, by);
  }

  /** The receipt as it stands now; null when the answer is news to it as it has become. */
  private async unlessNews(receipt: Receipt, outcome: PayOutcome): Promise<Applied | null> {
    const fresh = await this.books(receipt).get(receipt.id);
    const isNews = this.plan(fresh, outcome, 'mayBeOlder').kind !== 'nothing';
    return isNews ? null : { receipt: fresh, outcome };
  }

  private async save(
    receipt: Receipt,
    steps: readonly ReceiptStep[],
    by: By,
  ): Promise<Receipt | null> {
    const origin = { ...by, nowMs: this.clock.nowMs() };
    try {
      return await this.books(receipt).move(receipt, steps, origin);
    } catch (error) {
      if (!(error instanceof PayError) || !steps.some(bringsMoney)) throw error;
      if (error.code === 'ILLEGAL_STATE') return this.endRefused(receipt, steps, by, error);
      if (error.code !== 'DATABASE_UNAVAILABLE') throw error;
      throw new PayError('UNDECIDED', `not saved, receipt ${receipt.id}: ${error.message}`, {
        cause: error,
        shown: '支付成功但保存失败,请稍后重新查询 (paid but not saved yet: query again)',
      });
    }
  }

  /** End does not take what Alipay did: never forgotten, and never told as done. */
  private async endRefused(
    receipt: Receipt,
    steps: readonly ReceiptStep[],
    by: By,
    error: PayError,
  ): Promise<Receipt | null> {
    const last = steps.at(-1);
    if (last?.event === 'refundInFull' && receipt.payment) {
      // The money has gone back already, whatever the card holds.
      await this.alarm(receipt, 'cardShort', 'money went back that the card no longer holds');
      return this.step(receipt, last, by);
    }
    await this.alarm(receipt, 'endRefused', 'Alipay holds a payment that End does not take');
    throw new PayError('UNDECIDED', `End refused, receipt ${receipt.id}: ${error.message}`, {
      cause: error,
      shown: '支付成功但保存失败,请联系管理员 (paid but not saved: ask the operator)',
    });
  }

  private books(receipt: Receipt): ReceiptRepository {
    return this.repositories[receipt.billType];
  }
}

function byAnswer(receipt: Receipt | null, outcome: PayOutcome): Applied | null {
  return receipt && { receipt, outcome };
}

function bringsMoney(step: ReceiptStep): boolean {
  return step.payment !== undefined || step.event === 'refundInFull';
}

function contradicted(receipt: Receipt, alarm: AlarmKind): PayError {
  const detail = `${alarm}, receipt ${receipt.id}`;
  if (alarm !== 'amountMismatch') return new PayError('UNDECIDED', detail);
  return new PayError('UNDECIDED', detail, {
    shown: '支付金额与应收金额不一致,请联系管理员 (paid amount differs: ask the operator)',
  });
}

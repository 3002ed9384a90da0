import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK } from '../domain/clock';
import type { Clock } from '../domain/clock';
import { PayError } from '../domain/errors';
import { SCANNED } from '../domain/pay-status';
import type { PayOutcome } from '../domain/payment-gateway';
import type { Payment, Receipt } from '../domain/receipt';
import { RECEIPT_REPOSITORIES } from '../domain/receipt-repository';
import type {
  AlarmKind,
  ReceiptMove,
  ReceiptRepositories,
  ReceiptRepository,
} from '../domain/receipt-repository';
import { isLive, nextState } from '../domain/receipt-state';

/** How often a move that lost its race is tried again on the receipt as it then stands. */
const MAX_ROUNDS = 5;

type Step = Omit<ReceiptMove, 'nowMs' | 'cause'>;

/** The one door through which a channel's answer gets into the books. */
@Injectable()
export class ApplyOutcome {
  private readonly logger = new Logger(ApplyOutcome.name);

  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Applies a verified answer and gives the receipt as it then stands, durably. Safe to repeat and
   * safe to race. A refusal or doubt about the question itself changes nothing.
   * @throws PayError UNDECIDED: the answer contradicts the books, or could not be saved
   */
  async apply(receipt: Receipt, outcome: PayOutcome, cause: string): Promise<Receipt> {
    switch (outcome.kind) {
      case 'paid':
        return this.applyPaid(receipt, outcome.payment, outcome.channelStatus, cause);
      case 'closed':
        return this.applyClosed(receipt, outcome, cause);
      case 'pending':
        return this.applyPending(receipt, outcome.channelStatus);
      case 'notExist':
        return this.applyNotExist(receipt);
      case 'refused':
      case 'unknown':
        return receipt;
    }
  }

  private async applyPaid(
    receipt: Receipt,
    told: Omit<Payment, 'amount'> & { amount: Payment['amount'] | null },
    channelStatus: string,
    cause: string,
  ): Promise<Receipt> {
    const { amount } = told;
    if (amount === null || amount !== receipt.amount) {
      await this.alarm(receipt, 'amountMismatch', `Alipay says ${amount ?? 'no amount'} fen`);
      throw new PayError('UNDECIDED', `amount mismatch on receipt ${receipt.id}`, {
        shown: '支付金额与应收金额不一致,请联系管理员 (paid amount differs: ask the operator)',
      });
    }
    if (receipt.payment && receipt.payment.tradeNo !== told.tradeNo) {
      await this.alarm(receipt, 'tradeNoMismatch', 'a second trade number for a booked receipt');
      return receipt;
    }
    const payment = { ...told, amount };
    try {
      return await this.step(receipt, { event: 'pay', channelStatus, payment }, cause);
    } catch (error) {
      if (!(error instanceof PayError) || error.code !== 'DATABASE_UNAVAILABLE') throw error;
      throw new PayError('UNDECIDED', `paid but not saved, receipt ${receipt.id}`, {
        cause: error,
        shown: '支付成功但保存失败,请稍后重新查询 (paid but not saved yet: query again)',
      });
    }
  }

  private async applyClosed(
    receipt: Receipt,
    outcome: PayOutcome & { kind: 'closed' },
    cause: string,
  ): Promise<Receipt> {
    const { channelStatus, payment } = outcome;
    if (payment) {
      const paid = await this.applyPaid(receipt, payment, channelStatus, cause);
      const refunded = paid.amount;
      return this.step(paid, { event: 'refundInFull', channelStatus, refunded }, cause);
    }
    if (receipt.payment) {
      const refunded = receipt.payment.amount;
      return this.step(receipt, { event: 'refundInFull', channelStatus, refunded }, cause);
    }
    return this.step(receipt, { event: 'close', channelStatus }, cause);
  }

  private async applyPending(receipt: Receipt, channelStatus: string): Promise<Receipt> {
    if (!isLive(receipt.state) || receipt.channelStatus === channelStatus) return receipt;
    const books = this.books(receipt);
    return (
      (await books.noteChannel(receipt, channelStatus, this.clock.nowMs())) ??
      (await books.get(receipt.id))
    );
  }

  private async applyNotExist(receipt: Receipt): Promise<Receipt> {
    const seen = receipt.channelStatus === SCANNED || receipt.payment !== null;
    if (!seen || !isLive(receipt.state)) return receipt;
    await this.alarm(receipt, 'tradeVanished', `was ${receipt.channelStatus}`);
    throw new PayError('UNDECIDED', `trade of receipt ${receipt.id} vanished`);
  }

  /** One move along the table, repeated on the fresh receipt when somebody was first. */
  private async step(from: Receipt, step: Step, cause: string): Promise<Receipt> {
    const books = this.books(from);
    let receipt = from;
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const to = nextState(receipt.state, step.event);
      if (!to) {
        throw new PayError('UNDECIDED', `${step.event} while ${receipt.state}, ${receipt.id}`);
      }
      if (to === receipt.state) return receipt;
      const moved = await books.move(receipt, { ...step, cause, nowMs: this.clock.nowMs() });
      if (moved) return moved;
      receipt = await books.get(receipt.id);
    }
    throw new Error(`receipt ${from.id} keeps moving`);
  }

  private async alarm(receipt: Receipt, kind: AlarmKind, detail: string): Promise<void> {
    this.logger.error(`alarm ${kind}: receipt ${receipt.id}, ${detail}`);
    await this.books(receipt).raiseAlarm(receipt, kind, detail, this.clock.nowMs());
  }

  private books(receipt: Receipt): ReceiptRepository {
    return this.repositories[receipt.billType];
  }
}

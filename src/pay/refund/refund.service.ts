import { Inject, Injectable } from '@nestjs/common';
import { PayError } from '../../domain/errors';
import { formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import { REFUNDS } from '../../domain/ports/refunds';
import type { BegunRefund, RefundCase, Refunds } from '../../domain/ports/refunds';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker, By } from '../../domain/receipt/by';
import type { Receipt } from '../../domain/receipt/receipt';
import { wantedUntil } from '../../domain/receipt/wanted-until';
import type { NoRefund } from '../../domain/refund/decide-refund';
import type { ReceiptName } from '../operations/query.service';
import { Refresh } from '../outcome/refresh.service';
import { outRequestNo } from './out-request-no';
import { RefundWork } from './refund-work.service';

/** What a caller wants to give back. */
export interface RefundAsk {
  readonly name: ReceiptName;
  /** It names one refund of one receipt. */
  readonly batchNo: string;
  /** Fen, above 0. */
  readonly amount: Fen;
  readonly operatorNo: string | null;
  readonly reason: string | null;
  /** No refund is begun later, epoch ms; null: there is no end. */
  readonly wantedUntilMs: number | null;
}

/** The operations Refund and RefundQuery: money of a receipt goes back, in parts or wholly. */
@Injectable()
export class RefundPayment {
  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(REFUNDS) private readonly refunds: Refunds,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly refresh: Refresh,
    private readonly work: RefundWork,
  ) {}

  /**
   * The refund as it stands after this call, decided or not. Safe to repeat: one batch number of
   * one receipt is one refund.
   * @throws PayError NO_RECEIPT, ILLEGAL_STATE, OTHER_CONTENT, UNDECIDED, DATABASE_UNAVAILABLE
   * @throws PayError TOO_LATE: nothing was begun
   */
  async refund(ask: RefundAsk, asker: Asker = NOBODY): Promise<RefundCase> {
    const receipt = await this.find(ask.name);
    const by = { ...asker, cause: 'refund' };
    const begun = await this.begin(receipt, ask, by, false);
    if (begun.kind !== 'askFirst') return this.bring(begun, by);
    // Paid a moment ago, perhaps: the books do not know yet.
    const fresh = await this.refresh.afresh(receipt, by);
    return this.bring(await this.begin(fresh, ask, by, true), by);
  }

  /**
   * The refund as it stands: Alipay is asked where it may know more, and nothing is sent.
   * @throws PayError NO_RECEIPT: no such receipt, or no such batch; UNDECIDED, DATABASE_UNAVAILABLE
   */
  async query(name: ReceiptName, batchNo: string, asker: Asker = NOBODY): Promise<RefundCase> {
    const receipt = await this.find(name);
    const found = await this.refunds.find(receipt, batchNo);
    if (!found) {
      const shown = '退款批次不存在 (no such batch of this receipt)';
      throw new PayError('NO_RECEIPT', `receipt ${receipt.id} has no such batch`, { shown });
    }
    return this.work.bring(found, { ...asker, cause: 'refundQuery' }, false);
  }

  private async find(name: ReceiptName): Promise<Receipt> {
    const books = this.repositories[name.billType];
    const found = await books.find(name.billNo, name.receiptId, name.payType);
    if (!found) throw new PayError('NO_RECEIPT', 'the four parts name no receipt');
    return found;
  }

  private begin(receipt: Receipt, ask: RefundAsk, by: By, asked: boolean): Promise<BegunRefund> {
    const number = outRequestNo(receipt.outTradeNo, ask.batchNo);
    const origin = {
      ...by,
      nowMs: this.clock.nowMs(),
      wantedUntil: wantedUntil(ask.wantedUntilMs, this.clock),
    };
    return this.refunds.begin({ ...ask, receipt, outRequestNo: number, asked }, origin);
  }

  private bring(begun: BegunRefund, by: By): Promise<RefundCase> {
    switch (begun.kind) {
      case 'begun':
      case 'repeat':
        return this.work.bring(begun.found, by, true);
      case 'otherContent': {
        const shown = `退款批次号相同但金额不同 (this batch is a refund of ${formatYuan(begun.refund.amount)})`;
        throw new PayError('OTHER_CONTENT', `refund ${begun.refund.id}`, { shown });
      }
      case 'refuse': {
        const left = `${formatYuan(begun.left)} 元可退 (${formatYuan(begun.left)} is left)`;
        throw new PayError('ILLEGAL_STATE', begun.why, { shown: `${WHY[begun.why]}; ${left}` });
      }
      case 'askFirst':
        throw new PayError('UNDECIDED', 'whether it is paid is not known yet');
    }
  }
}

/** Why there is no refund, for the till. */
const WHY: Readonly<Record<NoRefund, string>> = {
  notPaid: '未支付,无款可退 (not paid: nothing can go back)',
  beingCancelled: '正在撤销,不能退款 (it is being cancelled)',
  tooOld: '已超过可退款期限 (older than the twelve months within which Alipay refunds)',
  wholeOnly: '重复支付只能全额退款 (a duplicate payment goes back as a whole)',
  tooMuch: '超过可退金额 (more than is left)',
};

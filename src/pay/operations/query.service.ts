import { Inject, Injectable } from '@nestjs/common';
import type { BillType } from '../../domain/bill';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker, By } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { PayStatus } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import { endedUnpaid, isLive } from '../../domain/receipt/receipt-state';
import { Refresh } from '../outcome/refresh.service';

/** A receipt that ended unpaid is asked for again this long after it was begun. ms. */
const LATE_MONEY_MS = 24 * 3_600_000;

/** The four parts that name a receipt; all must agree. */
export interface ReceiptName {
  readonly billType: BillType;
  readonly billNo: string;
  readonly receiptId: string;
  readonly payType: string;
}

/** What a till is told of a receipt. */
export interface ReceiptStatus extends PayStatus {
  readonly receipt: Receipt;
}

/** The operation Query: how a receipt stands, brought up to date with Alipay. */
@Injectable()
export class QueryPayment {
  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly refresh: Refresh,
  ) {}

  /**
   * SUCCESS only for a payment that is durably saved. Safe to repeat.
   * @throws PayError NO_RECEIPT, UNDECIDED, CHANNEL_MISCONFIGURED, DATABASE_UNAVAILABLE
   */
  async query(name: ReceiptName, asker: Asker = NOBODY): Promise<ReceiptStatus> {
    const books = this.repositories[name.billType];
    const found = await books.find(name.billNo, name.receiptId, name.payType);
    if (!found) throw new PayError('NO_RECEIPT', 'the four parts name no receipt');
    const receipt = await this.upToDate(found, { ...asker, cause: 'query' });
    const status = payStatusOf(receipt);
    if (!status) throw new PayError('UNDECIDED', `receipt ${receipt.id} is not decided`);
    return { receipt, ...status };
  }

  /**
   * The receipt as it stands now: Alipay is asked where it could say something the books do not
   * hold yet; of what has ended it need not answer. Never notes that a till was told.
   * @throws PayError UNDECIDED, CHANNEL_MISCONFIGURED, DATABASE_UNAVAILABLE
   */
  async upToDate(found: Receipt, by: By): Promise<Receipt> {
    if (!(await this.mayHaveChanged(found))) return found;
    if (!endedUnpaid(found.state)) return this.refresh.refresh(found, by);
    const refreshed = await this.refresh.refreshIfAnswered(found, by);
    return refreshed ?? this.repositories[found.billType].get(found.id);
  }

  /** Could Alipay say something the books do not hold yet? */
  private async mayHaveChanged(receipt: Receipt): Promise<boolean> {
    if (isLive(receipt.state)) return true;
    const now = this.clock.nowMs();
    if (!endedUnpaid(receipt.state) || now - receipt.begunAtMs >= LATE_MONEY_MS) return false;
    return this.repositories[receipt.billType].takeLateLook(receipt, now);
  }
}

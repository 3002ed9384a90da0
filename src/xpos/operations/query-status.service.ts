import { Inject, Injectable } from '@nestjs/common';
import { BILL_TYPES } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import type { Receipt } from '../../domain/receipt/receipt';
import { OPEN_RECEIPTS } from '../../domain/ports/receipt-repository';
import type { OpenReceipts } from '../../domain/ports/receipt-repository';
import { XPOS_REQUESTS } from '../../domain/ports/xpos-requests';
import type { XposRequests } from '../../domain/ports/xpos-requests';
import { QueryPayment } from '../../pay/operations/query.service';
import { checkoutOf } from './checkout';
import type { CheckoutResult, StatusAsk } from './checkout';
import { UPSTREAM } from './upstream';
import type { Upstream } from './upstream';

/** Our own numbers at Alipay, as they can be. */
const OUT_TRADE_NO = /^\w{1,64}$/;

/** Who asks, and what it may see. */
export interface AskedHow {
  /** The systems the caller speaks for: a receipt of another one does not exist for it. */
  readonly billTypes?: readonly BillType[];
  /** May ids that name no receipt be asked for elsewhere? */
  readonly forward?: boolean;
  readonly asker?: Asker;
}

/** The operation QueryStatus, behind TOP, behind our own address and behind messages. */
@Injectable()
export class QueryStatus {
  constructor(
    @Inject(OPEN_RECEIPTS) private readonly open: OpenReceipts,
    private readonly queryPayment: QueryPayment,
    @Inject(XPOS_REQUESTS) private readonly requests: XposRequests,
    @Inject(UPSTREAM) private readonly upstream: Upstream | null,
  ) {}

  /**
   * How a payment stands, brought up to date with Alipay. Never notes that a till was told. What is
   * not known is PROCESSING.
   * @throws PayError NO_RECEIPT, CHANNEL_MISCONFIGURED, DATABASE_UNAVAILABLE
   * @throws TopError what the upstream refused, or why it did not answer
   */
  async query(
    ask: StatusAsk,
    { billTypes = BILL_TYPES, forward = true, asker = NOBODY }: AskedHow = {},
  ): Promise<CheckoutResult> {
    const found = await this.find(ask);
    if (found && billTypes.includes(found.billType)) return this.tell(found, asker);
    if (forward && this.upstream) return this.upstream.queryStatus(ask);
    throw new PayError('NO_RECEIPT', 'the ids name no receipt');
  }

  /** The receipt that every given id names; null when there is none. */
  private async find({ bizOrderId, checkoutId }: StatusAsk): Promise<Receipt | null> {
    if (checkoutId !== null) {
      const receipt = await this.byCheckoutId(checkoutId);
      const agree = bizOrderId === null || bizOrderId === BigInt(receipt?.id ?? 0);
      return agree ? receipt : null;
    }
    if (bizOrderId === null || bizOrderId < 1n || bizOrderId > Number.MAX_SAFE_INTEGER) return null;
    return this.open.findById(Number(bizOrderId));
  }

  /** The receipt of our number at Alipay, to the letter; null: none. */
  async byCheckoutId(checkoutId: string): Promise<Receipt | null> {
    if (!OUT_TRADE_NO.test(checkoutId)) return null;
    const receipt = await this.open.findByOutTradeNo(checkoutId);
    return receipt?.outTradeNo === checkoutId ? receipt : null; // A store may not mind the case.
  }

  private async tell(found: Receipt, asker: Asker): Promise<CheckoutResult> {
    const fresh = await this.upToDate(found, asker);
    return checkoutOf(fresh ?? found, await this.outBizId(found), fresh !== null);
  }

  /** The order as its caller calls it: its own number where XPOS asked for the payment. */
  private async outBizId({ begunBy, outTradeNo, billNo }: Receipt): Promise<string> {
    const request = begunBy === 'barCode' ? await this.requests.findByOutTradeNo(outTradeNo) : null;
    return request?.outBizId ?? billNo;
  }

  /** The receipt brought up to date; null when Alipay's answer is not known. */
  async upToDate(found: Receipt, asker: Asker): Promise<Receipt | null> {
    try {
      return await this.queryPayment.upToDate(found, { ...asker, cause: 'xpos' });
    } catch (error) {
      if (error instanceof PayError && error.code === 'UNDECIDED') return null;
      throw error;
    }
  }
}

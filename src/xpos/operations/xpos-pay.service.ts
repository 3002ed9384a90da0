import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { topActor } from './top-actor';
import type { Asker } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import type { Receipt } from '../../domain/receipt/receipt';
import { XPOS_REQUESTS } from '../../domain/ports/xpos-requests';
import type { XposRequest, XposRequests } from '../../domain/ports/xpos-requests';
import { BarCode } from '../../pay/operations/bar-code.service';
import { DEFAULT_CLIENT_IP } from '../../pay/operations/dto/scan-code.dto';
import { OutTradeNumbers } from '../../pay/charge/out-trade-no';
import type { XposPayAsk } from './pay-request';
import { QueryStatus } from './query-status.service';
import type { TopObject } from '../top/top-answer';
import { topError } from '../top/top-errors';

/** The bills that XPOS pays belong to the POS system. */
export const XPOS_BILL_TYPE = '2';
const CLERK_SCANS = '97';
const PRODUCT = '线下消费';

const DIGITS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** 1: paid and saved; 2: not paid, and it can no longer be; 3: not decided, ask querystatus. */
type ResultStatus = 1 | 2 | 3;

/**
 * The bill of an order: `X` and 19 digits of 5 bits from a digest of app and order. One order is
 * one bill, so the rules of bills hold for it: one undecided charge, no second payment. Two orders
 * share a bill once in 2^95 pairs, and then the second is refused, not charged wrongly.
 */
function billNoOf(appKey: string, outBizId: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([appKey, outBizId]))
    .digest();
  return `X${[...digest.subarray(0, 19)].map((byte) => DIGITS[byte % 32]).join('')}`;
}

/** The operation xpos.pay: charges the code a guest shows, once for each request id of an app. */
@Injectable()
export class XposPay {
  constructor(
    @Inject(XPOS_REQUESTS) private readonly requests: XposRequests,
    private readonly status: QueryStatus,
    private readonly barCode: BarCode,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly numbers: OutTradeNumbers,
  ) {}

  /**
   * The members of the response node. Safe to repeat with the same request id: the number at Alipay
   * is saved before anything is charged, and each number is charged once at most.
   * @throws TopError 50 for a request id with other content
   * @throws PayError ALREADY_PAID, ILLEGAL_STATE, UNDECIDED, CHANNEL_MISCONFIGURED,
   *   DATABASE_UNAVAILABLE; where a charge of this request exists, its state is told instead
   */
  async pay(appKey: string, ask: XposPayAsk): Promise<TopObject> {
    const request = await this.claim(appKey, ask);
    const known = await this.status.byCheckoutId(request.outTradeNo);
    if (known) return payResult((await this.status.upToDate(known, askerOf(request))) ?? known);
    try {
      const { receipt, refusal } = await this.charge(request, ask);
      return payResult(receipt, refusal);
    } catch (error) {
      if (!(error instanceof PayError)) throw error;
      const begun = await this.status.byCheckoutId(request.outTradeNo);
      if (!begun) throw error;
      return payResult(begun);
    }
  }

  private async claim(appKey: string, ask: XposPayAsk): Promise<XposRequest> {
    const nowMs = this.clock.nowMs();
    const { requestId, content, outBizId } = ask;
    const outTradeNo = this.numbers.next();
    const wanted = { appKey, requestId, content, outBizId, outTradeNo };
    const request = await this.requests.claim(wanted, nowMs);
    const same = request.appKey === appKey && request.requestId === requestId;
    if (same && request.content === content) return request;
    throw topError('REFUSED', { shown: 'request_id 相同但内容不同' });
  }

  private charge(request: XposRequest, ask: XposPayAsk) {
    return this.barCode.barCode({
      billType: XPOS_BILL_TYPE,
      billNo: billNoOf(request.appKey, request.outBizId),
      payType: CLERK_SCANS,
      amount: ask.amount,
      body: PRODUCT,
      detail: ask.detail,
      clientIp: DEFAULT_CLIENT_IP,
      cardNo: null,
      authCode: ask.authCode,
      outTradeNo: request.outTradeNo,
      asker: askerOf(request),
      cashiers: ask.cashiers,
    });
  }
}

/** An app of XPOS, by its key and its own number of the request. */
function askerOf({ appKey, requestId }: XposRequest): Asker {
  return { actor: topActor(appKey), requestId: requestId.slice(0, 64) };
}

function statusOf({ state, duplicate }: Receipt): ResultStatus {
  switch (state) {
    case 'paid':
      return duplicate ? 3 : 1; // A duplicate's money is to go back: it is not this order's.
    case 'begun':
    case 'waiting':
    case 'cancelling':
    case 'refunding':
      return 3;
    case 'closed':
    case 'cancelled':
    case 'failed':
    case 'refunded':
      return 2;
  }
}

const MESSAGES: Readonly<Record<ResultStatus, string>> = {
  1: '支付成功',
  2: '支付失败',
  3: '支付处理中，请查询支付状态，切勿重复收款',
};

/** What is told of a charge. `refusal`: Alipay's words, fit to show. */
function payResult(receipt: Receipt, refusal: string | null = null): TopObject {
  const status = statusOf(receipt);
  const payment = status === 1 ? receipt.payment : null;
  return {
    result: {
      model: {
        checkout_id: receipt.outTradeNo,
        biz_order_id: BigInt(receipt.id),
        current_pay_fee: payment?.amount ?? 0,
        payment_order_id: payment?.tradeNo,
        result_status: status,
        buyer_id: payment?.buyer ?? undefined,
        success: status !== 2,
      },
      http_status_code: 200,
      msg_code: '0',
      msg_info: status === 2 && refusal !== null ? refusal : MESSAGES[status],
      success: true,
    },
  };
}

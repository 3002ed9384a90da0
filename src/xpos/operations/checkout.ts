import { chinaTime } from '../../domain/china-time';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';

/** How a payment stands, in TOP's words. */
export const CHECKOUT_STATUSES = ['INIT', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'CANCELED'] as const;

/** How a payment stands, in TOP's words. */
export type CheckoutStatus = (typeof CHECKOUT_STATUSES)[number];

/** Which payment is asked about; at least one id, and both must be of one payment. */
export interface StatusAsk {
  /** Our numeric id, 64 bits; null: not given. */
  readonly bizOrderId: bigint | null;
  /** The receipt's number at Alipay; null: not given. */
  readonly checkoutId: string | null;
}

/** What querystatus tells of a payment; members as on the wire, undefined where not told. */
export interface CheckoutModel {
  /** Fen collected so far; 0 until the payment is saved. */
  readonly paid_fee?: number | undefined;
  /** China time of the payment. */
  readonly paid_time?: string | undefined;
  /** One of `CHECKOUT_STATUSES` from our books; an upstream's word is handed on as it is. */
  readonly checkout_status?: string | undefined;
  readonly checkout_id?: string | undefined;
  readonly out_biz_id?: string | undefined;
  readonly result_message?: string | undefined;
  /** `0`; `1` where Alipay could not be asked; `REFUND` where money goes or went back. */
  readonly result_code?: string | undefined;
  /** Was the query answered? Says nothing about money. */
  readonly success?: boolean | undefined;
}

/** The `result` of querystatus: the model and how the interface was reached. */
export interface CheckoutResult {
  readonly model?: CheckoutModel | undefined;
  readonly http_status_code?: number | undefined;
  readonly msg_code?: string | undefined;
  readonly msg_info?: string | undefined;
  readonly success?: boolean | undefined;
}

/** What a receipt says in TOP's words. */
interface Standing {
  readonly status: CheckoutStatus;
  readonly code: '0' | '1' | 'REFUND';
  readonly message: string;
}

const DONE = '查询成功';
const NOT_KNOWN = '支付结果未知，请稍后查询，切勿重复收款';

function standing(status: CheckoutStatus): Standing {
  return { status, code: '0', message: DONE };
}

/** TOP has no word for money that goes back: it stays SUCCEEDED, and the code tells. */
function goingBack(receipt: Receipt, message: string): Standing {
  // A duplicate was never this bill's payment: it is not told as one, and ends as none.
  const status = receipt.state === 'refunded' ? 'CANCELED' : 'PROCESSING';
  return { status: receipt.duplicate ? status : 'SUCCEEDED', code: 'REFUND', message };
}

function standingOf(receipt: Receipt): Standing {
  const told = payStatusOf(receipt);
  if (!told) return { status: 'PROCESSING', code: '1', message: NOT_KNOWN };
  switch (told.payStatus) {
    case 'NOTPAY':
      return standing('INIT');
    case 'USERPAYING':
      return standing('PROCESSING');
    case 'SUCCESS':
      return standing('SUCCEEDED');
    case 'PAYERROR':
      return standing('FAILED');
    case 'REFUND':
      return goingBack(receipt, told.payStatusDesc);
    default:
      return standing('CANCELED');
  }
}

/**
 * What a receipt says to querystatus. `upToDate` false: Alipay could not be asked, so what is not
 * final in the books is not known. Pure. Source: docs/xpos.md, "checkout_status".
 */
export function checkoutOf(receipt: Receipt, outBizId: string, upToDate = true): CheckoutResult {
  const asked: Standing = upToDate
    ? standingOf(receipt)
    : { status: 'PROCESSING', code: '1', message: NOT_KNOWN };
  const paid = asked.status === 'SUCCEEDED' ? receipt.payment : null;
  return {
    model: {
      paid_fee: paid?.amount ?? 0,
      paid_time: paid === null || paid.paidAtMs === null ? undefined : chinaTime(paid.paidAtMs),
      checkout_status: asked.status,
      checkout_id: receipt.outTradeNo,
      out_biz_id: outBizId,
      result_message: asked.message,
      result_code: asked.code,
      success: true,
    },
    http_status_code: 200,
    msg_code: '0',
    msg_info: '查询支付状态成功',
    success: true,
  };
}

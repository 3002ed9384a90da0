import type {
  CancelOutcome,
  ChargeOutcome,
  CodeOutcome,
  Doubt,
  PaymentGateway,
  PayOutcome,
} from '../../domain/ports/payment-gateway';
import type { RefundGateway, RefundOrder } from '../../domain/ports/refund-gateway';
import type { RefundAnswer, RefundQueryAnswer } from '../../domain/refund/refund-answer';

/** A gateway whose calls can be given less time than it would take itself. */
export interface TimedGateway extends PaymentGateway, RefundGateway {
  /** As the port says, within `timeoutMs`. */
  requestCode(preparedCall: string, timeoutMs?: number): Promise<CodeOutcome>;
  /** As the port says, within `timeoutMs`. */
  pay(preparedPay: string, authCode: string, timeoutMs?: number): Promise<ChargeOutcome>;
  /** As the port says, within `timeoutMs`. */
  query(outTradeNo: string, timeoutMs?: number): Promise<PayOutcome>;
  /** As the port says, within `timeoutMs`. */
  cancel(outTradeNo: string, timeoutMs?: number): Promise<CancelOutcome>;
  /** As the port says, within `timeoutMs`. */
  refund(order: RefundOrder, timeoutMs?: number): Promise<RefundAnswer>;
  /** As the port says, within `timeoutMs`. */
  refundQuery(
    outTradeNo: string,
    outRequestNo: string,
    timeoutMs?: number,
  ): Promise<RefundQueryAnswer>;
}

/** Any outcome of a call. */
export type Outcome =
  CodeOutcome | ChargeOutcome | PayOutcome | CancelOutcome | RefundAnswer | RefundQueryAnswer;

/** The outcome every call can have. */
export type Unknown = { readonly kind: 'unknown' } & Doubt;

/** A doubt that a verified answer left: the channel is there, but its words decide nothing. */
export interface AnsweredDoubt extends Doubt {
  readonly answered: true;
}

/**
 * Whether the channel answered: true for a verified answer, whatever it said; false for none; null
 * for one that anybody may have given.
 */
export function wasAnswered(outcome: Outcome): boolean | null {
  if (outcome.kind !== 'unknown' || 'answered' in outcome) return true;
  return outcome.unverified ? null : false;
}

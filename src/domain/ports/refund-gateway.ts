import type { Fen } from '../money';
import type { RefundAnswer, RefundQueryAnswer } from '../refund/refund-answer';

/** A refund as it is sent, every time. */
export interface RefundOrder {
  readonly outTradeNo: string;
  /** Our number of the refund; at most 64 characters, the same for the same refund for ever. */
  readonly outRequestNo: string;
  /** Fen, above 0. */
  readonly amount: Fen;
  /** Shown to the guest, any length; null: none. */
  readonly reason: string | null;
}

/**
 * The channel's refunds of a part. Implementations answer, they never throw for what the channel
 * does. Every answer but `unknown` comes from a verified signature.
 */
export interface RefundGateway {
  /**
   * Gives a part or all of it back. Safe to repeat with the same number and amount; repeated by
   * nobody else, unless it surely never left: each sending is counted in the books.
   */
  refund(order: RefundOrder): Promise<RefundAnswer>;
  /** Asks what became of one refund. Safe to repeat. */
  refundQuery(outTradeNo: string, outRequestNo: string): Promise<RefundQueryAnswer>;
}

/** Injection token of the `RefundGateway`. */
export const REFUND_GATEWAY = Symbol('RefundGateway');

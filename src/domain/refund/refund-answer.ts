import type { Fen } from '../money';
import type { Doubt } from '../ports/payment-gateway';

/** Every answer to a refund that was sent. `unknown` is the default. */
export type RefundAnswer =
  /**
   * The money went back. `total`: of all refunds of the trade, fen; null: it told none.
   * `refundedAtMs`: by Alipay's clock, epoch ms; null: not told.
   */
  | { readonly kind: 'done'; readonly total: Fen | null; readonly refundedAtMs: number | null }
  /** No money moved by this call: the number was used before, or nothing is decided. No failure. */
  | { readonly kind: 'unchanged' }
  /** The merchant's account holds too little: nothing was done, later it may. */
  | { readonly kind: 'balanceShort'; readonly cause: string }
  /** The number is known there with another amount. */
  | { readonly kind: 'discordant'; readonly cause: string }
  /** It may not be refunded, or not in part. `shown`: fit to show; null: not. */
  | { readonly kind: 'refused'; readonly cause: string; readonly shown: string | null }
  /** More than is left, by what Alipay knows of. */
  | { readonly kind: 'disagrees'; readonly cause: string }
  /** It knows no payment where the books hold one. */
  | { readonly kind: 'noTrade'; readonly cause: string }
  | ({ readonly kind: 'unknown' } & Doubt);

/** Every answer to the question after one refund of ours. `unknown` is the default. */
export type RefundQueryAnswer =
  /** It went back. `amount`: of this refund, fen; null: it told none. */
  | { readonly kind: 'found'; readonly amount: Fen | null; readonly refundedAtMs: number | null }
  /** No such refund is known: it has not taken effect, or not yet. Empty is not "failed". */
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'unknown' } & Doubt);

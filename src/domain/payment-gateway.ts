import type { Fen } from './money';
import type { Payment } from './receipt';

/** What a code is asked for. */
export interface CodeOrder {
  readonly outTradeNo: string;
  /** Fen, 1 to `MAX_AMOUNT`. */
  readonly amount: Fen;
  /** Product text, any length; cut and cleaned by the gateway to what the channel takes. */
  readonly subject: string;
  /** More about the goods, any length; null: none. */
  readonly detail: string | null;
  /** The payer's address for the channel's risk control. */
  readonly clientIp: string;
  /** When the channel itself ends the trade, epoch ms. */
  readonly endsAtMs: number;
}

/** Why a channel call could not be used. */
export interface Doubt {
  /** What happened, for the log: no secrets, no whole answers. */
  readonly cause: string;
  /** False only when the request surely never left this machine. */
  readonly sent: boolean;
  /** The answer's signature was wrong or missing: a security event. */
  readonly unverified: boolean;
}

/** A definite refusal. */
export interface Refusal {
  /** `request`: this order; `configuration`: our contract or keys; `pace`: too many calls. */
  readonly fault: 'request' | 'configuration' | 'pace';
  /** The channel's code and sub-code, for the log. */
  readonly cause: string;
  /** The channel's text when it is fit to show to a till; null otherwise. */
  readonly shown: string | null;
}

/** Every answer to a request for a code. `unknown` is the default. */
export type CodeOutcome =
  | { readonly kind: 'code'; readonly qrCode: string }
  /** The number is paid already. */
  | { readonly kind: 'alreadyPaid' }
  /** The number can give no code (again): closed, or known with other content. */
  | { readonly kind: 'numberRefused'; readonly cause: string }
  | ({ readonly kind: 'refused' } & Refusal)
  | ({ readonly kind: 'unknown' } & Doubt);

/** Every answer to the question how a trade stands. `unknown` is the default. */
export type PayOutcome =
  /** `amount` is null when the answer's amount is no amount at all. */
  | {
      readonly kind: 'paid';
      readonly channelStatus: string;
      readonly payment: Omit<Payment, 'amount'> & { readonly amount: Fen | null };
    }
  | { readonly kind: 'pending'; readonly channelStatus: string }
  /** The channel knows no trade of this number: the normal answer before the scan. */
  | { readonly kind: 'notExist' }
  /** `payment` is null when it was never paid; otherwise it was paid and all of it went back. */
  | {
      readonly kind: 'closed';
      readonly channelStatus: string;
      readonly payment: (Omit<Payment, 'amount'> & { readonly amount: Fen | null }) | null;
    }
  | ({ readonly kind: 'refused' } & Refusal)
  | ({ readonly kind: 'unknown' } & Doubt);

/**
 * The payment channel. Implementations answer, they never throw for what the channel does, and
 * they never touch the database. Every answer but `unknown` comes from a verified signature.
 */
export interface PaymentGateway {
  /**
   * The call for a code as text, to be stored before it is sent and sent again verbatim.
   * The text is the gateway's own; nobody else reads it.
   */
  prepareCode(order: CodeOrder): string;
  /** Sends a prepared call. Safe to repeat with the same text. */
  requestCode(preparedCall: string): Promise<CodeOutcome>;
  /** Asks how the trade of our number stands. Safe to repeat. */
  query(outTradeNo: string): Promise<PayOutcome>;
}

/** Injection token of the `PaymentGateway`. */
export const PAYMENT_GATEWAY = Symbol('PaymentGateway');

import type { Fen } from '../money';
import type { Payment } from '../receipt/receipt';

/** What a code or a charge is asked for. */
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

/** A payment as the channel tells of it; `amount` is null when it is no amount at all. */
export type ToldPayment = Omit<Payment, 'amount'> & { readonly amount: Fen | null };

/** Money that went back, as the channel tells of it. */
export interface ToldRefund {
  /** What went back of the trade in all. Fen, above 0. */
  readonly total: Fen;
  /** The number under which it was asked for; null: none was told. At most 64 characters. */
  readonly requestNo: string | null;
}

/** Every answer to the question how a trade stands. `unknown` is the default. */
export type PayOutcome =
  | {
      readonly kind: 'paid';
      readonly channelStatus: string;
      readonly payment: ToldPayment;
      /** What a notify tells of a part that went back; absent: nothing. */
      readonly refund?: ToldRefund;
    }
  | { readonly kind: 'pending'; readonly channelStatus: string }
  /**
   * The channel knows no trade of this number: the normal answer before the scan.
   * `channelTimeMs` is the channel's own clock at the answer, epoch ms; null: it told none.
   */
  | { readonly kind: 'notExist'; readonly channelTimeMs: number | null }
  /** `payment` is null when it was never paid; otherwise it was paid and all of it went back. */
  | {
      readonly kind: 'closed';
      readonly channelStatus: string;
      readonly payment: ToldPayment | null;
    }
  | ({ readonly kind: 'refused' } & Refusal)
  | ({ readonly kind: 'unknown' } & Doubt);

/**
 * Every answer to a charge. `paid` may still be rolled back: only a query tells it for good.
 * `pending`: the guest has to do something. `refused`: it ended without money, and the number will
 * bring none. `unknown` is the default.
 */
export type ChargeOutcome = Extract<
  PayOutcome,
  { kind: 'paid' | 'pending' | 'refused' | 'unknown' }
>;

/** Every answer to a cancel. `unknown` is the default, also when we are asked to repeat it. */
export type CancelOutcome =
  /** `close`: it was unpaid; `refund`: it was paid and its money goes back; `none`: no trade. */
  | { readonly kind: 'done'; readonly action: 'close' | 'refund' | 'none' }
  /** It is too old, or settled for good, to be cancelled. */
  | { readonly kind: 'tooLate'; readonly cause: string }
  /** The merchant's account holds too little to give it back: nothing was done, later it may. */
  | { readonly kind: 'balanceShort'; readonly cause: string }
  | ({ readonly kind: 'refused' } & Refusal)
  | ({ readonly kind: 'unknown' } & Doubt);

/** A notify as received. */
export type NotifyReading =
  /** Not from the channel, not for us, or not understood: nothing may be done with it. */
  | { readonly kind: 'refused'; readonly cause: string; readonly unverified: boolean }
  | { readonly kind: 'notify'; readonly outTradeNo: string; readonly outcome: PayOutcome };

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
  /**
   * The charge of a guest's code as text, to be stored before it is sent. The code itself is not
   * in it: it is secret and short-lived, and a charge is never sent a second time from the books.
   */
  preparePay(order: CodeOrder): string;
  /**
   * Charges the guest: sends a prepared charge with the guest's code. It may take money, so it is
   * repeated by nobody unless it surely never left.
   */
  pay(preparedPay: string, authCode: string): Promise<ChargeOutcome>;
  /** Asks how the trade of our number stands. Safe to repeat. */
  query(outTradeNo: string): Promise<PayOutcome>;
  /** Undoes the trade of our number, paid or not. Safe to repeat. */
  cancel(outTradeNo: string): Promise<CancelOutcome>;
  /**
   * The channel's own time, carried on from its last verified answer, epoch ms; null: it has told
   * none yet.
   */
  channelNowMs(): number | null;
  /** Reads a notify from the bytes of its body; its signature is checked first. */
  readNotify(body: Uint8Array, contentType: string): NotifyReading;
}

/** Injection token of the `PaymentGateway`. */
export const PAYMENT_GATEWAY = Symbol('PaymentGateway');

/** The numbers the pay operations follow. */
export interface PaySettings {
  /** How long a code may be paid, minutes. */
  readonly codeMinutes: number;
  /** With what our numbers at the channel begin: `3p` and two letters of this installation. */
  readonly tradePrefix: string;
  /** How long a payment told to a till blocks another one of the same amount, ms. */
  readonly repeatGuardMs: number;
  /** Deadline of one channel call, ms. */
  readonly channelTimeoutMs: number;
  /** How often open receipts are looked for, ms; 0: never. */
  readonly sweepPeriodMs: number;
  /** Does what duplicates are owed go back by itself, or does a person begin it? */
  readonly refundDuplicates: 'auto' | 'ask';
}

/** Injection token of the `PaySettings`. */
export const PAY_SETTINGS = Symbol('PaySettings');

/** How long one caller alone may ask for a code: its call's deadline and time to save. ms. */
export function leaseMs(settings: PaySettings): number {
  return settings.channelTimeoutMs + 2_000;
}

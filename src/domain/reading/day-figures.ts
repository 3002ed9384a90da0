import type { BillType } from '../bill';
import type { Fen } from '../money';

/** What a system came to on one day. */
export interface SystemDay {
  readonly billType: BillType;
  /** Receipts begun that day, and how many of those were paid, or have ended in another way. */
  readonly begun: number;
  readonly begunPaid: number;
  readonly begunEnded: number;
  /** Payments of that day by Alipay's clock, whenever they were begun. */
  readonly payments: number;
  readonly paid: Fen;
  /** Moves of money back on that day, by refund or cancel, whenever it was paid. */
  readonly refunds: number;
  readonly refunded: Fen;
  /** Not final now, whenever begun. */
  readonly open: number;
}

/** Payments of one hour of a day. */
export interface HourOfDay {
  /** 0 to 23, China time. */
  readonly hour: number;
  readonly payments: number;
  readonly paid: Fen;
}

/** A bill on which one amount was paid more than once in a day. */
export interface RepeatedPayment {
  readonly billType: BillType;
  readonly billNo: string;
  readonly amount: Fen;
  readonly times: number;
}

/** Reads what days came to. Nothing is changed. @throws PayError DATABASE_UNAVAILABLE */
export interface DayBook {
  /** One row for each of these systems, in their order. `fromMs`: the day's start, epoch ms. */
  systems(billTypes: readonly BillType[], fromMs: number): Promise<SystemDay[]>;
  /** The hours that had payments. */
  hours(billTypes: readonly BillType[], fromMs: number): Promise<HourOfDay[]>;
  /** How long guests took from the begin to the payment: the middle one, s; null: nobody paid. */
  medianSeconds(billTypes: readonly BillType[], fromMs: number): Promise<number | null>;
  /** At most twenty. A human looks whether the guest meant it. */
  repeats(billTypes: readonly BillType[], fromMs: number): Promise<RepeatedPayment[]>;
}

/** Injection token of the `DayBook`. */
export const DAY_BOOK = Symbol('DayBook');

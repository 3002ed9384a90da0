import type { BillType } from '../../src/domain/bill';
import type { Ask } from '../support/process/till';

/** What a till and its guest mean to do with a bill. */
export const WISHES = [
  'pay', // The guest pays, the till asks until it is told.
  'payUnasked', // The guest pays, and nobody asks.
  'abandon', // The guest walks away, scanned or not.
  'cancel', // Undone before anybody paid.
  'cancelPaid', // Undone after the payment.
  'raceCancel', // Undone while the guest pays.
  'supersede', // Another amount, then paid.
  'raceSupersede', // Another amount while the guest pays the old code.
  'refundPart', // A part goes back, asked for at two desks.
  'refundAll', // All of it goes back, in two parts.
] as const;

/** Of these nothing is undone: what came of an undo without an answer is known a minute later. */
export const QUICK_WISHES: readonly Wish[] = ['pay', 'payUnasked', 'abandon'];

/** What a till and its guest mean to do with a bill. */
export type Wish = (typeof WISHES)[number];

/** What the tills were told of one receipt: none of it may turn out false. */
export interface Told {
  readonly billType: BillType;
  readonly billNo: string;
  readonly payType: string;
  readonly autoid: string;
  readonly amount: string;
  readonly codeurl: string;
  success: boolean;
  revoked: boolean;
  refunded: boolean;
  /** A till asked for its undoing, or for a refund, so that money may go back. */
  cancelAsked: boolean;
  /** What desks have asked for, by batch. */
  readonly refunds: Map<string, { readonly amount: string; done: boolean }>;
}

/** A bill on its way, and everything that was told of it. */
export interface Sale {
  readonly wish: Wish;
  readonly ask: Ask;
  /** On these terms it is asked for again, by the wishes that supersede. */
  readonly otherAsk: Ask;
  /** Whether the guest scans where both are possible. */
  readonly scans: boolean;
  readonly told: Told[];
  /** Nothing is left to do for till and guest. */
  done: boolean;
}

/** The receipt the tills know under this name, remembered from now on. */
export function remember(
  sale: Sale,
  ask: Ask,
  { autoid, codeurl }: { autoid: string; codeurl: string },
): Told {
  const known = sale.told.find((one) => one.autoid === autoid);
  if (known) return known;
  const told: Told = {
    billType: ask.billtype as BillType,
    billNo: ask.billnum,
    payType: ask.paytype,
    autoid,
    amount: String(ask.paymentvalue),
    codeurl,
    success: false,
    revoked: false,
    refunded: false,
    cancelAsked: false,
    refunds: new Map(),
  };
  sale.told.push(told);
  return told;
}

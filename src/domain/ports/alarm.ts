import type { BillType } from '../bill';

/** What a human has to look at. */
export type AlarmKind =
  | 'amountMismatch' // Alipay's amount is not the receipt's.
  | 'tradeNoMismatch' // A second trade number for one receipt, or one trade for two.
  | 'tradeVanished' // A trade that was seen is gone.
  | 'refundUnproven' // A booked payment is closed at Alipay, and nothing proves a refund.
  | 'payableAgain' // A receipt that ended can be paid at Alipay.
  | 'unverifiedAnswer' // An answer whose signature does not hold.
  | 'endRefused' // A payment that End does not take.
  | 'undoRefused' // Alipay refuses for good to make a code unpayable, or to give money back.
  | 'refundWaits' // Money cannot go back: the merchant's account holds too little.
  | 'foreignRefund' // Money went back that nobody asked for here.
  | 'unknownPayment' // Alipay holds a payment under a number that is not in the books.
  | 'booksRestored' // The books are older than what had been told from them.
  | 'clockWrong' // This machine's clock and Alipay's differ.
  | 'cardShort' // Money went back, and the card no longer holds it.
  | 'callbackGivenUp' // A system was not told of an event: it refused it, or never answered.
  | 'receiverFailing' // A system has taken no callback for an hour.
  | 'dayDiffers' // Books and Alipay's bill of a day differ.
  | 'billMissing' // There is no bill of a day in the evening of the next one.
  | 'billNotBelieved' // A day's bill does not add up, or is of another account.
  | 'billChanged' // A day has another bill than the one it was compared with.
  | 'lateMoney' // Paid after it had ended.
  | 'duplicatePayment'; // Two receipts paid where one was meant.

/** Something a human has to look at. One of a kind is open for a subject at a time. */
export interface Alarm {
  /** What it is about: `receipt 12`, `trade 2026…`, `clock`. At most 100 characters. */
  readonly subject: string;
  readonly kind: AlarmKind;
  /** For the operator; cut at 400 characters. No secrets. */
  readonly detail: string;
  readonly nowMs: number;
}

/** The alarms: those about no receipt of ours are raised here, all are looked at and closed. */
export interface Alarms {
  /**
   * Raises an alarm, durably. True: it is new; false: one of this kind is open for the subject.
   * @throws PayError DATABASE_UNAVAILABLE
   */
  raise(alarm: Alarm): Promise<boolean>;
  /** The open alarms, oldest first, `limit` at most. */
  open(limit: number): Promise<KnownAlarm[]>;
  /** Open and closed ones of a kind whose subject begins so, oldest first. */
  about(kind: AlarmKind, subjectBegins: string): Promise<KnownAlarm[]>;
  /** Closes an open alarm: the same fact opens a new one. False: there is no such open one. */
  close(id: number, closing: AlarmClosing): Promise<boolean>;
}

/** An alarm as it is kept. */
export interface KnownAlarm extends Omit<Alarm, 'nowMs'> {
  readonly id: number;
  readonly raisedAtMs: number;
  /** Null: it is open. */
  readonly closed: AlarmClosing | null;
}

/** How an alarm was closed. */
export interface AlarmClosing {
  /** Who closed it; at most 64 characters. */
  readonly by: string;
  /** What came of it; at most 400 characters. */
  readonly note: string;
  readonly nowMs: number;
}

/** Injection token of the `Alarms`. */
export const ALARMS = Symbol('Alarms');

/** The subject of the alarms about the system of a bill type that is told of its receipts. */
export function receiverSubject(billType: BillType): string {
  return `receiver ${billType}`;
}

/** The subject of the alarms about a receipt. */
export function receiptSubject(receiptRowId: number): string {
  return `receipt ${receiptRowId}`;
}

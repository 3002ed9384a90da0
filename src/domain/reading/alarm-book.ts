import type { BillType } from '../bill';
import type { ReceiptState } from '../receipt/receipt-state';
import type { AlarmKind } from '../ports/alarm';

/** Which alarms somebody may see and close. */
export interface AlarmScope {
  /** Those about receipts and receivers of these systems. */
  readonly billTypes: readonly BillType[];
  /** Those about none of them, too: the clock, the books, payments nobody knows. */
  readonly wholeHouse: boolean;
}

/** An alarm nobody has closed. */
export interface OpenAlarm {
  readonly id: number;
  readonly kind: AlarmKind;
  readonly subject: string;
  readonly detail: string;
  readonly raisedAtMs: number;
  /** The receipt it is about; null: it is about something else. */
  readonly receipt: {
    readonly id: number;
    readonly billType: BillType;
    readonly billNo: string;
    readonly state: ReceiptState;
  } | null;
}

/** How an alarm is closed. */
export interface AlarmEnd {
  readonly id: number;
  /** At most 64 characters. */
  readonly by: string;
  /** What was found; at most 400 characters. */
  readonly note: string;
  readonly nowMs: number;
}

/** The alarms as people work on them. @throws PayError DATABASE_UNAVAILABLE */
export interface AlarmBook {
  /** The open ones, newest first. */
  open(scope: AlarmScope, most: number): Promise<OpenAlarm[]>;
  /** One of them; null: there is none, or it is closed. */
  find(scope: AlarmScope, id: number): Promise<OpenAlarm | null>;
  /** Closes one, durably. False: it was closed before, or is not in the scope. */
  close(scope: AlarmScope, end: AlarmEnd): Promise<boolean>;
}

/** Injection token of the `AlarmBook`. */
export const ALARM_BOOK = Symbol('AlarmBook');

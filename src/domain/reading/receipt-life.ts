import type { AlarmKind } from '../ports/alarm';
import type { CallbackState } from '../ports/callbacks';
import type { CallbackType } from '../callback/callback-event';
import type { Fen } from '../money';
import type { Receipt } from '../receipt/receipt';
import type { ReceiptState } from '../receipt/receipt-state';
import type { Refund } from '../refund/refund';

/** Something that happened to a receipt. */
export interface LifeEvent {
  readonly id: number;
  /** By our clock, epoch ms. */
  readonly atMs: number;
  /** What: `begin`, a `ReceiptEvent`, `channelAnswer`, or the word of a cancel's answer. */
  readonly event: string;
  /** The state it came from; null: it was begun, or nobody wrote it down then. */
  readonly from: ReceiptState | null;
  readonly state: ReceiptState;
  /** The operation, or the sweep, that brought it. */
  readonly cause: string;
  /** The name of a key, or a part of the service; null: a caller without a key, or not known. */
  readonly actor: string | null;
  /** The request's id, the same as in the log; null: none, or not known. */
  readonly requestId: string | null;
  /** Alipay's last word by then; null: none. */
  readonly channelStatus: string | null;
  /** What it was about; null: nobody wrote it down then. */
  readonly amount: Fen | null;
}

/** An alarm about a receipt, open or closed. */
export interface RaisedAlarm {
  readonly id: number;
  readonly kind: AlarmKind;
  /** For the operator. */
  readonly detail: string;
  readonly raisedAtMs: number;
  /** When it was closed, epoch ms; null: it is open. */
  readonly closedAtMs: number | null;
  readonly closedBy: string | null;
  readonly note: string | null;
}

/** What a system was told of a receipt, or is to be. */
export interface ToldCallback {
  readonly id: number;
  /** `webhook-id`. */
  readonly eventId: string;
  readonly type: CallbackType;
  readonly writtenAtMs: number;
  /** 0: it has none yet. */
  readonly seq: number;
  readonly state: CallbackState;
  readonly tries: number;
  /** When nothing was left to do, epoch ms; null: something is. */
  readonly endedAtMs: number | null;
  /** The last try that came to an end; null: none has. */
  readonly lastTry: LastTry | null;
}

/** A try to tell a system. */
export interface LastTry {
  readonly atMs: number;
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  /** Beginning of the answer, or what went wrong, masked. */
  readonly answer: string;
}

/** A receipt with what belongs to it. */
export interface ReceiptFile {
  readonly receipt: Receipt;
  /** Oldest first, as all lists. */
  readonly refunds: readonly Refund[];
  readonly callbacks: readonly ToldCallback[];
  readonly alarms: readonly RaisedAlarm[];
}

/** The same with its whole life. */
export interface ReceiptLife extends ReceiptFile {
  readonly events: readonly LifeEvent[];
}

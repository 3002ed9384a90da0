import type { BillType } from '../domain/bill';
import type { AlarmKind } from '../domain/ports/alarm';
import type { CallbackFigures } from '../domain/ports/callbacks';
import type { MoneyEvent } from '../domain/receipt/money-event';
import type { ReceiptState } from '../domain/receipt/receipt-state';

/** What the books hold, for the operator's graphs. Cheap whatever the size of the books. */
export interface BookFigures {
  /** Receipts somebody still looks after, by state: all open ones, and those just ended. */
  readonly inCare: Readonly<Partial<Record<ReceiptState, number>>>;
  /** When the oldest open receipt was begun, epoch ms; null: none is open. */
  readonly oldestOpenAtMs: number | null;
  /** When the receipt that waits longest for the sweep was due, epoch ms; null: none waits. */
  readonly oldestDueAtMs: number | null;
  readonly alarms: Readonly<Partial<Record<AlarmKind, number>>>;
  /** How often the books were found older than what had been told from them. */
  readonly restores: number;
  /** Days that somebody has looked at with Alipay's bill, and of which something still waits. */
  readonly unfinishedDays: number;
  /** The latest day that is compared, and of which nothing waits, `yyyy-MM-dd`; null: none is. */
  readonly lastFinishedDay: string | null;
}

/** Reads the figures. */
export interface BookFiguresReader {
  /** @throws PayError DATABASE_UNAVAILABLE */
  read(): Promise<BookFigures>;
  /**
   * Bills with a payment of the day before `nowMs`, epoch ms, that had another one of the same
   * amount within a day before it: parts of equal size, or a guest who paid twice. Receipts count
   * that are paid and no duplicates, by Alipay's time of payment.
   * @throws PayError DATABASE_UNAVAILABLE
   */
  equalPayments(nowMs: number): Promise<number>;
}

/** Injection token of the `BookFiguresReader`. */
export const BOOK_FIGURES = Symbol('BookFigures');

/** How it goes with the sweep of this process. */
export interface SweepStatus {
  /** Its period, ms; 0: it is switched off. */
  readonly periodMs: number;
  /** How long ago its last round ended well, ms; null: none has yet. */
  sinceRoundMs(): number | null;
  /** How long ago it started, ms; null: it has not. */
  sinceStartMs(): number | null;
  /** Receipts it looked at, since the start. */
  looked(): number;
  /** Rounds that failed as a whole, since the start. */
  failedRounds(): number;
}

/** Injection token of the `SweepStatus`. */
export const SWEEP_STATUS = Symbol('SweepStatus');

/** How it goes with the channel, as its gateway counts. */
export interface ChannelStatus {
  /** `closed`: calls go out. `open`: the channel does not answer and is left alone for a while. */
  breakerState(): 'closed' | 'open' | 'halfOpen';
  /** Calls by method and ending, since the start. */
  calls(): readonly {
    readonly method: string;
    readonly ending: string;
    readonly count: number;
  }[];
  /** Extra calls made because the first gave no answer, since the start. */
  retries(): number;
  /** How far this machine's clock is ahead of the channel's, ms; null: it has told no time yet. */
  clockAheadMs(): number | null;
  underWay(): number;
  waiting(): number;
}

/** Injection token of the `ChannelStatus`. */
export const CHANNEL_STATUS = Symbol('ChannelStatus');

/** How it goes with telling the systems. */
export interface CallbackStatus {
  /** Tries by bill type and ending, since the start. */
  tries(): readonly {
    readonly billType: BillType;
    readonly ending: string;
    readonly count: number;
  }[];
  /**
   * What waits, for each system that is told.
   * @throws PayError DATABASE_UNAVAILABLE
   */
  waiting(): Promise<readonly CallbackFigures[]>;
}

/** Injection token of the `CallbackStatus`. */
export const CALLBACK_STATUS = Symbol('CallbackStatus');

/** Whether messages of the group's other services come in. */
export interface MessageStatus {
  /** `transport`: as it is configured; null: no messages are taken here. */
  health(): { readonly transport: string; readonly up: boolean } | null;
}

/** Injection token of the `MessageStatus`. */
export const MESSAGE_STATUS = Symbol('MessageStatus');

/** Tells of money that moved, after the books hold it durably. */
export interface MoneyNews {
  /** `hear` is called once for each event, in this process alone that booked it. */
  listen(hear: (event: MoneyEvent) => void): void;
}

/** Injection token of the `MoneyNews`. */
export const MONEY_NEWS = Symbol('MoneyNews');

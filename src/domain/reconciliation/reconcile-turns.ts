/** How a day stands that somebody has looked at. */
export interface DayTurn {
  /** `yyyy-MM-dd`, China time. */
  readonly date: string;
  /** What the last look came to, such as `compared` or `late`; null: none has ended. */
  readonly word: string | null;
  /** Nothing of it waits, and nothing was booked into it since. */
  readonly finished: boolean;
}

/** How a look at a day has ended. */
export interface EndedTurn {
  readonly word: string;
  /** Does nothing of the day wait any more? Null: nothing was compared, it stands as it did. */
  readonly finished: boolean | null;
  /** The bookings that were there before the books were read: see `claim`. */
  readonly bookings: number;
  readonly nowMs: number;
}

/**
 * Who compares which day. One process holds a day at a time; the hold of one that died ends by
 * itself. @throws PayError DATABASE_UNAVAILABLE
 */
export interface ReconcileTurns {
  /** The days between two dates, both included, that somebody has looked at; oldest first. */
  turns(fromDate: string, untilDate: string): Promise<DayTurn[]>;
  /** When the first receipt was begun, epoch ms; null: there is none. */
  firstReceiptAtMs(): Promise<number | null>;
  /**
   * Takes a day until `untilMs`, also one that the same owner holds. Gives how often something was
   * booked into it after it was over: what is booked from now on counts further. Null: another
   * process holds it.
   */
  claim(date: string, owner: string, nowMs: number, untilMs: number): Promise<number | null>;
  /** Ends a hold and says how the day stands; nothing where it is no longer held. */
  end(date: string, owner: string, ended: EndedTurn): Promise<void>;
  /** Deletes everything that is kept of days before this date; gives how many days. */
  forgetBefore(date: string): Promise<number>;
}

/** Injection token of the `ReconcileTurns`. */
export const RECONCILE_TURNS = Symbol('ReconcileTurns');

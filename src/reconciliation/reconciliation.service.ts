import { Inject, Injectable } from '@nestjs/common';
import { BILL_SOURCE } from '../domain/ports/bill-source';
import type { BillAnswer, BillSource } from '../domain/ports/bill-source';
import { CLOCK } from '../domain/ports/clock';
import type { Clock } from '../domain/ports/clock';
import { DAILY_BOOKS } from '../domain/ports/daily-books';
import type { DailyBooks } from '../domain/ports/daily-books';
import { MENDING } from '../domain/reconciliation/mending';
import type { Mended, Mending, MissingMoney } from '../domain/reconciliation/mending';
import { billDay } from './bill/bill-day';
import type { BillDay, BillOwner } from './bill/bill-day';
import { BillRefusal } from './bill/bill-refusal';
import type { BillFault } from './bill/bill-refusal';
import { reconcileDay } from './day/reconcile-day';
import type { MendedDay } from './day/reconcile-day';

/** What became of a day. Only `compared` says anything of its money. */
export type DayOutcome =
  | { readonly kind: 'compared'; readonly day: MendedDay }
  /** There is a bill, and it is not believed. */
  | { readonly kind: 'notBelieved'; readonly fault: BillFault; readonly cause: string }
  /** There is none to compare with: see `BillAnswer`. */
  | Exclude<BillAnswer, { kind: 'file' }>;

/** Injection token of the `BillOwner`. */
export const BILL_OWNER = Symbol('BillOwner');

/** Called before Alipay is asked about a row. */
export type BeforeEach = () => Promise<void>;

const NOTHING: BeforeEach = () => Promise.resolve();

/** Compares days with Alipay's bills. */
@Injectable()
export class Reconciliation {
  constructor(
    @Inject(DAILY_BOOKS) readonly books: DailyBooks,
    @Inject(BILL_SOURCE) private readonly source: BillSource,
    @Inject(MENDING) private readonly mending: Mending,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BILL_OWNER) private readonly owner: BillOwner,
  ) {}

  /** The day a date names, for the account in use; null: there is none, or it is not over. */
  day(date: string): BillDay | null {
    const day = billDay(date, this.owner);
    return day === null || this.clock.nowMs() < day.endMs ? null : day;
  }

  /** Fetches the bill and compares it. @throws PayError DATABASE_UNAVAILABLE */
  async fetched(day: BillDay, beforeEach: BeforeEach = NOTHING): Promise<DayOutcome> {
    const answer = await this.source.fetch(day.date);
    if (answer.kind !== 'file') return answer;
    try {
      return await this.fromFile(day, answer.bill.path, beforeEach);
    } finally {
      await answer.bill.remove();
    }
  }

  /** Compares a bill that somebody has downloaded. @throws PayError DATABASE_UNAVAILABLE */
  async fromFile(
    day: BillDay,
    path: string,
    beforeEach: BeforeEach = NOTHING,
  ): Promise<DayOutcome> {
    const mend = async (money: MissingMoney): Promise<Mended> => {
      await beforeEach();
      return this.mending.mend(money);
    };
    const { books, clock } = this;
    try {
      const compared = await reconcileDay(path, day, { books, clock, mending: { mend } });
      return { kind: 'compared', day: compared };
    } catch (error) {
      if (!(error instanceof BillRefusal)) throw error;
      return { kind: 'notBelieved', fault: error.fault, cause: error.message };
    }
  }
}

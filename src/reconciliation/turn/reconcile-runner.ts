import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG } from '../../config/config';
import type { Config } from '../../config/config';
import { PayError } from '../../domain/errors';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { RECONCILE_TURNS } from '../../domain/reconciliation/reconcile-turns';
import type { ReconcileTurns } from '../../domain/reconciliation/reconcile-turns';
import { chinaDate } from '../bill/bill-day';
import type { BillDay } from '../bill/bill-day';
import { Reconciliation } from '../reconciliation.service';
import { DayProcess } from './day-process';
import type { ToldDay } from './taken-day';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CHINA_OFFSET_MS = 8 * HOUR_MS;
/** Days further back are left to people and the command. */
const MOST_DAYS = 30;
/** What came of older days is deleted. */
const KEPT_DAYS = 400;
/** The longest sleep. ms. */
const SLEEP_MS = 5_000;
/** How long a stop waits for a day under way: it may be cut off at any moment. ms. */
const STOP_WITHIN_MS = 3_000;

/** Whoever compares a day. */
interface Days {
  take(day: BillDay): Promise<ToldDay>;
}

/** Compares each day with its bill, at the time that is set, and what is unfinished each hour. */
@Injectable()
export class ReconcileRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ReconcileRunner.name);
  private stopped = false;
  private wakeUp: () => void = () => undefined;
  private readonly stopping = new Promise<void>((resolve) => (this.wakeUp = resolve));
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RECONCILE_TURNS) private readonly turns: ReconcileTurns,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly reconciliation: Reconciliation,
    @Inject(DayProcess) private readonly days: Days,
  ) {}

  onApplicationBootstrap(): void {
    const { reconcileAtMs } = this.config;
    if (reconcileAtMs !== null) this.running = this.run(reconcileAtMs);
  }

  /** Called by Nest before the database closes. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wakeUp();
    await Promise.race([this.running, this.clock.sleep(STOP_WITHIN_MS)]);
  }

  /**
   * Does what is unfinished, the latest day first; gives the days it has looked at. A day that
   * cannot be done does not keep the others from it.
   */
  async look(reconcileAtMs: number): Promise<string[]> {
    const days = await this.unfinished(reconcileAtMs);
    for (const day of days) {
      if (this.stopped) break;
      await this.lookAt(day);
    }
    await this.turns.forgetBefore(chinaDate(this.clock.nowMs() - KEPT_DAYS * DAY_MS));
    return days.map(({ date }) => date);
  }

  private async unfinished(reconcileAtMs: number): Promise<BillDay[]> {
    const firstAtMs = await this.turns.firstReceiptAtMs();
    if (firstAtMs === null) return [];
    const first = chinaDate(firstAtMs);
    const nowMs = this.clock.nowMs();
    const dates = Array.from({ length: MOST_DAYS }, (_each, at) =>
      // The day before the one whose hour has come.
      chinaDate(nowMs - reconcileAtMs - (at + 1) * DAY_MS),
    ).filter((date) => date >= first);
    const [latest, oldest] = [dates[0], dates.at(-1)];
    if (latest === undefined || oldest === undefined) return [];
    const turns = await this.turns.turns(oldest, latest);
    const done = new Set(turns.filter(({ finished }) => finished).map(({ date }) => date));
    return dates
      .filter((date) => !done.has(date))
      .flatMap((date) => this.reconciliation.day(date) ?? []);
  }

  private async lookAt(day: BillDay): Promise<void> {
    try {
      const told = await this.days.take(day);
      const said = told.kind === 'compared' ? `${told.differences} differences` : told.kind;
      this.logger.log(`${day.date}: ${said}`);
    } catch (error) {
      // The service ends, and what it has begun with it.
      if (this.stopped) return;
      const text = error instanceof Error ? error.message : String(error);
      if (error instanceof PayError) this.logger.warn(`${day.date}: ${text}`);
      else this.logger.error(`${day.date}: ${text}`);
    }
  }

  private async run(reconcileAtMs: number): Promise<void> {
    while (!this.stopped) {
      try {
        await this.look(reconcileAtMs);
      } catch (error) {
        this.logger.warn(`not looked: ${error instanceof Error ? error.message : String(error)}`);
      }
      await this.rest(pauseBefore(reconcileAtMs, this.clock.nowMs()));
    }
  }

  /** In short sleeps: one of an hour would keep a stopped process alive. */
  private async rest(pauseMs: number): Promise<void> {
    const startedAtMs = this.clock.monotonicMs();
    for (;;) {
      const leftMs = pauseMs - (this.clock.monotonicMs() - startedAtMs);
      if (this.stopped || leftMs <= 0) return;
      await Promise.race([this.clock.sleep(Math.min(leftMs, SLEEP_MS)), this.stopping]);
    }
  }
}

/** Until the time of day that is set, an hour at most. ms. */
function pauseBefore(reconcileAtMs: number, nowMs: number): number {
  const sinceMs = (nowMs + CHINA_OFFSET_MS - reconcileAtMs) % DAY_MS;
  return Math.min(HOUR_MS, DAY_MS - sinceMs);
}

import { setTimeout as wait } from 'node:timers/promises';
import { BILL_TYPES } from '../../src/domain/bill';
import { fen, formatYuan } from '../../src/domain/money';
import { CANCEL_UNDER_WAY_MS } from '../../src/domain/receipt/due';
import { SqliteInspect } from '../database/sqlite-books';
import { notifiedAt } from '../support/process/ports';
import { seeded } from '../support/seeded';
import { TestService } from '../support/process/service';
import type { SimTrade } from '../support/far-side/sim-control';
import { anAsk } from '../support/process/till';
import { Checker } from './checker';
import { KILL_POINTS, KillTrigger, QUICK_POINTS } from './kill-points';
import type { KillPoint } from './kill-points';
import { QUICK_WISHES, WISHES } from './sale';
import type { Sale, Wish } from './sale';
import { BrokenPromise, TillWork } from './till-work';

/** Tills that work at the same time. */
const TILLS = 5;
const PERIOD_MS = 200;
const CALL_MS = 1_000;
/**
 * What a start owes: the end of the dead one's claims, four calls after they were taken, two
 * periods of the sweep, and the work itself on a busy machine. ms.
 */
const BOOKED_WITHIN_MS = 4 * CALL_MS + 2 * PERIOD_MS + 2_600;
const CARDS = ['CARD-A', 'CARD-B', 'CARD-C'];
/** One cycle in so many is killed while it starts, too. */
const LOOP_ONE_IN = 6;

/** Ways to spoil a call that a service has to survive. */
const FAULTS = [
  'reset',
  'http502',
  'html',
  'truncated',
  'bad_sign',
  'no_sign',
  'wrong_out_trade_no',
  'system_error',
  'unknown_error',
  'rate_limited',
];

/** Where the service is killed, and what the tills want meanwhile. */
interface Plot {
  readonly points: readonly KillPoint[];
  readonly wishes: readonly Wish[];
}

/** Everything there is. */
const WHOLE: Plot = { points: KILL_POINTS, wishes: WISHES };

/** A payment, killed at each of its steps: nothing in it is waited for. */
export const PAYMENT: Plot = { points: QUICK_POINTS, wishes: QUICK_WISHES };

/** What came of all cycles. */
export interface CrashReport {
  readonly cycles: number;
  readonly kills: Readonly<Record<string, number>>;
  /** Cycles that ended before their point was reached. */
  readonly missed: number;
  readonly sales: number;
  readonly receipts: number;
  readonly paidTrades: number;
  /** Payments not booked and undos not finished at the kills, all of them caught up with. */
  readonly owed: number;
  readonly checks: number;
  /** How long after the start the last payment was booked, over all cycles. ms. */
  readonly slowestMs: number;
  /** Starts that found a cancel under way: what it may take back is booked when it is over. */
  readonly waited: number;
  readonly violations: readonly string[];
}

/** Tills and guests that never give up, a service that is killed under them, and a checker. */
export class CrashRig {
  private readonly random: () => number;
  private readonly sales: Sale[] = [];
  private readonly checker = new Checker();
  private readonly kills: Record<string, number> = {};
  private readonly violations: string[] = [];
  private missed = 0;
  private slowestMs = 0;
  private waited = 0;
  private paidTrades = 0;
  private owed = 0;
  private receipts = 0;

  private constructor(
    private readonly service: TestService,
    seed: number,
    private readonly plot: Plot,
  ) {
    this.random = seeded(seed);
  }

  /** Runs so many cycles; `note` hears of each. */
  static async run(
    cycles: number,
    seed: number,
    note: (line: string) => void = () => undefined,
    plot = WHOLE,
  ): Promise<CrashReport> {
    const service = await TestService.startOnSqlite({
      ...(await notifiedAt()),
      ALIPAY_TIMEOUT_MS: String(CALL_MS),
      SWEEP_PERIOD_MS: String(PERIOD_MS),
      SIM_NOTIFY_SCALE: '0.001',
      LOG_LEVEL: 'error',
    });
    const rig = new CrashRig(service, seed, plot);
    try {
      for (let cycle = 0; cycle < cycles && rig.violations.length === 0; cycle += 1) {
        await rig.cycle(cycle);
        note(`cycle ${cycle + 1}: ${rig.sales.length} sales, ${rig.checker.checks} checks`);
      }
      await rig.finish();
      if (rig.violations.length > 0) rig.violations.push(service.log.slice(-4_000));
    } finally {
      await service.stop();
    }
    return rig.report(cycles);
  }

  private async cycle(cycle: number): Promise<void> {
    const { points } = this.plot;
    const point = points[cycle % points.length] ?? 'random';
    const trigger = new KillTrigger(this.service, this.random);
    await this.spoil(point);
    const tills = new TillWork(this.service, trigger.happened);
    const open = this.sales.filter(({ done }) => !done);
    const fresh = Array.from({ length: TILLS }, () => this.newSale());
    const work = [...open, ...fresh].map((sale) => this.work(tills, sale));
    const dead = trigger.reached(point).then(async (reached) => {
      await this.service.kill('SIGKILL');
      if (!reached) this.missed += 1;
      this.kills[point] = (this.kills[point] ?? 0) + 1;
    });
    await Promise.all([dead, ...work]);
    await this.service.sim.heal();
    await this.startAgain(point, cycle);
  }

  /** Every sale to its end, without any more faults; then a stop in order. */
  private async finish(): Promise<void> {
    const tills = new TillWork(this.service, () => undefined);
    const open = this.sales.filter(({ done }) => !done);
    await Promise.all(open.map((sale) => this.work(tills, sale)));
    const unfinished = this.sales.filter(({ done }) => !done).length;
    if (unfinished > 0) this.violations.push(`${unfinished} sales cannot be finished`);
    await this.check(0, performance.now());
    const code = await this.service.kill('SIGTERM');
    if (code !== 0) this.violations.push(`the last stop: exit code ${code}`);
  }

  /** Nobody asks: what was paid has to get into the books by itself. */
  private async startAgain(point: KillPoint, cycle: number): Promise<void> {
    await this.look((inspect, trades) => {
      this.owed += this.checker.behind(inspect, trades).length;
    });
    // Every other start has to do without a notify.
    await this.service.sim.notifies(cycle % 2 === 0);
    if (point === 'start' || Math.floor(this.random() * LOOP_ONE_IN) === 0) {
      const starting = this.service.restart().catch(() => undefined);
      await wait(this.random() * 1_000);
      await this.service.kill('SIGKILL');
      await starting;
    }
    await this.service.restart();
    await this.check(BOOKED_WITHIN_MS, performance.now());
    await this.service.sim.notifies(true);
  }

  /**
   * Looks until nothing is owed. What waits for the end of a cancel under way is late only so long
   * after that.
   */
  private async check(withinMs: number, startedAt: number): Promise<void> {
    let lateAt = startedAt + withinMs;
    // The process that is there now counts from its own first look, not from when it was sent.
    const countedAnewAt = startedAt + 2 * BOOKED_WITHIN_MS + CANCEL_UNDER_WAY_MS;
    let held = false;
    for (;;) {
      const behind = await this.look((inspect, trades) => this.checker.behind(inspect, trades));
      const now = performance.now();
      if (behind.length === 0) {
        if (held) this.waited += 1;
        else this.slowestMs = Math.max(this.slowestMs, now - startedAt);
        break;
      }
      const heldMs = Math.max(...behind.map(({ heldUntilMs }) => heldUntilMs - Date.now()));
      held ||= heldMs > 0;
      if (heldMs > 0) lateAt = Math.max(lateAt, now + heldMs + BOOKED_WITHIN_MS, countedAnewAt);
      if (now > lateAt) {
        const what = behind.map((one) => one.what).join(', ');
        this.violations.push(`after ${Math.round(now - startedAt)} ms: ${what}`);
        break;
      }
      await wait(20);
    }
    await this.look((inspect, trades) => {
      this.violations.push(...this.checker.check(inspect, trades, this.sales));
      this.paidTrades = trades.filter(({ paidAtMs }) => paidAtMs !== null).length;
      this.receipts = inspect.counts()['receipt'] ?? 0;
    });
  }

  /** Alipay's ledger first, then the books: what is in the one has to be in the other. */
  private async look<T>(at: (inspect: SqliteInspect, trades: SimTrade[]) => T): Promise<T> {
    const trades = await this.service.sim.trades();
    const inspect = new SqliteInspect(this.service.database);
    try {
      return at(inspect, trades);
    } finally {
      inspect.close();
    }
  }

  /** One attempt; that the service dies under it is no failure. */
  private async work(tills: TillWork, sale: Sale): Promise<void> {
    try {
      await tills.settle(sale);
    } catch (error) {
      if (error instanceof BrokenPromise) this.violations.push(`${sale.wish}: ${error.message}`);
      // The message alone tells: jest's errors and those of fetch are of different classes.
      else if (!/fetch failed|terminated/.test(String(error))) throw error;
    }
  }

  private newSale(): Sale {
    const type = this.pick(BILL_TYPES);
    const paymentvalue = formatYuan(fen(1 + Math.floor(this.random() * 100_000)));
    const card = type === '7' ? { cardno: this.pick(CARDS) } : {};
    const ask = anAsk(type, { paymentvalue, ...card });
    const wish = this.pick(this.plot.wishes);
    const otherAsk = { ...ask, paymentvalue: (Number(paymentvalue) + 1_000).toFixed(2) };
    const sale = { wish, ask, otherAsk, scans: this.random() < 0.5, told: [], done: false };
    this.sales.push(sale);
    return sale;
  }

  private pick<T>(all: readonly T[]): T {
    const one = all[Math.floor(this.random() * all.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }

  /** A few calls go wrong; the one the service is to die in takes its time. */
  private async spoil(point: KillPoint): Promise<void> {
    const { sim } = this.service;
    const afterEffect = this.random() < 0.5;
    if (point === 'precreate' || point === 'query' || point === 'cancel' || point === 'refund') {
      if (this.random() < 0.5) {
        await sim.spoil({ method: point, fault: 'delay', delayMs: 300, count: 2, afterEffect });
      }
    }
    const faults = Math.floor(this.random() * 4);
    for (let index = 0; index < faults; index += 1) {
      const fault = this.pick(FAULTS);
      const method = this.pick(['precreate', 'query', 'cancel', 'refund', '*'] as const);
      const count = 1 + Math.floor(this.random() * 3);
      await sim.spoil({ method, fault, count, afterEffect: this.random() < 0.5 });
    }
  }

  private report(cycles: number): CrashReport {
    const { kills, missed, receipts, paidTrades, owed, slowestMs, waited, violations } = this;
    const { checks } = this.checker;
    const sales = this.sales.length;
    const counts = { cycles, kills, missed, sales, receipts, paidTrades, owed, checks };
    return { ...counts, slowestMs, waited, violations };
  }
}

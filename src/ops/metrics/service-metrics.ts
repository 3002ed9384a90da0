import { Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { BOOK_FIGURES } from '../../health/health';
import type {
  BookFiguresReader,
  CallbackStatus,
  ChannelStatus,
  MessageStatus,
  SweepStatus,
} from '../../health/health';
import { SideWork } from '../health/side-work';
import { ServiceLoad } from '../load/service-load';
import { parseChinaTime } from '../../domain/china-time';
import { METRICS } from './metric-names';
import { MoneyMetrics } from './money-metrics';
import { RequestMetrics } from './request-metrics';

/** Equal payments are looked for in all receipts of a day: not for every scrape. ms. */
const EQUAL_PAYMENTS_KEPT_MS = 60_000;

const DAY_MS = 86_400_000;

/** Everything that is counted, in a registry of its own. */
@Injectable()
export class ServiceMetrics {
  readonly requests: RequestMetrics;
  readonly money: MoneyMetrics;
  private readonly registry = new Registry();
  private readonly equalPayments: Gauge;
  private equal = { bills: 0, readAtMs: -Infinity };
  private readonly receipts: Gauge<'state'>;
  private readonly alarms: Gauge<'kind'>;
  private readonly oldestOpen: Gauge;
  private readonly sweepLag: Gauge;
  private readonly database: Gauge;
  private readonly restores: Gauge;
  private readonly unfinishedDays: Gauge;
  private readonly daysBehind: Gauge;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BOOK_FIGURES) private readonly books: BookFiguresReader,
    work: SideWork,
    load: ServiceLoad,
  ) {
    this.requests = new RequestMetrics(this.registry);
    this.money = new MoneyMetrics(this.registry);
    this.database = this.gauge(METRICS.database, 'Whether the database answered this scrape');
    this.oldestOpen = this.gauge(METRICS.oldestOpen, 'Age of the oldest open receipt');
    this.sweepLag = this.gauge(METRICS.sweepLag, 'How late the sweep is with what is due');
    this.restores = this.gauge(METRICS.restores, 'Times the books were older than what was told');
    const unfinished = "Days of which something waits to be compared with Alipay's bill";
    this.unfinishedDays = this.gauge(METRICS.unfinishedDays, unfinished);
    this.daysBehind = this.gauge(METRICS.daysBehind, 'Since the end of the last day compared');
    this.receipts = new Gauge({
      name: METRICS.receipts,
      help: 'Receipts the sweep looks after, by state: open ones and those just ended',
      labelNames: ['state'],
      registers: [this.registry],
    });
    this.alarms = new Gauge({
      name: METRICS.alarms,
      help: 'Alarms in the books, by kind',
      labelNames: ['kind'],
      registers: [this.registry],
    });
    const equal = 'Bills with two equal payments within a day, the later one in the last day';
    this.equalPayments = this.gauge(METRICS.equalPayments, equal);
    this.watchChannel(work.channel);
    this.watchSweep(work.sweep);
    this.watchMessages(work.messages);
    this.watchCallbacks(work.callbacks);
    this.watchLoad(load);
    collectDefaultMetrics({ register: this.registry });
  }

  /** Media type of the text. */
  contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics as text. Without a database the figures of the books are left out. */
  async text(): Promise<string> {
    await this.readBooks();
    return this.registry.metrics();
  }

  private async readBooks(): Promise<void> {
    const { receipts, alarms, oldestOpen, sweepLag, restores, unfinishedDays, daysBehind } = this;
    const ofBooks = [receipts, alarms, oldestOpen, sweepLag, restores, unfinishedDays, daysBehind];
    for (const gauge of ofBooks) gauge.reset();
    try {
      this.equalPayments.set(await this.readEqualPayments());
      const figures = await this.books.read();
      const now = this.clock.nowMs();
      const since = (atMs: number | null): number =>
        atMs === null ? 0 : Math.max(0, now - atMs) / 1000;
      this.database.set(1);
      this.oldestOpen.set(since(figures.oldestOpenAtMs));
      this.sweepLag.set(since(figures.oldestDueAtMs));
      this.restores.set(figures.restores);
      this.unfinishedDays.set(figures.unfinishedDays);
      this.daysBehind.set(since(endOfDay(figures.lastFinishedDay)));
      for (const [state, count] of Object.entries(figures.inCare)) {
        this.receipts.set({ state }, count);
      }
      for (const [kind, count] of Object.entries(figures.alarms)) this.alarms.set({ kind }, count);
    } catch {
      this.database.set(0); // That is what the scrape is to say.
      this.equalPayments.reset();
    }
  }

  private async readEqualPayments(): Promise<number> {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.equal.readAtMs >= EQUAL_PAYMENTS_KEPT_MS) {
      const bills = await this.books.equalPayments(this.clock.nowMs());
      this.equal = { bills, readAtMs: nowMs };
    }
    return this.equal.bills;
  }

  private watchChannel(channel: ChannelStatus): void {
    new Counter({
      name: METRICS.alipayCalls,
      help: 'Calls to and notifies from Alipay by method and outcome',
      labelNames: ['method', 'outcome'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { method, ending, count } of channel.calls()) {
          this.inc({ method, outcome: ending }, count);
        }
      },
    });
    const { alipayRetries, alipayUnderWay, alipayWaiting, alipayBreaker } = METRICS;
    this.counter(alipayRetries, 'Extra calls to Alipay', () => channel.retries());
    this.gauge(alipayUnderWay, 'Calls to Alipay under way', () => channel.underWay());
    this.gauge(alipayWaiting, 'Calls waiting for room', () => channel.waiting());
    this.gauge(
      METRICS.clockAhead,
      "How far this clock is ahead of Alipay's, seconds",
      () => (channel.clockAheadMs() ?? 0) / 1000,
    );
    this.gauge(alipayBreaker, '1: Alipay does not answer and is left alone', () =>
      channel.breakerState() === 'closed' ? 0 : 1,
    );
  }

  private watchSweep(sweep: SweepStatus): void {
    this.gauge(METRICS.sweepAge, 'Time since the last good round of the sweep', () => {
      return (sweep.sinceRoundMs() ?? sweep.sinceStartMs() ?? 0) / 1000;
    });
    this.counter(METRICS.sweepLooked, 'Receipts the sweep looked at', () => sweep.looked());
    this.counter(METRICS.sweepFailed, 'Rounds of the sweep that failed', () =>
      sweep.failedRounds(),
    );
  }

  private watchCallbacks(callbacks: CallbackStatus): void {
    const registers = [this.registry];
    new Counter({
      name: METRICS.callbackTries,
      help: 'Tries to tell a system, by bill type and how they ended',
      labelNames: ['billtype', 'outcome'],
      registers,
      collect() {
        this.reset();
        for (const { billType, ending, count } of callbacks.tries()) {
          this.inc({ billtype: billType, outcome: ending }, count);
        }
      },
    });
    const { clock } = this;
    const oldest = new Gauge({
      name: METRICS.callbackOldest,
      help: 'Age of the oldest callback that waits to be taken',
      labelNames: ['billtype'],
      registers,
    });
    new Gauge({
      name: METRICS.callbacksWaiting,
      help: 'Callbacks that wait to be taken',
      labelNames: ['billtype'],
      registers,
      async collect() {
        this.reset();
        oldest.reset();
        // Without a database there is nothing to tell; that it is gone is a metric of its own.
        for (const each of await callbacks.waiting().catch(() => [])) {
          const ageMs = each.oldestAtMs === null ? 0 : clock.nowMs() - each.oldestAtMs;
          this.set({ billtype: each.billType }, each.waiting);
          oldest.set({ billtype: each.billType }, Math.max(0, ageMs) / 1000);
        }
      },
    });
  }

  private watchMessages(messages: MessageStatus): void {
    new Gauge({
      name: METRICS.messages,
      help: '0: no messages come by the transport there is',
      labelNames: ['transport'],
      registers: [this.registry],
      collect() {
        const health = messages.health();
        if (health) this.set({ transport: health.transport }, health.up ? 1 : 0);
      },
    });
  }

  private watchLoad({ gate, loop, connections, log }: ServiceLoad): void {
    this.gauge(METRICS.atWork, 'Requests at work', () => gate.atWork());
    this.gauge(METRICS.connections, 'Connections open', () => connections.open());
    this.gauge(METRICS.loopDelay, 'Delay of the event loop that lasted a second', () => {
      return loop.delayMs() / 1000;
    });
    this.counter(METRICS.loopStalls, 'Stalls of the event loop over a second', () => loop.stalls());
    this.counter(METRICS.connectionsCut, 'Connections cut: too many, or slow to take', () =>
      connections.cut(),
    );
    this.counter(METRICS.logLost, 'Log lines that could not be written', () => log.lost());
  }

  private gauge(name: string, help: string, read?: () => number): Gauge {
    const collect = read && collector(read);
    return new Gauge({ name, help, registers: [this.registry], ...(collect && { collect }) });
  }

  private counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

function collector(read: () => number): (this: Gauge) => void {
  return function collect(this: Gauge): void {
    this.set(read());
  };
}

/** Epoch ms; null: there is no such day. */
function endOfDay(date: string | null): number | null {
  const startMs = parseChinaTime(`${date} 00:00:00`);
  return startMs === null ? null : startMs + DAY_MS;
}

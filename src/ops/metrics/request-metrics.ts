import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { METRICS } from './metric-names';

/** From a repeat answered from the books to the longest deadline of a call to Alipay. Seconds. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Durations handed to the histogram together, at most. */
const MOST_PENDING = 256;

interface Tally {
  readonly route: string;
  readonly status: number;
  readonly format: string;
  count: number;
}

/** Requests by route, status and format, and how long they took. */
export class RequestMetrics {
  // Counted in a plain map: a labelled counter costs more than the rest of the request's line.
  private readonly tallies = new Map<string, Tally>();
  private readonly durations: Histogram<'route'>;
  /** Durations that are not in the histogram yet: it takes many at once for a third of the time. */
  private readonly pending: { readonly route: string; readonly seconds: number }[] = [];

  constructor(registry: Registry) {
    const tallies = this.tallies;
    new Counter({
      name: METRICS.requests,
      help: 'HTTP requests by route, status and format of the answer',
      labelNames: ['route', 'status', 'format'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { count, ...labels } of tallies.values()) this.inc(labels, count);
      },
    });
    this.durations = new Histogram({
      name: METRICS.requestSeconds,
      help: 'From the headers of a request to the end of its answer, by route',
      labelNames: ['route'],
      buckets: BUCKETS,
      registers: [registry],
      collect: () => this.hand(),
    });
  }

  /** `route` is one of ours, never text of the caller: each one is a series for ever. */
  add(route: string, status: number, format: string, ms: number): void {
    const key = `${route} ${status} ${format}`;
    const tally = this.tallies.get(key);
    if (tally) tally.count += 1;
    else this.tallies.set(key, { route, status, format, count: 1 });
    this.pending.push({ route, seconds: ms / 1000 });
    if (this.pending.length >= MOST_PENDING) this.hand();
  }

  private hand(): void {
    for (const { route, seconds } of this.pending) this.durations.observe({ route }, seconds);
    this.pending.length = 0;
  }
}

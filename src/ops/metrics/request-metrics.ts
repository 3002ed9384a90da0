import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { METRICS } from './metric-names';

/** From a repeat answered from the books to the longest deadline of a call to Alipay. Seconds. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Requests by route, status and format, and how long they took. */
export class RequestMetrics {
  private readonly answers: Counter<'route' | 'status' | 'format'>;
  private readonly durations: Histogram<'route'>;

  constructor(registry: Registry) {
    this.answers = new Counter({
      name: METRICS.requests,
      help: 'HTTP requests by route, status and format of the answer',
      labelNames: ['route', 'status', 'format'],
      registers: [registry],
    });
    this.durations = new Histogram({
      name: METRICS.requestSeconds,
      help: 'From the headers of a request to the end of its answer, by route',
      labelNames: ['route'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  /** `route` is one of ours, never text of the caller: each one is a series for ever. */
  add(route: string, status: number, format: string, ms: number): void {
    this.answers.inc({ route, status, format });
    this.durations.observe({ route }, ms / 1000);
  }
}

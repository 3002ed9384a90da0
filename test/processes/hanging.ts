import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import { anAsk, getCode, payAtSimulator, query, saying } from '../support/process/till';

/** Alipay's silence, far beyond every deadline. ms. */
const SILENCE_MS = 60_000;

/** How fast final receipts are answered while Alipay hangs. */
export interface HangingReport {
  readonly hanging: number;
  /** Queries of the hanging receipts that had no answer yet at the end. */
  readonly stillHanging: number;
  readonly queries: number;
  readonly wrong: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
}

/** Queries of final receipts, one after the other, while `hanging` others wait for Alipay. */
export async function whileHanging(hanging: number, queries: number): Promise<HangingReport> {
  const service = await TestService.startOnSqlite({ ALIPAY_TIMEOUT_MS: '30000' });
  try {
    const final = await getCode(service, anAsk('2'));
    await payAtSimulator(service, final);
    await query(service, final);
    const open: GivenCode[] = [];
    while (open.length < hanging) open.push(await getCode(service, anAsk('2')));
    await service.sim.spoil({ method: 'query', fault: 'delay', delayMs: SILENCE_MS, count: 0 });
    let answered = 0;
    const waiting = open.map(async (code) => {
      await query(service, code).catch(() => null);
      answered += 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const times: number[] = [];
    let wrong = 0;
    for (let count = 0; count < queries; count += 1) {
      const startedAt = performance.now();
      const said = saying(await query(service, final));
      times.push(performance.now() - startedAt);
      if (said !== '0 SUCCESS 3') wrong += 1;
    }
    const stillHanging = hanging - answered;
    await service.kill('SIGKILL');
    await Promise.all(waiting);
    times.sort((a, b) => a - b);
    const at = (share: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))];
    return {
      hanging,
      stillHanging,
      queries,
      wrong,
      p50Ms: at(0.5) ?? NaN,
      p99Ms: at(0.99) ?? NaN,
      slowestMs: times.at(-1) ?? NaN,
    };
  } finally {
    await service.stop();
  }
}

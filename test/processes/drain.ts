import { TestService } from '../support/service';
import { anAsk } from '../support/till';

/** Requests under way when the service is told to stop. */
const UNDER_WAY = 24;
/** Alipay takes so long meanwhile. ms. */
const ALIPAY_MS = 400;

/** What came of one stop under load. */
export interface DrainReport {
  readonly exitCode: number | null;
  readonly ms: number;
  /** Requests that were accepted before the stop. */
  readonly accepted: number;
  /** Of those, with a whole answer. */
  readonly answered: number;
  /** Codes that were answered and are in the books. */
  readonly kept: number;
  /** Whether a call after the stop is refused, not taken and dropped. */
  readonly refusesLate: boolean;
}

/** SIGTERM while requests wait for Alipay: each of them is answered, then the process ends. */
export async function drain(): Promise<DrainReport> {
  const service = await TestService.startOnSqlite({ SWEEP_PERIOD_MS: '200' });
  try {
    const inspect = service.inspect();
    await service.sim.spoil({ method: '*', fault: 'delay', delayMs: ALIPAY_MS, count: 0 });
    const asks = Array.from({ length: UNDER_WAY }, () => anAsk('3'));
    const calls = asks.map((ask) => service.post('ScanCode', ask).catch(() => null));
    // Accepted is what is in the books; all of them wait for Alipay now.
    while ((inspect.counts()['receipt'] ?? 0) < UNDER_WAY) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const startedAt = performance.now();
    const stopped = service.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const late = await service.post('ScanCode', anAsk('3')).catch(() => null);
    const answers = await Promise.all(calls);
    const exitCode = await stopped;
    const ms = performance.now() - startedAt;
    const kept = answers.filter((answer) => {
      const where = "select 1 from receipt where receipt_id = ? and state = 'waiting'";
      return inspect.rows(where, answer?.tag?.autoid ?? '').length === 1;
    }).length;
    inspect.close();
    const answered = answers.filter((answer) => answer?.errcode === 0).length;
    const refusesLate = late === null || late.status === 503;
    return { exitCode, ms, accepted: UNDER_WAY, answered, kept, refusesLate };
  } finally {
    await service.stop();
  }
}

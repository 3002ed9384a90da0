import { TestService } from '../support/process/service';
import type { Answer } from '../support/process/service';
import { anAsk } from '../support/process/till';
import { BusyTills } from './busy-tills';
import type { BusyReport } from './busy-tills';

/** Requests under way when the service is told to stop. */
const UNDER_WAY = 24;
/** Tills that ask without a pause meanwhile, each on a connection it keeps. */
const BUSY = 100;
const OVERLOADED = 50301;
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
  /** What the busy tills saw. */
  readonly busy: BusyReport;
}

/** A question that the books answer: it is the connections that are tried here. */
const QUESTION = JSON.stringify({
  billnum: 'NOBODY',
  autoid: '1',
  billtype: '2',
  paytype: '98',
});

/**
 * SIGTERM while requests wait for Alipay and tills ask on: each request that was accepted is
 * answered, each that came later is refused in words, then the process ends.
 */
export async function drain(): Promise<DrainReport> {
  const service = await TestService.startOnSqlite({
    SWEEP_PERIOD_MS: '200',
    SHUTDOWN_GRACE_MS: undefined,
  });
  try {
    const inspect = service.inspect();
    await service.sim.spoil({ method: '*', fault: 'delay', delayMs: ALIPAY_MS, count: 0 });
    const tills = new BusyTills(`${service.url}/api/3Pay/AliPay/Query`, QUESTION);
    tills.start(BUSY);
    while (tills.answered() < 5 * BUSY) await pause();
    const asks = Array.from({ length: UNDER_WAY }, () => anAsk('3'));
    let stopping = false;
    const ask = async (members: object): Promise<Answer | null> => {
      const answer = await service.post('ScanCode', members).catch(() => null);
      // On a busy machine the service may shed load before it is told to stop.
      return answer?.errcode === OVERLOADED && !stopping ? ask(members) : answer;
    };
    const calls = asks.map(ask);
    // Accepted is what is in the books; all of them wait for Alipay now.
    while ((inspect.counts()['receipt'] ?? 0) < UNDER_WAY) await pause();
    stopping = true;
    const startedAt = performance.now();
    const stopped = service.kill('SIGTERM');
    const answers = await Promise.all(calls);
    const exitCode = await stopped;
    const ms = performance.now() - startedAt;
    const busy = await tills.ended();
    const kept = answers.filter((answer) => {
      const where = "select 1 from receipt where receipt_id = ? and state = 'waiting'";
      return inspect.rows(where, answer?.tag?.autoid ?? '').length === 1;
    }).length;
    inspect.close();
    const answered = answers.filter((answer) => answer?.errcode === 0).length;
    return { exitCode, ms, accepted: UNDER_WAY, answered, kept, busy };
  } finally {
    await service.stop();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

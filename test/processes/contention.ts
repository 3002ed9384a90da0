import { dirname, join } from 'node:path';
import { SqliteInspect } from '../database/sqlite-books';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';

/** Bills both processes are asked for at the same time. */
const AT_ONCE = 16;
/** How often each process is asked for a bill. */
const ASKS = 2;
/** Undecided answers are asked for again, so often at most. */
const MAX_TRIES = 100;

/** What came of bills that two processes were asked for at once. */
export interface ContentionReport {
  readonly bills: number;
  readonly receipts: number;
  readonly trades: number;
  /** Calls for a code at Alipay. */
  readonly precreates: number;
  /** Bills whose answers named more than one receipt or code. */
  readonly disagreements: number;
  /** Answers that were not a code at first. */
  readonly undecided: number;
  readonly other: readonly string[];
  readonly integrity: string;
  readonly ms: number;
}

/** Two services on the books of the first, and its simulator. */
async function twoServices(): Promise<[TestService, TestService]> {
  const first = await TestService.startOnSqlite({ SWEEP_PERIOD_MS: '1000' });
  try {
    const second = await TestService.startOnSqlite({
      DATABASE_URL: `sqlite:${first.database}`,
      SIM_DATA: join(dirname(first.database), 'simulator'),
      SWEEP_PERIOD_MS: '1000',
    });
    return [first, second];
  } catch (error) {
    await first.stop();
    throw error;
  }
}

/** So many bills, each asked for by both processes several times at the same moment. */
export async function contend(bills: number): Promise<ContentionReport> {
  const services = await twoServices();
  const [first] = services;
  const startedAt = performance.now();
  const other: string[] = [];
  let disagreements = 0;
  let undecided = 0;
  let precreates = 0;

  const code = async (service: TestService, ask: object): Promise<string> => {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const { errcode, tag, text } = await service.post('ScanCode', ask);
      if (errcode === 0) return `${tag?.autoid} ${tag?.codeurl}`;
      undecided += 1;
      if (errcode !== 1) other.push(text);
    }
    return 'never';
  };
  const bill = async (): Promise<void> => {
    const ask = anAsk('2');
    const asks = services.flatMap((one) => Array.from({ length: ASKS }, () => code(one, ask)));
    if (new Set(await Promise.all(asks)).size !== 1) disagreements += 1;
  };
  try {
    for (let left = bills; left > 0; left -= AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, bill));
      const calls = await first.sim.calls({ method: 'precreate' });
      precreates += calls.length;
      await fetch(`${first.sim.url}/sim/calls`, { method: 'DELETE' });
    }
    const ms = performance.now() - startedAt;
    const trades = (await first.sim.trades()).length;
    const inspect = new SqliteInspect(first.database);
    const receipts = inspect.counts()['receipt'] ?? 0;
    const [sound] = inspect.rows<{ integrity_check: string }>('pragma integrity_check');
    inspect.close();
    const integrity = sound?.integrity_check ?? '';
    const counts = { bills, receipts, trades, precreates, disagreements, undecided };
    return { ...counts, other, integrity, ms };
  } finally {
    await Promise.all(services.map((service) => service.stop()));
  }
}

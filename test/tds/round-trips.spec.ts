import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SqliteInspect } from '../database/sqlite-books';
import { LONG } from '../support/long';
import type { GivenCode } from '../support/process/till';
import {
  anAsk,
  cancel,
  getCode,
  payAtSimulator,
  query,
  receiptRow,
  saying,
  until,
} from '../support/process/till';
import { TestService } from '../support/process/service';
import { tempFolder } from '../support/temp-folder';
import { sqlOf } from './requests';
import { SqliteBackend } from './sqlite-backend';
import { TdsServer } from './tds-server';

jest.setTimeout(90_000);

/** Each operation is looked at so often; what else goes on can only add, so the least counts. */
const LOOKS = 3;
/** After so many looks, one that has found the figure is the last. */
const ENOUGH = LONG ? LOOKS : 1;

/** The figures of docs/performance.md: round trips, and those that begin or end a transaction. */
const FIGURES = new Map(
  readFileSync(join(__dirname, '../../docs/performance.md'), 'utf8')
    .split('\n')
    .map((line) => /^\| (\S[^|]*?) +\| +(\d+) +\| +(\d+) +\|/.exec(line) ?? [])
    .map(([, name = '', all, ends]) => [name, `${all} (${ends})`]),
);

describe('round trips to the database', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'server.sqlite');
  let backend: SqliteBackend;
  let server: TdsServer;
  let service: TestService;
  let inspect: SqliteInspect;
  let charges = 0;

  beforeAll(async () => {
    backend = await SqliteBackend.over(file);
    inspect = new SqliteInspect(file);
    server = await TdsServer.start(backend);
    service = await TestService.start({ DATABASE_URL: server.url(), SWEEP_PERIOD_MS: '0' });
  });
  afterAll(async () => {
    await service?.stop();
    await server?.down();
    inspect?.close();
    backend?.close();
    folder.remove();
  });

  /** What was sent while something was done, and until the server was quiet again. */
  async function sentBy(work: () => Promise<unknown>): Promise<string[]> {
    const before = server.received.length;
    await work();
    let seen = -1;
    while (seen !== server.received.length) {
      seen = server.received.length;
      await pause(60);
    }
    return server.received
      .slice(before)
      .map(({ request }) =>
        request.kind === 'call' && request.procedure !== 'sp_executesql'
          ? request.procedure
          : (sqlOf(request) ?? request.kind),
      );
  }

  const OPERATIONS: Readonly<
    Record<string, { prepare?: () => Promise<unknown>; does: (code: GivenCode) => Promise<void> }>
  > = {
    'ScanCode, new bill': { does: async () => void (await getCode(service)) },
    'ScanCode, repeat of a live code': {
      prepare: () => getCode(service),
      does: async ({ ask, codeurl }) => {
        expect((await getCode(service, ask)).codeurl).toBe(codeurl);
      },
    },
    'Query, not scanned': {
      prepare: () => getCode(service),
      does: (code) => says(query(service, code), '0 NOTPAY 0'),
    },
    'Query, scanned since': {
      prepare: async () => {
        const code = await getCode(service);
        await service.sim.scan(code.codeurl);
        return code;
      },
      does: (code) => says(query(service, code), '0 USERPAYING 0'),
    },
    'Query that books the payment': {
      prepare: paidAtAlipay,
      does: (code) => says(query(service, code), '0 SUCCESS 3'),
    },
    'Query of a paid receipt': {
      prepare: async () => {
        const code = await paidAtAlipay();
        await query(service, code);
        await until(() => receiptRow(inspect, code).told_at_ms !== null);
        return code;
      },
      does: (code) => says(query(service, code), '0 SUCCESS 3'),
    },
    'Cancel, unpaid': {
      prepare: () => getCode(service),
      does: (code) => says(cancel(service, code), '0 REVOKED 0'),
    },
    'BarCode, paid at once': {
      does: async () => {
        charges += 1;
        const barcode = `2876543210${String(charges).padStart(7, '0')}0`;
        const ask = { ...anAsk('1', { paytype: '97' }), barcode };
        await says(service.post('BarCode', ask), '0 SUCCESS 3');
      },
    },
    '`/health/ready`': {
      prepare: () => pause(1_100), // Until it asks anew.
      does: async () => void (await fetch(`${service.url}/health/ready`)),
    },
    '`/metrics`': { does: async () => void (await fetch(`${service.url}/metrics`)) },
  };

  function figuresOf(sent: readonly string[]): string {
    const ends = sent.filter((text) => /^(?:begin|commit|rollback)$/.test(text)).length;
    return `${sent.length} (${ends})`;
  }

  async function says(answer: ReturnType<typeof query>, words: string): Promise<void> {
    expect(saying(await answer)).toBe(words);
  }

  async function paidAtAlipay(): Promise<GivenCode> {
    const code = await getCode(service);
    await payAtSimulator(service, code);
    return code;
  }

  it.each(Object.entries(OPERATIONS))('%s', async (name, { prepare, does }) => {
    let least: string[] | null = null;
    for (let look = 0; look < LOOKS; look += 1) {
      const code = (await prepare?.()) as GivenCode;
      await pause(100);
      const sent = await sentBy(() => does(code));
      if (least === null || sent.length < least.length) least = sent;
      if (look + 1 >= ENOUGH && figuresOf(least) === FIGURES.get(name)) break;
    }
    const all = least ?? [];
    // What was sent is told where the figures differ.
    const sent = all.map((text) => text.replace(/\s+/g, ' ').slice(0, 80));
    const figures = figuresOf(all);
    expect(figures === FIGURES.get(name) ? figures : [figures, ...sent]).toBe(FIGURES.get(name));
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { BILL_TYPES } from '../../src/domain/bill';
import { chinaTime } from '../../src/domain/china-time';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { startTestSimulator } from '../simulator/support';
import type { TestClient } from '../simulator/support';
import { TestService } from '../support/process/service';
import type { Env } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import { anAsk, cancel, getCode, payAtSimulator, query } from '../support/process/till';
import { receiptRow, refund, refundSaying, saying } from '../support/process/till';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(240_000);

const DIST = join(__dirname, '../../dist/src');
const COMMANDS = join(DIST, 'legacy-db/commands/main.js');
const RECONCILE = join(DIST, 'reconcile-main.js');
const HOUR_MS = 3_600_000;
const TODAY = Date.parse(`${chinaTime(Date.now()).slice(0, 10)}T00:00:00+08:00`);
const YESTERDAY = chinaTime(TODAY - 1).slice(0, 10);
const SOUND = /^\d+ receipts: no differences\n$/;
const SECRETS = {
  CALLBACK_URL_2: 'https://127.0.0.1:9/hook',
  CALLBACK_SECRET: `whsec_${'c2VjcmV0'.repeat(4)}`,
};
/** Tills that sell while the books are copied, and how many sales come after it. */
const TILLS = 3;
const LATER = 2;

interface Said {
  readonly code: number;
  readonly text: string;
}

async function run(program: string, env: Env, ...words: string[]): Promise<Said> {
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env['PATH'], ...env },
  });
  let text = '';
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.on('data', (chunk: Buffer) => (text += chunk.toString()));
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

describe('a day of the service', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.startOnSqlite({ ALIPAY_TIMEOUT_MS: '1000', ...SECRETS });
  });
  afterAll(() => service?.stop());

  async function paid(ask: GivenCode['ask']): Promise<GivenCode> {
    const code = await getCode(service, ask);
    await payAtSimulator(service, code);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    return code;
  }

  /** Alipay knew nothing of the first payment, until it was too late. */
  async function paidTwice(): Promise<void> {
    const { sim } = service;
    const first = await getCode(service, anAsk('2'));
    await payAtSimulator(service, first);
    const refuse = { fault: 'refuse', count: 1_000 } as const;
    await sim.spoil({ ...refuse, method: 'query', subCode: 'ACQ.TRADE_NOT_EXIST' });
    await sim.spoil({ ...refuse, method: 'cancel', subCode: 'ACQ.TRADE_CANCEL_TIME_OUT' });
    await sim.setAhead(5 * HOUR_MS);
    expect(saying(await cancel(service, first))).toBe('0 REVOKED 0');
    await sim.heal();
    await sim.setAhead(0);
    const inspect = service.inspect();
    const handle = openHandle(service.database);
    // As if it were a minute later: the cancel cannot take effect any more.
    handle
      .prepare('update receipt set cancel_tries = 0, cancel_answers = 0 where id = ?')
      .run(receiptRow(inspect, first).id);
    handle.close();
    await paid(anAsk('2', { billnum: first.ask.billnum, paymentvalue: 99.99 }));
    expect(saying(await query(service, first))).toBe('0 REFUND 3');
    expect(inspect.rows('select 1 from receipt where duplicate = 1')).toHaveLength(1);
    inspect.close();
  }

  it('contradicts nothing: payments, refunds, cancels, a duplicate', async () => {
    for (const type of BILL_TYPES) {
      const code = await paid(anAsk(type));
      expect(refundSaying(await refund(service, code))).toBe('0 2 33.33');
      await paid(anAsk(type));
    }
    expect(saying(await cancel(service, await getCode(service, anAsk('3'))))).toBe('0 REVOKED 0');
    expect(saying(await cancel(service, await paid(anAsk('7'))))).toBe('0 REFUND 4');
    await getCode(service, anAsk('1'));
    await paidTwice();
    const env = { DATABASE_URL: service.databaseUrl, ...SECRETS };
    expect(await run(COMMANDS, env, 'verify')).toEqual({
      code: 0,
      text: expect.stringMatching(SOUND) as string,
    });
  });
});

describe('books that are copied under load and restored elsewhere', () => {
  const folder = tempFolder();
  const backup = join(folder.path, 'backup.sqlite');
  const elsewhere = join(folder.path, 'elsewhere', 'books.sqlite');
  let client: TestClient;
  let stop: () => Promise<void>;
  let service: TestService;
  let account: Env;
  const codes: GivenCode[] = [];

  beforeAll(async () => {
    ({ client, stop } = await startTestSimulator({ feeRate: 60 }));
    account = parseEnv(readFileSync(join(client.dataDir, 'client.env'), 'utf8'));
    service = await TestService.startOnSqlite({ ...account, ...SECRETS });
    await simTime(TODAY - 12 * HOUR_MS);
  });
  afterAll(async () => {
    await service?.stop();
    await stop?.();
    folder.remove();
  });

  const simTime = (atMs: number) =>
    client.control('POST', '/sim/clock', { offsetMs: Math.round(atMs - Date.now()) });

  async function sell(): Promise<GivenCode> {
    const code = await getCode(service, anAsk('2'));
    const secret = code.codeurl.split('/').at(-1) ?? '';
    for (const step of ['scan', 'pay']) await client.control('POST', `/sim/qr/${secret}/${step}`);
    expect((await query(service, code)).tag?.['paystatus']).toBe('SUCCESS');
    codes.push(code);
    return code;
  }

  const atElsewhere = (): Env => ({ ...account, ...SECRETS, DATABASE_URL: `sqlite:${elsewhere}` });

  it('are whole, give no number again, and the day names what came later', async () => {
    await Promise.all(Array.from({ length: TILLS }, sell));
    let copied = false;
    const till = async (): Promise<void> => {
      while (!copied) await sell();
    };
    const tills = Array.from({ length: TILLS }, till);
    const env = { DATABASE_URL: service.databaseUrl, ...SECRETS };
    const key = await run(
      COMMANDS,
      env,
      ...'key make --name east --role till --billtypes 2'.split(' '),
    );
    const secret = key.text.match(/3pay_[\w-]+/g) ?? [];
    const made = await run(COMMANDS, env, 'backup', '--to', backup);
    const beside = await run(COMMANDS, env, 'verify');
    copied = true;
    await Promise.all(tills);
    for (let nth = 0; nth < LATER; nth += 1) await sell();
    expect([made.code, beside]).toEqual([
      0,
      { code: 0, text: expect.stringMatching(SOUND) as string },
    ]);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(backup, 'latin1');
    expect([key.code, secret]).toEqual([0, [expect.any(String)]]);
    for (const one of [SECRETS.CALLBACK_SECRET, ...secret]) expect(bytes).not.toContain(one);
    expect(await service.kill('SIGTERM')).toBe(0);

    const restored = await run(COMMANDS, env, 'restore', '--from', backup, '--to', elsewhere);
    expect([restored.code, restored.text]).toEqual([0, expect.stringContaining('reconcile ')]);
    expect((await run(COMMANDS, atElsewhere(), 'verify')).text).toMatch(SOUND);

    await service.restart({ DATABASE_URL: `sqlite:${elsewhere}` });
    const answers = await Promise.all(
      codes.map(async (code) => saying(await query(service, code))),
    );
    const lost = answers.filter((one) => one === '40401').length;
    expect(lost).toBeGreaterThanOrEqual(LATER);
    expect(answers.filter((one) => one === '0 SUCCESS 3')).toHaveLength(codes.length - lost);
    const told = codes.map(({ autoid }) => autoid);
    expect(told).not.toContain((await sell()).autoid);

    await simTime(TODAY + 10 * HOUR_MS);
    const day = await run(RECONCILE, atElsewhere(), '--date', YESTERDAY);
    expect(day.text.match(/^unknownReceipt /gm)).toHaveLength(lost);
    expect(day.code).toBe(1);
    expect((await run(COMMANDS, atElsewhere(), 'alarms', 'list')).text).toMatch(/unknownReceipt/);
  });
});

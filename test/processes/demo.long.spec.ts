import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chinaTime } from '../../src/domain/china-time';
import { ConsoleClient } from '../access/console-client';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(400_000);

const ROOT = join(__dirname, '../..');
const MAIN = join(ROOT, 'scripts/demo/main.mjs');
const DAY_MS = 86_400_000;
const folder = tempFolder();

/** `yyyy-MM-dd` in China, so many days ago. */
function day(ago: number): string {
  return chinaTime(Date.now() - ago * DAY_MS).slice(0, 10);
}

type Env = Readonly<Record<string, string>>;

function environment(env: Env): Record<string, string | undefined> {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, PORT: '0', SIM_PORT: '0', ...env };
}

/** Runs a demo that is to end before it begins. */
function refusal(place: string, env: Env = {}, words: string[] = []): string {
  mkdirSync(place, { recursive: true });
  const options = { cwd: place, env: environment(env), encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], options);
  return `${status} ${stdout}${stderr}`;
}

describe('a demo that must not run', () => {
  const place = join(folder.path, 'refused');

  it('is refused in production, however that is said', () => {
    const said = '2 Not started: NODE_ENV is production: no demo there\n';
    expect(refusal(place, { NODE_ENV: 'production' })).toBe(said);
    writeFileSync(join(place, '.env'), 'NODE_ENV=production\n');
    expect(refusal(place)).toBe(said);
    writeFileSync(join(place, '.env'), '');
  });

  it('is refused where there are books, and leaves them alone', () => {
    const books = join(place, 'data/demo/3pay.sqlite');
    mkdirSync(join(place, 'data/demo'), { recursive: true });
    writeFileSync(books, 'books');
    expect(refusal(place)).toMatch(/^2 Not started: data.demo holds books already: delete/);
    expect(readFileSync(books, 'utf8')).toBe('books');
  });

  it('is refused where its port is taken, or its size is none', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const other = join(folder.path, 'other');
    expect(refusal(other, { PORT: `${port}` })).toMatch(
      /^2 Not started: PORT: \d+ is taken: .+\n$/,
    );
    blocker.close();
    expect(refusal(other, {}, ['--payments', '9'])).toMatch(
      /^2 Not started: --payments is a whole/,
    );
  });

  it('says in one line that the port of its simulator is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const said = refusal(join(folder.path, 'taken'), { SIM_PORT: `${port}` });
    expect(said).toMatch(/^3 Filling .+:\nNot started: SIM_PORT: port \d+ is already in use .+\n$/);
    blocker.close();
  });

  it('that is told to stop ends with its processes, and says what to do', async () => {
    const stopped = join(folder.path, 'stopped');
    mkdirSync(stopped);
    const demo = spawn(process.execPath, [MAIN], { cwd: stopped, env: environment({}) });
    let printed = '';
    for (const pipe of [demo.stdout, demo.stderr]) {
      pipe.on('data', (piece: Buffer) => (printed += piece.toString()));
    }
    while (!printed.includes('sales')) await wait(20);
    const file = join(stopped, 'data/demo/simulator/simulator.json');
    const { url: simulator } = JSON.parse(readFileSync(file, 'utf8')) as { url: string };
    demo.kill('SIGTERM');
    const [code] = (await once(demo, 'close')) as [number];
    expect([code, printed]).toEqual([
      1,
      expect.stringMatching(/\nStopped while .+ delete it .+\n$/),
    ]);
    for (let i = 0; i < 100 && (await isThere(simulator)); i += 1) await wait(50);
    expect(await isThere(simulator)).toBe(false);
  });

  it('lends its clock to nobody else', () => {
    const clock = join(ROOT, 'scripts/demo/moved-clock.mjs');
    const run = (env: Env) =>
      spawnSync(process.execPath, ['--import', `file://${clock}`, '-e', '0'], {
        env: environment(env),
        encoding: 'utf8',
      });
    for (const env of [{}, { NODE_ENV: 'production' }]) {
      const { status, stderr } = run({ DEMO_STARTS_AT_MS: '0', ...env });
      expect([status, stderr]).toEqual([1, expect.stringContaining('for the demo alone')]);
    }
  });
});

interface Found {
  readonly billtype: string;
  readonly billnum: string;
  readonly state: string;
  readonly duplicate: boolean;
  readonly begunat: string;
  readonly paidat: string | null;
  readonly refundedtotal: number;
  readonly alarms: readonly { readonly kind: string }[];
}

describe('npm run demo', () => {
  const place = join(folder.path, 'demo');
  let demo: ChildProcess;
  let printed = '';
  let url = '';
  let key = '';
  let found: readonly Found[];

  beforeAll(async () => {
    mkdirSync(place);
    // An account in the settings of this folder: the demo knows nothing of it.
    writeFileSync(join(place, '.env'), 'ALIPAY_APP_ID=2021000000000000\nDATABASE_URL=sqlite:x\n');
    demo = spawn(process.execPath, [MAIN, '--payments', '10'], {
      cwd: place,
      env: environment({}),
    });
    for (const pipe of [demo.stdout, demo.stderr]) {
      pipe?.on('data', (piece: Buffer) => (printed += piece.toString()));
    }
    const signIn = /Sign in at (\S+)\/console with the key (\S+)/;
    while (!signIn.test(printed)) {
      if (demo.exitCode !== null) throw new Error(printed);
      await wait(50);
    }
    [, url = '', key = ''] = signIn.exec(printed) ?? [];
    const answer = await fetch(`${url}/api/3Pay/Receipts/Search`, {
      method: 'POST',
      headers: { 'X-Api-Key': key, 'Content-Type': 'application/json' },
      body: JSON.stringify({ pagesize: 200 }),
    });
    const { tag } = (await answer.json()) as { tag: { receipts: Found[] } };
    found = tag.receipts;
  });
  afterAll(() => {
    demo?.kill('SIGKILL');
    folder.remove();
  });

  it('prints where it is to be found, and how to sign in, last', () => {
    const lines = printed.trimEnd().split('\n');
    expect(lines.some((line) => line.startsWith(`Console            ${url}/console`))).toBe(true);
    expect(lines.at(-2)).toBe(`Sign in at ${url}/console with the key ${key}`);
  });

  it('has sold in all seven systems, yesterday and a week ago, and never after now', () => {
    const days = new Set(found.map(({ begunat }) => begunat.slice(0, 10)));
    for (const ago of [1, 7]) expect(days).toContain(day(ago));
    const paid = found.filter(({ paidat }) => paidat !== null);
    expect(new Set(paid.map(({ billtype }) => billtype)).size).toBe(7);
    expect(new Set(paid.map(({ begunat }) => begunat.slice(11, 13))).size).toBeGreaterThan(3);
    const latest = [...days].sort().at(-1) ?? '';
    expect(latest <= day(0)).toBe(true);
  });

  it('has receipts of every way to end, and some that have not', () => {
    const states = new Set(found.map(({ state }) => state));
    for (const state of ['paid', 'refunded', 'cancelled', 'failed', 'waiting']) {
      expect(states).toContain(state);
    }
    expect(found.filter(({ duplicate }) => duplicate)).toHaveLength(1);
    expect(found.some((each) => each.state === 'paid' && each.refundedtotal > 0)).toBe(true);
    const again = found.filter(({ billnum, state }) => billnum === 'P-AGAIN' && state === 'paid');
    expect(again).toHaveLength(2);
  });

  it('shows a newcomer every page of the console alive', async () => {
    const page = new ConsoleClient(url);
    expect((await page.signIn(key, '/console')).status).toBe(303);
    const shown: Record<string, RegExp[]> = {
      [`?date=${day(1)}`]: [/P-AGAIN/],
      '/receipts': [/T-NOW/, /T-TWICE/],
      '/alarms': [
        /dayDiffers/,
        /duplicatePayment/,
        /lateMoney/,
        /foreignRefund/,
        /callbackGivenUp/,
      ],
      '/refunds': [/T-TWICE/, /ACQ\.REASON_TRADE_BEEN_FREEZ/],
      '/callbacks': [/待送达 [1-9]/, /已放弃/],
      '/reconciliation': [/mark bad">2</, /mark good/],
      '/keys': [/li-wei/, /counter/],
      '/acts': [/counter/],
      '/doctor': [/SQLite/],
    };
    for (const [path, words] of Object.entries(shown)) {
      const { status, text } = await page.get(`/console${path}`);
      const missing = words.filter((word) => !word.test(text)).map(String);
      expect([path, status, missing]).toEqual([path, 200, []]);
    }
  });

  it('ends with its simulator, and is not filled twice', async () => {
    const file = join(place, 'data/demo/simulator/simulator.json');
    const { url: simulator } = JSON.parse(readFileSync(file, 'utf8')) as { url: string };
    const ended = once(demo, 'close');
    demo.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    for (let i = 0; i < 100 && (await isThere(simulator)); i += 1) await wait(50);
    expect(await isThere(simulator)).toBe(false);
    expect(refusal(place)).toMatch(/holds books already/);
  });
});

function isThere(address: string): Promise<boolean> {
  return fetch(`${address}/sim/health`).then(
    () => true,
    () => false,
  );
}

import type { NestExpressApplication } from '@nestjs/platform-express';
import { ServiceLoad } from '../../src/ops/load/service-load';
import { tempFolder } from '../support/temp-folder';
import { apiKeys, testKey } from './keys';
import { opsApp, opsConfig } from './ops-app';

const ONE = testKey('one', 'till');
const TWO = testKey('two', 'till');
const QUERY = '/api/3Pay/AliPay/Query';
const LIMIT = 5;

const folder = tempFolder();
const apps: NestExpressApplication[] = [];

async function serve(env: Readonly<Record<string, string>>): Promise<string> {
  const file = `${folder.path}/${apps.length}.sqlite`;
  const config = opsConfig({ DATABASE_URL: `sqlite:${file}`, ...env });
  const app = await opsApp(config);
  apps.push(app);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

afterAll(async () => {
  for (const app of apps) await app.close();
  folder.remove();
});

async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const answer = await fetch(url + QUERY, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: '{}',
  });
  return answer;
}

async function statuses(url: string, headers: Record<string, string>, count: number) {
  const all: number[] = [];
  for (let i = 0; i < count; i += 1) all.push((await ask(url, headers)).status);
  return all;
}

describe('the limit of calls', () => {
  it('is of each key, and guessing keys locks no till out', async () => {
    const env = { API_KEYS: apiKeys([ONE, TWO]), RATE_LIMIT_PER_MINUTE: String(LIMIT) };
    const url = await serve(env);
    const guesses = await statuses(url, { 'X-Api-Key': 'guess' }, LIMIT + 3);
    expect(guesses).toEqual([...Array<number>(LIMIT).fill(401), 429, 429, 429]);
    const one = await statuses(url, { 'X-Api-Key': ONE.secret }, LIMIT + 1);
    expect(one).toEqual([...Array<number>(LIMIT).fill(200), 429]);
    expect(await statuses(url, { 'X-Api-Key': TWO.secret }, 1)).toEqual([200]);
    const refused = await ask(url, { 'X-Api-Key': ONE.secret, Accept: 'application/xml' });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await refused.text()).toContain('<errcode>42900</errcode>');
    for (let probe = 0; probe < 2 * LIMIT; probe += 1) {
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
    }
  });

  it('is of each address where there are no keys, as a trusted proxy tells it', async () => {
    const trusting = await serve({
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
      TRUST_PROXY: '127.0.0.0/8',
    });
    const from = (address: string): Record<string, string> => ({ 'X-Forwarded-For': address });
    const first = await statuses(trusting, from('203.0.113.1'), LIMIT + 1);
    expect(first).toEqual([...Array<number>(LIMIT).fill(200), 429]);
    expect(await statuses(trusting, from('203.0.113.2'), 1)).toEqual([200]);
    // Only what the proxy added counts, not what its client claims.
    expect(await statuses(trusting, from('198.51.100.9, 203.0.113.1'), 1)).toEqual([429]);

    const plain = await serve({ RATE_LIMIT_PER_MINUTE: String(LIMIT) });
    const claims = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4', '203.0.113.5'];
    for (const claim of claims) expect(await statuses(plain, from(claim), 1)).toEqual([200]);
    expect(await statuses(plain, from('203.0.113.6'), 1)).toEqual([429]);
  });
});

describe('too much work', () => {
  it('is refused with 503 and Retry-After, and probes are answered', async () => {
    const url = await serve({});
    const { gate } = apps.at(-1)?.get(ServiceLoad) ?? { gate: null };
    for (let i = 0; i < 2_000; i += 1) gate?.begin();
    const refused = await ask(url, {});
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await refused.json()).toMatchObject({ errcode: 50301, tag: null });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    for (let i = 0; i < 2_000; i += 1) gate?.end();
    expect((await ask(url, {})).status).toBe(200);
    expect(gate?.atWork()).toBe(0);
  });

  it('while stopping everything is refused and readiness is gone', async () => {
    const url = await serve({ SHUTDOWN_GRACE_MS: '500' });
    apps.at(-1)?.get(ServiceLoad).drain.begin();
    const refused = await ask(url, {});
    expect([refused.status, refused.headers.get('connection')]).toEqual([503, 'close']);
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ status: 'notReady', stopping: true }),
    ]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});

describe('the request id', () => {
  it.each([
    ['till-7:0001', 'till-7:0001'],
    ['a b', null],
    ['x'.repeat(65), null],
    ['<script>', null],
  ])('%j', async (brought, kept) => {
    const url = await apps[0]?.getUrl();
    const headers = { 'X-Request-Id': brought };
    const id = (await fetch(`${url}/health/live`, { headers })).headers.get('x-request-id');
    if (kept === null) expect(id).toMatch(/^[0-9a-f]{10}-\w+$/);
    else expect(id).toBe(kept);
  });
});

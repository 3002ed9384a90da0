import type { NestExpressApplication } from '@nestjs/platform-express';
import { ServiceLoad } from '../../src/ops/load/service-load';
import { TopMethods } from '../../src/xpos/router/top-methods.service';
import { freePort } from '../support/process/ports';
import { tempFolder } from '../support/temp-folder';
import { encoded, refusalOf, send, signed } from '../support/far-side/top';
import type { TopAnswer } from '../support/far-side/top';
import { apiKeys, testKey } from './keys';
import { opsApp, opsConfig } from './ops-app';

const FORMATS = ['json', 'xml'] as const;
const LIMITED = '7 isv.access-limited-by-app-access-count';
const UNAVAILABLE = '15 isp.top-remote-service-unavailable';
/** As `LoadGate` has it. */
const MOST_AT_WORK = 2_000;
const PAY = {
  method: 'alibaba.alisports.lianbei.xpos.pay',
  param0: JSON.stringify({
    nego_price: '8888',
    qr_code: '280000000000000001',
    request_id: 'r-1',
    out_biz_id: '900',
    cashier_name: '王',
    cashier_id: '7',
    store_id: '1',
  }),
};

const folder = tempFolder();
const apps: NestExpressApplication[] = [];

async function serve(env: Readonly<Record<string, string>> = {}): Promise<NestExpressApplication> {
  const DATABASE_URL = `sqlite:${folder.path}/${apps.length}.sqlite`;
  const app = await opsApp(opsConfig({ DATABASE_URL, ...env }));
  apps.push(app);
  await app.listen(0, '127.0.0.1');
  return app;
}

afterAll(async () => {
  for (const app of apps) await app.close();
  folder.remove();
});

/** One request in every way in which SDKs send one. */
async function everyWay(
  app: NestExpressApplication,
  changes: Readonly<Record<string, string | undefined>>,
  path = '/router/rest',
): Promise<TopAnswer[]> {
  const rest = `${await app.getUrl()}${path}`;
  const all = [...signed({ checkout_id: 'nobody', ...changes })];
  const multipart = new FormData();
  for (const [name, value] of all) multipart.append(name, value);
  const [business, system] = [all.slice(-2), all.slice(0, -2)];
  return [
    await send(`${rest}?${encoded(all)}`),
    await send(rest, { method: 'POST', body: new URLSearchParams(all) }),
    await send(rest, { method: 'POST', body: multipart }),
    await send(`${rest}?${encoded(system)}`, {
      method: 'POST',
      body: new URLSearchParams(business),
    }),
  ];
}

/** What an SDK needs of an answer: each one of these alone would make it a broken transport. */
function shape(answer: TopAnswer): unknown {
  const requestId = /request_id\W{1,3}[0-9a-f]{16}\W/.test(answer.text);
  return [answer.status, answer.type, requestId, refusalOf(answer)];
}

async function expectRefusal(
  app: NestExpressApplication,
  refusal: string,
  changes: Readonly<Record<string, string>> = {},
  path = '/router/rest',
): Promise<void> {
  for (const format of FORMATS) {
    const type = `text/${format === 'json' ? 'javascript' : 'xml'};charset=UTF-8`;
    const answers = await everyWay(app, { ...changes, format }, path);
    expect(answers.map(shape)).toEqual(answers.map(() => [200, type, true, refusal]));
  }
}

it('too many calls are code 7, in the format of the caller', async () => {
  const app = await serve({ RATE_LIMIT_PER_MINUTE: '1' });
  const unsigned = { sign: 'X'.repeat(32) };
  await send(`${await app.getUrl()}/router/rest`);
  await expectRefusal(app, LIMITED, unsigned);
  // Who signs is counted apart, by the app and generously.
  await expectRefusal(app, '50 isv.invalid-parameter');
  const [more] = [await everyWay(app, {}), await everyWay(app, {})].slice(-1);
  expect(more?.map(refusalOf)).toContain(LIMITED);
});

it('a refused form of more than 16 KiB is not read: the address says the format then', async () => {
  const app = await serve();
  const rest = `${await app.getUrl()}/router/rest`;
  for (let n = 0; n < 2_000; n += 1) app.get(ServiceLoad).gate.begin();
  const body = new URLSearchParams({ format: 'json', more: 'x'.repeat(17_000) });
  const answers = [
    await send(rest, { method: 'POST', body }),
    await send(`${rest}?format=json`, { method: 'POST', body }),
  ];
  expect(answers.map(({ status, type }) => [status, type])).toEqual([
    [200, 'text/xml;charset=UTF-8'],
    [200, 'text/javascript;charset=UTF-8'],
  ]);
  expect(answers.map(refusalOf)).toEqual([UNAVAILABLE, UNAVAILABLE]);
});

it('too much work, and a stop, are a service that is not there', async () => {
  const app = await serve();
  const { gate } = app.get(ServiceLoad);
  for (let i = 0; i < MOST_AT_WORK; i += 1) gate.begin();
  await expectRefusal(app, UNAVAILABLE);
  for (let i = 0; i < MOST_AT_WORK; i += 1) gate.end();
  await expectRefusal(app, '50 isv.invalid-parameter');
  gate.stop();
  await expectRefusal(app, UNAVAILABLE);
});

it.each(['/router/re%73t', '/%72outer%2Frest/'])('the address is known as %s', async (path) => {
  const app = await serve({ BODY_LIMIT_KB: '2' });
  await expectRefusal(app, '50 isv.invalid-parameter', {}, path);
  const body = new URLSearchParams({ format: 'json', more: 'x'.repeat(3_000) });
  const large = await send(`${await app.getUrl()}${path}`, { method: 'POST', body });
  expect(refusalOf(large)).toBe('41 isv.invalid-parameter');
  app.get(ServiceLoad).gate.stop();
  await expectRefusal(app, UNAVAILABLE, {}, path);
});

it('a key of ours is asked of nobody', async () => {
  const keyed = await serve({ API_KEYS: apiKeys([testKey('till', 'till')]) });
  await expectRefusal(keyed, '50 isv.invalid-parameter');
});

it('a database that is away is a service that is not there', async () => {
  const options = 'encrypt=false&connectTimeoutMs=1000&requestTimeoutMs=1000';
  const DATABASE_URL = `mssql://user:planted@127.0.0.1:${await freePort()}/books?${options}`;
  const app = await serve({ DATABASE_URL });
  await expectRefusal(app, UNAVAILABLE);
  await expectRefusal(app, UNAVAILABLE, PAY);
});

it('an upstream that does not answer is an outcome not known', async () => {
  const app = await serve({
    TOP_UPSTREAM_URL: `http://127.0.0.1:${await freePort()}/router/rest`,
    TOP_UPSTREAM_KEY: '77',
    TOP_UPSTREAM_SECRET: 'upstream-secret',
  });
  await expectRefusal(app, '15 isp.top-remote-connection-timeout');
});

it('a fault of ours is code 10, and says nothing of itself', async () => {
  const app = await serve();
  const run = jest.spyOn(app.get(TopMethods), 'run').mockRejectedValue(new Error('planted'));
  await expectRefusal(app, '10 isp.unknown-error');
  const [answer] = await everyWay(app, {});
  expect(answer?.text).not.toContain('planted');
  run.mockRestore();
});

import type { NestExpressApplication } from '@nestjs/platform-express';
import { ROLES } from '../../src/domain/access/role';
import { checkRoutes, routesWithoutRight } from '../../src/ops/access/check-routes';
import { servedRoutes } from '../../src/wire/http/routes';
import { mayCall, MESSAGE_ROUTES, RIGHTS, rightOf } from '../../src/ops/rights';
import { tempFolder } from '../support/temp-folder';
import { apiKeys, testKey } from './keys';
import { opsApp, opsConfig } from './ops-app';

// Every caller on every route: some five hundred requests.
jest.setTimeout(60_000);

const KEYS = ROLES.map((role) => testKey(role, role));
const CALLERS: readonly { who: string; header: Record<string, string> }[] = [
  { who: 'none', header: {} },
  { who: 'wrong', header: { 'X-Api-Key': 'wrong' } },
  ...KEYS.map(({ role, secret }) => ({ who: role, header: { 'X-Api-Key': secret } })),
];

const folder = tempFolder();
let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  const config = opsConfig({
    DATABASE_URL: `sqlite:${folder.path}/books.sqlite`,
    API_KEYS: apiKeys(KEYS),
    RATE_LIMIT_PER_MINUTE: '1000000',
  });
  app = await opsApp(config);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app?.close();
  folder.remove();
});

/** What the table says of a caller: `yes`, or the status of the refusal. */
function expected(path: string, who: string): string {
  const row = rightOf(path);
  if (row === null) return 'no row';
  if (typeof row.right === 'string') return 'yes';
  const role = ROLES.find((each) => each === who);
  if (role === undefined) return '401';
  return mayCall(row, { role }) ? 'yes' : '403';
}

async function tried(verb: string, path: string, header: Record<string, string>): Promise<string> {
  const address = url + path.replace(':name', 'till.js');
  const answer = await fetch(address, { method: verb, headers: header });
  await answer.arrayBuffer();
  return [401, 403].includes(answer.status) ? String(answer.status) : 'yes';
}

/** Of a route for every verb there is, three are tried: the client here sends no CONNECT. */
function isTried({ verb, path }: { verb: string; path: string }): boolean {
  return rightOf(path)?.verb !== 'ALL' || ['GET', 'POST', 'DELETE'].includes(verb);
}

describe('the table of rights', () => {
  it('lists every route of the running application', () => {
    expect(servedRoutes(app.getHttpAdapter()).length).toBeGreaterThan(15);
    expect(routesWithoutRight(app)).toEqual([]);
  });

  it('lists each route once', () => {
    const paths = RIGHTS.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('lets desks and operators refund; a till only asks after refunds', () => {
    const who = (path: string) => rightOf(path)?.right;
    for (const base of ['/api/3Pay/AliPay', '/api/UnPos/3Pay/AliPay']) {
      expect(who(`${base}/Refund`)).toEqual(['desk', 'operator']);
      expect(who(`${base}/RefundQuery`)).toEqual(['till', 'desk', 'operator']);
      expect(who(`${base}/ScanCode`)).toEqual(['till', 'desk', 'operator']);
    }
    expect(MESSAGE_ROUTES).toMatchObject({
      '3pay.alipay.refund': '/api/3Pay/AliPay/Refund',
      '3pay.alipay.refundquery': '/api/3Pay/AliPay/RefundQuery',
    });
  });

  it('is what every caller meets on every route', async () => {
    const lines: string[] = [];
    const wrong: string[] = [];
    for (const { verb, path } of servedRoutes(app.getHttpAdapter()).filter(isTried)) {
      const words: string[] = [];
      for (const { who, header } of CALLERS) {
        const met = await tried(verb, path, header);
        if (met !== expected(path, who)) wrong.push(`${verb} ${path} ${who}: ${met}`);
        words.push(met.padEnd(8));
      }
      lines.push(`${verb.padEnd(5)}${path.padEnd(42)}${words.join('')}`);
    }
    const head = `${'route'.padEnd(47)}${CALLERS.map(({ who }) => who.padEnd(9)).join('')}`;
    process.stdout.write(`${[head, ...lines].join('\n')}\n`);
    expect(wrong).toEqual([]);
  });

  it('does not let an application start that serves more', async () => {
    const other = await opsApp(opsConfig({ DATABASE_URL: `sqlite:${folder.path}/b.sqlite` }));
    try {
      const server = other.getHttpAdapter().getInstance();
      expect(() => checkRoutes(other)).not.toThrow();
      server.get('/backdoor', (_request, response) => response.send('open'));
      server.delete('/metrics', (_request, response) => response.send('open'));
      expect(routesWithoutRight(other)).toEqual(['GET /backdoor', 'DELETE /metrics']);
      other.useStaticAssets(folder.path);
      expect(routesWithoutRight(other)).toContain('serveStatic outside /docs/');
      expect(() => checkRoutes(other)).toThrow('/backdoor');
    } finally {
      await other.close();
    }
  });
});

import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { BILL_TYPES, BILL_TYPE_NAMES } from '../domain/bill';
import { WireModule } from '../wire/wire.module';
import { installBodies } from '../wire/http/install-bodies';
import type { TillOptions } from './till-options';
import { TillModule } from './till.module';

async function startTill(options: TillOptions): Promise<NestExpressApplication> {
  const imports = [WireModule.forRoot({ style: 'legacy' }), TillModule.register(options)];
  const module = await Test.createTestingModule({ imports }).compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false });
  app.useLogger(false);
  installBodies(app, { bodyLimitBytes: 1024 });
  await app.listen(0, '127.0.0.1');
  return app;
}

function addressOf(app: NestExpressApplication): string {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

describe('the till over HTTP', () => {
  let app: NestExpressApplication;
  let address: string;

  beforeAll(async () => {
    app = await startTill({ simulator: true });
    address = addressOf(app);
  });

  afterAll(() => app.close());

  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/till/till.js', 'text/javascript; charset=utf-8'],
    ['/till/qrcode.mjs', 'text/javascript; charset=utf-8'],
    ['/till/colours.css', 'text/css; charset=utf-8'],
    ['/till/till.css', 'text/css; charset=utf-8'],
    ['/till/icon.svg', 'image/svg+xml'],
    ['/till/money/watch.js', 'text/javascript; charset=utf-8'],
  ])('serves %s as %s, with strict headers', async (path, type) => {
    const response = await fetch(address + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await response.text()).length).toBeGreaterThan(200);
  });

  it.each([
    '/till/none.js',
    '/till/index.html',
    '/till/',
    '/till/..%2ftill.module.js',
    '/till/money/none.js',
    '/till/money',
    '/till/money/..%2ftill.js',
  ])('knows no %s', async (path) => {
    expect((await fetch(address + path)).status).toBe(404);
  });

  it('names only files that are there, and has nothing inline', async () => {
    const page = await (await fetch(address)).text();
    const names = [...page.matchAll(/(?:href|src)="(\/till\/[^"]+)"/g)].map((match) => match[1]);
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect((await fetch(`${address}${name}`)).status).toBe(200);
    expect(page).not.toMatch(/<style|style=| on[a-z]+=|<script(?! (?:type="module" )?src=)/);
  });

  it('answers 304 to who has the file already', async () => {
    const first = await fetch(`${address}/till/till.js`);
    const etag = first.headers.get('etag') ?? '';
    const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    expect((await fetch(`${address}/till/till.js`, { headers })).status).toBe(304);
  });

  it('lists the seven systems by the names of the domain', async () => {
    const page = await (await fetch(address)).text();
    const tile = /value="(\d)"[^>]*>\s*<b data-en="([^"]*)">([^<]*)<\/b>/g;
    const shown = [...page.matchAll(tile)].map(([, type, en, zh]) => [type, { zh, en }]);
    expect(shown).toEqual(BILL_TYPES.map((type) => [type, BILL_TYPE_NAMES[type]]));
  });

  it('says what stands behind it', async () => {
    const page = await (await fetch(address)).text();
    for (const fact of ['simulator="yes"', 'docs="yes"', 'keys="no"', 'code-minutes="0"']) {
      expect(page).toContain(`data-${fact}`);
    }
    const real = await startTill({ simulator: false, docs: false, keys: true, codeMinutes: 30 });
    const told = await (await fetch(addressOf(real))).text();
    for (const fact of ['simulator="no"', 'docs="no"', 'keys="yes"', 'code-minutes="30"']) {
      expect(told).toContain(`data-${fact}`);
    }
    await real.close();
  });
});

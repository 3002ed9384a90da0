import type { NestExpressApplication } from '@nestjs/platform-express';
import { KEYS } from '../../src/domain/access/keys';
import type { Keys } from '../../src/domain/access/keys';
import { ACTS } from '../../src/domain/access/acts';
import type { Acts } from '../../src/domain/access/acts';
import { tempFolder } from '../support/temp-folder';
import { ConsoleClient } from './console-client';
import { apiKeys, testKey } from './keys';
import { opsApp, opsConfig } from './ops-app';

jest.setTimeout(60_000);

const BOSS = testKey('boss', 'operator');
const PART = testKey('part', 'operator', '12');
const EYES = testKey('eyes', 'viewer');
const TILL = testKey('till', 'till');
const MAKE = '/console/keys/make';

const folder = tempFolder();
let app: NestExpressApplication;
let url: string;

async function start(env: Record<string, string>, name: string): Promise<NestExpressApplication> {
  const started = await opsApp(
    opsConfig({ DATABASE_URL: `sqlite:${folder.path}/${name}`, ...env }),
  );
  await started.listen(0, '127.0.0.1');
  return started;
}

beforeAll(async () => {
  app = await start({ API_KEYS: apiKeys([BOSS, PART, EYES, TILL]) }, 'books.sqlite');
  url = await app.getUrl();
});
afterAll(async () => {
  await app?.close();
  folder.remove();
});

async function signedIn(secret: string): Promise<ConsoleClient> {
  const client = new ConsoleClient(url);
  expect((await client.signIn(secret)).status).toBe(303);
  return client;
}

function keysNow(): Promise<string[]> {
  return app
    .get<Keys>(KEYS, { strict: false })
    .list()
    .then((all) => all.map(({ name }) => name));
}

/** The form of a new key, as its page shows it. */
function newKeyForm(client: ConsoleClient, name: string): Promise<Record<string, string>> {
  return client.fields(`/console/keys/new?name=${name}&role=till&types=2`, MAKE);
}

describe('signing in', () => {
  it('is asked for on every page, and leads back there', async () => {
    const client = new ConsoleClient(url);
    const { status, headers } = await client.get('/console/acts?before=7');
    expect([status, headers.get('location')]).toEqual([
      303,
      '/console/sign-in?next=%2Fconsole%2Facts%3Fbefore%3D7',
    ]);
    const { text } = await client.get('/console/sign-in?next=%2Fconsole%2Facts%3Fbefore%3D7');
    expect(text).toContain('name="next" value="/console/acts?before=7"');
    const entered = await client.signIn(BOSS.secret, '/console/acts?before=7');
    expect(entered.headers.get('location')).toBe('/console/acts?before=7');
    expect((await client.get('/console/acts')).status).toBe(200);
  });

  it('gives a cookie that no script and no other site can use', async () => {
    const { headers } = await new ConsoleClient(url).signIn(BOSS.secret);
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^3pay_console=[0-9a-f]{64}; Path=\/console; Max-Age=43200; HttpOnly; SameSite=Strict$/,
      ),
    ]);
  });

  it.each([
    'https://evil.example/',
    '//evil.example/console',
    '/\\evil.example',
    '/console//evil.example',
    '/consoleevil',
    '/console/../api',
    'javascript:alert(1)',
    '/console"><script>',
  ])('leads to no place but the console: %s', async (next) => {
    const { headers } = await new ConsoleClient(url).signIn(BOSS.secret, next);
    const place = new URL(headers.get('location') ?? '', url);
    expect([place.origin, place.pathname]).toEqual([url, '/console']);
  });

  it.each([
    ['a till', TILL.secret],
    ['a wrong key', 'wrong'],
    ['no key', ''],
    ['a hash', 'a'.repeat(64)],
  ])('is refused to %s, and all in one way', async (_who, key) => {
    const client = new ConsoleClient(url);
    const { status, text } = await client.signIn(key);
    expect(status).toBe(400);
    expect(text).toContain('此密钥不能打开控制台');
    expect(client.cookie('3pay_console')).toBe('');
  });

  it('is refused to a form of another site', async () => {
    const client = new ConsoleClient(url);
    const fields = { key: BOSS.secret };
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
    ]) {
      expect((await client.post('/console/session', fields, headers)).status).toBe(400);
    }
    expect(client.cookie('3pay_console')).toBe('');
  });

  it('ends by signing out, for whoever has kept the cookie too', async () => {
    const client = await signedIn(BOSS.secret);
    const token = client.cookie('3pay_console');
    const mark = (await client.fields('/console/keys', '/console/sign-out'))['mark'] ?? '';
    await client.post('/console/sign-out', { mark: 'wrong' });
    expect((await client.get('/console/keys')).status).toBe(200);
    expect((await client.post('/console/sign-out', { mark })).status).toBe(303);
    client.setCookie('3pay_console', token);
    expect((await client.get('/console/keys')).status).toBe(303);
  });

  it('ends with the key it was begun with', async () => {
    const boss = await signedIn(BOSS.secret);
    const form = await boss.fields('/console/keys/new?name=temp&role=viewer&types=2', MAKE);
    const made = await boss.post(MAKE, form);
    const secret = /3pay_[\w-]{43}/.exec(made.text)?.[0] ?? '';
    const temp = await signedIn(secret);
    expect((await temp.get('/console/acts')).status).toBe(403); // A viewer of one system.
    const end = await boss.fields('/console/keys/revoke?name=temp', '/console/keys/end');
    await boss.post('/console/keys/end', end);
    expect((await temp.get('/console/acts')).status).toBe(303);
  });

  it('may be tried ten times a minute from one address', async () => {
    const other = await start({ API_KEYS: apiKeys([BOSS]) }, 'other.sqlite');
    try {
      const client = new ConsoleClient(await other.getUrl());
      // Rightful ones do not count.
      for (let time = 0; time < 11; time += 1) await client.signIn(BOSS.secret);
      const statuses: number[] = [];
      for (let time = 0; time < 11; time += 1) statuses.push((await client.signIn('no')).status);
      expect(statuses).toEqual([...Array<number>(10).fill(400), 429]);
      expect((await client.signIn(BOSS.secret)).status).toBe(429);
    } finally {
      await other.close();
    }
  });
});

describe('an act', () => {
  it('is done once for a form, is written down before, and gives the same page again', async () => {
    const client = await signedIn(BOSS.secret);
    const form = await newKeyForm(client, 'gate-1');
    const [first, second] = await Promise.all([client.post(MAKE, form), client.post(MAKE, form)]);
    const third = await client.post(MAKE, form);
    const secrets = [first, second, third].map(({ text }) => /3pay_[\w-]{43}/.exec(text)?.[0]);
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toBeDefined();
    expect((await keysNow()).filter((name) => name === 'gate-1')).toHaveLength(1);
    const acts = await app.get<Acts>(ACTS, { strict: false }).before(null, 50);
    const made = acts.filter(({ subject, kind }) => kind === 'makeKey' && subject === 'key gate-1');
    expect(made).toMatchObject([{ actor: 'boss', detail: 'till of 2' }]);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['without its mark', { mark: '' }, {}],
    ['with the mark of nobody', { mark: 'x'.repeat(43) }, {}],
    ['from another site', {}, { 'Sec-Fetch-Site': 'cross-site' }],
    ['from another origin', {}, { Origin: 'https://evil.example' }],
    ['as JSON', {}, { 'Content-Type': 'text/plain' }],
  ])('%s is refused', async (_what, fields, headers) => {
    const client = await signedIn(BOSS.secret);
    const form = { ...(await newKeyForm(client, 'forged')), ...fields };
    expect((await client.post(MAKE, form, headers)).status).toBe(403);
    expect(await keysNow()).not.toContain('forged');
  });

  it('of one session is not one of another', async () => {
    const [one, other] = [await signedIn(BOSS.secret), await signedIn(BOSS.secret)];
    const form = await newKeyForm(one, 'crossed');
    expect((await other.post(MAKE, form)).status).toBe(403);
    expect(await keysNow()).not.toContain('crossed');
  });

  it('without a session leads to signing in', async () => {
    const client = await signedIn(BOSS.secret);
    const form = await newKeyForm(client, 'late');
    const stranger = new ConsoleClient(url);
    const { status, headers } = await stranger.post(MAKE, form);
    expect([status, headers.get('location')]).toEqual([303, '/console/sign-in?next=%2Fconsole']);
    expect(await keysNow()).not.toContain('late');
  });

  it('without a number of its own is refused', async () => {
    const client = await signedIn(BOSS.secret);
    const form = { ...(await newKeyForm(client, 'unnumbered')), act: 'x' };
    expect((await client.post(MAKE, form)).status).toBe(400);
    expect(await keysNow()).not.toContain('unnumbered');
  });

  it('is for operators: a viewer who tries it is refused', async () => {
    const client = await signedIn(EYES.secret);
    const mark = (await client.fields('/console/keys', '/console/sign-out'))['mark'] ?? '';
    const form = { mark, act: 'a'.repeat(32), name: 'by-viewer', role: 'till', types: '2' };
    expect((await client.post(MAKE, form)).status).toBe(403);
    expect((await client.post('/console/keys/end', { ...form, name: 'gate-1' })).status).toBe(403);
    expect(await keysNow()).not.toContain('by-viewer');
    expect((await client.get('/console/keys')).text).not.toContain('action="/console/keys');
  });

  it('for the whole house is for keys of all systems', async () => {
    const client = await signedIn(PART.secret);
    for (const path of ['/console/keys', '/console/acts', '/console/doctor']) {
      expect((await client.get(path)).status).toBe(403);
    }
    const mark = (await client.fields('/console/keys', '/console/sign-out'))['mark'] ?? '';
    const form = { mark, act: 'b'.repeat(32), name: 'by-part', role: 'till', types: '2' };
    expect((await client.post(MAKE, form)).status).toBe(403);
    expect(await keysNow()).not.toContain('by-part');
  });
});

describe('pages', () => {
  it('show hostile text as text', async () => {
    const client = await signedIn(BOSS.secret);
    const acts = app.get<Acts>(ACTS, { strict: false });
    const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;`;
    const act = { atMs: 1, actor: hostile, kind: hostile, subject: hostile, detail: hostile };
    await acts.note({ ...act, kind: '<b>', billType: null, requestId: null });
    const { text } = await client.get('/console/acts');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img');
    expect(text).not.toMatch(/<script>|<img src=x|<b>/);
    const { text: error } = await client.get('/console/keys/revoke?name=%3Cscript%3E');
    expect(error).not.toContain('<script>');
  });

  it('let nothing in from elsewhere, and are kept nowhere', async () => {
    const { headers } = await (await signedIn(BOSS.secret)).get('/console/keys');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(['zh', 'en'])('say all they say in %s', async (lang) => {
    const client = await signedIn(BOSS.secret);
    await client.get(`/console/look?lang=${lang}`);
    for (const path of ['keys', 'keys/new?name=a&role=till&types=1', 'acts', 'doctor', 'sign-in']) {
      const { text } = await client.get(`/console/${path}`);
      expect(text).toContain(`lang="${lang === 'zh' ? 'zh-CN' : 'en'}"`);
      expect(text).not.toMatch(/undefined|\[object|NaN/);
    }
  });
});

describe('where no keys are asked for', () => {
  let open: NestExpressApplication;
  beforeAll(async () => {
    open = await start({ AUTH: 'none' }, 'open.sqlite');
  });
  afterAll(() => open?.close());

  it('whoever is at this machine may look, and do nothing', async () => {
    const client = new ConsoleClient(await open.getUrl());
    expect((await client.get('/console/keys')).status).toBe(200);
    const form = { mark: '', act: 'c'.repeat(32), name: 'local', role: 'till', types: '2' };
    expect((await client.post(MAKE, form)).status).toBe(403);
    expect(await open.get<Keys>(KEYS, { strict: false }).list()).toEqual([]);
  });

  it.each([
    ['x-forwarded-for', '127.0.0.1'],
    ['forwarded', 'for=127.0.0.1'],
    ['via', '1.1 proxy'],
  ])('a request that came by a proxy is from elsewhere: %s', async (name, value) => {
    const client = new ConsoleClient(await open.getUrl());
    expect((await client.get('/console/keys', { [name]: value })).status).toBe(403);
  });
});

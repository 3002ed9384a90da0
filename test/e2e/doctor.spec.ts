import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { startTestSimulator, TestClient } from '../simulator/support';
import { itLong } from '../support/long';
import { aCertificate } from '../support/far-side/certificates';
import { examined, runDoctor } from '../support/process/doctor';
import { freePort } from '../support/process/ports';
import { TestService } from '../support/process/service';
import type { Env } from '../support/process/service';
import { tempFolder } from '../support/temp-folder';
import { rsaPair } from '../support/far-side/rsa-pairs';

jest.setTimeout(60_000);

const MINUTE_MS = 60_000;
const GOOD_FILE = /^ok \| SQLite, opened, written; schema up to date$/;
const GOOD_SERVER = /^ok \| SQL Server, /;
const SECRET = 'planted-in-the-address';

const folder = tempFolder();
let keyed: Awaited<ReturnType<typeof startTestSimulator>>;
let certified: Awaited<ReturnType<typeof startTestSimulator>>;
let service: TestService;
let webPage: { url: string; close: () => void };
let closedPort: number;
let good: Env;
let goodCert: Env;

beforeAll(async () => {
  keyed = await startTestSimulator();
  certified = await startTestSimulator({ keyMode: 'cert' });
  service = await TestService.start();
  closedPort = await freePort();
  webPage = await startWebPage();
  good = {
    ...account(keyed.client),
    DATABASE_URL: service.databaseUrl,
    PUBLIC_URL: service.url,
  };
  goodCert = { ...good, ...account(certified.client), ALIPAY_PUBLIC_KEY_FILE: undefined };
});
afterAll(async () => {
  webPage.close();
  await service.stop();
  await keyed.stop();
  await certified.stop();
  folder.remove();
});

/** The account as the simulator's client.env gives it. */
function account({ dataDir }: TestClient): Env {
  return parseEnv(readFileSync(join(dataDir, 'client.env'), 'utf8'));
}

/** A server that answers everything with a page and HTTP 200. */
async function startWebPage() {
  const server = createServer((_request, response) => response.end('<html>Welcome</html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

function put(name: string, text: string): string {
  writeFileSync(join(folder.path, name), text);
  return join(folder.path, name);
}

/** The public key of the app in certificate mode. */
function appKey(): KeyObject {
  return createPublicKey(readFileSync(join(certified.client.dataDir, 'app_public_key.pem')));
}

function freshKeys(name = 'fresh') {
  const { privateKey, publicKey } = rsaPair(name);
  return {
    privateFile: put(`${name}.pem`, privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
    publicFile: put(
      `${name}-public.pem`,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ),
  };
}

describe('the doctor', () => {
  it('finds nothing wrong with a good configuration', async () => {
    const { code, failed, row, text } = await runDoctor(folder.path, good);
    expect([code, failed]).toEqual([0, []]);
    expect(row('our private key')).toBe('ok | RSA 2048 bits, signs and verifies');
    expect(row('our signature')).toMatch(/^ok \| accepted: 40004 ACQ\.TRADE_NOT_EXIST/);
    expect(row("Alipay's signature")).toBe('ok | verified');
    expect(row('clock')).toMatch(/^ok \| in step with Alipay's/);
    expect(row('database')).toMatch(
      service.databaseUrl.startsWith('mssql:') ? GOOD_SERVER : GOOD_FILE,
    );
    expect(row('notify address')).toBe('ok | reached; refuses unsigned');
    expect(text).toContain('Fit to take money: 0 failed');
  });

  it('asks receivers of callbacks when it is told to, and not otherwise', async () => {
    const secret = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;
    const env = { ...good, CALLBACK_URL_2: webPage.url, CALLBACK_SECRET: secret };
    const quiet = await examined(env);
    expect([quiet.failed, quiet.row('callbacks')]).toEqual([[], expect.stringContaining('not c')]);
    const { code, failed, row } = await runDoctor(folder.path, env, ['--callbacks']);
    expect([code, failed]).toEqual([1, ['CALLBACK_URL_2']]);
    expect(row('CALLBACK_URL_2')).toContain('takes what is not signed');
  });

  it('nor with a good one of certificates', async () => {
    const { code, failed, row } = await examined(goodCert);
    expect([code, failed]).toEqual([0, []]);
    expect(row("Alipay's key")).toMatch(/^ok \| RSA 2048 bits, not our own, certificate \w{32}$/);
    expect(row('ALIPAY_APP_CERT_FILE')).toMatch(/^ok \| holds until 20\d\d-\d\d-\d\d$/);
  });

  it.each<[string, () => Env, string[], RegExp]>([
    [
      "the app's public key in place of Alipay's",
      () => ({ ALIPAY_PUBLIC_KEY_FILE: join(keyed.client.dataDir, 'app_public_key.pem') }),
      ['ALIPAY_PUBLIC_KEY'],
      /is our own public key; Alipay's is needed/,
    ],
    [
      'another private key than the app has at Alipay',
      () => ({ ALIPAY_PRIVATE_KEY_FILE: freshKeys().privateFile }),
      ['our signature'],
      /40002 isv\.invalid-signature.*upload ours/,
    ],
    [
      'the public key of another Alipay',
      () => ({ ALIPAY_PUBLIC_KEY_FILE: freshKeys().publicFile }),
      ["Alipay's signature"],
      /signature wrong on 40004 ACQ\.TRADE_NOT_EXIST.*the console shows/,
    ],
    [
      'both keys of another app',
      () => ({
        ALIPAY_PUBLIC_KEY_FILE: freshKeys('theirs').publicFile,
        ALIPAY_PRIVATE_KEY_FILE: freshKeys('ours').privateFile,
      }),
      ['our signature', "Alipay's signature"],
      /isv\.invalid-signature/,
    ],
    [
      'a wrong app id',
      () => ({ ALIPAY_APP_ID: '2021000000000000' }),
      ['app id at Alipay'],
      /40002 isv\.invalid-app-id.*check ALIPAY_APP_ID/,
    ],
    [
      'an address where no Alipay is',
      () => ({ ALIPAY_GATEWAY: 'http://127.0.0.1:1/gateway.do' }),
      ['Alipay reachable'],
      /ECONNREFUSED/,
    ],
    [
      'a database that is a folder',
      () => {
        mkdirSync(join(folder.path, 'dir'), { recursive: true });
        return { DATABASE_URL: `sqlite:${folder.path}/dir` };
      },
      ['database'],
      /is not a file/,
    ],
    [
      'a file that is no database',
      () => ({ DATABASE_URL: `sqlite:${put('text.sqlite', 'x'.repeat(5000))}` }),
      ['database'],
      /cannot be read as a database/,
    ],
    [
      'a notify address where nobody is',
      () => ({ PUBLIC_URL: `http://127.0.0.1:${closedPort}` }),
      ['notify address'],
      /ECONNREFUSED.*start the service/,
    ],
    [
      'a notify address where another program is',
      () => ({ PUBLIC_URL: keyed.simulator.url }),
      ['notify address'],
      /answers HTTP 404, not as this service does/,
    ],
    [
      'a notify address where a web page is',
      () => ({ PUBLIC_URL: webPage.url }),
      ['notify address'],
      /answers HTTP 200, not as this service does/,
    ],
  ])('finds %s, and nothing else', async (_name, env, failed, reason) => {
    const found = await examined({ ...good, ...env() });
    expect(found.failed.map((name) => name.replace(/_FILE$/, ''))).toEqual(failed);
    expect(found.code).toBe(1);
    expect(found.row(found.failed[0] ?? '')).toMatch(reason);
    expect(found.text).toContain('NOT FIT to take money');
  });

  it('finds certificates that have run out, or soon will', async () => {
    const issuer = rsaPair('root');
    const file = async (name: string, days: object) =>
      put(name, await aCertificate(appKey(), issuer, days));
    const ALIPAY_APP_CERT_FILE = await file('old.crt', { fromDays: -9, untilDays: -1 });
    const old = await examined({ ...goodCert, ALIPAY_APP_CERT_FILE });
    expect(old.failed).toContain('ALIPAY_APP_CERT_FILE');
    expect(old.row('ALIPAY_APP_CERT_FILE')).toMatch(/FAILED \| expired on .* \| renew it/);
    expect(old.row('our signature')).toMatch(/isv\.invalid-app-cert-sn/);
    const soonFile = await file('soon.crt', { untilDays: 5 });
    const soon = await examined({ ...goodCert, ALIPAY_APP_CERT_FILE: soonFile });
    expect(soon.row('ALIPAY_APP_CERT_FILE')).toMatch(/^warning \| holds until/);
  });

  it.each([
    [20 * MINUTE_MS, 1, /^FAILED \| 20 min behind Alipay's \| set the clock/],
    [-MINUTE_MS, 0, /^warning \| 60 s ahead of Alipay's/],
  ])('finds a clock that is %i ms off', async (offsetMs, code, row) => {
    await keyed.client.control('POST', '/sim/clock', { offsetMs });
    try {
      const found = await examined(good);
      expect(found.code).toBe(code);
      expect(found.row('clock')).toMatch(row);
    } finally {
      await keyed.client.control('POST', '/sim/clock', { offsetMs: 0 });
    }
  });
});

describe('before going live', () => {
  const live = ['--live'];

  it('the doctor wants production and a real account', async () => {
    const found = await runDoctor(folder.path, { SIM_DATA: join(folder.path, 'none') }, live);
    expect([found.code, found.failed]).toEqual([1, ['mode', 'Alipay']]);
    expect(found.row('keys')).toMatch(/^not checked \| no simulator is running/);
  });

  itLong('a trial without an account is told so, and nothing is made', async () => {
    const found = await runDoctor(folder.path, { SIM_DATA: join(folder.path, 'none') });
    expect([found.code, found.failed]).toEqual([0, []]);
    expect(found.row('database')).toBe('ok | no file yet: made at the first start');
    expect(found.row('Alipay')).toMatch(/^warning \| simulated/);
    expect(existsSync(join(folder.path, 'data'))).toBe(false);
  });

  itLong('production with an account and keys for its callers is fit', async () => {
    const env = {
      ...good,
      NODE_ENV: 'production',
      API_KEYS: `till:till:*:${'ab'.repeat(32)}`,
      PUBLIC_URL: undefined,
    };
    const found = await runDoctor(folder.path, env, live);
    expect([found.code, found.failed]).toEqual([0, []]);
    expect(found.row('notify address')).toMatch(/^warning/);
  });

  it('what cannot be run is exit code 2', async () => {
    const { code, text } = await runDoctor(folder.path, {}, ['--dead']);
    expect([code, text]).toEqual([2, expect.stringMatching(/^Could not run: Unknown option/)]);
  });

  it('no secret is printed', async () => {
    const env = {
      ...good,
      DATABASE_URL: `mssql://sa:${SECRET}@127.0.0.1:1/books`,
      CALLBACK_URL_1: 'https://scenic.example.test/paid',
      CALLBACK_SECRET: `whsec_${Buffer.from(SECRET.padEnd(32)).toString('base64')}`,
    };
    const { code, text } = await runDoctor(folder.path, env);
    expect(code).toBe(1);
    expect(text).toMatch(/^database +FAILED/m);
    const pem = readFileSync(String(good['ALIPAY_PRIVATE_KEY_FILE']), 'utf8');
    expect(
      [SECRET, ...pem.split('\n').filter(Boolean)].filter((each) => text.includes(each)),
    ).toEqual([]);
  });
});

it('the service does not start with a certificate that has run out', async () => {
  const issuer = rsaPair('root');
  const pem = await aCertificate(appKey(), issuer, { fromDays: -9, untilDays: -1 });
  const env = { ...account(certified.client), ALIPAY_APP_CERT_FILE: put('start.crt', pem) };
  await expect(TestService.start(env)).rejects.toThrow(
    /Not started: ALIPAY_APP_CERT_FILE: expired on .*; renew it/,
  );
});

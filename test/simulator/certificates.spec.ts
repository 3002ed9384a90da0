import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AlipaySdk } from 'alipay-sdk';
import { freshFolder, freshNumber, startTestSimulator, TestClient } from './support';

const DAY_MS = 86_400_000;
const QUERY = 'alipay.trade.query';

const folder = freshFolder();
let client: TestClient;
let stop: () => Promise<void>;
let sdk: AlipaySdk;

const text = (name: string) => readFileSync(client.settings[name] ?? '', 'utf8');

beforeAll(async () => {
  ({ client, stop } = await startTestSimulator({ keyMode: 'cert', dataDir: folder.path }));
  sdk = new AlipaySdk({
    appId: client.settings['ALIPAY_APP_ID'] ?? '',
    privateKey: text('ALIPAY_PRIVATE_KEY_FILE'),
    appCertContent: text('ALIPAY_APP_CERT_FILE'),
    alipayPublicCertContent: text('ALIPAY_PUBLIC_CERT_FILE'),
    alipayRootCertContent: text('ALIPAY_ROOT_CERT_FILE'),
    gateway: client.settings['ALIPAY_GATEWAY'] ?? '',
  });
});
afterAll(async () => {
  await stop();
  folder.remove();
});
afterEach(() => client.control('POST', '/sim/clock', { offsetMs: 0 }));

/** A call of our own client with these certificate parameters. */
function query(more: Record<string, string>) {
  return client.call(QUERY, { out_trade_no: freshNumber() }, more);
}

function serials(): Record<'app_cert_sn' | 'alipay_root_cert_sn', string> {
  const { appCertSn = '', alipayRootCertSn = '' } = sdk.config;
  return { app_cert_sn: appCertSn, alipay_root_cert_sn: alipayRootCertSn };
}

it("serves Alipay's own SDK in certificate mode", async () => {
  const bizContent = { out_trade_no: freshNumber() };
  await expect(sdk.exec(QUERY, { bizContent }, { validateSign: true })).resolves.toMatchObject({
    code: '40004',
    subCode: 'ACQ.TRADE_NOT_EXIST',
  });
});

it('names its certificate in every signed answer', async () => {
  const answer = await query(serials());
  expect(answer.node.sub_code).toBe('ACQ.TRADE_NOT_EXIST');
  expect(answer.verified).toBe(true);
  expect(answer.body.alipay_cert_sn).toBe(sdk.config.alipayCertSn);
  expect(Object.keys(answer.body).at(-1)).toBe('sign');
});

it("cuts its bundle of roots as Alipay's is cut: by blank lines", () => {
  const roots = text('ALIPAY_ROOT_CERT_FILE').split('\n\n');
  expect(roots.map((pem) => new X509Certificate(pem).subject.includes('Simulated'))).toEqual([
    true,
    true,
    true,
  ]);
});

it('says nothing of certificates while the application is not known', async () => {
  const answer = await query({ ...serials(), app_id: '2021000000000000' });
  expect(Object.keys(answer.body)).toEqual(['alipay_trade_query_response']);
});

it.each([
  ['isv.missing-app-cert-sn', { app_cert_sn: '' }],
  ['isv.missing-alipay-root-cert-sn', { alipay_root_cert_sn: '' }],
  ['isv.invalid-app-cert-sn', { app_cert_sn: 'ab'.repeat(16) }],
  ['isv.invalid-alipay-root-cert-sn', { alipay_root_cert_sn: 'ab'.repeat(16) }],
])('answers %s', async (subCode, more) => {
  const answer = await query({ ...serials(), ...more });
  expect(answer.node.sub_code).toBe(subCode);
});

it('refuses a certificate that has run out', async () => {
  await client.control('POST', '/sim/clock', { offsetMs: 6 * 365 * DAY_MS });
  expect((await query(serials())).node.sub_code).toBe('isv.app-cert-expired');
});

it('keeps its certificates over a restart, and leaves key mode as it was', async () => {
  const before = text('ALIPAY_APP_CERT_FILE');
  await stop();
  const again = await startTestSimulator({ keyMode: 'cert', dataDir: folder.path });
  expect(text('ALIPAY_APP_CERT_FILE')).toBe(before);
  await again.stop();
  const keyed = await startTestSimulator({ dataDir: folder.path });
  stop = keyed.stop;
  client = keyed.client;
  expect(Object.keys(client.settings)).not.toContain('ALIPAY_APP_CERT_FILE');
  expect((await query({})).verified).toBe(true);
  expect((await query(serials())).node.sub_code).toBe('isv.invalid-app-cert-sn');
});

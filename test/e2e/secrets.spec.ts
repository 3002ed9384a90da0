import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { apiKeys, testKey } from '../access/keys';
import { PAID_NOTIFY } from '../support/far-side/scripted-alipay';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';

jest.setTimeout(60_000);

const TILL = testKey('till', 'till');
const MONITOR = testKey('monitor', 'monitor');
const PLANTED = {
  till: TILL.secret,
  monitor: MONITOR.secret,
  hash: apiKeys([TILL]).split(':').at(-1) ?? '',
  wrongKey: 'planted-wrong-key-5f3a',
  queryKey: 'planted-query-key-77b1',
  pathKey: 'plantedpathkey',
  top: 'planted-top-secret-19c4',
  callback: 'whsec_cGxhbnRlZC1jYWxsYmFjay1zZWNyZXQtMDAwMDA=',
  broker: 'planted-broker-password',
  card: 'PLANTEDCARD0042',
  authCode: '287700112233445566',
  buyer: PAID_NOTIFY.buyer_id,
  buyerLogon: 'planted-buyer@example.test',
  sign: 'plantedSIGN',
};

let service: TestService;
const answers: string[] = [];

beforeAll(async () => {
  service = await TestService.start({
    LOG_LEVEL: 'trace',
    API_KEYS: apiKeys([TILL, MONITOR]),
    TOP_APP_KEYS: `planted:${PLANTED.top}`,
    CALLBACK_URL_1: 'https://callback.example.test/',
    CALLBACK_SECRET: PLANTED.callback,
    SWEEP_PERIOD_MS: '200',
  });
});
afterAll(() => service?.stop());

async function call(
  path: string,
  body: string | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await fetch(service.url + path, {
    method: body === null ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Api-Key': TILL.secret, ...headers },
    body,
  });
  const text = await answer.text();
  answers.push(`${[...answer.headers].join('\n')}\n${text}`);
  return text;
}

/** Everything that goes wrong and right with a payment, with secrets wherever one can stand. */
async function live(): Promise<void> {
  const scan = '/api/3Pay/AliPay/ScanCode';
  const ask = anAsk('7', { cardno: PLANTED.card });
  const text = JSON.stringify({ ...ask, barcode: PLANTED.authCode });
  const given = JSON.parse(await call(scan, text)) as { tag: Record<string, string> };
  const { codeurl, autoid } = given.tag;
  const { billnum, billtype, paytype } = ask;
  await service.sim.scan(codeurl ?? '');
  await service.sim.pay(codeurl ?? '');
  const name = JSON.stringify({ billnum, billtype, paytype, autoid });
  expect(await call('/api/3Pay/AliPay/Query', name)).toContain('SUCCESS');
  await call('/api/3Pay/AliPay/Cancel', name);
  for (const fault of ['bad_sign', 'html', 'wrong_amount', 'unknown_error'] as const) {
    await service.sim.spoil({ method: '*', fault });
    await call(scan, JSON.stringify(anAsk('7', { cardno: PLANTED.card })));
  }
  await call(scan, text, { 'X-Api-Key': PLANTED.wrongKey });
  await call(`${scan}?api_key=${PLANTED.queryKey}&cardno=${PLANTED.card}`, text);
  await pathCalls(scan, text);
  await call(`/nothing?auth_code=${PLANTED.authCode}`, text).then(() => answers.pop());
  await call(scan, `{"cardno":"${PLANTED.card}","barcode":"${PLANTED.authCode}"`);
  await call(scan, JSON.stringify({ ...ask, cardno: `${PLANTED.card}${'9'.repeat(20)}` }));
  await call(scan, JSON.stringify({ ...ask, paymentvalue: PLANTED.authCode }));
  await call('/api/3Pay/AliPay/BarCode', text);
  const form = { ...PAID_NOTIFY, buyer_logon_id: PLANTED.buyerLogon, sign: PLANTED.sign };
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  await call('/api/3Pay/AliPay/Notify', new URLSearchParams(form).toString(), type);
  await call('/metrics', null);
  await call('/metrics', null, { 'X-Api-Key': MONITOR.secret });
  await call('/health/ready', null);
  await call('/docs-json', null);
}

/** Keys where none belongs. Nobody but their sender is answered with them. */
async function pathCalls(scan: string, text: string): Promise<void> {
  for (const key of [PLANTED.pathKey, TILL.secret]) {
    for (const path of [`${scan}/${key}`, `/${key}${scan}`, `${scan};${key}`, `/docs/${key}`]) {
      await call(path, text).then(() => answers.pop());
      await call(path, null).then(() => answers.pop());
    }
    for (const path of [
      `${scan}?${key}`,
      `/router/rest?${key}=1`,
      `/nothing?${key}`,
      `${scan}#${key}`,
    ]) {
      await call(path, text).then(() => answers.pop());
      await call(path, null).then(() => answers.pop());
    }
  }
}

describe('secrets planted everywhere', () => {
  const secrets = new Map<string, string>(Object.entries(PLANTED));

  beforeAll(async () => {
    await live();
    const folder = service.simData;
    const names = readdirSync(folder, { recursive: true });
    const files = names.map((name) => join(folder, String(name)));
    for (const file of files.filter((each) => statSync(each).isFile())) {
      const [, base64] = /PRIVATE KEY-----\s+([^-]+)/.exec(readFileSync(file, 'utf8')) ?? [];
      if (base64) secrets.set(`private key ${file}`, base64.replace(/\s/g, '').slice(40, 90));
    }
  });

  it('were planted', () => {
    expect(secrets.size).toBeGreaterThan(Object.keys(PLANTED).length);
    expect(answers.join('\n')).toContain('SUCCESS');
    expect(service.log).toContain('"route":"/api/3Pay/AliPay/ScanCode"');
    expect(service.log.split('\n').length).toBeGreaterThan(30);
  });

  it.each([
    ['the log', () => service.log],
    ['the answers and metrics', () => answers.join('\n')],
    ['the process arguments', () => readFileSync(`/proc/${service.pid}/cmdline`, 'utf8')],
  ])('are not in %s', (_where, read) => {
    const text = read().replaceAll('\\n', '');
    expect([...secrets].filter(([, secret]) => text.includes(secret))).toEqual([]);
  });

  it('and every line of the log is one JSON entry', () => {
    const lines = service.log.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(30);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
  });
});

import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AlipaySdk } from 'alipay-sdk';
import { freshFolder, goodBiz, Settings, startTestSimulator, TestClient } from './support';

const PRECREATE = 'alipay.trade.precreate';
const FORM = 'application/x-www-form-urlencoded';
const folder = freshFolder();

/** Its two modes: most clients can do both, yansongda/pay only certificates. */
let keyed: TestClient;
let certified: TestClient;
let serials: Settings;
let stop: () => Promise<unknown>;

beforeAll(async () => {
  const one = await startTestSimulator();
  const other = await startTestSimulator({ keyMode: 'cert', dataDir: folder.path });
  [keyed, certified] = [one.client, other.client];
  stop = () => Promise.all([one.stop(), other.stop()]);
  const text = (name: string) => readFileSync(certified.settings[name] ?? '', 'utf8');
  const { config } = new AlipaySdk({
    appId: certified.settings['ALIPAY_APP_ID'] ?? '',
    privateKey: text('ALIPAY_PRIVATE_KEY_FILE'),
    appCertContent: text('ALIPAY_APP_CERT_FILE'),
    alipayPublicCertContent: text('ALIPAY_PUBLIC_CERT_FILE'),
    alipayRootCertContent: text('ALIPAY_ROOT_CERT_FILE'),
  });
  serials = {
    app_cert_sn: config.appCertSn ?? '',
    alipay_root_cert_sn: config.alipayRootCertSn ?? '',
  };
});
afterAll(async () => {
  await stop();
  folder.remove();
});

/** What a client sends: how its parameters are signed, and where they travel. */
interface Habit {
  readonly client: () => TestClient;
  /** The parameters beside biz_content. */
  readonly common: () => Settings;
  readonly biz?: object;
  /** The values as they go into the signed text; unchanged where absent. */
  readonly signedValue?: (value: string) => string;
  /** Query and body of the request; the body undefined: a GET. */
  readonly send: (signed: Settings) => { query: string; body?: string | FormData; type?: string };
}

const encoded = (parameters: Settings) => new URLSearchParams(parameters).toString();
const sorted = (parameters: Settings) =>
  Object.fromEntries(Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1)));
const common = (): Settings => ({
  method: PRECREATE,
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: '2026-11-22 12:00:00',
  version: '1.0',
});
/** The official SDKs and ours: the common parameters in the query, biz_content in a form. */
const split = ({ biz_content: biz = '', ...rest }: Settings) => ({
  query: encoded(rest),
  body: encoded({ biz_content: biz }),
  type: `${FORM};charset=utf-8`,
});

/** As the sources of these clients build their requests, read in November 2026. */
const HABITS: Record<string, Habit> = {
  'yansongda/pay (PHP): charset in query and body, empty parameters sent': {
    client: () => certified,
    common: () => ({
      ...common(),
      ...serials,
      format: 'JSON',
      return_url: '',
      notify_url: '',
      app_auth_token: '',
    }),
    send: (signed) => ({ query: 'charset=utf-8', body: encoded(signed), type: FORM }),
  },
  'fzlee/alipay (Python): a GET with all in the query, amounts as numbers': {
    client: () => certified,
    common: () => ({ ...common(), ...serials }),
    biz: { total_amount: 88.88, out_trade_no: `${process.pid}-fzlee-1` },
    send: (signed) => ({ query: encoded(sorted(signed)) }),
  },
  'smartwalle/alipay (Go): a sorted form, values trimmed before they are signed': {
    client: () => keyed,
    common: () => ({ ...common(), format: 'JSON', notify_url: 'http://127.0.0.1:9/n' }),
    signedValue: (value) => value.trim(),
    send: (signed) => ({ query: '', body: encoded(sorted(signed)), type: `${FORM};charset=utf-8` }),
  },
  'alipay-sdk-java (official): json in small letters, its name signed': {
    client: () => keyed,
    common: () => ({
      ...common(),
      format: 'json',
      charset: 'UTF-8',
      alipay_sdk: 'alipay-sdk-java',
    }),
    send: split,
  },
  'alipay-sdk-php (official): UTF-8 in capitals, its name signed': {
    client: () => keyed,
    common: () => ({ ...common(), format: 'json', charset: 'UTF-8', alipay_sdk: 'alipay-sdk-PHP' }),
    send: split,
  },
  'curl as on the pages of the documentation: multipart': {
    client: () => keyed,
    common,
    send: ({ biz_content: biz = '', ...rest }) => {
      const body = new FormData();
      body.set('biz_content', biz);
      return { query: encoded(rest), body };
    },
  },
};

async function post(habit: Habit) {
  const client = habit.client();
  const parameters: Settings = {
    app_id: client.settings['ALIPAY_APP_ID'] ?? '',
    ...habit.common(),
    biz_content: JSON.stringify(goodBiz(habit.biz)),
  };
  const { signedValue = (value: string) => value } = habit;
  const text = Object.entries(sorted(parameters))
    .map(([name, value]) => [name, signedValue(value)])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const key = createPrivateKey(readFileSync(client.settings['ALIPAY_PRIVATE_KEY_FILE'] ?? ''));
  const signature = sign('RSA-SHA256', Buffer.from(text), key).toString('base64');
  const { query, body, type } = habit.send({ ...parameters, sign: signature });
  return client.read(
    await fetch(`${client.url}/gateway.do?${query}`, {
      ...(body === undefined ? {} : { method: 'POST', body }),
      ...(type === undefined ? {} : { headers: { 'Content-Type': type } }),
    }),
  );
}

it.each(Object.entries(HABITS))('takes the calls of %s', async (_name, habit) => {
  const answer = await post(habit);
  expect(answer.node).toMatchObject({ code: '10000', qr_code: expect.any(String) });
  expect(answer.verified).toBe(true);
});

import { type AlipayConfig, readAlipay, settingsOfSimulator } from './alipay-config';
import { ConfigError } from '../reading/config-error';
import { type Env, EnvReader } from '../reading/env-reader';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

const ours = rsaPair('ours');
const alipays = rsaPair('alipay');
const privatePem = ours.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const publicPem = alipays.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const next = rsaPair('next');
const nextPem = next.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const ourPublicPem = ours.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const FILES: Record<string, string> = { 'ours.pem': privatePem, 'alipay.pem': publicPem };

const IN_FILES: Env = {
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_PRIVATE_KEY_FILE: 'ours.pem',
  ALIPAY_PUBLIC_KEY_FILE: 'alipay.pem',
};

const KEY_MODE = {
  alipayKeys: [{ publicKey: publicPem, certSn: null }],
  serials: null,
  certificateDates: [],
};

function readFile(path: string): string {
  const text = FILES[path];
  if (text === undefined) throw new Error(`no file ${path}`);
  return text;
}

function read(env: Env, publicUrl: string | null = null): AlipayConfig {
  const reader = new EnvReader(env, readFile);
  const config = readAlipay(reader, false, publicUrl);
  reader.finish();
  return config;
}

function problems(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the account at Alipay', () => {
  it.each(['https://bill.example.com', 'bill.example.com/x', 'Bill.example.com', 'a:b', 'user@a'])(
    'takes bills from no %s',
    (host) => {
      const env = { ...IN_FILES, ALIPAY_BILL_HOST: host };
      expect(problems(() => read(env))).toEqual([
        'ALIPAY_BILL_HOST: must be a host name, with :PORT where it needs one',
      ]);
    },
  );

  it('is complete with app id and two keys', () => {
    const config = read(IN_FILES, 'https://pay.example.com');
    expect(config.kind === 'real' && { ...config.settings }).toEqual({
      appId: '2021000000000001',
      ...KEY_MODE,
      gateway: 'https://openapi.alipay.com/gateway.do',
      sellerId: null,
      productCode: 'FACE_TO_FACE_PAYMENT',
      timeoutMs: 5000,
      billHost: 'dwbillcenter.alipay.com',
      notifyUrl: 'https://pay.example.com/api/3Pay/AliPay/Notify',
    });
    expect(config.kind === 'real' && config.settings.privateKey).toBe(privatePem);
  });

  it('takes the other members as set', () => {
    const chosen = {
      ALIPAY_GATEWAY: 'http://sim.lan:3100/gateway.do',
      ALIPAY_SELLER_ID: '2088000000000001',
      ALIPAY_PRODUCT_CODE: 'QR_CODE_OFFLINE',
      ALIPAY_TIMEOUT_MS: '300',
    };
    expect(read({ ...IN_FILES, ...chosen })).toMatchObject({
      settings: {
        gateway: 'http://sim.lan:3100/gateway.do',
        sellerId: '2088000000000001',
        productCode: 'QR_CODE_OFFLINE',
        timeoutMs: 300,
      },
    });
  });

  it('has a second key of Alipay while Alipay changes it', () => {
    const config = read({ ...IN_FILES, ALIPAY_PUBLIC_KEY_NEXT: nextPem });
    expect(config.kind === 'real' && config.settings.alipayKeys).toEqual([
      { publicKey: publicPem, certSn: null },
      { publicKey: nextPem, certSn: null },
    ]);
  });

  const part = 'is missing: the account at Alipay is set only in part';
  const noApp = `ALIPAY_APP_ID: ${part}`;
  const noPrivate = `ALIPAY_PRIVATE_KEY: ${part} (or ALIPAY_PRIVATE_KEY_FILE)`;
  const noPublic = `ALIPAY_PUBLIC_KEY: ${part} (or ALIPAY_PUBLIC_KEY_FILE)`;
  it.each<[string, Env, string[]]>([
    ['the app id alone', { ALIPAY_APP_ID: '2021' }, [noPrivate, noPublic]],
    ['a gateway alone', { ALIPAY_GATEWAY: 'https://x.com' }, [noApp, noPrivate, noPublic]],
    ['a seller alone', { ALIPAY_SELLER_ID: '2088000000000001' }, [noApp, noPrivate, noPublic]],
    ['no app id', { ...IN_FILES, ALIPAY_APP_ID: '' }, [noApp]],
    ['no private key', { ...IN_FILES, ALIPAY_PRIVATE_KEY_FILE: '' }, [noPrivate]],
  ])('refuses %s', (_name, env, expected) => {
    expect(problems(() => read(env))).toEqual(expected);
  });

  it.each<[string, Env, string]>([
    ['an odd app id', { ALIPAY_APP_ID: 'a b' }, 'ALIPAY_APP_ID: must be 1 to 32 letters or digits'],
    [
      'an odd seller',
      { ALIPAY_SELLER_ID: '20881' },
      'ALIPAY_SELLER_ID: must be 2088 and 12 more digits',
    ],
    [
      'a key twice',
      { ALIPAY_PRIVATE_KEY: privatePem },
      'ALIPAY_PRIVATE_KEY_FILE: set either this or ALIPAY_PRIVATE_KEY',
    ],
    [
      'no such file',
      { ALIPAY_PUBLIC_KEY_FILE: 'x' },
      'ALIPAY_PUBLIC_KEY_FILE: names a file that cannot be read',
    ],
    [
      'no key in the file',
      { ALIPAY_PUBLIC_KEY_FILE: 'ours.pem' },
      'ALIPAY_PUBLIC_KEY_FILE: is not an RSA public key',
    ],
    [
      'our own key as the next one of Alipay',
      { ALIPAY_PUBLIC_KEY_NEXT: ourPublicPem },
      "ALIPAY_PUBLIC_KEY_NEXT: is our own public key; Alipay's is needed",
    ],
  ])('refuses %s', (_name, env, expected) => {
    expect(problems(() => read({ ...IN_FILES, ...env }))).toEqual([expected]);
  });
});

describe('the simulator', () => {
  it('is chosen though deadline, product and code time are set', () => {
    const env = { ALIPAY_TIMEOUT_MS: '900', ALIPAY_PRODUCT_CODE: 'QR_CODE_OFFLINE', SIM_PORT: '0' };
    expect(read(env)).toEqual({
      kind: 'simulator',
      port: 0,
      dataDir: 'data/simulator',
      publicUrl: null,
      productCode: 'QR_CODE_OFFLINE',
      timeoutMs: 900,
      notifyUrl: null,
    });
  });

  it('has the public address that is set', () => {
    const env = { SIM_PUBLIC_URL: 'http://192.168.1.5:3100/' };
    expect(read(env)).toMatchObject({ publicUrl: 'http://192.168.1.5:3100' });
  });

  const clientEnv = [
    'ALIPAY_APP_ID=2021000000000001',
    'ALIPAY_PRIVATE_KEY_FILE=ours.pem',
    'ALIPAY_PUBLIC_KEY_FILE=alipay.pem',
    'ALIPAY_GATEWAY=http://127.0.0.1:3100/gateway.do',
    'ALIPAY_BILL_HOST=127.0.0.1:3100',
  ];

  it('tells by its client.env how to talk to it', () => {
    const simulator = read({ ALIPAY_TIMEOUT_MS: '900' }, 'http://127.0.0.1:3000');
    if (simulator.kind !== 'simulator') throw new Error('not the simulator');
    const settings = settingsOfSimulator(simulator, clientEnv.join('\n'), readFile);
    expect({ ...settings }).toEqual({
      appId: '2021000000000001',
      ...KEY_MODE,
      gateway: 'http://127.0.0.1:3100/gateway.do',
      sellerId: null,
      productCode: 'FACE_TO_FACE_PAYMENT',
      timeoutMs: 900,
      billHost: '127.0.0.1:3100',
      notifyUrl: 'http://127.0.0.1:3000/api/3Pay/AliPay/Notify',
    });
    expect(settings.privateKey).toBe(privatePem);
  });

  it('refuses a client.env that lacks something', () => {
    const simulator = read({});
    if (simulator.kind !== 'simulator') throw new Error('not the simulator');
    const half = clientEnv.slice(1).join('\n');
    expect(problems(() => settingsOfSimulator(simulator, half, readFile))).toEqual([
      'ALIPAY_APP_ID: is missing in the client.env of the simulator',
    ]);
  });
});

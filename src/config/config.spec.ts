import { inspect } from 'node:util';
import { type Config, readConfig, settingsNotInEffect } from './config';
import { SETTING_NAMES, settingRow } from './reading/settings';
import { ConfigError } from './reading/config-error';
import type { Env } from './reading/env-reader';
import { rsaPair } from '../../test/support/far-side/rsa-pairs';

const ours = rsaPair('ours');
const alipays = rsaPair('alipay');
const privatePem = ours.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const ourPublicPem = ours.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const publicPem = alipays.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const hash = 'ab'.repeat(32);

/** An account at Alipay with all it takes. */
const ACCOUNT: Env = {
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_PRIVATE_KEY: privatePem,
  ALIPAY_PUBLIC_KEY: publicPem,
};
/** The least a production process starts with. */
const PRODUCTION: Env = {
  ...ACCOUNT,
  NODE_ENV: 'production',
  DATABASE_URL: 'sqlite:/var/lib/3pay/3pay.sqlite',
  API_KEYS: `till-1:till:12:${hash}`,
};

function read(env: Env): Config {
  return readConfig(env, (path) => {
    throw new Error(`no file ${path}`);
  });
}

function problems(env: Env): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('readConfig with nothing set', () => {
  it('yields the embedded database and the simulator', () => {
    expect(read({})).toMatchObject({
      nodeEnv: 'development',
      http: {
        host: '127.0.0.1',
        port: 3000,
        bodyLimitBytes: 102_400,
        statusStyle: 'legacy',
        swagger: true,
        publicUrl: null,
        trustProxy: [],
      },
      database: { kind: 'sqlite', file: 'data/3pay.sqlite' },
      alipay: {
        kind: 'simulator',
        port: 3100,
        dataDir: 'data/simulator',
        publicUrl: 'http://127.0.0.1:3100',
        productCode: 'FACE_TO_FACE_PAYMENT',
        timeoutMs: 5000,
        notifyUrl: null,
      },
      codeMinutes: 120,
      repeatGuardSeconds: 120,
      sweepPeriodMs: 5000,
      rateLimitPerMinute: 600,
      access: { auth: 'none', apiKeys: [], messagesNeedKeys: false },
      microservice: { kind: 'tcp', host: '127.0.0.1', port: 3001 },
      callbacks: { '1': null, '7': null },
      top: { sandbox: true, upstream: null },
      logLevel: 'info',
    });
  });

  it('takes an empty or blank value for none', () => {
    const empty = { PORT: '', HOST: ' ', ALIPAY_APP_ID: '', NODE_ENV: '', TOP_TYPO: '' };
    expect(inspect(read(empty), { depth: 9 })).toBe(inspect(read({}), { depth: 9 }));
  });
});

describe('readConfig', () => {
  it('reads every plain setting', () => {
    const env = {
      NODE_ENV: 'test',
      HOST: '0.0.0.0',
      PORT: '8080',
      BODY_LIMIT_KB: '1',
      HTTP_STATUS_STYLE: 'rest',
      SWAGGER: 'off',
      PUBLIC_URL: 'https://pay.example.com/base/',
      TRUST_PROXY: '10.0.0.1, 192.168.0.0/16,::1',
      ALIPAY_CODE_MINUTES: '15',
      REPEAT_GUARD_SECONDS: '0',
      SWEEP_PERIOD_MS: '0',
      REFUND_DUPLICATES: 'ask',
      RATE_LIMIT_PER_MINUTE: '6000',
      LOG_LEVEL: 'silent',
    };
    expect(read(env)).toMatchObject({
      nodeEnv: 'test',
      http: {
        host: '0.0.0.0',
        port: 8080,
        bodyLimitBytes: 1024,
        statusStyle: 'rest',
        swagger: false,
        publicUrl: 'https://pay.example.com/base',
        trustProxy: ['10.0.0.1', '192.168.0.0/16', '::1'],
      },
      alipay: { notifyUrl: 'https://pay.example.com/base/api/3Pay/AliPay/Notify' },
      codeMinutes: 15,
      repeatGuardSeconds: 0,
      sweepPeriodMs: 0,
      refundDuplicates: 'ask',
      rateLimitPerMinute: 6000,
      logLevel: 'silent',
    });
  });

  it.each([
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535'],
    ['PORT', '1e3', 'must be a whole number from 0 to 65535'],
    ['PORT', '0x50', 'must be a whole number from 0 to 65535'],
    ['SIM_PORT', '80.5', 'must be a whole number from 0 to 65535'],
    ['SIM_PORT', '3000', 'must not be the same as PORT'],
    ['ALIPAY_CODE_MINUTES', '2', 'must be a whole number from 3 to 120'],
    ['ALIPAY_CODE_MINUTES', '121', 'must be a whole number from 3 to 120'],
    ['ALIPAY_TIMEOUT_MS', '99', 'must be a whole number from 100 to 30000'],
    ['REPEAT_GUARD_SECONDS', '86401', 'must be a whole number from 0 to 86400'],
    ['SWEEP_PERIOD_MS', '60001', 'must be a whole number from 0 to 60000'],
    ['RATE_LIMIT_PER_MINUTE', '0', 'must be a whole number from 1 to 1000000'],
    ['BODY_LIMIT_KB', '0', 'must be a whole number from 1 to 10240'],
    ['NODE_ENV', 'prodcution', 'must be one of development, test, production'],
    ['HTTP_STATUS_STYLE', 'REST', 'must be one of legacy, rest'],
    ['SWAGGER', 'yes', 'must be one of on, off'],
    ['AUTH', 'no', 'must be one of none, keys'],
    ['HOST', 'http://x', 'must be an address or a host name'],
    ['TRUST_PROXY', '10.0.0.1,10.0.0.0/33', 'entry 2 must be an address or address/prefix length'],
    ['TRUST_PROXY', 'proxy', 'entry 1 must be an address or address/prefix length'],
    ['PUBLIC_URL', 'pay.example.com', 'must be an address like https:// or http://host'],
    ['PUBLIC_URL', 'ftp://pay.example.com', 'must be an address like https:// or http://host'],
    ['PUBLIC_URL', 'https://u:p@example.com', 'must not contain a user or password'],
    ['PUBLIC_URL', 'https://example.com?a=1', 'must not contain ? or #'],
    [
      'PUBLIC_URL',
      `https://${'a'.repeat(60)}.com/${'b'.repeat(161)}`,
      'must have 233 characters or less',
    ],
    ['ALIPAY_APPID', '1', 'is not a known setting'],
    ['SIM_PROT', '1', 'is not a known setting'],
    ['TOP_KEYS', '1', 'is not a known setting'],
    ['CALLBACK_URL_8', 'http://x', 'is not a known setting'],
    ['MICROSERVICE_PORT', '1', 'is not a known setting'],
    ['TOP_APP_KEYS', 'key:change-me-change', 'is still the placeholder of the sample file'],
  ])('refuses %s=%s', (name, value, what) => {
    expect(problems({ [name]: value })).toEqual([`${name}: ${what}`]);
  });

  it('knows the settings of the simulator and the tests', () => {
    const env = { SIM_NOTIFY_SCALE: '0.01', SIM_LATENCY_MS: '5', TEST_MSSQL_URL: 'mssql://x' };
    expect(problems({ ...env, SIM_REFUND_VISIBLE_MS: '15000' })).toEqual([]);
  });

  it.each(['SIM_LATENCY_MS', 'SIM_REFUND_VISIBLE_MS'])('refuses a %s that is no time', (name) => {
    expect(problems({ [name]: '1s' })).toHaveLength(1);
  });

  it('reports all problems at once, without values', () => {
    const env = { PORT: 'planted', NODE_ENV: 'planted', DATABASE_URL: 'planted', TOP_X: 'planted' };
    const found = problems(env);
    expect(found.map((line) => line.split(':')[0])).toEqual([
      'NODE_ENV',
      'PORT',
      'DATABASE_URL',
      'TOP_X',
    ]);
    expect(found.join()).not.toContain('planted');
  });

  it('is frozen all the way down', () => {
    const thawed: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) thawed.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(read(PRODUCTION), 'config');
    visit(read({}), 'config');
    expect(thawed).toEqual([]);
  });
});

describe('readConfig in production', () => {
  it('starts with what it must have, Swagger off and no sandbox pair', () => {
    expect(read(PRODUCTION)).toMatchObject({
      http: { swagger: false },
      alipay: { kind: 'real' },
      access: { auth: 'keys', apiKeys: [{ name: 'till-1' }] },
      top: { appKeys: [], sandbox: false },
    });
  });

  it('names everything that is missing', () => {
    expect(problems({ NODE_ENV: 'production' })).toEqual([
      'ALIPAY_APP_ID: must be set in production',
      'ALIPAY_PRIVATE_KEY: must be set in production (or ALIPAY_PRIVATE_KEY_FILE)',
      'ALIPAY_PUBLIC_KEY: must be set in production (or ALIPAY_PUBLIC_KEY_FILE)',
      'DATABASE_URL: must be set in production',
      'API_KEYS: must be set in production unless AUTH=none is said, or AUTH=keys',
    ]);
  });

  it.each([
    ['SIM_PORT', '3100', 'the simulator never runs in production'],
    ['SIM_DATA', 'x', 'the simulator never runs in production'],
    ['PUBLIC_URL', 'http://pay.example.com', 'must be https in production'],
    ['ALIPAY_GATEWAY', 'http://10.0.0.1/gateway.do', 'must be https in production'],
  ])('refuses %s=%s', (name, value, what) => {
    expect(problems({ ...PRODUCTION, [name]: value })).toEqual([`${name}: ${what}`]);
  });

  it('goes without keys when that is said', () => {
    const env = { ...PRODUCTION, API_KEYS: '', AUTH: 'none' };
    expect(read(env).access).toMatchObject({ auth: 'none', apiKeys: [] });
  });

  it('may talk to an Alipay on this machine without TLS', () => {
    const gateway = 'http://127.0.0.1:3100/gateway.do';
    const { alipay } = read({ ...PRODUCTION, ALIPAY_GATEWAY: gateway });
    expect(alipay).toMatchObject({ settings: { gateway } });
  });
});

describe('a configuration that is logged', () => {
  const planted = 'pl4nted-secret-pl4nted';
  const callbackSecret = `whsec_${Buffer.from(planted.padEnd(32)).toString('base64')}`;
  const env = {
    ...PRODUCTION,
    DATABASE_URL: `mssql://sa:${planted}@db.example.com/books?encrypt=true`,
    MICROSERVICE_TRANSPORT: 'rmq',
    MICROSERVICE_URL: `amqp://user:${planted}@mq.example.com`,
    CALLBACK_URL_1: 'https://scenic.example.com/paid',
    CALLBACK_SECRET: callbackSecret,
    TOP_APP_KEYS: `key:${planted}`,
    TOP_UPSTREAM_URL: 'https://top.example.com/router/rest',
    TOP_UPSTREAM_KEY: 'key',
    TOP_UPSTREAM_SECRET: planted,
  };
  const config = read(env);
  const keyLine = privatePem.split('\n')[1] ?? '';

  it.each([
    ['JSON.stringify', JSON.stringify(config)],
    ['util.inspect', inspect(config, { depth: 9 })],
    ['util.inspect of hidden members', inspect(config, { depth: 9, showHidden: true })],
    ['a spread', inspect({ ...config, alipay: { ...config.alipay } }, { depth: 9 })],
  ])('gives no secret away by %s', (_way, text) => {
    expect(text).toContain('db.example.com');
    expect(text).not.toContain(planted);
    expect(text).not.toContain(callbackSecret);
    expect(text).not.toContain(keyLine);
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toContain(hash);
  });

  it('still holds them', () => {
    const settings = config.alipay.kind === 'real' ? config.alipay.settings : null;
    expect(settings?.privateKey).toBe(privatePem);
    expect(config.database.kind === 'mssql' && config.database.url.reveal()).toContain(planted);
    expect(config.callbacks['1']?.secrets[0]?.reveal()).toBe(callbackSecret);
    expect(config.top.upstream?.secret.reveal()).toBe(planted);
    expect(config.access.apiKeys[0]?.sha256Hex.reveal()).toBe(hash);
  });

  it('refuses our own public key where Alipay’s belongs', () => {
    const swapped = { ...ACCOUNT, ALIPAY_PUBLIC_KEY: ourPublicPem };
    expect(problems(swapped)).toEqual([
      "ALIPAY_PUBLIC_KEY: is our own public key; Alipay's is needed",
    ]);
  });
});

describe('settingsNotInEffect', () => {
  it('names what was set and does not work yet', () => {
    const all = Object.fromEntries(SETTING_NAMES.map((name) => [name, 'x']));
    const named = settingsNotInEffect(all).map(({ name }) => name);
    expect(named).toEqual(SETTING_NAMES.filter((name) => settingRow(name).notYet !== undefined));
    expect(settingsNotInEffect({ PORT: '1', TOP_APP_KEYS: ' ' })).toEqual([]);
  });
});

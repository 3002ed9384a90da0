import { ConfigError } from './reading/config-error';
import { type Env, EnvReader } from './reading/env-reader';
import { readMicroservice, readTop } from './partners-config';

function read(env: Env, production = false) {
  const reader = new EnvReader(env, () => '');
  const config = {
    microservice: readMicroservice(reader, production),
    top: readTop(reader, production),
  };
  reader.finish();
  return config;
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

describe('messages', () => {
  it.each<[Env, object]>([
    [{}, { kind: 'tcp', host: '127.0.0.1', port: 3001 }],
    [{ MICROSERVICE_URL: 'tcp://[::1]:4000' }, { kind: 'tcp', host: '::1', port: 4000 }],
    [{ MICROSERVICE_TRANSPORT: 'none' }, { kind: 'none' }],
  ])('%j', (env, expected) => {
    expect(read(env).microservice).toEqual(expected);
  });

  it.each([
    ['nats', 'nats://user:secret@mq:4222'],
    ['rmq', 'amqps://user:secret@mq/vhost?heartbeat=30'],
    ['redis', 'redis://:secret@mq:6379'],
  ])('over %s keep the address secret', (transport, url) => {
    const { microservice } = read({ MICROSERVICE_TRANSPORT: transport, MICROSERVICE_URL: url });
    expect(microservice.kind).toBe(transport);
    expect('url' in microservice && microservice.url.reveal()).toBe(url);
  });

  it.each<[Env, string]>([
    [{ MICROSERVICE_TRANSPORT: 'nats' }, 'must be set for this MICROSERVICE_TRANSPORT'],
    [{ MICROSERVICE_URL: 'nats://mq' }, 'must be an address like tcp://host'],
    [{ MICROSERVICE_URL: 'tcp://localhost' }, 'must name a port'],
    [
      { MICROSERVICE_TRANSPORT: 'rmq', MICROSERVICE_URL: 'redis://mq' },
      'must be an address like amqp:// or amqps://host',
    ],
  ])('%j is refused', (env, what) => {
    expect(problems(env)).toEqual([`MICROSERVICE_URL: ${what}`]);
  });
});

describe('messages in production', () => {
  const tcp = { MICROSERVICE_TRANSPORT: 'tcp' };
  const beyond = { ...tcp, MICROSERVICE_URL: 'tcp://0.0.0.0:3001' };

  it('do not come unless it is said how', () => {
    expect(read({}, true).microservice.kind).toBe('none');
    expect(read(tcp, true).microservice.kind).toBe('tcp');
    expect(() => read({ MICROSERVICE_URL: 'tcp://127.0.0.1:3001' }, true)).toThrow(
      'MICROSERVICE_TRANSPORT: must be set with MICROSERVICE_URL in production',
    );
    const none = { MICROSERVICE_TRANSPORT: 'none', MICROSERVICE_URL: 'tcp://127.0.0.1:3001' };
    expect(read(none, true).microservice.kind).toBe('none');
  });

  it('come over tcp from this machine alone, unless it is said', () => {
    expect(() => read(beyond, true)).toThrow('MICROSERVICE_EXPOSED=on');
    expect(read({ ...beyond, MICROSERVICE_EXPOSED: 'on' }, true).microservice).toMatchObject({
      host: '0.0.0.0',
    });
    const here = { ...tcp, MICROSERVICE_URL: 'tcp://[::1]:1' };
    expect(read(here, true).microservice.kind).toBe('tcp');
    expect(read(beyond).microservice.kind).toBe('tcp');
  });
});

describe('TOP', () => {
  it('has a public pair for trying out, never in production', () => {
    expect(read({}).top).toMatchObject({ sandbox: true, appKeys: [{ key: '3pay-sandbox' }] });
    expect(read({}, true).top).toEqual({ sandbox: false, appKeys: [], upstream: null });
  });

  it('takes pairs and an upstream', () => {
    const { top } = read({
      TOP_APP_KEYS: '1012:first, 1013:se:cond',
      TOP_UPSTREAM_URL: 'https://top.example.com/router/rest',
      TOP_UPSTREAM_KEY: '77',
      TOP_UPSTREAM_SECRET: 'third',
    });
    expect(top.sandbox).toBe(false);
    expect(top.appKeys.map(({ key, secret }) => `${key}=${secret.reveal()}`)).toEqual([
      '1012=first',
      '1013=se:cond',
    ]);
    expect(top.upstream).toMatchObject({ url: 'https://top.example.com/router/rest', key: '77' });
    expect(top.upstream?.secret.reveal()).toBe('third');
  });

  it('binds apps to bill types; one that is not named speaks for all', () => {
    const bound = (env: Env) =>
      read(env).top.appKeys.map(({ key, billTypes }) => `${key}=${billTypes.join('')}`);
    const keys = { TOP_APP_KEYS: 'a:1,b:2,c:3' };
    expect(bound(keys)).toEqual(['a=1234567', 'b=1234567', 'c=1234567']);
    const some = { ...keys, TOP_APP_BILL_TYPES: 'c: 71, a:*' };
    expect(bound(some)).toEqual(['a=1234567', 'b=1234567', 'c=17']);
    expect(bound({ TOP_APP_BILL_TYPES: '3pay-sandbox:2' })).toEqual(['3pay-sandbox=2']);
  });

  it.each([
    ['a', 'entry 1 must read key:billtypes'],
    ['a:', 'entry 1 must read key:billtypes'],
    ['a:8', 'entry 1 must read key:billtypes'],
    ['a:1,a:11', 'entry 2 must read key:billtypes'],
    ['a:1:2', 'entry 1 must read key:billtypes'],
    [':1', 'entry 1 must read key:billtypes'],
    ['b:1', 'entry 1 names no key of TOP_APP_KEYS'],
    ['a:1,a:2', 'entry 2 names a key for the second time'],
  ])('TOP_APP_BILL_TYPES=%s is refused', (text, what) => {
    const [problem, ...more] = problems({ TOP_APP_KEYS: 'a:b', TOP_APP_BILL_TYPES: text });
    expect(problem).toMatch(`TOP_APP_BILL_TYPES: ${what}`);
    expect(more).toEqual([]);
  });

  it.each<[Env, string[]]>([
    [{ TOP_APP_KEYS: 'a:b,c' }, ['TOP_APP_KEYS: entry 2 must read key:secret']],
    [{ TOP_APP_KEYS: 'a:b,a:c' }, ['TOP_APP_KEYS: has two entries for one key']],
    [
      { TOP_UPSTREAM_KEY: '77' },
      [
        'TOP_UPSTREAM_URL: is missing; the TOP upstream is set only in part',
        'TOP_UPSTREAM_SECRET: is missing; the TOP upstream is set only in part',
      ],
    ],
  ])('%j is refused', (env, expected) => {
    expect(problems(env)).toEqual(expected);
  });
});

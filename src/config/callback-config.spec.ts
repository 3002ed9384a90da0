import { readCallbacks } from './callback-config';
import { ConfigError } from './reading/config-error';
import { type Env, EnvReader } from './reading/env-reader';

const secretOf = (letter: string, bytes = 32) =>
  `whsec_${Buffer.from(letter.repeat(bytes)).toString('base64')}`;
const ONE = secretOf('a');
const TWO = secretOf('b');
const POS = 'http://pos.lan/paid?from=3pay';

function read(env: Env, production = false) {
  const reader = new EnvReader(env, () => '');
  const callbacks = readCallbacks(reader, production);
  reader.finish();
  return callbacks;
}

function problems(env: Env, production = false): readonly string[] {
  try {
    read(env, production);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('callbacks', () => {
  it('go nowhere by themselves', () => {
    expect(Object.values(read({}))).toEqual([null, null, null, null, null, null, null]);
  });

  it('go to the system of each bill type, signed by the common secret', () => {
    const { '1': scenic, '2': pos } = read({ CALLBACK_URL_2: POS, CALLBACK_SECRET: ONE });
    expect(scenic).toBeNull();
    expect(pos).toMatchObject({ url: POS, format: 'json' });
    expect(pos?.secrets.map((secret) => secret.reveal())).toEqual([ONE]);
  });

  it('are signed by a secret of its own, two of them while it changes, in XML', () => {
    const { '2': pos } = read({
      CALLBACK_URL_2: POS,
      CALLBACK_SECRET_2: `${TWO} , ${ONE}`,
      CALLBACK_FORMAT_2: 'xml',
    });
    expect(pos?.format).toBe('xml');
    expect(pos?.secrets.map((secret) => secret.reveal())).toEqual([TWO, ONE]);
  });

  it.each<[Env, string]>([
    [{ CALLBACK_URL_7: 'http://c.lan' }, 'CALLBACK_SECRET: must be set with CALLBACK_URL_7'],
    [{ CALLBACK_SECRET: ONE }, 'CALLBACK_SECRET: is set and no CALLBACK_URL_n is'],
    [{ CALLBACK_SECRET_3: ONE }, 'CALLBACK_SECRET_3: is set and CALLBACK_URL_3 is not'],
    [{ CALLBACK_FORMAT_3: 'json' }, 'CALLBACK_FORMAT_3: is set and CALLBACK_URL_3 is not'],
    [{ CALLBACK_ALLOW_HTTP_3: 'true' }, 'CALLBACK_ALLOW_HTTP_3: is set and CALLBACK_URL_3 is not'],
  ])('%j, which would do nothing, is refused', (env, expected) => {
    expect(problems(env)).toEqual([expected]);
  });

  it.each<[string, string]>([
    ['0123456789abcdef0123456789abcdef', 'entry 1 must be whsec_ and base64 of 24 to 64 bytes'],
    [secretOf('a', 23), 'entry 1 must be whsec_ and base64 of 24 to 64 bytes'],
    [`${ONE},${secretOf('a', 65)}`, 'entry 2 must be whsec_ and base64 of 24 to 64 bytes'],
    [`${ONE},${TWO},${secretOf('c')}`, 'must be one secret or two'],
    [`${ONE},${ONE}`, 'names one secret twice'],
  ])('the secret %s is refused', (secret, what) => {
    const env = { CALLBACK_URL_2: POS, CALLBACK_SECRET_2: secret };
    expect(problems(env)).toEqual([`CALLBACK_SECRET_2: ${what}`]);
  });

  it.each([24, 64])('a secret of %d bytes is taken', (bytes) => {
    const env = { CALLBACK_URL_2: POS, CALLBACK_SECRET: secretOf('a', bytes) };
    expect(problems(env)).toEqual([]);
  });
});

describe('callbacks in production', () => {
  const env = (url: string, more: Env = {}) => ({
    CALLBACK_URL_1: url,
    CALLBACK_SECRET: ONE,
    ...more,
  });
  const SAID = { CALLBACK_ALLOW_HTTP_1: 'true' };

  it('go over https', () => {
    expect(problems(env('https://scenic.example.com'), true)).toEqual([]);
  });

  it.each([
    'http://10.1.2.3/x',
    'http://172.31.0.1/x',
    'http://192.168.1.9:8080/x',
    'http://127.0.0.1/x',
    'http://[fd00::1]/x',
    'http://[::1]/x',
    'http://scenic/x',
    'http://scenic.lan/x',
  ])('go to %s over http when it is said', (url) => {
    expect(problems(env(url, SAID), true)).toEqual([]);
    expect(problems(env(url), true)).toEqual([
      'CALLBACK_URL_1: must be https in production, or say CALLBACK_ALLOW_HTTP_1=true',
    ]);
    expect(problems(env(url))).toEqual([]);
  });

  it.each([
    'http://scenic.example.com/x',
    'http://172.32.0.1/x',
    'http://11.1.2.3/x',
    'http://[2001:db8::1]/x',
    'http://10.example.com/x',
  ])('never go to %s', (url) => {
    expect(problems(env(url, SAID), true)).toEqual(['CALLBACK_URL_1: must be https in production']);
  });

  it('say nothing of http where it is https', () => {
    expect(problems(env('https://scenic.example.com', SAID))).toEqual([
      'CALLBACK_ALLOW_HTTP_1: is set and CALLBACK_URL_1 is https',
    ]);
  });
});

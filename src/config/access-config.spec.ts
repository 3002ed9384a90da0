import { type AccessConfig, readAccess } from './access-config';
import { ConfigError } from './reading/config-error';
import { type Env, EnvReader } from './reading/env-reader';

const HASH = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

function read(env: Env): AccessConfig {
  const reader = new EnvReader(env, () => '');
  const config = readAccess(reader, false);
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

describe('API_KEYS', () => {
  it('is a list of keys', () => {
    const { auth, apiKeys } = read({
      API_KEYS: `gate-1:till:12:${HASH.toUpperCase()} , back.office:operator:*:${OTHER}`,
    });
    expect(auth).toBe('keys');
    expect(apiKeys.map((key) => ({ ...key, sha256Hex: key.sha256Hex.reveal() }))).toEqual([
      { name: 'gate-1', role: 'till', billTypes: ['1', '2'], sha256Hex: HASH },
      {
        name: 'back.office',
        role: 'operator',
        billTypes: ['1', '2', '3', '4', '5', '6', '7'],
        sha256Hex: OTHER,
      },
    ]);
  });

  const form = 'entry 1 must read name:role:billtypes:sha256hex';
  const bills = 'entry 1 must name bill types as digits 1 to 7, like 12, or *';
  it.each([
    ['gate-1', form],
    [`gate 1:till:1:${HASH}`, form],
    [`:till:1:${HASH}`, form],
    [`a:till:1:${HASH}:more`, form],
    [`a:boss:1:${HASH}`, 'entry 1 must have the role till, desk, operator, viewer, monitor'],
    [`a:till::${HASH}`, bills],
    [`a:till:8:${HASH}`, bills],
    [`a:till:18:${HASH}`, bills],
    [`a:till:11:${HASH}`, bills],
    [`a:till:1*:${HASH}`, bills],
    ['a:till:1:abc', 'entry 1 must end with a SHA-256 of 64 hex digits'],
    [`a:till:1:${HASH},a:till:2:${OTHER}`, 'has two entries with one name'],
    [`a:till:1:${HASH},b:till:2:${HASH}`, 'has two entries for one key'],
    [`a:till:1:${HASH},`, 'entry 2 must read name:role:billtypes:sha256hex'],
  ])('refuses %s', (text, what) => {
    expect(problems({ API_KEYS: text })).toEqual([`API_KEYS: ${what}`]);
  });
});

describe('AUTH', () => {
  const API_KEYS = `a:till:1:${HASH}`;
  it.each<[string, Env, string]>([
    ['none without keys', {}, 'none'],
    ['keys where keys are named', { API_KEYS }, 'keys'],
    ['none when that is said', { API_KEYS, AUTH: 'none' }, 'none'],
  ])('is %s', (_name, env, auth) => {
    expect(read(env).auth).toBe(auth);
  });

  it('may be asked of messages, too, where there are keys', () => {
    const MICROSERVICE_KEYS = 'on';
    expect(read({ API_KEYS }).messagesNeedKeys).toBe(false);
    expect(read({ API_KEYS, MICROSERVICE_KEYS }).messagesNeedKeys).toBe(true);
    const without = ['MICROSERVICE_KEYS: needs API_KEYS, and not AUTH=none'];
    expect(problems({ MICROSERVICE_KEYS })).toEqual(without);
    expect(problems({ API_KEYS, MICROSERVICE_KEYS, AUTH: 'none' })).toEqual(without);
  });

  it('may be keys when none are named: they are in the books then', () => {
    expect(read({ AUTH: 'keys' })).toMatchObject({ auth: 'keys', apiKeys: [] });
  });
});

import { rsaPair } from '../../test/support/far-side/rsa-pairs';
import { readConfig } from './config';
import type { Env } from './reading/env-reader';

const HALF_PAST_NINE = 9.5 * 3_600_000;
const ACCOUNT: Env = {
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_PRIVATE_KEY: rsaPair('ours')
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString(),
  ALIPAY_PUBLIC_KEY: rsaPair('alipay').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
};

const read = (env: Env) => readConfig(env, () => '');

describe('the settings of reconciliation', () => {
  it.each<[Env, number | null]>([
    [{}, null],
    [{ RECONCILE_AT: '09:30' }, HALF_PAST_NINE],
    [ACCOUNT, HALF_PAST_NINE],
    [{ ...ACCOUNT, RECONCILE_AT: ' ' }, HALF_PAST_NINE],
    [{ ...ACCOUNT, RECONCILE_AT: 'off' }, null],
    [{ ...ACCOUNT, RECONCILE_AT: '00:00' }, 0],
    [{ ...ACCOUNT, RECONCILE_AT: '23:59' }, 24 * 3_600_000 - 60_000],
  ])('case %#: when a day is compared', (env, atMs) => {
    expect(read(env).reconcileAtMs).toBe(atMs);
  });

  it.each([
    ['RECONCILE_AT', '9:30'],
    ['RECONCILE_AT', '24:00'],
    ['RECONCILE_AT', '09:60'],
    ['RECONCILE_AT', 'never'],
    ['TRADE_PREFIX', 'a'],
    ['TRADE_PREFIX', 'AB'],
    ['TRADE_PREFIX', 'abc'],
    ['TRADE_PREFIX', 'a1'],
  ])('%s is not %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });

  it('mark the numbers of an installation', () => {
    expect([read({}).tradePrefix, read({ TRADE_PREFIX: 'qz' }).tradePrefix]).toEqual([
      '3paa',
      '3pqz',
    ]);
  });
});

import { createHash } from 'node:crypto';
import { signatureHolds, signMethodOf, signTop } from './top-signature';
import type { SignMethod } from './top-signature';

const SECRET = 'topsecret';
const CHINESE = '中文 +&=%/';

/** Signatures made by TOP's own Java client. */
const VECTORS: [SignMethod, format: string, checkoutId: string | null, sign: string][] = [
  ['md5', 'json', 'E', '79C4505586F8FA2A3B25519A4136C99E'],
  ['md5', 'json', CHINESE, '19F57CA5D6E60F33E91C45D37812EA2C'],
  ['md5', 'xml', CHINESE, '6A5DAA77ABA8930417A5F3EA2818264B'],
  ['md5', 'json', null, '6BA3141710EEE899172335B2E09C7064'],
  ['hmac', 'json', 'E', '23A5F0A19223804FD89ABA6CDD9816DD'],
  ['hmac', 'json', CHINESE, '93D65D98A551AC1A12291FB0C5B867F4'],
  ['hmac', 'xml', null, '2A485F337298E292E96D5A7519FB0714'],
  ['hmac-sha256', 'json', 'E', '546947F05FF3D4A9A7E32C5B70D8945004D85B6A9F65203472870981BC08DDC3'],
  [
    'hmac-sha256',
    'json',
    CHINESE,
    'A29AD93EAE7946464F24FFE99669F982B5914BA41237840F28728DCD79F4264F',
  ],
  ['hmac-sha256', 'xml', 'E', 'B165797402FB84EAFB19911A47F918E2B0A83A243D704700A2D973D456903E06'],
];

function parametersOf(
  method: SignMethod,
  format: string,
  checkoutId: string | null,
): Map<string, string> {
  return new Map([
    ['v', '2.0'],
    ['app_key', '1'],
    ['biz_order_id', '1'],
    ['method', 'alibaba.alisports.lianbei.xpos.querystatus'],
    ['partner_id', 'top-sdk-java-dynamicVersionNo'],
    ['timestamp', '2018-01-02 12:00:00'],
    ['format', format],
    ['sign_method', method],
    ...(checkoutId === null ? [] : [['checkout_id', checkoutId] as const]),
  ]);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex').toUpperCase();
}

describe('the signature of the Java client', () => {
  it.each(VECTORS)('%s, %s, checkout_id %s', (method, format, checkoutId, sign) => {
    const parameters = parametersOf(method, format, checkoutId);
    expect(signTop(method, parameters, SECRET)).toBe(sign);
    expect(signatureHolds(method, parameters.set('sign', sign), SECRET)).toBe(true);
  });

  it.each(VECTORS)('no longer holds when anything changes: %s, %s, %s', (...vector) => {
    const [method, format, checkoutId, sign] = vector;
    const parameters = parametersOf(method, format, checkoutId).set('sign', sign);
    expect(signatureHolds(method, parameters, `${SECRET} `)).toBe(false);
    for (const [name, value] of parameters) {
      const changed = new Map(parameters).set(name, `${value}0`);
      expect([name, signatureHolds(method, changed, SECRET)]).toEqual([name, false]);
    }
    expect(signatureHolds(method, new Map(parameters).set('more', '1'), SECRET)).toBe(false);
    expect(signatureHolds(method, parameters, SECRET, '{}')).toBe(false);
  });
});

describe('what is signed', () => {
  const pair = new Map([
    ['b', '2'],
    ['a', '1'],
    ['B', '3'],
  ]);

  it('is sorted by the bytes of the names, and `sign` is no part of it', () => {
    expect(signTop('md5', pair, 's')).toBe(md5('sB3a1b2s'));
    expect(signTop('md5', new Map([...pair, ['sign', 'x']]), 's')).toBe(md5('sB3a1b2s'));
  });

  it('ends with a body that is no form', () => {
    expect(signTop('md5', pair, 's', '{"x":1}')).toBe(md5('sB3a1b2{"x":1}s'));
  });

  it.each([
    ['with the bare name of an empty parameter', 'sa1sessions'],
    ['without empty parameters', 'sa1s'],
  ])('may be the text %s', (_what, text) => {
    const parameters = new Map([
      ['a', '1'],
      ['session', ''],
      ['sign', md5(text)],
    ]);
    expect(signatureHolds('md5', parameters, 's')).toBe(true);
  });
});

describe('a claimed signature', () => {
  const good = signTop('md5', new Map([['a', '1']]), 's');

  it.each([
    ['nothing', ''],
    ['small letters', good.toLowerCase()],
    ['a beginning', good.slice(0, 31)],
    ['more', `${good}0`],
    ['as many other characters', '中'.repeat(32)],
    ['the digest of another method', signTop('hmac', new Map([['a', '1']]), 's')],
  ])('of %s does not hold', (_what, sign) => {
    const parameters = new Map([
      ['a', '1'],
      ['sign', sign],
    ]);
    expect(signatureHolds('md5', parameters, 's')).toBe(false);
  });

  it('holds as it is', () => {
    const parameters = new Map([
      ['a', '1'],
      ['sign', good],
    ]);
    expect(signatureHolds('md5', parameters, 's')).toBe(true);
  });
});

it.each(['sha256', 'md5 ', 'HMAC_SHA256', 'toString', ''])('%j is no sign_method', (text) => {
  expect(signMethodOf(text)).toBeUndefined();
});

it.each([
  ['md5', 'md5'],
  ['MD5', 'md5'],
  ['Hmac', 'hmac'],
  ['HMAC-SHA256', 'hmac-sha256'],
])('%j is the sign_method %s', (text, method) => {
  expect(signMethodOf(text)).toBe(method);
});

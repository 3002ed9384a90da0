import { PayError } from '../../../domain/errors';
import { AliScanCodeParm } from '../../../../test/support/contracts';
import { readJson } from './json-read';

function read(text: string): object {
  return readJson(AliScanCodeParm, Buffer.from(text), 'utf-8');
}

function refusal(text: string): string {
  try {
    return `accepted ${JSON.stringify(read(text))}`;
  } catch (error) {
    if (!(error instanceof PayError)) throw error;
    return `${error.code} ${error.shown}`;
  }
}

describe('readJson', () => {
  it.each([
    ['{"billnum":"a","paymentvalue":5.10}', { billnum: 'a', paymentvalue: '5.10' }],
    ['{"paymentvalue":1e2,"billnum":null}', { billnum: null, paymentvalue: '100' }],
    ['{"paymentvalue":9007199254740993.01}', { paymentvalue: '9007199254740993.01' }],
    ['{"paymentvalue":"5,00"}', { paymentvalue: '5,00' }],
    ['{"paymentvalue":.5}', { paymentvalue: '.5' }],
    ['{"billtype":1,"paytype":-5}', { billtype: '1', paytype: '-5' }],
    ['{}', {}],
  ])('reads %s', (text, record) => {
    expect(read(text)).toEqual(record);
  });

  it.each([
    "{'billnum':'a'}",
    '{billnum:"a"}',
    '{"billnum":"a",}',
    '{/* c */"billnum"//x\n:"a"/**/}//',
    '\0 {"billnum":"a"}\0 \r\n/* end */',
    '{"BillNum":"a"}',
    '{"bill\\u006eum":"a"}',
    '{"billnum":"a","x":{"y":[1,{"z":null},],},"n":-0x1F,"u":undefined,"f":1.5e-3}',
    '{"x":"}","billnum":"a","y":"\\"{"}',
    '{"__proto__":{"billnum":"b"},"constructor":1,"prototype":[],"billnum":"a"}',
  ])('takes the notation %s', (text) => {
    expect(read(text)).toEqual({ billnum: 'a' });
  });

  it('resolves every escape', () => {
    const text = '{"billnum":"\\"\\\'\\\\\\/\\b\\f\\n\\r\\t\\u4e2d\\ud83d\\ude00\u0001"}';
    expect(read(text)).toEqual({ billnum: '"\'\\/\b\f\n\r\t中😀\u0001' });
  });

  it.each([
    '{"billnum":true}',
    '{"billnum":[]}',
    '{"billnum":{}}',
    '{"billnum":1.5}',
    '{"billnum":1e3}',
    '{"billnum":007}',
    '{"billnum":0x1F}',
    '{"billnum":-0}',
    '{"billnum":NaN}',
    '{"billnum":undefined}',
    '{"billnum":"a","billnum":"a"}',
    '{"billnum":"a","BILLNUM":"a"}',
    '{"billnum":null,"billnum":null}',
    '{"billnum":"\\ud83d"}',
    '{"billnum":"\\ude00\\ud83d"}',
  ])('refuses %s and names the member', (text) => {
    expect(refusal(text)).toMatch(/^INVALID_MEMBER .*billnum/);
  });

  it.each(['010', '0x10', '+5', 'true', '[5]', '{}', 'NaN', '1e401', '00.5', '5_0'])(
    'refuses the amount %s and names the member',
    (amount) => {
      expect(refusal(`{"paymentvalue":${amount}}`)).toMatch(/^INVALID_MEMBER .*paymentvalue/);
    },
  );

  it.each([
    '',
    ' ',
    'null',
    'undefined',
    '/* c */',
    '[]',
    '[{}]',
    '"{}"',
    '5',
    'true',
    '{',
    '{"billnum"',
    '{"billnum":',
    '{"billnum":"a',
    '{"billnum":"a"',
    '{"billnum":"a",',
    '{"billnum":"a"}}',
    '{"billnum":"a"}{}',
    '{"billnum":"a"}x',
    '5}',
    '[}',
    '{:1}',
    '{,}',
    '{"a":1,,"b":2}',
    '{"a":1 "b":2}',
    '{"a":new Date(0)}',
    '{"a":tru}',
    '{"a":1.2.3}',
    '{"a":"\\x"}',
    '{"a":"\\u12G4"}',
    '{"a":"\\',
    '{/* }',
    '{/ }',
    '{/x\n}',
    '{}/* x',
    '{}/',
    '{"a":[1}',
    '{"a" 1}',
  ])('refuses %p as unreadable', (text) => {
    expect(refusal(text)).toMatch(/^UNREADABLE /);
  });

  it('takes a nesting of 32 and refuses 33, and 100,000 at once', () => {
    const nested = (depth: number) => `{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(read(nested(32))).toEqual({});
    expect(refusal(nested(33))).toMatch(/^UNREADABLE .*nested/);
    expect(refusal(nested(100_000))).toMatch(/^UNREADABLE .*nested/);
    expect(refusal('{"a":'.repeat(100_000))).toMatch(/^UNREADABLE .*nested/);
  });

  it('never shows a piece of the body', () => {
    expect(refusal('{"secret":"4321",oops!}')).not.toMatch(/4321|secret|oops/);
    expect(refusal('{"billnum":4321.5}')).not.toContain('4321');
  });

  it('takes time in proportion to the body', () => {
    const strings = `{${'"x":"yyyyyyyy",'.repeat(50_000)}"billnum":"\\u0041"}`;
    expect(read(strings)).toEqual({ billnum: 'A' });
    const escapes = `{"billnum":"${'\\n'.repeat(300_000)}"}`;
    expect(read(escapes)).toEqual({ billnum: '\n'.repeat(300_000) });
  });

  it.each([
    ['UTF-8 mark', Buffer.from('\ufeff{"body":"中"}', 'utf8'), 'utf-8'],
    ['UTF-16 LE mark', Buffer.from('\ufeff{"body":"中"}', 'utf16le'), 'utf-8'],
    ['UTF-16 BE mark', Buffer.from('\ufeff{"body":"中"}', 'utf16le').swap16(), 'utf-8'],
    ['declared UTF-16', Buffer.from('{"body":"中"}', 'utf16le'), 'utf-16'],
    [
      'UTF-32 LE mark',
      Buffer.from(
        [...'\ufeff{"body":"中"}'].flatMap((c) => [
          c.charCodeAt(0) & 255,
          c.charCodeAt(0) >> 8,
          0,
          0,
        ]),
      ),
      'utf-8',
    ],
    [
      'UTF-32 BE mark',
      Buffer.from(
        [...'\ufeff{"body":"中"}'].flatMap((c) => [
          0,
          0,
          c.charCodeAt(0) >> 8,
          c.charCodeAt(0) & 255,
        ]),
      ),
      'utf-8',
    ],
  ] as const)('decodes by the %s', (_name, bytes, charset) => {
    expect(readJson(AliScanCodeParm, bytes, charset)).toEqual({ body: '中' });
  });

  it.each([
    ['overlong UTF-8', Buffer.from('7b22626f6479223a22c0af227d', 'hex')],
    ['GBK', Buffer.from('7b22626f6479223a22d6d0227d', 'hex')],
    ['a surrogate in UTF-8', Buffer.from('7b22626f6479223a22eda0bd227d', 'hex')],
    ['half a UTF-16 LE unit', Buffer.from('fffe7b007d0000', 'hex')],
    ['half a UTF-16 BE unit', Buffer.from('feff007b007d00', 'hex')],
    ['half a UTF-32 unit', Buffer.from('fffe00007b0000007d00000000', 'hex')],
    ['no code point', Buffer.from('fffe0000ffffffff', 'hex')],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readJson(AliScanCodeParm, bytes, 'utf-8')).toThrow(PayError);
  });
});

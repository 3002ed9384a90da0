import { readStrictForm } from './alipay.form';

const FORM = 'application/x-www-form-urlencoded';

function read(body: string | Buffer, contentType = FORM) {
  const reading = readStrictForm(Buffer.from(body), contentType);
  return reading.ok ? [...reading.fields] : reading.why;
}

it.each([
  FORM,
  'Application/X-WWW-Form-URLEncoded',
  ` ${FORM} `,
  `${FORM}; charset=utf-8`,
  `${FORM};charset=UTF8`,
  `${FORM}; charset="utf-8"`,
  `${FORM}; text/html; charset=utf-8`,
  `${FORM}; boundary=x;`,
])('takes the content type %s', (contentType) => {
  expect(read('a=b', contentType)).toEqual([['a', 'b']]);
});

it.each([
  ['', 'not a form'],
  ['application/json', 'not a form'],
  ['text/xml', 'not a form'],
  ['multipart/form-data; boundary=x', 'not a form'],
  ['text/plain', 'not a form'],
  [`${FORM}, application/json`, 'not a form'],
  [`${FORM}x`, 'not a form'],
  [`${FORM}; charset=gbk`, 'charset is not utf-8'],
  [`${FORM}; Charset = "GBK"`, 'charset is not utf-8'],
  [`${FORM}; charset=`, 'charset is not utf-8'],
  [`${FORM}; charset=utf-8; charset=gbk`, 'charset is not utf-8'],
  [`${FORM}; charset=gbk; charset=utf-8`, 'charset is not utf-8'],
  [`${FORM}; charset=utf-8, gbk`, 'charset is not utf-8'],
  [`${FORM};${' '.repeat(300)}`, 'Content-Type too long'],
])('does not take the content type %s', (contentType, why) => {
  expect(read('a=b', contentType)).toBe(why);
});

const PART = 'a part that is not name=value';
const BROKEN = 'a broken escape or invalid UTF-8';
const BODIES: [string | Buffer, string | [string, string][]][] = [
  [
    'a=1&b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'b=2&a=',
    [
      ['b', '2'],
      ['a', ''],
    ],
  ],
  ['a=x=y', [['a', 'x=y']]],
  ['a=+%2B%20%25', [['a', ' +  %'.replace('  ', ' ')]]],
  ['a=%e9%97%A8%E7%A5%A8', [['a', '门票']]],
  ['a=门票🎫', [['a', '门票🎫']]],
  [
    'a%5Bb%5D=1&a[b]c=2&a=3',
    [
      ['a[b]', '1'],
      ['a[b]c', '2'],
      ['a', '3'],
    ],
  ],
  [
    '__proto__=1&constructor=2',
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
  ],
  ['a=%EF%BB%BFx', [['a', '\ufeffx']]],
  ['a=%00', [['a', '\0']]],
  ['a=1&a=1', 'a repeated parameter'],
  ['a=1&b=2&a=3', 'a repeated parameter'],
  ['a=1&%61=1', 'a repeated parameter'],
  ['', 'empty body'],
  ['a', PART],
  ['=1', PART],
  ['a=1&', PART],
  ['&a=1', PART],
  ['a=1&&b=2', PART],
  ['{"a":1}', PART],
  ['a=%', BROKEN],
  ['a=%2', BROKEN],
  ['a=%zz', BROKEN],
  ['a=%2&b=1', BROKEN],
  ['a%=1', BROKEN],
  ['a=%C3', BROKEN],
  ['a=%C0%AF', BROKEN],
  ['a=%ED%A0%80', BROKEN],
  ['a=%C3%C5%C6%B1', BROKEN],
  [Buffer.from([0x61, 0x3d, 0xc3, 0xc5]), BROKEN],
];
it.each(BODIES)('reads %j', (body, meaning) => {
  expect(read(body)).toEqual(meaning);
});

it('joins an escape and the raw bytes of one character', () => {
  expect(read(Buffer.from([0x61, 0x3d, 0x25, 0x43, 0x33, 0xa9]))).toEqual([['a', 'é']]);
});

describe('what is too much', () => {
  const parts = (count: number) => Array.from({ length: count }, (_each, i) => `n${i}=v`).join('&');

  it('is more than 100 parameters', () => {
    expect(read(parts(100))).toHaveLength(100);
    expect(read(parts(101))).toBe('too many parameters');
    expect(read(parts(3_000))).toBe('too many parameters');
  });

  it('is more than 32 KiB', () => {
    expect(read(`a=${'x'.repeat(32_766)}`)).toHaveLength(1);
    expect(read(`a=${'x'.repeat(32_767)}`)).toBe('body too large');
  });

  it('is refused for less than looking at it once would cost', () => {
    const texts = ['a=1&'.repeat(250_000), '%'.repeat(1_000_000), parts(100_000)];
    const bodies = texts.map((text) => Buffer.from(text));
    const costOf = (work: (body: Buffer) => unknown): number => {
      const start = performance.now();
      for (let i = 0; i < 100; i += 1) bodies.forEach(work);
      return performance.now() - start;
    };
    expect(bodies.map((body) => read(body))).toEqual(texts.map(() => 'body too large'));
    const looking = costOf((body) => body.toString('utf8'));
    expect(costOf((body) => readStrictForm(body, FORM))).toBeLessThan(looking);
  });
});

it('reads a view into a larger buffer', () => {
  const whole = Buffer.from('x=0&a=1&y=2');
  const view = new Uint8Array(whole.buffer, whole.byteOffset + 4, 3);
  const reading = readStrictForm(view, FORM);
  expect(reading).toEqual({ ok: true, fields: new Map([['a', '1']]) });
});

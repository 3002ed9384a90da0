import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { chinaTime } from '../../src/domain/china-time';
import { signTop } from '../../src/xpos/top/top-signature';
import { TestService } from '../support/process/service';
import { APP, encoded, postForm, refusalOf, send, signed } from '../support/far-side/top';
import type { Parameters } from '../support/far-side/top';

const MINUTE = 60_000;
const UNKNOWN = { checkout_id: '788' };

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
}, 60_000);
afterAll(() => service.stop());

/** Each refusal that a signed request of one caller can meet, in the order of the checks. */
const REFUSALS: [what: string, changes: Parameters, refusal: string][] = [
  ['no method', { method: undefined }, '21 isv.missing-parameter'],
  ['an empty method', { method: '' }, '21 isv.missing-parameter'],
  ['another method', { method: 'taobao.user.get' }, '22 isv.invalid-parameter'],
  ['no app_key', { app_key: undefined }, '28 isv.missing-parameter'],
  ['an unknown app', { app_key: '4711' }, '29 isv.appkey-not-exists'],
  ['no timestamp', { timestamp: undefined }, '30 isv.missing-parameter'],
  ['a timestamp that is none', { timestamp: '2026-13-01 00:00:00' }, '31 isv.invalid-parameter'],
  ['ISO time', { timestamp: '2026-11-22T12:00:00' }, '31 isv.invalid-parameter'],
  ['seconds', { timestamp: '1795320000' }, '31 isv.invalid-parameter'],
  ['no version', { v: undefined }, '32 isv.missing-parameter'],
  ['a version that is none', { v: 'two' }, '33 isv.invalid-parameter'],
  ['another version', { v: '1.0' }, '34 isv.invalid-parameter'],
  ['no signature', { sign: undefined }, '24 isv.missing-parameter'],
  ['no sign_method', { sign_method: undefined }, '25 isv.invalid-parameter'],
  ['another sign_method', { sign_method: 'sha1' }, '25 isv.invalid-parameter'],
  ['a wrong signature', { sign: 'A'.repeat(32) }, '25 isv.invalid-parameter'],
  ['an order id that is no number', { biz_order_id: '1a' }, '41 isv.invalid-parameter'],
  ['an order id of 65 bits', { biz_order_id: '9223372036854775808' }, '41 isv.invalid-parameter'],
  ['neither id', {}, '50 isv.invalid-parameter'],
  ['two empty ids', { biz_order_id: '', checkout_id: '' }, '50 isv.invalid-parameter'],
  ['an unknown checkout_id', UNKNOWN, '50 isv.invalid-parameter'],
  ['an unknown order id', { biz_order_id: '987654' }, '50 isv.invalid-parameter'],
  ['the largest order id', { biz_order_id: '9223372036854775807' }, '50 isv.invalid-parameter'],
  ['the smallest', { biz_order_id: '-9223372036854775808' }, '50 isv.invalid-parameter'],
];

describe.each(['json', 'xml'])('a refusal in %s', (format) => {
  it.each(REFUSALS)('of %s', async (_what, changes, refusal) => {
    const answer = await postForm(service.url, signed({ ...changes, format }));
    const [code = ''] = refusal.split(' ');
    expect([answer.status, refusalOf(answer)]).toEqual([200, refusal]);
    expect(answer.text).toContain(format === 'json' ? `"code":${code},` : `<code>${code}</code>`);
    expect(answer.text).toMatch(/request_id\W{1,3}[0-9a-f]{16}\W/);
    expect(answer.text).not.toContain(APP.secret);
    expect(answer.type).toBe(`text/${format === 'json' ? 'javascript' : 'xml'};charset=UTF-8`);
  });

  it.each([format.toUpperCase(), format[0]?.toUpperCase() + format.slice(1)])(
    'is in it when it is called %s',
    async (spelt) => {
      const answers = [
        await postForm(service.url, signed({ ...UNKNOWN, format: spelt })),
        await postForm(service.url, signed({ ...UNKNOWN, format: spelt, v: '1.0' })),
        await send(`${service.url}/router/rest?format=${spelt}`, {
          method: 'POST',
          body: new Uint8Array(200_000),
        }),
      ];
      const type = `text/${format === 'json' ? 'javascript' : 'xml'};charset=UTF-8`;
      expect(answers.map((one) => one.type)).toEqual([type, type, type]);
      expect(answers.map((one) => refusalOf(one).slice(0, 2))).toEqual(['50', '34', '41']);
    },
  );

  it.each(['MD5', 'Hmac', 'HMAC-SHA256', 'hmac-SHA256'])(
    'does not turn on the letters of %s',
    async (sign_method) => {
      const right = await postForm(service.url, signed({ ...UNKNOWN, format, sign_method }));
      expect(refusalOf(right)).toBe('50 isv.invalid-parameter');
      const wrong = signed({ ...UNKNOWN, format, sign_method }, 'another secret');
      expect(refusalOf(await postForm(service.url, wrong))).toBe('25 isv.invalid-parameter');
    },
  );

  it('of another format is XML, and so is one without any', async () => {
    const other = await postForm(service.url, signed({ format: `${format}2` }));
    expect([other.type, refusalOf(other)]).toEqual([
      'text/xml;charset=UTF-8',
      '23 isv.invalid-parameter',
    ]);
    const none = await postForm(service.url, signed({ ...UNKNOWN, format: undefined }));
    expect([none.type, refusalOf(none)]).toEqual([
      'text/xml;charset=UTF-8',
      '50 isv.invalid-parameter',
    ]);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('of the verb %s', async (method) => {
    const query = encoded(signed({ ...UNKNOWN, format }));
    const answer = await send(`${service.url}/router/rest?${query}`, { method });
    expect([answer.status, refusalOf(answer)]).toEqual([200, '9 isv.invalid-parameter']);
  });

  it('of a name that comes twice, wherever', async () => {
    const parameters = [...signed({ ...UNKNOWN, format })];
    const form = encoded(parameters);
    const twice = `${service.url}/router/rest?checkout_id=788`;
    const answers = [
      await send(twice, { method: 'POST', body: new URLSearchParams(form) }),
      await send(`${twice}&${form}`),
      await send(`${service.url}/router/rest`, {
        method: 'POST',
        body: new URLSearchParams([...parameters, ['sign', 'x']]),
      }),
    ];
    expect(answers.map(refusalOf)).toEqual(answers.map(() => '41 isv.invalid-parameter'));
  });

  it('of a body that is too large, or compressed', async () => {
    const url = `${service.url}/router/rest?format=${format}`;
    const large = await send(url, { method: 'POST', body: new Uint8Array(200_000) });
    const headers = { 'Content-Encoding': 'gzip' };
    const packed = await send(url, { method: 'POST', body: 'x', headers });
    for (const answer of [large, packed]) {
      expect([answer.status, refusalOf(answer)]).toEqual([200, '41 isv.invalid-parameter']);
      expect(answer.type).toContain(format === 'json' ? 'javascript' : 'xml');
    }
  });

  it('is the first that applies', async () => {
    const wrong: [string, string][] = [
      ['method', '21'],
      ['app_key', '28'],
      ['timestamp', '30'],
      ['v', '32'],
      ['sign', '24'],
    ];
    const gone: Record<string, undefined> = Object.fromEntries(
      wrong.map(([name]) => [name, undefined]),
    );
    for (const [name, code] of wrong) {
      const answer = await postForm(service.url, signed({ ...gone, format }));
      expect(refusalOf(answer).split(' ')[0]).toBe(code);
      delete gone[name];
    }
  });
});

describe('the sample of the document', () => {
  it('of an unknown id comes word for word, with the id of the request', async () => {
    const xml = await postForm(service.url, signed({ ...UNKNOWN, format: 'xml' }));
    const sample = `
      <error_response>
          <code>50</code>
          <msg>Remote service error</msg>
          <sub_code>isv.invalid-parameter</sub_code>
          <sub_msg>非法参数</sub_msg>
      </error_response>`.replace(/\s*\n\s*/g, '');
    expect(xml.text.replace(/<request_id>\w+<\/request_id>/, '')).toBe(
      `<?xml version="1.0" encoding="utf-8" ?>${sample}`,
    );
    const json = await postForm(service.url, signed(UNKNOWN));
    expect(json.text.replace(/,"request_id":"\w+"/, '')).toBe(
      '{"error_response":{"code":50,"msg":"Remote service error",' +
        '"sub_code":"isv.invalid-parameter","sub_msg":"非法参数"}}',
    );
  });
});

describe('a clock', () => {
  it.each([
    [-9 * MINUTE - 50_000, '50'],
    [9 * MINUTE + 50_000, '50'],
    [-10 * MINUTE - 5_000, '31'],
    [10 * MINUTE + 5_000, '31'],
  ])('that is %d ms off', async (offMs, code) => {
    const atMs = Date.now() + offMs;
    for (const timestamp of [chinaTime(atMs), String(atMs)]) {
      const answer = await postForm(service.url, signed({ ...UNKNOWN, timestamp }));
      expect(refusalOf(answer)).toBe(
        `${code} ${code === '31' ? 'isv.timestamp-limit-error' : 'isv.invalid-parameter'}`,
      );
    }
  });
});

describe('a clock of another zone', () => {
  const HOUR = 60 * MINUTE;

  it.each([
    [-8, 'GMT+0'],
    [-7, 'GMT+1'],
    [1, 'GMT+9'],
    [-13, 'GMT-5'],
    [6, 'GMT+14'],
  ])('is told so: %d hours from China', async (hours, zone) => {
    const timestamp = chinaTime(Date.now() + hours * HOUR + 5 * MINUTE);
    for (const format of ['json', 'xml']) {
      const { text } = await postForm(service.url, signed({ ...UNKNOWN, timestamp, format }));
      expect(text).toContain(`timestamp 像是 ${zone} 的时间，应为北京时间 GMT+8`);
      expect(text).toContain('isv.timestamp-limit-error');
    }
  });

  it('is not supposed where no zone explains it, nor of a number', async () => {
    const times = [-30 * MINUTE, -12 * MINUTE, 7 * HOUR, -21 * HOUR].map((off) => Date.now() + off);
    const sent = [...times.map(chinaTime), String(Date.now() - 8 * HOUR)];
    for (const timestamp of sent) {
      const { text } = await postForm(service.url, signed({ ...UNKNOWN, timestamp }));
      expect(text).toContain('timestamp 与服务器时间相差超过 10 分钟');
    }
  });
});

describe('parameters', () => {
  const split = ['checkout_id'];

  it.each(['md5', 'hmac', 'hmac-sha256'])('are read from every place, %s', async (sign_method) => {
    const checkout_id = '中文 +&=%/';
    const all = [...signed({ checkout_id, sign_method, partner_id: 'top-sdk-java', session: '' })];
    const rest = `${service.url}/router/rest`;
    const system = encoded(all.filter(([name]) => !split.includes(name)));
    const business = new URLSearchParams(all.filter(([name]) => split.includes(name)));
    const multipart = new FormData();
    for (const [name, value] of all) multipart.append(name, value);
    multipart.append('file', new Blob(['bytes']), 'not signed.bin');
    const answers = [
      await send(rest, { method: 'POST', body: new URLSearchParams(all) }),
      await send(`${rest}?${system}`, { method: 'POST', body: business }),
      await send(`${rest}?${encoded(all)}`),
      await send(rest, { method: 'POST', body: multipart }),
      await send(`${service.url}/Router/REST?${encoded(all)}`),
    ];
    expect(answers.map(refusalOf)).toEqual(answers.map(() => '50 isv.invalid-parameter'));
  });

  it('that are empty may be signed or not', async () => {
    const bare = signed({ ...UNKNOWN, session: '' });
    const left = signed(UNKNOWN).set('session', '');
    expect(refusalOf(await postForm(service.url, bare))).toMatch(/^50 /);
    expect(refusalOf(await postForm(service.url, left))).toMatch(/^50 /);
  });

  it('are signed together with a body that is no form', async () => {
    const parameters = signed({ ...UNKNOWN, sign: undefined });
    const body = '{"多":1}';
    const rest = (sign: string) =>
      `${service.url}/router/rest?${encoded([...parameters, ['sign', sign]])}`;
    const headers = { 'Content-Type': 'application/json' };
    const good = rest(signTop('md5', parameters, APP.secret, body));
    const bad = rest(signTop('md5', parameters, APP.secret));
    expect(refusalOf(await send(good, { method: 'POST', body, headers }))).toMatch(/^50 /);
    expect(refusalOf(await send(bad, { method: 'POST', body, headers }))).toMatch(/^25 /);
  });

  it.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    ['cut short', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; na'],
    ['of many parts', 'multipart/form-data; boundary=b', manyParts(400)],
    ['of many parameters', 'application/x-www-form-urlencoded', manyPairs(200)],
    ['with a long name', 'application/x-www-form-urlencoded', `${'n'.repeat(101)}=1`],
  ])('%s are refused', async (_what, type, body) => {
    const query = encoded(signed(UNKNOWN));
    const headers = { 'Content-Type': type };
    const url = `${service.url}/router/rest?${query}`;
    const answer = await send(url, { method: 'POST', body, headers });
    expect([answer.status, refusalOf(answer)]).toEqual([200, '41 isv.invalid-parameter']);
  });
});

describe('an answer', () => {
  it.each([
    ['gzip', 'gzip'],
    ['deflate, GZIP;q=0.5', 'gzip'],
    ['identity', undefined],
    ['gzip;q=0', undefined],
    ['x-gzip-not', undefined],
  ])('to Accept-Encoding %s is %s', async (accept, encoding) => {
    const query = encoded(signed(UNKNOWN));
    const { headers, bytes } = await raw(`${service.url}/router/rest?${query}`, accept);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-length']).toBe(String(bytes.length));
    const text = (encoding ? gunzipSync(bytes) : bytes).toString('utf8');
    expect(text).toContain('非法参数');
  });

  it('to HEAD has no body', async () => {
    const answer = await send(`${service.url}/router/rest`, { method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('from beside the route is the usual one', async () => {
    const answer = await send(`${service.url}/router/restful`);
    expect([answer.status, answer.type]).toEqual([404, 'application/json; charset=utf-8']);
  });
});

it('no secret is in the log but the public pair, printed at start', () => {
  expect(service.log).toMatch(/^TOP sandbox .*\/router\/rest .*3pay-sandbox-secret/m);
  expect(service.log.replace(/TOP sandbox.*/, '')).not.toContain(APP.secret);
});

function manyPairs(count: number): string {
  return Array.from({ length: count }, (_one, index) => `p${index}=1`).join('&');
}

function manyParts(count: number): string {
  const part = (index: number) =>
    `--b\r\nContent-Disposition: form-data; name="p${index}"\r\n\r\n1\r\n`;
  return `${Array.from({ length: count }, (_one, index) => part(index)).join('')}--b--\r\n`;
}

interface RawAnswer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** The bytes as they came; `fetch` would unpack them. */
function raw(url: string, acceptEncoding: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { 'Accept-Encoding': acceptEncoding } }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, bytes: Buffer.concat(pieces) }));
    });
    asked.on('error', reject).end();
  });
}

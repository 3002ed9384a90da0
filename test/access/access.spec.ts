import type { NestExpressApplication } from '@nestjs/platform-express';
import { send } from '../wire/raw-http';
import { tempFolder } from '../support/temp-folder';
import { testBooks } from '../support/books/test-books';
import type { TestBooks } from '../support/books/test-books';
import { anAsk } from '../support/process/till';
import { apiKeys, testKey } from './keys';
import { opsApp, opsConfig } from './ops-app';

const TILL_12 = testKey('till-12', 'till', '12');
const TILL_3 = testKey('till-3', 'till', '3');
const MONITOR = testKey('monitor', 'monitor');
const SCAN = '/api/3Pay/AliPay/ScanCode';
const QUERY = '/api/3Pay/AliPay/Query';
const CANCEL = '/api/3Pay/AliPay/Cancel';

const folder = tempFolder();
let books: TestBooks;
let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  books = await testBooks(`${folder.path}/books.sqlite`);
  const config = opsConfig({
    DATABASE_URL: books.url,
    API_KEYS: apiKeys([TILL_12, TILL_3, MONITOR]),
    RATE_LIMIT_PER_MINUTE: '1000000',
  });
  app = await opsApp(config);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app?.close();
  await books?.drop();
  folder.remove();
});

interface Told {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly errcode: number;
}

async function call(
  path: string,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const type = answer.headers.get('content-type');
  const found = /errcode"?(?::|>)(\d+)/.exec(text);
  return { status: answer.status, type, text, errcode: Number(found?.[1]) };
}

function withKey({ secret }: { secret: string }): Record<string, string> {
  return { 'X-Api-Key': secret };
}

const NAME = { billnum: 'B1', autoid: '98|0|1', paytype: '98' };

describe('no or wrong key', () => {
  it('is told one text, whatever is wrong', async () => {
    const tries: Record<string, string>[] = [
      {},
      { 'X-Api-Key': '' },
      { 'X-Api-Key': 'revoked-long-ago' },
      { 'X-Api-Key': `${TILL_12.secret}x` },
      { 'X-Api-Key': 'k'.repeat(8_000) },
      { Authorization: `Bearer ${TILL_12.secret}` },
    ];
    const answers = await Promise.all(tries.map((header) => call(SCAN, anAsk('1'), header)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, errcode: 40100 });
  });

  it('does not count in the address or the body', async () => {
    for (const name of ['X-Api-Key', 'x-api-key', 'api_key', 'key']) {
      const path = `${SCAN}?${name}=${TILL_12.secret}`;
      expect((await call(path, { ...anAsk('1'), [name]: TILL_12.secret })).errcode).toBe(40100);
    }
  });

  it.each([
    ['application/json', '{"errcode":40100,'],
    ['application/xml', '<CommonOperationResultWithTagOfPayScanCodeResult'],
  ])('is told in %s, in the form of the operation', async (accept, begin) => {
    const answer = await call(SCAN, anAsk('1'), { Accept: accept });
    expect([answer.status, answer.errcode]).toEqual([401, 40100]);
    expect(answer.type).toContain(accept);
    expect(answer.text.slice(0, begin.length)).toBe(begin);
  });

  it.each([
    ['POST', '/API/3pay/ALIPAY/scancode'],
    ['POST', '/api/3Pay/AliPay/ScanCode/'],
    ['POST', '/api/3Pay/AliPay/%53canCode'],
    ['POST', '//api/3Pay/AliPay/ScanCode'],
    ['POST', '/api//3Pay/AliPay/ScanCode'],
    ['POST', '/health/../api/3Pay/AliPay/ScanCode'],
    ['POST', '/health/%2e%2e/api/3Pay/AliPay/ScanCode'],
    ['POST', 'http://pay.example.test/api/3Pay/AliPay/ScanCode'],
    ['POST', '/api/3Pay/AliPay/ScanCode;/health/live'],
    ['POST', '/api/3Pay/AliPay/ScanCode?/health/live'],
    ['POST', '/api/3Pay/AliPay/ScanCode%00'],
    ['GET', '/metrics/'],
    ['GET', '/METRICS'],
    ['HEAD', '/metrics'],
    ['GET', 'http://health/metrics'],
    ['GET', '/docs/../metrics'],
    ['GET', '/docs/%2e%2e/metrics'],
    ['GET', '/till/..%2fmetrics'],
    ['GET', '/till/%2e%2e%2fmetrics'],
    ['GET', '/till/%252e%252e%252fmetrics'],
    ['GET', '/docs%2f..%2fmetrics'],
    ['GET', '/docs/%2e%2e%2f%6detrics'],
    ['GET', '/docs/%252e%252e/metrics'],
    ['GET', '/docs/%2e%2e/%2e%2e/package.json'],
    ['GET', '/health/live%2f%2e%2e%2f%2e%2e%2fmetrics'],
    ['POST', '/health/live%3f/%2e%2e/api/3Pay/AliPay/ScanCode'],
    ['POST', '/api/3Pay/AliPay/%2553canCode'],
    ['POST', '/api/3Pay/AliPay/Notify/%2e%2e/ScanCode'],
    ['POST', '/api/3Pay/AliPay/Notify%2f..%2fScanCode'],
    ['GET', '/router/rest/%2e%2e/%2e%2e/metrics'],
    ['GET', '/till/%zz'],
    ['GET', '/till/%ff'],
    ['GET', '/%'],
  ])('is not got around by %s %s', async (method, path) => {
    const bare = await send(Number(new URL(url).port), {
      method,
      path,
      headers: { 'Content-Type': 'application/json', 'X-HTTP-Method-Override': 'GET' },
      ...(method === 'POST' ? { body: Buffer.from(JSON.stringify(anAsk('1'))) } : {}),
    });
    expect([401, 404]).toContain(bare.status);
  });
});

describe('a route in another spelling', () => {
  const plain = { bare: 401, monitor: 403, till: 200 };

  it.each([
    '/api/3Pay/AliPay/%53canCode',
    '/%61pi%2f3Pay%2FAliPay/ScanCod%65/',
    '/API/%33PAY/alipay/scancode',
    'http://pay.example.test/api/3Pay/AliPay/%53%63%61%6e%43%6f%64%65',
  ])('has the rights of the route it is: %s', async (path) => {
    const body = Buffer.from(JSON.stringify(anAsk('1')));
    const told = async (headers: Record<string, string>): Promise<number> => {
      const all = { 'Content-Type': 'application/json', ...headers };
      const port = Number(new URL(url).port);
      return (await send(port, { method: 'POST', path, headers: all, body })).status;
    };
    expect({
      bare: await told({}),
      monitor: await told(withKey(MONITOR)),
      till: await told(withKey(TILL_12)),
    }).toEqual(plain);
  });

  it('of the figures asks for a key, too', async () => {
    const told = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${url}/m%65trics`, { headers })).status;
    expect([await told({}), await told(withKey(TILL_12)), await told(withKey(MONITOR))]).toEqual([
      401, 403, 200,
    ]);
  });
});

describe('a key for some bill types', () => {
  it('is refused all others, before anything is looked up', async () => {
    for (const path of [SCAN, QUERY, CANCEL, SCAN.replace('/api', '/api/UnPos')]) {
      const body = { ...anAsk('3'), ...NAME, billtype: '3' };
      const refused = await call(path, body, withKey(TILL_12));
      expect([refused.status, refused.errcode]).toEqual([403, 40300]);
      expect(refused.text).not.toContain('B1');
    }
    const form = new URLSearchParams({ ...NAME, billtype: '3' }).toString();
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await call(QUERY, form, { ...withKey(TILL_12), ...type })).errcode).toBe(40300);
    const xml = { 'Content-Type': 'application/xml' };
    const body =
      '<AliPayQueryParm xmlns="http://schemas.datacontract.org/2004/07/UnPos.Parm">' +
      '<autoid>1</autoid><billnum>B1</billnum><billtype>3</billtype><paytype>98</paytype>' +
      '</AliPayQueryParm>';
    const told = (await call(QUERY, body, { ...withKey(TILL_12), ...xml })).errcode;
    // Read or not, it is never an answer about the receipt.
    expect([40300, 40000, 40001]).toContain(told);
  });

  it('learns nothing of receipts it may not see', async () => {
    const ask = anAsk('3');
    await call(SCAN, ask, withKey(TILL_3)); // Undecided: Alipay is not there. The receipt is.
    const { billnum, paytype } = ask;
    const mine = { billnum, paytype, autoid: '1', billtype: '3' };
    expect((await call(QUERY, mine, withKey(TILL_3))).errcode).toBe(1);
    const there = await call(QUERY, mine, withKey(TILL_12));
    const notThere = await call(QUERY, { ...mine, autoid: '999' }, withKey(TILL_12));
    expect(there).toEqual(notThere);
    const disguised = await call(QUERY, { ...mine, billtype: '1' }, withKey(TILL_12));
    expect(disguised.errcode).toBe(40401);
  });

  it.each(['03', '3 ', '３', ' 3', '', null, 3, ['3'], { 3: 3 }])(
    'is not got around by the bill type %j',
    async (billtype) => {
      const { errcode } = await call(SCAN, { ...anAsk('3'), billtype }, withKey(TILL_12));
      expect([40000, 40001, 40300]).toContain(errcode);
    },
  );

  it.each(['billType', 'BILLTYPE'])('nor by a second member %s', async (name) => {
    const ask = anAsk('1');
    const { errcode } = await call(SCAN, { ...ask, [name]: '3' }, withKey(TILL_12));
    expect([1, 40000, 40001, 40300]).toContain(errcode);
    const inspect = books.inspect();
    const select = 'select 1 from receipt where bill_type = ? and bill_no = ?';
    expect(inspect.rows(select, '3', ask.billnum)).toEqual([]);
    inspect.close();
  });

  it('works for its own', async () => {
    expect((await call(SCAN, anAsk('1'), withKey(TILL_12))).errcode).toBe(1);
    expect((await call(SCAN, anAsk('3'), withKey(TILL_3))).errcode).toBe(1);
    expect((await call(SCAN, anAsk('1'), withKey(MONITOR))).errcode).toBe(40300);
  });
});

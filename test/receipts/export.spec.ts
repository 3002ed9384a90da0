import type { NestExpressApplication } from '@nestjs/platform-express';
import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { PayError } from '../../src/domain/errors';
import { fen } from '../../src/domain/money';
import { RECEIPT_REPOSITORIES } from '../../src/domain/ports/receipt-repository';
import { RECEIPT_READING } from '../../src/domain/reading/receipt-reading';
import type { FoundReceipts, ReceiptReading } from '../../src/domain/reading/receipt-reading';
import { HOSTILE } from '../access/hostile-texts';
import { apiKeys, testKey } from '../access/keys';
import { opsApp, opsConfig } from '../access/ops-app';
import type { FreshBooks } from '../database/books';
import { T0, aPayment, anOrder, begun, paid } from '../database/books';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(60_000);

const ALL = testKey('all', 'operator');
const VIEWER = testKey('viewer', 'viewer', '2');
const TILL = testKey('till', 'till');

const folder = tempFolder();
let app: NestExpressApplication;
let url: string;
let reading: ReceiptReading;

beforeAll(async () => {
  const config = opsConfig({
    DATABASE_URL: `sqlite:${folder.path}/books.sqlite`,
    API_KEYS: apiKeys([ALL, VIEWER, TILL]),
    RATE_LIMIT_PER_MINUTE: '1000000',
  });
  app = await opsApp(config);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  reading = app.get<ReceiptReading>(RECEIPT_READING);
  const repositories: unknown = app.get(RECEIPT_REPOSITORIES);
  const books = { repositories } as FreshBooks;
  const nasty = anOrder('2', { billNo: `=cmd|'/C "calc"'!A0`, amount: fen(1_262) });
  const tradeNo = '2026112222001400001';
  await paid(books, nasty, aPayment(1_262, { tradeNo, buyer: '+86138****', paidAtMs: T0 }));
  await begun(books, anOrder('7', { billNo: '00789', cardNo: '8001000100010001', amount: fen(1) }));
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await app?.close();
  folder.remove();
});

function ask(query = '', key = ALL): Promise<Response> {
  return fetch(`${url}/api/3Pay/Receipts/Export${query}`, {
    headers: { 'X-Api-Key': key.secret },
  });
}

/** The lines of a file, without the mark before it. */
async function lines(query = '', key = ALL): Promise<string[]> {
  const answer = await ask(query, key);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/csv; charset=utf-8',
  ]);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
  const text = bytes.subarray(3).toString();
  expect(text.endsWith('\r\n')).toBe(true);
  return text.slice(0, -2).split('\r\n');
}

it('gives yuan, China time, whole numbers, and no text that starts a formula', async () => {
  const found = (await lines()).map((line) =>
    line.replace(/,\d+,98,/, ',ID,98,').replace(/,N\d+,/, ',NO,'),
  );
  expect(found).toEqual([
    '收款编号,系统,单号,收款流水,付款方式,收款金额(元),已付金额(元),已退金额(元),收款状态,支付状态,' +
      '重复付款,支付宝交易号,商户订单号,储值卡号,付款账号,登记时间,付款时间,未付款结束时间,支付宝状态',
    [
      ...['2', '储值卡充值业务', '"00789\t"', 'ID', '98', '0.01', '', '0.00', '已登记', 'NOTPAY'],
      ...['否', '', 'NO', '"8001000100010001\t"', '', '2026-11-22 12:00:00', '', '', ''],
    ].join(','),
    [
      ...['1', 'Pos系统', `"'=cmd|'/C ""calc""'!A0"`, 'ID', '98', '12.62', '12.62', '0.00'],
      ...['已付款', 'SUCCESS', '否', '"2026112222001400001\t"', 'NO', '', "'+86138****"],
      ...['2026-11-22 12:00:00', '2026-11-22 12:00:00', '', 'TRADE_SUCCESS'],
    ].join(','),
  ]);
});

it('gives what is looked for, in the language that is wanted', async () => {
  const [head, ...rest] = await lines('?paymentvalue=12.62&lang=en');
  expect(head).toContain('number,system,bill,receipt id,way of payment,amount (yuan)');
  expect(rest).toHaveLength(1);
  expect(rest[0]).toContain(',paid,SUCCESS,no,');
  const when = 'paidfrom=2026-11-22+12%3A00%3A00&paidto=2026-11-22+12%3A00%3A01';
  expect(await lines(`?${when}`)).toHaveLength(2);
  expect(await lines('?billnum=nobody')).toHaveLength(1);
});

it('gives the systems of a key alone, and nothing to a till', async () => {
  expect(await lines('', VIEWER)).toHaveLength(2);
  expect((await ask('?billtype=7', VIEWER)).status).toBe(403);
  expect((await ask('', TILL)).status).toBe(403);
  expect((await ask('', { ...ALL, secret: 'wrong' })).status).toBe(401);
});

it.each(['lang=fr', 'state=PAID', 'paidfrom=yesterday', 'billtype=9', 'state=paid&state=paid'])(
  'refuses ?%s by name, and gives no file',
  async (query) => {
    const answer = await ask(`?${query}`);
    expect(answer.headers.get('content-disposition')).toBeNull();
    expect(await answer.json()).toMatchObject({
      errcode: 40001,
      errmsg: expect.stringContaining(query.split('=')[0] ?? ''),
    });
  },
);

it('takes whatever is hostile for text', async () => {
  for (const text of HOSTILE) {
    for (const name of ['billnum', 'cashier', 'lang', 'begunfrom', 'x']) {
      const query = new URLSearchParams({ [name]: text }).toString();
      const answer = await ask(`?${query}`);
      await answer.arrayBuffer();
      expect([name, text, answer.status]).toEqual([name, text, 200]);
    }
  }
  expect((await ask('?billnum=%ff%fe')).status).toBe(200);
});

it('is read page by page, and a head alone is not read at all', async () => {
  const search = jest.spyOn(reading, 'search');
  const answer = await fetch(`${url}/api/3Pay/Receipts/Export`, {
    method: 'HEAD',
    headers: { 'X-Api-Key': ALL.secret },
  });
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  expect(search.mock.calls.length).toBeLessThanOrEqual(1);
});

const FAILED = new PayError('DATABASE_UNAVAILABLE', 'gone');

it('says so when nothing can be read', async () => {
  jest.spyOn(reading, 'search').mockRejectedValue(FAILED);
  const answer = await ask();
  expect(answer.headers.get('content-disposition')).toBeNull();
  expect(await answer.json()).toMatchObject({ errcode: 50300 });
});

/** A page that is followed by others. */
async function aPage(): Promise<FoundReceipts> {
  const all = { billTypes: ['2'] } as unknown as Parameters<ReceiptReading['search']>[0];
  const search = { ...all, begun: { fromMs: null, untilMs: null } };
  const found = await reading.search(
    { ...search, ...NOTHING, paid: search.begun },
    { atMs: Number.MAX_SAFE_INTEGER, id: 1_000 },
    1,
  );
  return { ...found, next: { atMs: 1, id: 1 } };
}

const NOTHING = {
  ...{ billNo: null, receiptId: null, tradeNo: null, outTradeNo: null, cardNo: null },
  ...{ cashier: null, amount: null, state: null },
};

it('never gives a part for the whole: the connection breaks', async () => {
  const page = await aPage();
  jest.spyOn(reading, 'search').mockResolvedValueOnce(page).mockRejectedValue(FAILED);
  const answer = await ask();
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow();
});

function opened(): Promise<IncomingMessage> {
  const headers = { 'X-Api-Key': ALL.secret };
  return new Promise((resolve, reject) => {
    get(`${url}/api/3Pay/Receipts/Export`, { headers }, resolve).on('error', reject);
  });
}

it('is written for two at a time, and waits for who takes it', async () => {
  const page = await aPage();
  const receipts = Array.from({ length: 500 }, () => page.receipts).flat();
  const search = jest.spyOn(reading, 'search').mockResolvedValue({ ...page, receipts });
  const first = await opened();
  const second = await opened();
  const third = await ask();
  expect([third.status, await third.json()]).toMatchObject([503, { errcode: 50301 }]);
  // Nobody takes what comes: it stops being read once the pipes are full.
  let calls = -1;
  while (calls !== search.mock.calls.length) {
    calls = search.mock.calls.length;
    await wait(300);
  }
  expect(calls).toBeLessThan(2_000);
  first.destroy();
  second.destroy();
  await once(second, 'close');
  jest.restoreAllMocks();
  let again = await ask();
  for (let tries = 0; again.status === 503 && tries < 100; tries += 1) {
    await wait(20);
    again = await ask();
  }
  expect(again.status).toBe(200);
});

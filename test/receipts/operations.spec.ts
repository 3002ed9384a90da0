import type { NestExpressApplication } from '@nestjs/platform-express';
import { deserialize, serialize } from 'bson';
import { fen } from '../../src/domain/money';
import { RECEIPT_REPOSITORIES } from '../../src/domain/ports/receipt-repository';
import type { Receipt } from '../../src/domain/receipt/receipt';
import type { FoundReceipt, LifeResult, SearchResult } from '../../src/receipts/operations/results';
import type { Envelope } from '../../src/wire/operation/contract';
import { HOSTILE, WRITERS } from '../access/hostile-texts';
import { apiKeys, testKey } from '../access/keys';
import type { TestKey } from '../access/keys';
import { opsApp, opsConfig } from '../access/ops-app';
import type { FreshBooks } from '../database/books';
import { T0, aPayment, anOrder, paid } from '../database/books';
import { ReceiptGetParm, ReceiptSearchParm } from '../support/contracts';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(60_000);

const ALL = testKey('all', 'operator');
const POS = testKey('pos', 'till', '2');
const VIEWER = testKey('viewer', 'viewer', '12');
const WATCHER = testKey('watcher', 'monitor');
const json = 'application/json';

/** A text that was somewhere taken for something else than text. */
const NASTY = `=1+1<b>"'&]]>王`;

const folder = tempFolder();
let app: NestExpressApplication;
let url: string;
const receipts: Receipt[] = [];

beforeAll(async () => {
  const config = opsConfig({
    DATABASE_URL: `sqlite:${folder.path}/books.sqlite`,
    API_KEYS: apiKeys([ALL, POS, VIEWER, WATCHER]),
    RATE_LIMIT_PER_MINUTE: '1000000',
  });
  app = await opsApp(config);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  const repositories: unknown = app.get(RECEIPT_REPOSITORIES);
  const books = { repositories } as FreshBooks;
  const orders = [
    anOrder('2', { billNo: NASTY, amount: fen(1_262) }),
    anOrder('7', { billNo: 'S7', amount: fen(1_262), cardNo: 'A1', nowMs: T0 + 1_000 }),
    anOrder('1', { billNo: 'S1', amount: fen(1), nowMs: T0 + 2_000 }),
  ];
  for (const order of orders) {
    const paidAtMs = order.nowMs + 60_000;
    receipts.push(await paid(books, order, aPayment(order.amount, { paidAtMs })));
  }
});
afterAll(async () => {
  await app?.close();
  folder.remove();
});

interface How {
  readonly key?: TestKey;
  readonly type?: string;
  readonly accept?: string;
}

async function post(
  operation: string,
  body: string | Uint8Array,
  { key = ALL, type = json, accept = json }: How = {},
): Promise<{ status: number; bytes: Buffer }> {
  const headers = { 'Content-Type': type, Accept: accept, 'X-Api-Key': key.secret };
  const answer = await fetch(`${url}/api/3Pay/Receipts/${operation}`, {
    ...{ method: 'POST', headers, body },
  });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}

async function asked<Tag>(
  operation: string,
  members: object,
  how: How = {},
): Promise<Omit<Envelope, 'tag'> & { tag: Tag }> {
  const { bytes } = await post(operation, JSON.stringify(members), how);
  return JSON.parse(bytes.toString()) as Omit<Envelope, 'tag'> & { tag: Tag };
}

async function found(members: object, how: How = {}): Promise<string[]> {
  const { errcode, tag } = await asked<SearchResult>('Search', members, how);
  expect(errcode).toBe(0);
  return tag.receipts.map(({ billnum }) => billnum);
}

describe('Receipts/Search', () => {
  it('tells a receipt to the fen, in China time and in words', async () => {
    const { tag } = await asked<SearchResult>('Search', { billnum: NASTY });
    expect(tag).toEqual({
      next: null,
      receipts: [
        {
          ...{ id: receipts[0]?.id, billtype: '2', billnum: NASTY, paytype: '98' },
          ...{ autoid: receipts[0]?.receiptId, paymentvalue: 12.62, paidvalue: 12.62 },
          ...{ refundedtotal: 0, state: 'paid', statedesc: '已付款', paystatus: 'SUCCESS' },
          ...{ billstatus: '3', duplicate: false, tradeno: receipts[0]?.payment?.tradeNo },
          ...{ outtradeno: receipts[0]?.outTradeNo, cardno: null, buyer: '138****1234' },
          ...{ channelstatus: 'TRADE_SUCCESS', begunat: '2026-11-22 12:00:00' },
          ...{ paidat: '2026-11-22 12:01:00', endedat: null, toldat: null },
          ...{ refunds: [], callbacks: [], alarms: [] },
        },
      ],
    });
    const { bytes } = await post('Search', JSON.stringify({ billnum: NASTY }));
    expect(bytes.toString()).toContain(
      '"paymentvalue":12.62,"paidvalue":12.62,"refundedtotal":0.00',
    );
  });

  it.each<[object, string[]]>([
    [{}, ['S1', 'S7', NASTY]],
    [{ billtype: '7' }, ['S7']],
    [{ paymentvalue: 12.62 }, ['S7', NASTY]],
    [{ paymentvalue: '12.62', billtype: null, cardno: ' a1 ' }, ['S7']],
    [{ paidfrom: '2026-11-22 12:01:01', paidto: '2026-11-22 12:01:02' }, ['S7']],
    [{ begunfrom: '2026-11-22 12:00:01' }, ['S1', 'S7']],
    [{ begunto: '2026-11-22 12:00:00' }, []],
    [{ state: 'refunded' }, []],
    [{ state: 'paid', pagesize: '200' }, ['S1', 'S7', NASTY]],
    [{ billnum: '  ' }, ['S1', 'S7', NASTY]],
    [{ billnum: 's7' }, ['S7']],
  ])('by %j finds %j', async (members, bills) => {
    expect(await found(members)).toEqual(bills);
  });

  const body = { paymentvalue: 12.62, billtype: '7' };
  it.each<[string, string | Uint8Array]>([
    [json, JSON.stringify(body)],
    ['application/x-www-form-urlencoded', 'billtype=7&paymentvalue=12.62'],
    ['application/bson', serialize(body)],
    [
      'application/xml',
      `<ReceiptSearchParm xmlns="${ReceiptSearchParm.namespace}"><billtype>7</billtype>` +
        '<paymentvalue>12.62</paymentvalue></ReceiptSearchParm>',
    ],
  ])('asks and is answered in every format: %s', async (type, bytes) => {
    const plain = JSON.parse((await post('Search', bytes, { type })).bytes.toString()) as Envelope;
    const bson = deserialize(
      (await post('Search', bytes, { type, accept: 'application/bson' })).bytes,
    );
    expect(plain.tag).toMatchObject({ receipts: [{ billnum: 'S7', paymentvalue: 12.62 }] });
    expect(bson['tag']).toEqual(plain.tag);
    const xml = (await post('Search', bytes, { type, accept: 'text/xml' })).bytes.toString();
    expect(xml).toContain('<d2p1:FoundReceipt><d2p1:alarms');
    expect(xml).toContain('<d2p1:paymentvalue>12.62</d2p1:paymentvalue>');
  });

  it('sees the systems of its key alone', async () => {
    expect(await found({}, { key: POS })).toEqual([NASTY]);
    expect(await found({}, { key: VIEWER })).toEqual(['S1', NASTY]);
    expect(await found({ cardno: 'A1' }, { key: POS })).toEqual([]);
    expect(await found({ outtradeno: receipts[1]?.outTradeNo }, { key: VIEWER })).toEqual([]);
    expect(await asked('Search', { billtype: '7' }, { key: POS })).toMatchObject({
      errcode: 40300,
    });
    expect((await post('Search', '{}', { key: WATCHER })).status).toBe(403);
  });

  it('goes on page by page, by a cursor of its own', async () => {
    const all: string[] = [];
    let cursor: string | null = null;
    do {
      const { tag }: { tag: SearchResult } = await asked('Search', { pagesize: 1, cursor });
      all.push(...tag.receipts.map(({ billnum }: FoundReceipt) => billnum));
      cursor = tag.next;
    } while (cursor !== null);
    expect(all).toEqual(['S1', 'S7', NASTY]);
  });

  it('refuses the cursor of another search, or of other systems', async () => {
    const { tag } = await asked<SearchResult>('Search', { pagesize: 1 });
    expect(tag.next).toMatch(/^[0-9a-z.]+$/);
    for (const [members, key] of [
      [{ paymentvalue: 12.62 }, ALL],
      [{ state: 'paid' }, ALL],
      [{}, POS],
    ] as const) {
      const refused = await asked('Search', { ...members, cursor: tag.next }, { key });
      expect(refused).toMatchObject({ errcode: 40001, tag: null });
      expect(refused.errmsg).toContain('cursor');
    }
    expect(await found({ pagesize: 2, cursor: tag.next })).toEqual(['S7', NASTY]);
  });

  it.each<[string, unknown]>([
    ['billtype', '8'],
    ['billtype', '12'],
    ['billnum', 'x'.repeat(21)],
    ['billnum', 'a\u0000'],
    ['paymentvalue', '0'],
    ['paymentvalue', '-1'],
    ['paymentvalue', '1.001'],
    ['state', 'PAID'],
    ['state', 'constructor'],
    ['begunfrom', '2026-11-22'],
    ['begunto', '2026-02-30 00:00:00'],
    ['paidfrom', '2026-11-22T10:00:00Z'],
    ['paidto', 'now'],
    ['pagesize', 0],
    ['pagesize', 201],
    ['pagesize', 1.5],
    ['pagesize', '1e2'],
    ['cursor', '../../etc/passwd'],
    ['cursor', 'x'.repeat(41)],
  ])('refuses %s %j and names it', async (name, value) => {
    const { errcode, errmsg } = await asked('Search', { [name]: value });
    expect([errcode, errmsg]).toEqual([40001, expect.stringContaining(name)]);
    const xml = await post('Search', JSON.stringify({ [name]: value }), { accept: 'text/xml' });
    expect(xml.bytes.toString()).toContain('<errcode>40001</errcode>');
  });

  it('takes whatever is hostile for text, in every format', async () => {
    const names = ['billnum', 'cashier', 'paymentvalue', 'begunfrom', 'pagesize', 'cursor'];
    const wrong: string[] = [];
    for (const [type, write] of Object.entries(WRITERS)) {
      for (const text of HOSTILE) {
        for (const name of names) {
          const bytes = write(ReceiptSearchParm, { billnum: 'none', [name]: text });
          const { status, bytes: said } = await post('Search', bytes, { type });
          const { errcode, tag } = JSON.parse(said.toString()) as Envelope;
          // Blank is not asked for; everything else is refused or found nowhere.
          const hits = (tag as SearchResult | null)?.receipts.length ?? 0;
          const isBlank = /^[\s\u0085]*$/.test(text) && name === 'billnum';
          if (status !== 200 || ![0, 40000, 40001].includes(errcode) || (hits > 0 && !isBlank))
            wrong.push(`${type} ${name} ${JSON.stringify(text)}: ${status} ${errcode} ${hits}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('Receipts/Get', () => {
  it('tells a whole life', async () => {
    const { errcode, tag } = await asked<LifeResult>('Get', { id: receipts[1]?.id });
    expect(errcode).toBe(0);
    expect(tag).toMatchObject({ billnum: 'S7', cardno: 'A1', refunds: [], alarms: [] });
    expect(tag.events).toMatchObject([
      {
        ...{ at: '2026-11-22 12:00:01', event: 'begin', eventdesc: '登记收款', fromstate: null },
        ...{ state: 'begun', eventvalue: 12.62, cause: 'scanCode', actor: 'till-1' },
        ...{ requestid: 'r-1', channelstatus: null },
      },
      { event: 'giveCode', fromstate: 'begun', state: 'waiting' },
      { event: 'pay', fromstate: 'waiting', state: 'paid', channelstatus: 'TRADE_SUCCESS' },
    ]);
  });

  it('and Refresh know no receipt of another system', async () => {
    const other = { id: receipts[1]?.id };
    for (const operation of ['Get', 'Refresh']) {
      const missing = await asked(operation, { id: 999_999 }, { key: POS });
      const hidden = await asked(operation, other, { key: POS });
      expect(hidden).toMatchObject({ errcode: 40401, tag: null });
      expect(hidden).toEqual(missing);
    }
    expect(await asked('Get', other, { key: VIEWER })).toMatchObject({ errcode: 40401 });
    expect((await asked('Get', { id: receipts[0]?.id }, { key: VIEWER })).errcode).toBe(0);
  });

  it.each([0, -1, 1.5, '9007199254740993', '1e3', 'x', '', null, undefined, '1 '])(
    'refuses an id like %j',
    async (id) => {
      for (const operation of ['Get', 'Refresh']) {
        const { errcode, errmsg } = await asked(operation, { id });
        expect([errcode, errmsg]).toEqual([40001, expect.stringContaining('id')]);
      }
    },
  );

  it('takes whatever is hostile for text, in every format', async () => {
    for (const [type, write] of Object.entries(WRITERS)) {
      for (const text of HOSTILE) {
        const { status, bytes } = await post('Get', write(ReceiptGetParm, { id: text }), { type });
        const { errcode } = JSON.parse(bytes.toString()) as Envelope;
        expect([status, [40000, 40001].includes(errcode)]).toEqual([200, true]);
      }
    }
  });
});

describe('Receipts/Refresh', () => {
  it('says that it is not known when Alipay does not answer, and changes nothing', async () => {
    const before = await asked<LifeResult>('Get', { id: receipts[0]?.id });
    const { errcode, tag } = await asked('Refresh', { id: receipts[0]?.id });
    expect([errcode, tag]).toEqual([1, null]);
    expect(await asked('Get', { id: receipts[0]?.id })).toEqual(before);
  });

  it('is not for who only looks', async () => {
    const body = JSON.stringify({ id: receipts[0]?.id });
    expect((await post('Refresh', body, { key: VIEWER })).status).toBe(403);
  });
});

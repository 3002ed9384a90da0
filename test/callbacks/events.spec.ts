import type { NestExpressApplication } from '@nestjs/platform-express';
import { deserialize, Double, serialize } from 'bson';
import { setTimeout as wait } from 'node:timers/promises';
import { EventsController } from '../../src/callbacks/events/events.controller';
import { MOST_EVENTS } from '../../src/callbacks/events/events.service';
import type { BillType } from '../../src/domain/bill';
import { CALLBACKS } from '../../src/domain/ports/callbacks';
import { RECEIPT_REPOSITORIES } from '../../src/domain/ports/receipt-repository';
import type { Envelope } from '../../src/wire/operation/contract';
import { apiKeys, testKey } from '../access/keys';
import { opsApp, opsConfig } from '../access/ops-app';
import { HOSTILE, WRITERS } from '../access/hostile-texts';
import type { FreshBooks } from '../database/books';
import { Desk, TOLD } from '../database/callback-desk';
import { CallbackEventsParm } from '../support/contracts';
import { CallbackReceiver, webhookSecret } from '../support/far-side/callback-receiver';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(60_000);

const SECRET = webhookSecret('e');
const KEYS = [testKey('pos', 'till', '2'), testKey('scenic', 'till', '1'), testKey('all', 'till')];
const WATCHER = testKey('watcher', 'monitor');
const [POS = WATCHER, SCENIC = WATCHER, ALL = WATCHER] = KEYS;
const json = 'application/json';

interface Listed {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly paystatus: string;
  readonly seq: number;
}

const folder = tempFolder();
let app: NestExpressApplication;
let url: string;
let desk: Desk;
let receiver: CallbackReceiver;

beforeAll(async () => {
  receiver = await new CallbackReceiver(SECRET).start();
  const config = opsConfig({
    DATABASE_URL: `sqlite:${folder.path}/books.sqlite`,
    API_KEYS: apiKeys([...KEYS, WATCHER]),
    RATE_LIMIT_PER_MINUTE: '1000000',
    CALLBACK_URL_2: receiver.url,
    CALLBACK_SECRET: SECRET,
  });
  app = await opsApp(config);
  const telling: unknown = app.get(RECEIPT_REPOSITORIES);
  desk = new Desk({ telling, callbacks: app.get(CALLBACKS) } as FreshBooks);
});
afterAll(async () => {
  await app?.close();
  await receiver?.die();
  folder.remove();
});

/** Asks the handler: nothing is delivered before the application listens. */
async function handled(afterseq: number, billtype: BillType = TOLD): Promise<Listed[]> {
  const { tag } = await app.get(EventsController).listEvents({ billtype, afterseq: `${afterseq}` });
  return (tag as { events: Listed[] }).events;
}

async function post(
  body: string | Uint8Array,
  { key = POS, type = json, accept = json } = {},
): Promise<{ status: number; bytes: Buffer }> {
  const headers = { 'Content-Type': type, Accept: accept, 'X-Api-Key': key.secret };
  const answer = await fetch(`${url}/api/3Pay/Events`, { method: 'POST', headers, body });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}

async function asked(members: object, how = {}): Promise<Envelope & { tag: { events: Listed[] } }> {
  const { bytes } = await post(JSON.stringify(members), how);
  return JSON.parse(bytes.toString()) as Envelope & { tag: { events: Listed[] } };
}

describe('before anything is sent', () => {
  it('what has no number is not listed', async () => {
    const receipt = await desk.paid();
    expect(await handled(0)).toEqual([]);
    await desk.number();
    expect(await handled(0)).toEqual([
      {
        ...{ id: expect.stringMatching(/^evt_[0-9a-f]{32}$/), type: 'payment.paid', seq: 1 },
        ...{ timestamp: expect.stringMatching(/^20.*Z$/), state: 'waiting', cardno: null },
        ...{ billnum: receipt.billNo, autoid: receipt.receiptId, billtype: TOLD, paytype: '98' },
        ...{ billstatus: '3', paystatus: 'SUCCESS', paymentvalue: '88.88' },
        ...{ refundedtotal: '0.00', tradeno: receipt.payment?.tradeNo },
        paidat: expect.stringMatching(/^20[\d-]+ [\d:]+$/),
      },
    ]);
  });

  it('a payment whose money is going back counts as superseded already', async () => {
    const receipt = await desk.paid();
    await desk.number();
    expect(await handled(1)).toMatchObject([{ state: 'waiting', paystatus: 'SUCCESS', seq: 2 }]);
    const refunding = await desk.move(receipt, [{ event: 'beginRefund' }]);
    expect(await handled(1)).toMatchObject([{ state: 'superseded', paystatus: 'REFUND' }]);
    await desk.move(refunding, [{ event: 'refundInFull', refunded: receipt.amount }]);
    await desk.number();
    expect(await handled(1)).toMatchObject([
      { type: 'payment.paid', state: 'superseded', seq: 2 },
      { type: 'payment.refunded', state: 'waiting', paystatus: 'REFUND', seq: 3 },
    ]);
  });
});

describe('a system that was not reached', () => {
  beforeAll(async () => {
    receiver.next.push({ status: 410 });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    const states = async () => (await handled(0)).map(({ state }) => state);
    while ((await states()).includes('waiting')) await wait(20);
  });

  it('finds each event with what became of its push', async () => {
    const { tag } = await asked({ billtype: TOLD, afterseq: 0 });
    const states = tag.events.map(({ seq, state }) => [seq, state]);
    expect(states[1]).toEqual([2, 'superseded']);
    expect([states[0]?.[1], states[2]?.[1]].toSorted()).toEqual(['givenup', 'taken']);
    const refused = receiver.heard.find(({ status }) => status === 410)?.id;
    expect(tag.events.find(({ id }) => id === refused)?.state).toBe('givenup');
    expect((await asked({ billtype: TOLD, afterseq: 2 })).tag.events).toEqual(tag.events.slice(2));
    expect((await asked({ billtype: TOLD, afterseq: '3' })).tag.events).toEqual([]);
  });

  const ask = { billtype: TOLD, afterseq: 2 };
  it.each<[string, string | Uint8Array]>([
    [json, JSON.stringify(ask)],
    ['application/x-www-form-urlencoded', 'billtype=2&afterseq=2'],
    ['application/bson', serialize(ask)],
    ['application/bson', serialize({ ...ask, afterseq: new Double(2) })],
    [
      'application/xml',
      `<CallbackEventsParm xmlns="${CallbackEventsParm.namespace}"><afterseq>2</afterseq>` +
        '<billtype>2</billtype></CallbackEventsParm>',
    ],
  ])('asks and is answered in every format: %s', async (type, body) => {
    const { bytes } = await post(body, { type });
    const { tag } = JSON.parse(bytes.toString()) as { tag: { events: Listed[] } };
    expect(tag.events).toMatchObject([{ type: 'payment.refunded', seq: 3 }]);
    const bson = deserialize((await post(body, { type, accept: 'application/bson' })).bytes);
    expect(bson['tag']).toEqual(tag);
    const xml = (await post(body, { type, accept: 'text/xml' })).bytes.toString();
    expect(xml).toMatch(/<d2p1:events><d2p1:ListedEvent><d2p1:autoid>.*<d2p1:seq>3<\/d2p1:seq>/);
  });

  it('sees the bill types of its key alone', async () => {
    for (const key of [SCENIC, WATCHER]) {
      const { status, bytes } = await post(JSON.stringify(ask), { key });
      expect([status, bytes.toString()]).toEqual([403, expect.stringContaining('40300')]);
    }
    expect((await asked(ask, { key: ALL })).tag.events).toHaveLength(1);
  });

  it('is never told that nothing is missing where that is not known', async () => {
    const restored = await asked({ billtype: TOLD, afterseq: 4 });
    expect(restored).toMatchObject({ errcode: 40902, tag: null });
    expect(restored.errmsg).toContain('the sequence was restored');
    const off = await asked({ billtype: '3', afterseq: 0 }, { key: ALL });
    expect(off).toMatchObject({ errcode: 40902, tag: null });
    expect(off.errmsg).toContain('not switched on');
  });

  it.each(['-1', '1.5', '1e20', '٣', '', ' 1', '0x10', '9'.repeat(16), null, undefined, true])(
    'is refused an afterseq like %j',
    async (afterseq) => {
      const { errcode, errmsg } = await asked({ billtype: TOLD, afterseq });
      expect([errcode, errmsg]).toEqual([40001, expect.stringContaining('afterseq')]);
    },
  );

  it('is refused whatever else is hostile, in every format', async () => {
    const wrong: string[] = [];
    for (const [type, write] of Object.entries(WRITERS)) {
      for (const text of HOSTILE) {
        for (const members of [
          { billtype: TOLD, afterseq: text },
          { billtype: text, afterseq: '0' },
        ]) {
          const { status, bytes } = await post(write(CallbackEventsParm, members), { type });
          const { errcode } = JSON.parse(bytes.toString()) as Envelope;
          if (![200, 403].includes(status) || ![0, 40000, 40001, 40300, 40902].includes(errcode))
            wrong.push(`${type} ${JSON.stringify(text)}: ${status} ${errcode}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('gets a hundred at a time', async () => {
    for (let each = 0; each < MOST_EVENTS; each += 1) await desk.paid();
    await desk.number();
    const first = (await asked({ billtype: TOLD, afterseq: 0 })).tag.events;
    expect(first.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    const rest = (await asked({ billtype: TOLD, afterseq: 100 })).tag.events;
    expect(rest.map(({ seq }) => seq)).toEqual([101, 102, 103]);
  });
});

import { serialize } from 'bson';
import type { BooksInspect } from '../database/books-inspect';
import type { BillType } from '../../src/domain/bill';
import { PARM_PAY } from '../../src/wire/operation/contract';
import { apiKeys, testKey } from '../access/keys';
import { encoded, modelOf, postForm, refusalOf, send, signed } from '../support/far-side/top';
import type { Parameters, TopAnswer } from '../support/far-side/top';
import { TestService } from '../support/process/service';
import { anAsk, receiptRow } from '../support/process/till';

const PAY = 'alibaba.alisports.lianbei.xpos.pay';
const HOUSE = '/api/3Pay/Xpos/QueryStatus';
const FORM = 'application/x-www-form-urlencoded';
const NOBODY = { id: '987654', checkout: '3paa0123456789abcdef0123456789ab' };

/** Bound to scenic tickets alone; to tickets and POS; not bound. */
const APPS = { gate: 'gate-secret', shop: 'shop-secret', house: 'house-secret' } as const;
const TILLS = { gate: testKey('gate', 'till', '1'), house: testKey('house', 'till') };

let service: TestService;
let inspect: BooksInspect;
/** A live code of the POS system, and one of scenic tickets. */
let foreign: { id: string; checkout: string };
let own: { id: string; checkout: string };

beforeAll(async () => {
  service = await TestService.start({
    TOP_APP_KEYS: Object.entries(APPS)
      .map(([name, secret]) => `${name}:${secret}`)
      .join(),
    TOP_APP_BILL_TYPES: 'gate:1, shop:12',
    API_KEYS: apiKeys(Object.values(TILLS)),
    SWEEP_PERIOD_MS: '0',
  });
  inspect = service.inspect();
  foreign = await aCode('2');
  own = await aCode('1');
}, 60_000);
afterAll(() => {
  inspect.close();
  return service.stop();
});

async function aCode(billType: BillType): Promise<typeof own> {
  const ask = anAsk(billType);
  const path = '/api/3Pay/AliPay/ScanCode';
  const key = { 'X-Api-Key': TILLS.house.secret };
  const { tag } = await service.send(path, JSON.stringify(ask), 'application/json', key);
  const row = receiptRow(inspect, { ask, autoid: String(tag?.['autoid']), codeurl: '' });
  return { id: String(row.id), checkout: row.out_trade_no };
}

function asked(app: keyof typeof APPS, changes: Parameters): Promise<TopAnswer> {
  return postForm(service.url, signed({ app_key: app, ...changes }, APPS[app]));
}

/** The same question by GET. */
function got(app: keyof typeof APPS, changes: Parameters): Promise<TopAnswer> {
  const query = encoded(signed({ app_key: app, ...changes }, APPS[app]));
  return send(`${service.url}/router/rest?${query}`);
}

/** All that a caller can see of an answer, but for what every answer has of its own. */
function seen({ status, type, text }: TopAnswer): string {
  return `${status} ${type} ${text.replace(/\b[0-9a-f]{16}\b/, 'ID')}`;
}

/** What Alipay was asked about a receipt, beyond its code. */
async function questions({ checkout }: typeof own): Promise<number> {
  const calls = await service.sim.calls({ method: 'alipay.trade.query', outTradeNo: checkout });
  return calls.length;
}

describe('an app that is bound to bill types', () => {
  it('asks after receipts of them as before', async () => {
    const model = modelOf(await asked('gate', { checkout_id: own.checkout }));
    expect(model).toMatchObject({ checkout_id: own.checkout, checkout_status: 'INIT' });
    expect(modelOf(await asked('gate', { biz_order_id: own.id }))).toEqual(model);
    for (const app of ['shop', 'house'] as const) {
      expect(modelOf(await asked(app, { biz_order_id: own.id }))).toEqual(model);
      const { checkout_id } = modelOf(await asked(app, { biz_order_id: foreign.id }));
      expect(checkout_id).toBe(foreign.checkout);
    }
  });

  it.each<[string, Parameters]>([
    ['JSON', {}],
    ['XML', { format: 'xml' }],
    ['XML, since nothing is said', { format: undefined }],
    ['simplified JSON', { simplify: 'true' }],
  ])('is answered in %s of a foreign receipt as of none', async (_format, form) => {
    const before = await questions(foreign);
    const ways = [
      [{ biz_order_id: foreign.id }, { biz_order_id: NOBODY.id }],
      [{ checkout_id: foreign.checkout }, { checkout_id: NOBODY.checkout }],
      [
        { biz_order_id: foreign.id, checkout_id: foreign.checkout },
        { biz_order_id: NOBODY.id, checkout_id: NOBODY.checkout },
      ],
      [
        { biz_order_id: own.id, checkout_id: foreign.checkout },
        { biz_order_id: own.id, checkout_id: NOBODY.checkout },
      ],
    ] as const;
    for (const [there, none] of ways) {
      for (const ask of [asked, got]) {
        const answer = await ask('gate', { ...form, ...there });
        expect(answer.text).toContain('isv.invalid-parameter');
        expect(seen(answer)).toBe(seen(await ask('gate', { ...form, ...none })));
      }
    }
    expect(await questions(foreign)).toBe(before);
  });

  it('finds nothing of others by trying one biz_order_id after the other', async () => {
    const answers: string[] = [];
    for (let id = 1; id <= Number(own.id) + 5; id += 1) {
      const { text } = await asked('gate', { biz_order_id: String(id) });
      if (!text.includes('error_response')) answers.push(String(id));
    }
    expect(answers).toEqual([own.id]);
  });

  it('may not charge where POS is not among them, and nothing begins', async () => {
    const param0 = JSON.stringify({
      ...{ nego_price: '8888', qr_code: '280000000000000001', request_id: 'r-1' },
      ...{ out_biz_id: '900', cashier_name: 'Wang', cashier_id: '7', store_id: '1' },
    });
    const rows = () => inspect.rows('select * from xpos_request').length;
    for (const format of ['json', 'xml']) {
      const pay = { method: PAY, format };
      const refused = await asked('gate', { ...pay, param0 });
      expect(refusalOf(refused)).toBe('11 isv.permission-api-package-limit');
      expect(seen(await got('gate', { ...pay, param0 }))).toBe(seen(refused));
      // Nor does it learn whether its words would have been right.
      expect(seen(await asked('gate', { ...pay, param0: '{}' }))).toBe(seen(refused));
    }
    expect(rows()).toBe(0);
    const sold = await asked('shop', { method: PAY, param0 });
    expect(sold.text).toContain('"result_status":1');
    expect(rows()).toBe(1);
    const after = await asked('gate', { method: PAY, param0 });
    expect(refusalOf(after)).toBe('11 isv.permission-api-package-limit');
  });
});

describe('a key that is bound to bill types', () => {
  const { id: none, checkout: nothing } = NOBODY;

  async function house(body: string | Uint8Array, type: string, accept: string, key = TILLS.gate) {
    const headers = { 'Content-Type': type, Accept: accept, 'X-Api-Key': key.secret };
    const answer = await fetch(service.url + HOUSE, { method: 'POST', headers, body });
    return `${answer.status} ${Buffer.from(await answer.arrayBuffer()).toString('latin1')}`;
  }

  it.each<[string, (id: string, checkout: string) => string | Uint8Array]>([
    ['application/json', (id, checkout_id) => JSON.stringify({ biz_order_id: id, checkout_id })],
    [FORM, (id, checkout_id) => `biz_order_id=${id}&checkout_id=${checkout_id}`],
    [
      'application/xml',
      (id, checkout) =>
        `<XposQueryStatusParm xmlns="${PARM_PAY}"><biz_order_id>${id}</biz_order_id>` +
        `<checkout_id>${checkout}</checkout_id></XposQueryStatusParm>`,
    ],
    ['application/bson', (id, checkout_id) => serialize({ biz_order_id: id, checkout_id })],
  ])('is answered of a foreign receipt as of none: %s', async (type, write) => {
    for (const accept of ['application/json', 'application/xml', 'application/bson']) {
      const answer = await house(write(foreign.id, foreign.checkout), type, accept);
      expect(answer).toBe(await house(write(none, nothing), type, accept));
      expect(answer).not.toContain(foreign.checkout);
      const mine = await house(write(own.id, own.checkout), type, accept);
      expect(mine).toContain(own.checkout);
      const all = await house(write(foreign.id, foreign.checkout), type, accept, TILLS.house);
      expect(all).toContain(foreign.checkout);
    }
  });
});

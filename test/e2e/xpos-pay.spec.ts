import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import { modelOf, postForm, refusalOf, signed } from '../support/far-side/top';
import type { Parameters, TopAnswer } from '../support/far-side/top';

const PAY = 'alibaba.alisports.lianbei.xpos.pay';
const NODE = 'alibaba_alisports_lianbei_xpos_pay_response';
const SECOND = 'second:second-secret';

/** Codes of guests whose last digit tells the simulated Alipay what becomes of the charge. */
const PAYS = '280000000000000001';
const TYPES_PASSWORD = '280000000000000005';
const HAS_NO_MONEY = '280000000000000006';
const UNKNOWN_PAID = '280000000000000008';
const UNKNOWN_NOTHING = '280000000000000009';

let service: TestService;
let inspect: BooksInspect;
beforeAll(async () => {
  service = await TestService.start({
    ALIPAY_TIMEOUT_MS: '400',
    TOP_APP_KEYS: `3pay-sandbox:3pay-sandbox-secret,${SECOND}`,
  });
  inspect = service.inspect();
}, 60_000);
afterAll(() => {
  inspect.close();
  return service.stop();
});

let last = 0;

/** What a till asks for: 88.88 yuan for a fresh order under a fresh request id. */
function anAsk(changes: object = {}): Record<string, unknown> {
  last += 1;
  return {
    nego_price: '8888',
    qr_code: PAYS,
    request_id: `request-${last}`,
    out_biz_id: `订单-${last}`,
    cashier_name: '王',
    cashier_id: '7',
    store_id: 's1',
    item_id: 12,
    ...changes,
  };
}

function pay(ask: object | string, changes: Parameters = {}, secret?: string): Promise<TopAnswer> {
  const param0 = typeof ask === 'string' ? ask : JSON.stringify(ask);
  return postForm(service.url, signed({ method: PAY, param0, ...changes }, secret));
}

type Model = Readonly<Record<string, unknown>>;

async function paidModel(ask: object): Promise<Model> {
  const answer = await pay(ask);
  const parsed = JSON.parse(answer.text) as Record<string, { result: { model: Model } }>;
  const model = parsed[NODE]?.result.model;
  if (!model) throw new Error(answer.text);
  return model;
}

async function statusOf(checkoutId: unknown): Promise<Model> {
  return modelOf(await postForm(service.url, signed({ checkout_id: String(checkoutId) })));
}

/** How many receipts the bill of this number has, and how many charges Alipay saw under it. */
async function charges(checkoutId: unknown): Promise<[receipts: number, calls: number]> {
  const outTradeNo = String(checkoutId);
  const rows = inspect.rows(
    `select id from receipt where bill_id = (select bill_id from receipt where out_trade_no = ?)`,
    outTradeNo,
  );
  const calls = await service.sim.calls({ method: 'alipay.trade.pay', outTradeNo });
  return [rows.length, calls.length];
}

describe('a charge', () => {
  it('that is paid at once is saved, told in full, and found by both ids', async () => {
    const ask = anAsk();
    const model = await paidModel(ask);
    expect(model).toMatchObject({ result_status: 1, current_pay_fee: 8888, success: true });
    expect(model['payment_order_id']).toMatch(/^\d{20,}$/);
    const [row] = inspect.rows<{ state: string; told_at_ms: number | null; id: number }>(
      'select * from receipt where out_trade_no = ?',
      String(model['checkout_id']),
    );
    expect(row).toMatchObject({ state: 'paid', told_at_ms: null, id: model['biz_order_id'] });
    expect(await statusOf(model['checkout_id'])).toMatchObject({
      checkout_status: 'SUCCEEDED',
      paid_fee: 8888,
      out_biz_id: ask['out_biz_id'],
    });
  });

  it('that waits for the password goes from PROCESSING to SUCCEEDED', async () => {
    const ask = anAsk({ qr_code: TYPES_PASSWORD });
    const model = await paidModel(ask);
    const id = model['checkout_id'];
    expect(model).toMatchObject({ result_status: 3, current_pay_fee: 0, success: true });
    expect(await statusOf(id)).toMatchObject({ checkout_status: 'PROCESSING', paid_fee: 0 });
    expect(await paidModel(ask)).toEqual(model);
    await service.sim.guestOf(String(id), 'pay');
    // Nobody has asked since: the repeat itself brings the payment into the books.
    expect(await paidModel(ask)).toMatchObject({ checkout_id: id, result_status: 1 });
    expect(await statusOf(id)).toMatchObject({ checkout_status: 'SUCCEEDED', paid_fee: 8888 });
    expect(await charges(id)).toEqual([1, 1]);
  });

  it('that is refused is failed for good; another request may charge the order', async () => {
    const ask = anAsk({ qr_code: HAS_NO_MONEY });
    const model = await paidModel(ask);
    expect(model).toMatchObject({ result_status: 2, current_pay_fee: 0, success: false });
    expect(await statusOf(model['checkout_id'])).toMatchObject({ checkout_status: 'FAILED' });
    expect(await paidModel({ ...ask, qr_code: PAYS })).toEqual(model);
    const again = await paidModel({ ...ask, qr_code: PAYS, request_id: `${last}-again` });
    expect(again).toMatchObject({ result_status: 1 });
    expect(await charges(again['checkout_id'])).toEqual([2, 1]);
  });

  it.each([
    ['paid', UNKNOWN_PAID, 'SUCCEEDED', 1],
    ['not made', UNKNOWN_NOTHING, 'PROCESSING', 3],
  ])('of unknown outcome that was %s is never failed', async (_what, qr_code, status, result) => {
    const ask = anAsk({ qr_code });
    const model = await paidModel(ask);
    expect(model['result_status']).toBe(3);
    expect(await statusOf(model['checkout_id'])).toMatchObject({ checkout_status: status });
    expect(await paidModel(ask)).toMatchObject({
      checkout_id: model['checkout_id'],
      result_status: result,
    });
    expect((await charges(model['checkout_id']))[0]).toBe(1);
  });
});

describe('a request id', () => {
  it('repeated at the same time or later is one charge', async () => {
    const ask = anAsk();
    const models = await Promise.all(Array.from({ length: 8 }, () => paidModel(ask)));
    const ids = new Set(models.map((model) => model['checkout_id']));
    expect(ids.size).toBe(1);
    expect(new Set(models.map((model) => model['result_status']))).not.toContain(2);
    const later = await paidModel({ ...ask, qr_code: '280000000000000011' });
    expect(later).toMatchObject({ result_status: 1, checkout_id: [...ids][0] });
    expect(await charges([...ids][0])).toEqual([1, 1]);
  });

  it.each([{ nego_price: '8889' }, { out_biz_id: 'other' }, { store_id: 's2' }, { item_id: 13 }])(
    'with other content is refused: %j',
    async (changes) => {
      const ask = anAsk();
      await pay(ask);
      expect(refusalOf(await pay({ ...ask, ...changes }))).toBe('50 isv.invalid-parameter');
    },
  );

  it.each([' ', '\t', '\r', '\n', '\r\n'])(
    'is charged by a code with %j around it',
    async (blank) => {
      const model = await paidModel(anAsk({ qr_code: `${blank}${PAYS}${blank}` }));
      expect(model).toMatchObject({ result_status: 1 });
      const inside = anAsk({ qr_code: `${PAYS.slice(0, 9)}${blank}${PAYS.slice(9)}\u0001` });
      expect(refusalOf(await pay(inside))).toBe('41 isv.invalid-parameter');
    },
  );

  it('with a blank more at its end is no other one', async () => {
    const ask = anAsk();
    await pay(ask);
    const blank = { ...anAsk(), request_id: `${String(ask['request_id'])} ` };
    expect(refusalOf(await pay(blank))).toBe('50 isv.invalid-parameter');
    const padded = anAsk({ request_id: 'padded ' });
    const model = await paidModel(padded);
    expect(await paidModel(padded)).toEqual(model);
    expect(await charges(model['checkout_id'])).toEqual([1, 1]);
  });

  it('belongs to its app', async () => {
    const ask = anAsk();
    const mine = await paidModel(ask);
    const other = await pay(ask, { app_key: 'second' }, 'second-secret');
    expect(other.text).toContain('"result_status":1');
    expect(other.text).not.toContain(String(mine['checkout_id']));
  });

  it('outlives the process', async () => {
    const ask = anAsk({ qr_code: TYPES_PASSWORD });
    const model = await paidModel(ask);
    await service.kill();
    await service.restart();
    expect(await paidModel(ask)).toEqual(model);
    expect(await charges(model['checkout_id'])).toEqual([1, 1]);
  }, 60_000);
});

describe('an order', () => {
  it('that is paid is not charged again by another request', async () => {
    const ask = anAsk();
    await pay(ask);
    const answer = await pay({ ...ask, request_id: `${last}-again` });
    expect(refusalOf(answer)).toBe('50 isv.invalid-parameter');
    expect(answer.text).toContain('已支付');
  });

  it('whose charge is not decided is not charged by another request', async () => {
    const ask = anAsk({ qr_code: TYPES_PASSWORD });
    const first = await paidModel(ask);
    const again = { ...ask, qr_code: PAYS, request_id: `${last}-again` };
    expect(refusalOf(await pay(again))).toBe('15 isp.top-remote-connection-timeout');
    expect(await charges(first['checkout_id'])).toEqual([1, 1]);
  });
});

describe('a request that is', () => {
  it.each<[string, object | string, string]>([
    ['empty', '', '40 isv.missing-parameter'],
    ['no JSON', '{', '41 isv.invalid-parameter'],
    ['a list', '[]', '41 isv.invalid-parameter'],
    ['without request_id', anAsk({ request_id: undefined }), '40 isv.missing-parameter'],
    ['without out_biz_id', anAsk({ out_biz_id: ' ' }), '40 isv.missing-parameter'],
    ['without qr_code', anAsk({ qr_code: null }), '40 isv.missing-parameter'],
    ['without a cashier', anAsk({ cashier_id: '' }), '40 isv.missing-parameter'],
    ['of no money', anAsk({ nego_price: '0' }), '41 isv.invalid-parameter'],
    ['of yuan', anAsk({ nego_price: '88.88' }), '41 isv.invalid-parameter'],
    ['of debt', anAsk({ nego_price: '-1' }), '41 isv.invalid-parameter'],
    ['of too much', anAsk({ nego_price: '10000000001' }), '41 isv.invalid-parameter'],
    ['of a long id', anAsk({ request_id: 'x'.repeat(65) }), '41 isv.invalid-parameter'],
    ['of a control', anAsk({ out_biz_id: 'a\nb' }), '41 isv.invalid-parameter'],
    ['of a member twice', '{"nego_price":"1","nego_price":"2"}', '41 isv.invalid-parameter'],
    ['of a fraction', anAsk({ item_id: 1.5 }), '41 isv.invalid-parameter'],
  ])('%s is refused, and nothing is written', async (_what, ask, refusal) => {
    const before = inspect.counts();
    const answer = await pay(ask);
    expect([answer.status, refusalOf(answer)]).toEqual([200, refusal]);
    expect(inspect.counts()).toEqual(before);
  });

  it('answered in XML has the same members', async () => {
    const xml = await pay(anAsk(), { format: 'xml' });
    expect(xml.text).toMatch(/<biz_order_id>\d+<\/biz_order_id>.*<result_status>1</);
  });
});

it("no guest's code is kept or logged", () => {
  const kept = inspect.rows('select precreate_call from receipt where begun_by = ?', 'barCode');
  expect(kept.length).toBeGreaterThan(5);
  expect(JSON.stringify(kept) + service.log).not.toMatch(/28000000000000/);
  const told = inspect.rows('select detail, body from receipt_pos');
  expect(JSON.stringify(told)).not.toMatch(/28000000000000/);
});

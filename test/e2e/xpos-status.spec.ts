import type { BooksInspect } from '../database/books-inspect';
import { deserialize } from 'bson';
import { TestService } from '../support/process/service';
import type { Answer } from '../support/process/service';
import {
  anAsk,
  cancel,
  getCode,
  payAtSimulator,
  query,
  receiptRow,
  saying,
  until,
} from '../support/process/till';
import type { GivenCode, ReceiptColumns } from '../support/process/till';
import { modelOf, postForm, refusalOf, signed } from '../support/far-side/top';
import type { Parameters, TopAnswer } from '../support/far-side/top';

const HOUSE = '/api/3Pay/Xpos/QueryStatus';
const PAID_AT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

let service: TestService;
let inspect: BooksInspect;
beforeAll(async () => {
  service = await TestService.start({ ALIPAY_TIMEOUT_MS: '400' });
  inspect = service.inspect();
}, 60_000);
afterAll(() => {
  inspect.close();
  return service.stop();
});

function ask(parameters: Parameters): Promise<TopAnswer> {
  return postForm(service.url, signed(parameters));
}

async function askOf(code: GivenCode): Promise<Readonly<Record<string, unknown>>> {
  return modelOf(await ask({ checkout_id: receiptRow(inspect, code).out_trade_no }));
}

function house(body: object): Promise<Answer> {
  return service.send(HOUSE, JSON.stringify(body));
}

/** A payment of 88.88 yuan that was paid at Alipay, and nobody has asked yet. */
async function paidCode(): Promise<[GivenCode, ReceiptColumns]> {
  const code = await getCode(service, anAsk('2'));
  await payAtSimulator(service, code);
  return [code, receiptRow(inspect, code)];
}

describe('a payment by ScanCode', () => {
  it('goes from INIT to SUCCEEDED, fresh from Alipay, and no till counts as told', async () => {
    const code = await getCode(service, anAsk('1'));
    const { id, out_trade_no } = receiptRow(inspect, code);
    const same = { checkout_id: out_trade_no, out_biz_id: code.ask.billnum, success: true };
    const unpaid = { ...same, paid_fee: 0, result_message: '查询成功', result_code: '0' };
    expect(await askOf(code)).toEqual({ ...unpaid, checkout_status: 'INIT' });
    await service.sim.scan(code.codeurl);
    expect(await askOf(code)).toEqual({ ...unpaid, checkout_status: 'PROCESSING' });
    await service.sim.pay(code.codeurl);
    const paid = { ...unpaid, paid_fee: 8888, checkout_status: 'SUCCEEDED' };
    const answer = await ask({ biz_order_id: String(id), checkout_id: out_trade_no });
    const { paid_time, ...model } = modelOf(answer);
    expect(model).toEqual(paid);
    expect(paid_time).toMatch(PAID_AT);
    expect(receiptRow(inspect, code)).toMatchObject({ state: 'paid', told_at_ms: null });
    expect((await inspect.systemRow('1', out_trade_no))?.result).toBe('S');
    expect(saying(await service.post('ScanCode', code.ask))).toBe('40901');
  });

  it('is CANCELED when it was cancelled', async () => {
    const code = await getCode(service, anAsk('3'));
    await cancel(service, code);
    expect(await askOf(code)).toMatchObject({ checkout_status: 'CANCELED', paid_fee: 0 });
  });

  it('stays SUCCEEDED when its money went back, and the code says so', async () => {
    const [code] = await paidCode();
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    expect(saying(await cancel(service, code))).toBe('0 REFUND 4');
    expect(await askOf(code)).toMatchObject({
      checkout_status: 'SUCCEEDED',
      paid_fee: 8888,
      result_code: 'REFUND',
      result_message: '已退款',
    });
  });

  it.each(['delay', 'reset', 'bad_sign', 'wrong_amount', 'system_error'])(
    'is PROCESSING while Alipay cannot be asked: %s',
    async (fault) => {
      const [code, row] = await paidCode();
      await service.sim.spoil({ method: 'query', fault, count: 9, delayMs: 30_000 });
      try {
        const answer = await ask({ checkout_id: row.out_trade_no });
        expect(modelOf(answer)).toMatchObject({
          checkout_status: 'PROCESSING',
          paid_fee: 0,
          result_code: '1',
        });
      } finally {
        await service.sim.heal();
      }
      expect(receiptRow(inspect, code).state).toBe('waiting');
    },
    20_000,
  );
});

describe('the ids', () => {
  it('are one or both, and both must be of one payment', async () => {
    const [, mine] = await paidCode();
    const [, other] = await paidCode();
    const id = String(mine.id);
    const good: Parameters[] = [
      { checkout_id: mine.out_trade_no },
      { biz_order_id: id },
      { biz_order_id: `00${id}` },
      { biz_order_id: id, checkout_id: mine.out_trade_no },
      { biz_order_id: id, checkout_id: '' },
    ];
    for (const parameters of good) {
      expect(modelOf(await ask(parameters))['checkout_id']).toBe(mine.out_trade_no);
    }
    const bad: Parameters[] = [
      { biz_order_id: id, checkout_id: other.out_trade_no },
      { biz_order_id: `${2n ** 53n + BigInt(mine.id)}` },
      { biz_order_id: String(-mine.id) },
      { checkout_id: mine.out_trade_no.toUpperCase().replace(/\d/g, 'A') },
      { checkout_id: mine.out_trade_no.toUpperCase() },
      { checkout_id: `${mine.out_trade_no} ` },
      { checkout_id: '%' },
    ].filter(({ checkout_id }) => checkout_id !== mine.out_trade_no);
    for (const parameters of bad) {
      expect(refusalOf(await ask(parameters))).toBe('50 isv.invalid-parameter');
    }
  });
});

describe('the forms of an answer', () => {
  it('are XML, JSON and simplified JSON of the same values', async () => {
    const [code, { out_trade_no: checkout_id }] = await paidCode();
    const { paid_time } = modelOf(await ask({ checkout_id }));
    const shown = async (changes: Parameters) =>
      (await ask({ checkout_id, ...changes })).text.replace(/\b[0-9a-f]{16}\b/, 'ID');
    const { billnum } = code.ask;
    expect(await shown({ format: 'xml' })).toBe(
      '<?xml version="1.0" encoding="utf-8" ?>' +
        '<alibaba_alisports_lianbei_xpos_querystatus_response>' +
        `<result><model><paid_fee>8888</paid_fee><paid_time>${String(paid_time)}</paid_time>` +
        `<checkout_status>SUCCEEDED</checkout_status><checkout_id>${checkout_id}</checkout_id>` +
        `<out_biz_id>${billnum}</out_biz_id><result_message>查询成功</result_message>` +
        `<result_code>0</result_code><success>true</success></model>` +
        `<http_status_code>200</http_status_code><msg_code>0</msg_code>` +
        `<msg_info>查询支付状态成功</msg_info><success>true</success></result>` +
        `<request_id>ID</request_id></alibaba_alisports_lianbei_xpos_querystatus_response>`,
    );
    const content =
      `"result":{"model":{"paid_fee":8888,"paid_time":"${String(paid_time)}",` +
      `"checkout_status":"SUCCEEDED","checkout_id":"${checkout_id}","out_biz_id":"${billnum}",` +
      `"result_message":"查询成功","result_code":"0","success":true},"http_status_code":200,` +
      `"msg_code":"0","msg_info":"查询支付状态成功","success":true},"request_id":"ID"`;
    expect(await shown({})).toBe(
      `{"alibaba_alisports_lianbei_xpos_querystatus_response":{${content}}}`,
    );
    expect(await shown({ simplify: 'true' })).toBe(`{${content}}`);
  });
});

describe('QueryStatus in our own envelope', () => {
  it('says the same in every format', async () => {
    const [code, { id, out_trade_no: checkout_id }] = await paidCode();
    const answer = await house({ biz_order_id: id, checkout_id });
    const { paid_time, ...rest } = answer.tag ?? {};
    const tag = {
      paid_fee: 8888,
      checkout_status: 'SUCCEEDED',
      checkout_id,
      out_biz_id: code.ask.billnum,
      result_message: '查询成功',
      result_code: '0',
      success: true,
    };
    expect([answer.status, answer.errcode, rest]).toEqual([200, 0, tag]);
    expect(paid_time).toMatch(PAID_AT);
    const form = 'application/x-www-form-urlencoded';
    const xml = await service.send(HOUSE, `checkout_id=${checkout_id}`, form, {
      Accept: 'text/xml',
    });
    expect(xml.text).toContain('<CommonOperationResultWithTagOfXposQueryStatusResultKp9g8rEY ');
    expect(xml.text).toContain('<d2p1:paid_fee>8888</d2p1:paid_fee>');
    expect(xml.text).toContain('<d2p1:success>true</d2p1:success></tag>');
    const bson = await fetch(service.url + HOUSE, {
      method: 'POST',
      headers: { 'Content-Type': form, Accept: 'application/bson' },
      body: `biz_order_id=${id}`,
    });
    const bytes = Buffer.from(await bson.arrayBuffer());
    expect(deserialize(bytes)).toEqual({ errcode: 0, errmsg: 'ok', tag: { ...tag, paid_time } });
    await until(() => receiptRow(inspect, code).state === 'paid');
    expect(receiptRow(inspect, code).told_at_ms).toBeNull();
  });

  it('tells null as the time of what is not paid', async () => {
    const code = await getCode(service, anAsk('5'));
    const { out_trade_no: checkout_id } = receiptRow(inspect, code);
    expect((await house({ checkout_id })).tag).toMatchObject({
      paid_fee: 0,
      paid_time: null,
      checkout_status: 'INIT',
    });
  });

  it.each<[body: string, errcode: number, named: string]>([
    ['{"checkout_id":"788"}', 40401, ''],
    ['{"biz_order_id":987654}', 40401, ''],
    ['{"biz_order_id":9223372036854775807}', 40401, ''],
    ['{"biz_order_id":9223372036854775808}', 40001, 'biz_order_id'],
    ['{"biz_order_id":"1.5"}', 40001, 'biz_order_id'],
    ['{}', 40001, 'biz_order_id'],
    ['{"biz_order_id":null,"checkout_id":" "}', 40001, 'biz_order_id'],
    [`{"checkout_id":"${'x'.repeat(65)}"}`, 40001, 'checkout_id'],
    ['{"checkout_id":true}', 40001, 'checkout_id'],
    ['[]', 40000, ''],
  ])('refuses %s with %d', async (body, errcode, named) => {
    const answer = await service.send(HOUSE, body);
    expect([answer.status, answer.errcode, answer.tag]).toEqual([200, errcode, null]);
    expect(answer.errmsg).toContain(named);
  });
});

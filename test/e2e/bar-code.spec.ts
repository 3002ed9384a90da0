import { BSON, deserialize } from 'bson';
import type { BooksInspect } from '../database/books-inspect';
import { rows } from '../support/long';
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
} from '../support/process/till';
import { until } from '../support/process/till';
import type { Ask, GivenCode } from '../support/process/till';

jest.setTimeout(30_000);

const TIMEOUT_MS = 1_000;
const PATH = '/api/3Pay/AliPay/BarCode';

/** What a scanner may put behind, or around, what it read. */
const BLANKS = [' ', '\t', '\r', '\n', '\r\n', ' \t\r\n '];

let scanned = 0;

/** A guest's code that no other test scans; its last digit chooses what becomes of the charge. */
function guestCode(fate: number): string {
  scanned += 1;
  return `2876543210${String(scanned).padStart(7, '0')}${fate}`;
}

function askFor(fate: number, billtype: '1' | '2' | '7' = '2'): Ask & { barcode: string } {
  return { ...anAsk(billtype, { paytype: '97' }), barcode: guestCode(fate) };
}

/** The receipt an answer names. */
function named(ask: Ask, answer: Answer): GivenCode {
  return { ask, autoid: answer.tag?.autoid ?? '', codeurl: '' };
}

// What the styles make of an outcome is the same for all operations: http-style.spec.ts.
describe.each(rows<'legacy' | 'rest'>(['legacy'], ['rest']))('BarCode in style %s', (style) => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({
      ALIPAY_TIMEOUT_MS: String(TIMEOUT_MS),
      HTTP_STATUS_STYLE: style,
      LOG_LEVEL: 'debug',
    });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });
  afterEach(() => service.sim.heal());

  function post(ask: object): Promise<Answer> {
    return service.post('BarCode', ask);
  }

  async function charges(outTradeNo?: string): Promise<number> {
    const filter = outTradeNo === undefined ? {} : { outTradeNo };
    return (await service.sim.calls({ method: 'pay', ...filter })).length;
  }

  /** Every charge at Alipay of the bill, as `status`. */
  async function trades(ask: Ask): Promise<string[]> {
    const numbers = inspect
      .rows<{ out_trade_no: string }>(
        'select out_trade_no from receipt where bill_no = ?',
        ask.billnum,
      )
      .map((row) => row.out_trade_no);
    const all = await service.sim.trades();
    return all.filter((one) => numbers.includes(one.outTradeNo)).map(({ status }) => status);
  }

  it.each(['1', '2', '7'] as const)(
    'of type %s paid at once: SUCCESS, booked, told',
    async (type) => {
      const ask = askFor(0, type);
      const answer = await post(ask);
      expect(answer).toMatchObject({
        status: 200,
        errcode: 0,
        errmsg: 'ok',
        tag: {
          billnum: ask.billnum,
          billstatus: '3',
          paystatus: 'SUCCESS',
          paystatusdesc: '支付成功',
        },
      });
      const receipt = named(ask, answer);
      expect(receiptRow(inspect, receipt)).toMatchObject({ state: 'paid', paid_fen: 8_888 });
      await until(() => receiptRow(inspect, receipt).told_at_ms !== null);
      expect(saying(await query(service, receipt))).toBe('0 SUCCESS 3');
      const again = await post({ ...ask, barcode: guestCode(0) });
      expect([again.errcode, again.status]).toEqual([40901, style === 'rest' ? 409 : 200]);
      expect(again.tag?.autoid).toBe(receipt.autoid);
      expect(await trades(ask)).toEqual(['TRADE_SUCCESS']);
    },
  );

  it('with a password: USERPAYING, then paid; a second one is charged nothing', async () => {
    const ask = askFor(5);
    const answer = await post(ask);
    expect(saying(answer)).toBe('0 USERPAYING 0');
    const receipt = named(ask, answer);
    const second = await post({ ...ask, barcode: guestCode(0) });
    expect([second.errcode, second.status, second.tag?.autoid]).toEqual([1, 200, receipt.autoid]);
    expect(saying(await query(service, receipt))).toBe('0 USERPAYING 0');
    await service.sim.guestOf(receiptRow(inspect, receipt).out_trade_no, 'pay');
    expect(saying(await query(service, receipt))).toBe('0 SUCCESS 3');
    expect(await trades(ask)).toEqual(['TRADE_SUCCESS']);
  });

  it('with a password never typed is revoked by Cancel, and the bill is free', async () => {
    const ask = askFor(5);
    const receipt = named(ask, await post(ask));
    await service.sim.guestOf(receiptRow(inspect, receipt).out_trade_no, 'giveup');
    expect(saying(await cancel(service, receipt))).toBe('0 REVOKED 0');
    expect(saying(await post({ ...ask, barcode: guestCode(1) }))).toBe('0 SUCCESS 3');
    expect(await trades(ask)).toEqual(['TRADE_CLOSED', 'TRADE_SUCCESS']);
  });

  it.each([6, 7])('refused (%d): PAYERROR, and a fresh code pays', async (fate) => {
    const ask = askFor(fate);
    const answer = await post(ask);
    expect(saying(answer)).toBe('0 PAYERROR 0');
    expect(answer.tag?.paystatusdesc).toBe('支付失败');
    expect(saying(await query(service, named(ask, answer)))).toBe('0 PAYERROR 0');
    expect(saying(await post({ ...ask, barcode: guestCode(0) }))).toBe('0 SUCCESS 3');
  });

  it.each(['ERROR_BALANCE_PAYMENT_DISABLE', 'RESTRICTED_MERCHANT_INDUSTRY', 'CARD_TYPE_ERROR'])(
    'refused by %s: PAYERROR at once, and a fresh code pays',
    async (word) => {
      await service.sim.spoil({ method: 'pay', fault: 'refuse', subCode: `ACQ.${word}` });
      const ask = askFor(0);
      expect(saying(await post(ask))).toBe('0 PAYERROR 0');
      expect(saying(await post({ ...ask, barcode: guestCode(0) }))).toBe('0 SUCCESS 3');
    },
  );

  it('refused by our contract: 50201, PAYERROR by Query, and the bill is free', async () => {
    const subCode = 'ACQ.MERCHANT_AGREEMENT_NOT_EXIST';
    await service.sim.spoil({ method: 'pay', fault: 'refuse', subCode });
    const ask = askFor(0);
    const answer = await post(ask);
    expect(answer.errcode).toBe(50201);
    expect(saying(await query(service, named(ask, answer)))).toBe('0 PAYERROR 0');
    expect(saying(await post({ ...ask, barcode: guestCode(0) }))).toBe('0 SUCCESS 3');
  });

  it.each(['NEVER_HEARD_OF', 'BUYER_UNDECIDED', 'TRADE_STATUS_ERROR', 'TRADE_BUYER_NOT_MATCH'])(
    'answered by %s, which ends nothing: asked, and found paid',
    async (word) => {
      const spoilt = { method: 'pay', fault: 'refuse', afterEffect: true } as const;
      await service.sim.spoil({ ...spoilt, subCode: `ACQ.${word}` });
      const ask = askFor(0);
      const answer = await post(ask);
      expect(answer.errcode).toBe(1);
      expect(saying(await query(service, named(ask, answer)))).toBe('0 SUCCESS 3');
    },
  );

  it('paid, with amounts as numbers: SUCCESS', async () => {
    await service.sim.spoil({ method: '*', fault: 'number_amounts', count: 0 });
    const ask = askFor(0);
    expect(saying(await post(ask))).toBe('0 SUCCESS 3');
    const code = await getCode(service, anAsk('2', { paymentvalue: 88.8 }));
    await payAtSimulator(service, code);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  });

  it('unknown and paid (8): errcode 1 that names it, then SUCCESS by Query', async () => {
    const ask = askFor(8);
    const answer = await post(ask);
    expect([answer.errcode, answer.status]).toEqual([1, 200]);
    expect(saying(await query(service, named(ask, answer)))).toBe('0 SUCCESS 3');
    expect(await trades(ask)).toEqual(['TRADE_SUCCESS']);
  });

  it('unknown and nothing (9): errcode 1 until it is surely nothing', async () => {
    const ask = askFor(9);
    const receipt = named(ask, await post(ask));
    expect((await query(service, receipt)).errcode).toBe(1);
    expect((await post({ ...ask, barcode: guestCode(0) })).tag?.autoid).toBe(receipt.autoid);
    expect((await cancel(service, receipt)).errcode).toBe(1);
    expect(receiptRow(inspect, receipt).state).toBe('cancelling');
    expect(await trades(ask)).toEqual([]);
  });

  it.each(['delay', 'reset', 'http502', 'bad_sign', 'wrong_out_trade_no', 'unknown_error'])(
    '%s after the money was taken: undecided, sent once, found by Query',
    async (fault) => {
      const delay = fault === 'delay' ? { delayMs: TIMEOUT_MS + 300 } : {};
      await service.sim.spoil({ method: 'pay', fault, afterEffect: true, ...delay });
      const ask = askFor(0);
      const answer = await post(ask);
      const receipt = named(ask, answer);
      expect(answer.errcode).toBe(1);
      expect(saying(await query(service, receipt))).toBe('0 SUCCESS 3');
      expect(await charges(receiptRow(inspect, receipt).out_trade_no)).toBe(1);
    },
  );

  it('of another amount is never SUCCESS', async () => {
    await service.sim.spoil({ method: 'pay', fault: 'wrong_amount', afterEffect: true });
    const ask = askFor(0);
    const answer = await post(ask);
    expect(answer.errcode).toBe(1);
    expect(answer.errmsg).toContain('金额');
    expect(saying(await query(service, named(ask, answer)))).toBe('0 SUCCESS 3');
  });

  it('of twenty at once charges one', async () => {
    const ask = askFor(5);
    const before = await charges();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post({ ...ask, barcode: guestCode(5) })),
    );
    const said = answers.map((answer) => `${saying(answer)} ${answer.tag?.autoid}`).sort();
    const autoid = answers[0]?.tag?.autoid;
    const others = Array<string>(19).fill(`1 ${autoid}`);
    expect(said).toEqual([`0 USERPAYING 0 ${autoid}`, ...others]);
    expect((await charges()) - before).toBe(1);
    expect(await trades(ask)).toEqual(['WAIT_BUYER_PAY']);
  });

  it('kills the code of the bill first, and is killed for the next', async () => {
    const code = await getCode(service, anAsk('2'));
    const charged = await post({ ...code.ask, paytype: '97', barcode: guestCode(5) });
    expect(saying(charged)).toBe('0 USERPAYING 0');
    await expect(payAtSimulator(service, code)).rejects.toThrow(/CANCELLED/);
    const next = await getCode(service, code.ask);
    const receipt = named({ ...code.ask, paytype: '97' }, charged);
    expect(saying(await query(service, receipt))).toBe('0 REVOKED 0');
    await payAtSimulator(service, next);
    expect(saying(await query(service, next))).toBe('0 SUCCESS 3');
  });

  it('refuses bad members before anything is written', async () => {
    const rows = inspect.counts();
    const inside = ['28\u00007', '28\r7', '28\n7', '28\t7', '28\u000b', '\u001b28', '28 \u0000 '];
    const bad = [undefined, '', ' ', '\r\n', '1'.repeat(41), ` ${'1'.repeat(41)}\n`, 28.5];
    for (const barcode of [...bad, ...inside]) {
      const answer = await post({ ...askFor(0), barcode });
      expect([answer.errcode, answer.status]).toEqual([40001, style === 'rest' ? 400 : 200]);
      expect(answer.errmsg).toContain('barcode');
    }
    expect(inspect.counts()).toEqual(rows);
  });

  it.each(BLANKS)('ignores what the scanner put around the code: %j', async (blank) => {
    for (const format of ['json', 'form'] as const) {
      const barcode = guestCode(0);
      const ask = { ...askFor(0), barcode: `${blank}${barcode}${blank}` };
      const answer = await service.post('BarCode', ask, format);
      expect(saying(answer)).toBe('0 SUCCESS 3');
      const { out_trade_no: outTradeNo } = receiptRow(inspect, named(ask, answer));
      const [call] = await service.sim.calls({ method: 'pay', outTradeNo });
      expect(call?.bizContent).toMatchObject({ auth_code: barcode });
    }
  });

  it.each(['', ...BLANKS])('speaks form, XML and BSON, at both addresses: %j', async (blank) => {
    const around = () => `${blank}${guestCode(0)}${blank}`;
    const form = await service.post('BarCode', { ...askFor(0), barcode: around() }, 'form');
    expect(saying(form)).toBe('0 SUCCESS 3');
    const { billnum } = anAsk();
    const ns =
      'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer.Tour.V5.Parm.Pay';
    const barcode = around().replace(/\s/g, (one) => `&#${one.charCodeAt(0)};`);
    const members = { barcode, billnum, billtype: 2, body: 'x', paymentvalue: 1 };
    const text = Object.entries({ ...members, paytype: 97 })
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('');
    const xml = `<AliBarCodeParm xmlns="${ns}">${text}</AliBarCodeParm>`;
    const headers = { Accept: 'application/xml' };
    const unPos = PATH.replace('3Pay', 'UnPos/3Pay');
    const read = await service.send(unPos, xml, 'application/xml', headers);
    expect(read.text).toMatch(/^<CommonOperationResultWithTagOfPayStatusResultKp9g8rEY .*SUCCESS/);
    const bytes = Buffer.from(BSON.serialize({ ...askFor(0), barcode: around() }));
    const answer = await fetch(service.url + PATH, {
      method: 'POST',
      headers: { 'Content-Type': 'application/bson', Accept: 'application/bson' },
      body: bytes,
    });
    const tag = deserialize(Buffer.from(await answer.arrayBuffer()))['tag'] as {
      paystatus: string;
    };
    expect(tag.paystatus).toBe('SUCCESS');
  });

  it('keeps no guest code, neither in the books nor in the log', () => {
    expect(scanned).toBeGreaterThan(10);
    expect(service.log).not.toContain('2876543210');
    const books = inspect.everything();
    expect(books).toContain('TRADE_SUCCESS');
    expect(books).not.toContain('2876543210');
  });
});

describe('a service that dies while it charges', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ SWEEP_PERIOD_MS: '200' });
  });
  afterAll(() => service?.stop());

  it('books the payment when it is back, and charges nothing again', async () => {
    await service.sim.spoil({ method: 'pay', fault: 'delay', afterEffect: true, delayMs: 20_000 });
    const ask = askFor(0);
    const lost = service.post('BarCode', ask).catch(() => null);
    const sent = async () => (await service.sim.calls({ method: 'pay' })).length > 0;
    for (let n = 0; n < 500 && !(await sent()); n += 1)
      await new Promise((go) => setTimeout(go, 10));
    await service.kill();
    expect(await lost).toBeNull();
    await service.restart();
    const inspect = service.inspect();
    const states = () => inspect.rows<{ state: string }>('select state from receipt');
    await until(() => states().every(({ state }) => state === 'paid'), 10_000);
    inspect.close();
    const again = await service.post('BarCode', { ...ask, barcode: guestCode(0) });
    expect(again.errcode).toBe(40901);
    expect(await service.sim.calls({ method: 'pay' })).toHaveLength(1);
  });
});

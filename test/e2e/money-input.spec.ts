import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import type { Answer } from '../support/process/service';
import type { Ask } from '../support/process/till';
import { anAsk, receiptRow } from '../support/process/till';

jest.setTimeout(30_000);

/** Amount tokens of a JSON body, as written, and the yuan text that is sent to Alipay. */
const JSON_ACCEPTED: [token: string, sent: string][] = [
  ['0.01', '0.01'],
  ['100000000.00', '100000000.00'],
  ['100000000', '100000000.00'],
  ['5', '5.00'],
  ['5.0', '5.00'],
  ['5.10', '5.10'],
  ['5.100', '5.10'],
  ['19.99', '19.99'],
  ['1e2', '100.00'],
  ['1E+2', '100.00'],
  ['510e-2', '5.10'],
  ['"5.00"', '5.00'],
  ['"5.10"', '5.10'],
  ['"+5"', '5.00'],
  ['" 5 "', '5.00'],
  ['".5"', '0.50'],
  ['"5."', '5.00'],
  ['"0005"', '5.00'],
  [`"${'0'.repeat(400)}5.10"`, '5.10'],
];

const JSON_REFUSED = [
  ...['0', '0.00', '-0', '-1', '-0.01', '"0"', '"0.00"', '"-1"', '"-0.01"', '0e5'],
  ...['100000000.01', '"100000000.01"', '5.001', '0.005', '"5.001"', '1e-7', '0.30000000000000004'],
  ...['"1e2"', '"1E+2"', '+5', '"5-"', '"5,00"', '"1,000.00"', '"0x10"', '0x10', '010', '"&h10"'],
  ...['"\u0665"', '"\uff15"', '"\\uff15"', 'Infinity', 'NaN', '"Infinity"', '"NaN"', '"1/2"'],
  ...['"$5"', '"\u00a55"', '9007199254740993', '90071992547409.93', '1234567890123456789'],
  ...['1000000000000000000', '79228162514264337593543950335', '1e400', '1e999999', '9'.repeat(400)],
  ...[`"${'9'.repeat(400)}"`, 'true', 'false', '"true"', '[5]', '{"a":5}', '""', '" "', 'null'],
  ...['"5 5"', '"5\\u0000"', '"abc"', 'undefined'],
];

/** Amount text of a form, as it is percent-encoded, and what is sent. */
const FORM_ACCEPTED: [text: string, sent: string][] = [
  ['0.01', '0.01'],
  ['100000000.00', '100000000.00'],
  ['5', '5.00'],
  ['5.10', '5.10'],
  ['+5', '5.00'],
  [' 5 ', '5.00'],
  ['.5', '0.50'],
  ['5.', '5.00'],
  ['0005', '5.00'],
];

const FORM_REFUSED = [
  ...['0', '0.00', '-0', '-1', '-0.01', '100000000.01', '5.001', '0.005', '1e-7', '1e2', '1E+2'],
  ...['0.30000000000000004', '5,00', '1,000.00', '0x10', '\u0665', '\uff15', 'Infinity', 'NaN'],
  ...['1/2', '$5', '9007199254740993', '90071992547409.93', '1234567890123456789'],
  ...['1000000000000000000', '79228162514264337593543950335', '9'.repeat(400), 'true', '[5]'],
  ...['{"a":5}', '', ' ', '\u3000', '5\u0000'],
];

/** Every member but the amount. */
function others(ask: Ask): [string, string][] {
  const members = Object.entries(ask) as [string, string][];
  return members.filter(([name]) => name !== 'paymentvalue');
}

describe('the amount', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start();
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  const PATH = '/api/3Pay/AliPay/ScanCode';

  /** A body whose paymentvalue is exactly this token; null: without the member. */
  function postJson(token: string | null): Promise<[Answer, Ask]> {
    const ask = anAsk();
    const amount = token === null ? '' : `,"paymentvalue":${token}`;
    const body = JSON.stringify(Object.fromEntries(others(ask))).replace(/}$/, `${amount}}`);
    return service.send(PATH, body).then((answer) => [answer, ask]);
  }

  function postForm(text: string | null): Promise<[Answer, Ask]> {
    const ask = anAsk();
    const form = new URLSearchParams(others(ask));
    if (text !== null) form.set('paymentvalue', text);
    const type = 'application/x-www-form-urlencoded';
    return service.send(PATH, form.toString(), type).then((answer) => [answer, ask]);
  }

  async function expectSent(answer: Answer, ask: Ask, sent: string) {
    expect(answer).toMatchObject({ status: 200, errcode: 0 });
    const code = { ask, autoid: answer.tag?.autoid ?? '', codeurl: '' };
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    const [call] = await service.sim.calls({ outTradeNo });
    const row = await inspect.systemRow('1', outTradeNo);
    expect([call?.bizContent['total_amount'], row?.paymentvalue]).toEqual([sent, sent]);
  }

  async function expectRefused(post: () => Promise<[Answer, object]>): Promise<void> {
    const rows = await inspect.countRows();
    const calls = (await service.sim.calls()).length;
    const [answer] = await post();
    expect([answer.status, answer.errcode, answer.tag]).toEqual([200, 40001, null]);
    expect(answer.errmsg).toContain('paymentvalue');
    expect(await inspect.countRows()).toBe(rows);
    expect((await service.sim.calls()).length).toBe(calls);
  }

  it.each(JSON_ACCEPTED)('%s in JSON is sent as %s', async (token, sent) => {
    const [answer, ask] = await postJson(token);
    await expectSent(answer, ask, sent);
  });

  it.each(FORM_ACCEPTED)('%j in a form is sent as %s', async (text, sent) => {
    const [answer, ask] = await postForm(text);
    await expectSent(answer, ask, sent);
  });

  it.each(JSON_REFUSED)('%s in JSON is refused', async (token) => {
    await expectRefused(() => postJson(token));
  });

  it.each(FORM_REFUSED)('%j in a form is refused', async (text) => {
    await expectRefused(() => postForm(text));
  });

  it('is required, in JSON and form', async () => {
    await expectRefused(() => postJson(null));
    await expectRefused(() => postForm(null));
  });

  it('never repeats what was sent in the refusal', async () => {
    const [answer] = await postJson('"secret-4711"');
    expect(answer.text).not.toContain('4711');
  });
});

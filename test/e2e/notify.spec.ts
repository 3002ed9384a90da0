import { request } from 'node:http';
import type { BooksInspect } from '../database/books-inspect';
import { notifiedAt } from '../support/process/ports';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import {
  anAsk,
  getCode,
  payAtSimulator,
  query,
  receiptRow,
  saying,
  until,
} from '../support/process/till';

jest.setTimeout(60_000);

const PATH = '/api/3Pay/AliPay/Notify';
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

const TAMPERINGS = [
  'amount_after_signing',
  'bad_sign',
  'no_sign',
  'sign_type_rsa',
  'no_sign_type',
  'repeated_key',
  'wrong_amount',
  'foreign_app_id',
  'foreign_seller_id',
  'unknown_number',
];

describe('Notify', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({ ...(await notifiedAt()), LOG_LEVEL: 'info' });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });
  afterEach(() => service.sim.notifies(true));

  /** A payment whose notify was lost. */
  async function paidUnheard(): Promise<{ code: GivenCode; outTradeNo: string }> {
    const code = await getCode(service, anAsk('7'));
    await service.sim.notifies(false);
    await payAtSimulator(service, code);
    return { code, outTradeNo: receiptRow(inspect, code).out_trade_no };
  }

  function post(body: string | Buffer, contentType = FORM): Promise<Response> {
    const headers = { 'Content-Type': contentType };
    return fetch(service.url + PATH, { method: 'POST', headers, body });
  }

  it('books a payment without any Query, and a till is told of it then', async () => {
    const code = await getCode(service, anAsk('7'));
    await payAtSimulator(service, code);
    await until(() => receiptRow(inspect, code).state === 'paid');
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    expect(await service.sim.calls({ method: 'query', outTradeNo })).toEqual([]);
    expect(receiptRow(inspect, code).told_at_ms).toBeNull();
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    await until(() => receiptRow(inspect, code).told_at_ms !== null);
    const mine = (await service.sim.attempts()).filter((one) => one.outTradeNo === outTradeNo);
    expect(mine).toMatchObject([{ accepted: true, reception: { status: 200, body: 'success' } }]);
  });

  it('is answered with exactly seven letters of plain text, again and again', async () => {
    const { code, outTradeNo } = await paidUnheard();
    expect((await service.sim.notify(outTradeNo)).reception.body).toBe('success');
    const rows = await inspect.countRows();
    for (let time = 1; time <= 50; time += 1) {
      expect((await service.sim.notify(outTradeNo)).reception).toEqual({
        status: 200,
        body: 'success',
      });
    }
    expect(await inspect.countRows()).toBe(rows);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
  });

  it.each(TAMPERINGS)(
    'tampered with (%s) is answered fail, and changes nothing',
    async (tamper) => {
      const { code, outTradeNo } = await paidUnheard();
      const rows = inspect.rows('select * from receipt');
      const { accepted, reception } = await service.sim.notify(outTradeNo, { tamper });
      expect([accepted, reception]).toEqual([false, { status: 200, body: 'fail' }]);
      expect(inspect.rows('select * from receipt')).toEqual(rows);
      const { id } = receiptRow(inspect, code);
      expect(await inspect.alarms(id)).toEqual(tamper === 'wrong_amount' ? ['amountMismatch'] : []);
      // The true one is taken all the same.
      expect((await service.sim.notify(outTradeNo)).accepted).toBe(true);
      expect(receiptRow(inspect, code).state).toBe('paid');
    },
  );

  it('of a success under the name of another method is not to be had', async () => {
    for (const path of [PATH, PATH.toLowerCase()]) {
      const answer = await fetch(service.url + path);
      expect([404, 405]).toContain(answer.status);
      expect(await answer.text()).not.toContain('success');
    }
  });

  it('is plain text of seven or four bytes, whatever was sent', async () => {
    const answer = await post('out_trade_no=1&total_amount=1');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('fail');
    expect(answer.headers.get('content-length')).toBe('4');
  });

  const FIELDS = Array.from({ length: 10_000 }, (_one, index) => `k${index}=v`).join('&');
  it.each([
    ['JSON', '{"out_trade_no":"1"}', 'application/json'],
    ['XML', '<xml><out_trade_no>1</out_trade_no></xml>', 'application/xml'],
    ['multipart', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'],
    ['no type', 'a=b', ''],
    ['nothing', '', FORM],
    ['10,000 fields', FIELDS.slice(0, 99_000), FORM],
    ['broken percents', 'a=%&b=%zz&sign=%', FORM],
    ['no UTF-8', Buffer.from([0x61, 0x3d, 0xff, 0xfe]), FORM],
    ['1 MB', 'a'.repeat(1_048_576), FORM],
  ])('of %s is refused cheaply', async (_what, body, contentType) => {
    const rows = await inspect.countRows();
    const startedAt = performance.now();
    const answer = await post(body, contentType);
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(await answer.text()).not.toContain('success');
    expect([200, 413, 415]).toContain(answer.status);
    expect(await inspect.countRows()).toBe(rows);
  });

  it('that is too large is cut off before it was all sent', async () => {
    const sent = await new Promise<number>((resolve) => {
      let chunks = 0;
      const call = request(service.url + PATH, {
        method: 'POST',
        headers: { 'Content-Type': FORM },
      });
      const timer = setInterval(() => {
        chunks += 1;
        call.write('a'.repeat(65_536));
      }, 2);
      const end = (): void => {
        clearInterval(timer);
        call.destroy();
        resolve(chunks);
      };
      call.once('response', end);
      call.once('error', end);
    });
    expect(sent).toBeLessThan(200);
  });

  it('of a receipt of ours by another name of the bill keeps to our number', async () => {
    const one = await paidUnheard();
    const two = await paidUnheard();
    expect((await service.sim.notify(one.outTradeNo)).accepted).toBe(true);
    expect(receiptRow(inspect, one.code).state).toBe('paid');
    expect(receiptRow(inspect, two.code).state).toBe('waiting');
  });

  it('races fifty Queries: one payment, one credit', async () => {
    const { code, outTradeNo } = await paidUnheard();
    const queries = Array.from({ length: 50 }, () => query(service, code));
    const notifies = Array.from({ length: 10 }, () => service.sim.notify(outTradeNo));
    const said = (await Promise.all(queries)).map(saying);
    expect(new Set(said)).toEqual(new Set(['0 SUCCESS 3']));
    expect((await Promise.all(notifies)).every(({ accepted }) => accepted)).toBe(true);
    const { id } = receiptRow(inspect, code);
    const pays = (await inspect.events(id)).filter((event) => event === 'pay paid');
    expect(pays).toHaveLength(1);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
  });
});

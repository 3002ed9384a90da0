import type { BooksInspect } from '../database/books-inspect';
import { messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import {
  anAsk,
  cancel,
  getCode,
  paidAndTold,
  payAtSimulator,
  query,
  receiptRow,
  refund,
  until,
} from '../support/process/till';

jest.setTimeout(60_000);

let service: TestService;
let inspect: BooksInspect;

beforeAll(async () => {
  service = await TestService.start({ ...OVER_TCP, ALIPAY_TIMEOUT_MS: '1000' });
  inspect = service.inspect();
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
});

type Line = Readonly<Record<string, unknown>>;

function entries(): Line[] {
  const all = service.log.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
  return all.map((line) => JSON.parse(line) as Line);
}

/** The money lines of one bill, in their order. */
function lines({ ask }: GivenCode): Line[] {
  return entries().filter(({ msg, billnum }) => msg !== 'request' && billnum === ask.billnum);
}

const saying = (code: GivenCode): string[] =>
  lines(code).map(({ msg, fen, state }) => `${String(msg)} ${String(fen)} ${String(state)}`);

async function metric(line: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.split(' ').at(-1));
}

describe('money that moves', () => {
  it('is a line and a figure once, however often it is asked for', async () => {
    const code = await paidAndTold(service, inspect, anAsk('3', { paymentvalue: '88.88' }));
    await Promise.all([query(service, code), query(service, code), query(service, code)]);
    await refund(service, code, { refundvalue: '33.33' });
    await refund(service, code, { refundvalue: '33.33' });
    await refund(service, code, { refundvalue: '55.55', batchno: 'B2' });
    await until(() => lines(code).length >= 3, 20_000);
    expect(saying(code)).toEqual(['payment 8888 paid', 'refund 3333 paid', 'refund 5555 refunded']);
    const { trade_no: trade } = receiptRow(inspect, code);
    expect(lines(code)[0]).toEqual({
      level: 'info',
      time: expect.any(String) as string,
      billtype: '3',
      billnum: code.ask.billnum,
      autoid: code.autoid,
      trade,
      fen: 8_888,
      state: 'paid',
      ms: expect.any(Number) as number,
      id: expect.stringMatching(/\w/) as string,
      msg: 'payment',
    });
    expect(await metric('threepay_payments_total{billtype="3"}')).toBe(1);
    expect(await metric('threepay_paid_fen_total{billtype="3"}')).toBe(8_888);
    expect(await metric('threepay_money_back_total{billtype="3",way="refund"}')).toBe(2);
    expect(await metric('threepay_money_back_fen_total{billtype="3",way="refund"}')).toBe(8_888);
    expect(await metric('threepay_money_back_total{billtype="3",way="undo"}')).toBe(0);
    const time = 'threepay_time_to_pay_seconds_count{billtype="3",begun_by="scanCode"}';
    expect(await metric(time)).toBe(1);
    expect(await metric('threepay_payments_total{billtype="4"}')).toBe(0);
  });

  it('is an undo where a cancel moves it, or keeps it from ever moving', async () => {
    const paid = await paidAndTold(service, inspect, anAsk('5', { paymentvalue: '10.00' }));
    const unpaid = await getCode(service, anAsk('5'));
    await cancel(service, paid);
    await cancel(service, paid);
    await cancel(service, unpaid);
    await until(() => lines(unpaid).length > 0);
    expect(saying(paid)).toEqual(['payment 1000 paid', 'undo 1000 refunded']);
    expect(saying(unpaid)).toEqual(['undo 0 cancelled']);
    expect(lines(unpaid)[0]).not.toHaveProperty('trade');
    expect(await metric('threepay_money_back_total{billtype="5",way="undo"}')).toBe(1);
    expect(await metric('threepay_money_back_fen_total{billtype="5",way="undo"}')).toBe(1_000);
  });

  it('is found in the portal, and is told as a refund', async () => {
    const code = await paidAndTold(service, inspect, anAsk('6', { paymentvalue: '10.00' }));
    const { id, out_trade_no: outTradeNo } = receiptRow(inspect, code);
    const answer = await fetch(`${service.sim.url}/sim/trades/${outTradeNo}/refund`, {
      method: 'POST',
      body: JSON.stringify({ amount: '10.00' }),
    });
    expect(answer.ok).toBe(true);
    await service.send('/api/3Pay/Receipts/Refresh', JSON.stringify({ id }));
    await until(() => lines(code).length > 1);
    expect(saying(code)).toEqual(['payment 1000 paid', 'refund 1000 refunded']);
  });

  it('shows no card and no secret that somebody took for a bill number', async () => {
    const code = await paidAndTold(service, inspect, anAsk('2', { billnum: '2088102116773037' }));
    const masked = () =>
      service.log.split('\n').filter((line) => line.includes('"billnum":"2088***"')).length;
    await until(() => masked() > 0);
    expect(lines(code)).toEqual([]);
  });
});

describe('whom a caller told where it stands in a trace', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  const told = (traceId: string) => `00-${traceId}-00f067aa0ba902b7-01`;

  /** Takes a payment by a Query of this id, with these headers; gives both of its lines. */
  async function booked(id: string, headers: Readonly<Record<string, string>>): Promise<Line[]> {
    const code = await getCode(service, anAsk('4'));
    await payAtSimulator(service, code);
    const { billnum, billtype, paytype } = code.ask;
    const body = JSON.stringify({ billnum, billtype, paytype, autoid: code.autoid });
    const all = { 'X-Request-Id': id, ...headers };
    await service.send('/api/3Pay/AliPay/Query', body, 'application/json', all);
    const found = () => entries().filter((line) => line['id'] === id);
    await until(() => found().length === 2);
    return found();
  }

  it('writes it into the line of the request and of its money', async () => {
    const found = await booked('traced', { traceparent: told(TRACE) });
    expect(found.map(({ msg, trace_id }) => [msg, trace_id])).toEqual(
      expect.arrayContaining([
        ['payment', TRACE],
        ['request', TRACE],
      ]),
    );
  });

  it.each([
    ['none', {}],
    ['nonsense', { traceparent: 'planted-nonsense' }],
    ['of zeros', { traceparent: told('0'.repeat(32)) }],
  ])('and adds nothing where there is none: %s', async (what, headers) => {
    const found = await booked(`untraced-${what.replace(' ', '-')}`, { ...headers });
    for (const line of found) expect(line).not.toHaveProperty('trace_id');
    expect(service.log).not.toContain('planted');
  });

  it('also of a message', async () => {
    const code = await getCode(service, anAsk('4'));
    const raw = await RawCaller.to(messagePort(service));
    const send = async (id: string, more: object) => {
      const { billnum, billtype, paytype } = code.ask;
      const data = { billnum, billtype, paytype, autoid: code.autoid };
      const packet = { pattern: '3pay.alipay.cancel', data, id, ...more };
      await raw.reply(JSON.stringify(packet), id);
    };
    await send('m1', { traceparent: told(TRACE) });
    await send('m2', {});
    raw.end();
    const messages = () =>
      entries().filter(({ msg }) => String(msg).startsWith('message 3pay.alipay.cancel'));
    await until(() => messages().length === 2 && lines(code).length === 1);
    const [traced, plain] = messages().map(({ msg }) => String(msg).replace(/\d+ ms/, '1 ms'));
    expect(traced).toBe(`message 3pay.alipay.cancel: errcode 0, 1 ms, trace ${TRACE}`);
    expect(plain).toBe('message 3pay.alipay.cancel: errcode 0, 1 ms');
    expect(lines(code)[0]).toMatchObject({ msg: 'undo', id: 'm1', trace_id: TRACE });
  });
});

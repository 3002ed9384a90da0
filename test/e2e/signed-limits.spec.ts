import type { BooksInspect } from '../database/books-inspect';
import { notifiedAt } from '../support/process/ports';
import { TestService } from '../support/process/service';
import { anAsk, getCode, payAtSimulator, receiptRow } from '../support/process/till';
import { postForm, refusalOf, signed } from '../support/far-side/top';

jest.setTimeout(60_000);

const LIMIT = 12;
const NOTIFY = '/api/3Pay/AliPay/Notify';
const LIMITED = '7 isv.access-limited-by-app-access-count';

/** Everything here comes from one address, as from behind one proxy. */
describe('a flood from the address a proxy has', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({
      ...(await notifiedAt()),
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
      LOG_LEVEL: 'error',
    });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  /** The number of a payment whose notify was lost. */
  async function paidUnheard(): Promise<string> {
    const code = await getCode(service, anAsk('2'));
    await service.sim.notifies(false);
    await payAtSimulator(service, code);
    return receiptRow(inspect, code).out_trade_no;
  }

  /** The statuses of calls, sent one after the other. */
  async function statuses(count: number, path: string, init: RequestInit): Promise<number[]> {
    const all: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const answer = await fetch(service.url + path, init);
      await answer.arrayBuffer();
      all.push(answer.status);
    }
    return all;
  }

  function form(text: string): RequestInit {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
    return { method: 'POST', headers, body: text };
  }

  it('never keeps a genuine Notify or TOP call out', async () => {
    const outTradeNo = await paidUnheard();
    // Callers without a key, to the very address, in other verbs and spellings, too.
    const calls = await statuses(LIMIT + 3, '/api/3Pay/AliPay/Query', form('billnum=1'));
    expect(calls.slice(-3)).toEqual([429, 429, 429]);
    expect(await statuses(2, NOTIFY, { method: 'GET' })).toEqual([429, 429]);
    // Notifies that nobody signed: counted apart, and refused, too, in the end.
    const forged = await statuses(LIMIT, NOTIFY, form('out_trade_no=1&sign=x&sign_type=RSA2'));
    expect(forged).toEqual(Array<number>(LIMIT).fill(200));
    const spelled = '/api/3pay/alipay/n%6ftify/';
    expect(await statuses(3, spelled, form('sign=x'))).toEqual([429, 429, 429]);
    const refused = await fetch(service.url + NOTIFY, form('sign=x'));
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ errcode: 42900 });

    const { reception, accepted } = await service.sim.notify(outTradeNo);
    expect([reception, accepted]).toEqual([{ status: 200, body: 'success' }, true]);
    const top = await postForm(service.url, signed({ checkout_id: outTradeNo }));
    expect(top.text).toContain('SUCCEEDED');
    const unsigned = await postForm(service.url, signed({ sign: 'x'.repeat(32) }));
    expect(refusalOf(unsigned)).toBe(LIMITED);
  });

  it('of genuine calls is refused in the end, each by its own number or app', async () => {
    const numbers = inspect.rows<{ out_trade_no: string }>('select out_trade_no from receipt');
    const first = numbers[0]?.out_trade_no ?? '';
    const answers = new Set<number | null>();
    for (let i = 0; i < 10 * LIMIT + 1; i += 1) {
      answers.add((await service.sim.notify(first)).reception.status);
    }
    expect(answers).toEqual(new Set([200, 429]));
    const refusals = new Set<string>();
    for (let i = 0; i < 10 * LIMIT + 1; i += 1) {
      refusals.add(refusalOf(await postForm(service.url, signed({ checkout_id: 'nobody' }))));
    }
    expect(refusals).toEqual(new Set(['50 isv.invalid-parameter', LIMITED]));
  });
});

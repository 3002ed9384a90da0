import type { BooksInspect } from '../database/books-inspect';
import { rows } from '../support/long';
import { TestService } from '../support/process/service';
import {
  anAsk,
  getCode,
  payAtSimulator,
  query,
  receiptRow,
  saying,
  until,
} from '../support/process/till';

jest.setTimeout(30_000);

const TIMEOUT_MS = 1_000;

/** Ways in which an answer tells nothing: none at all, none of Alipay's, an error of Alipay's. */
const SOME = ['delay', 'reset', 'http502', 'bad_sign', 'wrong_out_trade_no', 'system_error'];
/** The others end in the same place, by signed-call.spec.ts and alipay.mapper.spec.ts. */
const OTHERS = ['html', 'truncated', 'no_sign', 'unknown_error', 'rate_limited'];
/** What comes before the effect, where nothing has happened at Alipay, is the lesser trouble. */
const BEFORE = rows(['delay', 'reset'], [...SOME.slice(2), ...OTHERS]);
const CASES = [
  ...BEFORE.map((fault) => ({ fault, when: 'before', afterEffect: false })),
  ...rows(SOME, OTHERS).map((fault) => ({ fault, when: 'after', afterEffect: true })),
];

describe('an unknown outcome', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({ ALIPAY_TIMEOUT_MS: String(TIMEOUT_MS), LOG_LEVEL: 'info' });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });
  afterEach(calm);

  function spoil(method: 'precreate' | 'query', fault: string, afterEffect: boolean, count = 1) {
    const delay = fault === 'delay' ? { delayMs: TIMEOUT_MS + 500 } : {};
    return service.sim.spoil({ method, fault, afterEffect, count, ...delay });
  }

  /** A query is repeated once by itself, so a fault of queries lasts until it is healed. */
  function spoilQueries(fault: string, afterEffect: boolean) {
    return spoil('query', fault, afterEffect, 0);
  }

  /** All is well, for so many calls that the breaker does not think of an ailing Alipay. */
  async function calm(): Promise<void> {
    await service.sim.heal();
    const code = await getCode(service);
    for (let call = 0; call < 4; call += 1) await query(service, code);
  }

  it.each(CASES)(
    'of precreate, $fault $when the effect: undecided, then the same call gives the code',
    async ({ fault, afterEffect }) => {
      const ask = anAsk('7');
      await spoil('precreate', fault, afterEffect);
      const answer = await service.post('ScanCode', ask);
      expect([answer.status, answer.errcode]).toEqual([200, 1]);
      expect(answer.tag?.codeurl).toBeNull();
      const rows = await inspect.countRows();

      const code = await getCode(service, ask);
      expect(code.autoid).toBe(answer.tag?.autoid);
      const { id, out_trade_no: outTradeNo } = receiptRow(inspect, code);
      const calls = await service.sim.calls({ method: 'precreate', outTradeNo });
      expect(calls.map((call) => call.fault)).toEqual([fault, null]);
      expect(calls[1]?.bizContent).toEqual(calls[0]?.bizContent);
      expect(await inspect.events(id)).toEqual(['begin begun', 'giveCode waiting']);
      expect((await inspect.countRows()) - rows).toBe(1);

      await payAtSimulator(service, code);
      expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
      const trades = (await service.sim.trades()).filter((one) => one.outTradeNo === outTradeNo);
      expect(trades).toHaveLength(1);
      expect(await inspect.cardBalance(ask.cardno ?? '')).toBe('88.88');
    },
  );

  it.each(CASES)(
    'of query, $fault $when the effect: undecided whatever the trade, then the truth',
    async ({ fault, afterEffect }) => {
      const code = await getCode(service);
      await service.sim.scan(code.codeurl);
      await spoilQueries(fault, afterEffect);
      expect(saying(await query(service, code))).toBe('1');
      await service.sim.heal();
      expect(saying(await query(service, code))).toBe('0 USERPAYING 0');
      await service.sim.pay(code.codeurl);
      await spoilQueries(fault, afterEffect);
      const answer = await query(service, code);
      await service.sim.heal();
      expect([answer.status, answer.errcode, answer.text.includes('SUCCESS')]).toEqual([
        200,
        1,
        false,
      ]);
      expect(receiptRow(inspect, code)).toMatchObject({ state: 'waiting', trade_no: null });
      expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    },
  );

  it('before the scan is never told as unpaid either', async () => {
    const code = await getCode(service);
    await spoilQueries('http502', false);
    const answer = await query(service, code);
    expect([answer.errcode, answer.tag]).toEqual([1, null]);
  });

  it('may last: a whole outage is undecided each time, with one number at Alipay', async () => {
    const ask = anAsk('2');
    await spoil('precreate', 'reset', true, 4);
    for (let round = 0; round < 4; round += 1) {
      expect((await service.post('ScanCode', ask)).errcode).toBe(1);
    }
    const code = await getCode(service, ask);
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    expect(await service.sim.calls({ method: 'precreate', outTradeNo })).toHaveLength(5);
    const number = inspect.rows('select id from receipt where bill_no = ?', ask.billnum);
    expect(number).toHaveLength(1);
  });

  it('of a code that was paid unseen ends in the receipt, not in a second code', async () => {
    const ask = anAsk('2');
    await spoil('precreate', 'reset', true);
    const lost = await service.post('ScanCode', ask);
    const autoid = lost.tag?.autoid ?? '';
    const unseen = { ask, autoid, codeurl: '' };
    const { out_trade_no: outTradeNo } = receiptRow(inspect, unseen);
    const { qrCode } = await service.sim.trade(outTradeNo);
    await payAtSimulator(service, { ...unseen, codeurl: qrCode ?? '' });
    const answer = await service.post('ScanCode', ask);
    expect([answer.errcode, answer.tag?.autoid]).toEqual([40901, autoid]);
    expect(saying(await query(service, unseen))).toBe('0 SUCCESS 3');
  });

  it('of a forged answer is noted for the operator', async () => {
    const code = await getCode(service);
    const before = service.log.length;
    await spoil('query', 'bad_sign', false);
    await query(service, code);
    await until(() => service.log.slice(before).includes('unverified answer'));
  });
});

describe('a wrong amount', () => {
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

  it.each(['1', '7'] as const)('of type %s is never SUCCESS and raises one alarm', async (type) => {
    const code = await getCode(service, anAsk(type));
    await payAtSimulator(service, code);
    const { id, out_trade_no: outTradeNo } = receiptRow(inspect, code);
    await service.sim.spoil({
      method: 'query',
      fault: 'wrong_amount',
      count: 4,
      afterEffect: true,
    });
    for (let round = 0; round < 3; round += 1) {
      const answer = await query(service, code);
      expect([answer.errcode, answer.tag]).toEqual([1, null]);
    }
    expect(receiptRow(inspect, code)).toMatchObject({ state: 'waiting', paid_fen: null });
    // In doubt about the money, there is no other code either.
    expect((await inspect.systemRow(type, outTradeNo))?.result).toBeNull();
    expect(await inspect.alarms(id)).toEqual(['amountMismatch']);
    if (code.ask.cardno) expect(await inspect.cardBalance(code.ask.cardno)).toBeNull();
    const blocked = await service.post('ScanCode', { ...code.ask, paymentvalue: 1 });
    expect([blocked.errcode, blocked.tag?.codeurl ?? null]).toEqual([1, null]);
    // Alipay comes to its senses: the money is booked by the undo, the alarm stays.
    const again = await service.post('ScanCode', { ...code.ask, paymentvalue: 1 });
    expect([again.errcode, again.tag?.autoid]).toEqual([40901, code.autoid]);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    expect(await inspect.alarms(id)).toEqual(['amountMismatch']);
  });
});

import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import { anAsk, getCode, payAtSimulator, query, receiptRow, saying } from '../support/process/till';

jest.setTimeout(30_000);

describe('a ScanCode on other terms', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({ ALIPAY_TIMEOUT_MS: '1000' });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });
  afterEach(() => service.sim.heal());

  async function expectDead(code: GivenCode): Promise<void> {
    await expect(payAtSimulator(service, code)).rejects.toThrow(/simulator, POST .*: 409/);
  }

  const TERMS = [
    ['another amount', { paymentvalue: 1.23 }],
    ['another paytype', { paytype: '97' }],
    ['another card', { cardno: 'OTHER-CARD' }],
  ] as const;

  it.each(TERMS)('(%s) kills the old code before it gives a new one', async (_what, changes) => {
    const old = await getCode(service, anAsk('7'));
    const ask = { ...old.ask, billnum: old.ask.billnum, ...changes };
    const next = await getCode(service, ask);
    expect(next.autoid).not.toBe(old.autoid);
    await expectDead(old);
    expect(saying(await query(service, old))).toBe('0 REVOKED 0');
    await payAtSimulator(service, next);
    expect(saying(await query(service, next))).toBe('0 SUCCESS 3');
    const undone = receiptRow(inspect, old);
    expect(undone.state).toBe('cancelled');
    const made = await service.sim.calls({ outTradeNo: undone.out_trade_no });
    // The Query above may have asked about it once more, for late money.
    expect(made.map(({ method }) => method.replace('alipay.trade.', '')).slice(0, 4)).toEqual([
      'precreate',
      'query',
      'cancel',
      'query',
    ]);
  });

  it('kills a scanned code too', async () => {
    const old = await getCode(service);
    await service.sim.scan(old.codeurl);
    const next = await getCode(service, { ...old.ask, paymentvalue: 2 });
    await expect(service.sim.pay(old.codeurl)).rejects.toThrow(/409/);
    await payAtSimulator(service, next);
    expect(saying(await query(service, next))).toBe('0 SUCCESS 3');
  });

  it('finds the old code paid: 40901, kept, and no new code', async () => {
    const old = await getCode(service, anAsk('7'));
    await payAtSimulator(service, old);
    const answer = await service.post('ScanCode', { ...old.ask, paymentvalue: 1.23 });
    expect([answer.errcode, answer.tag?.autoid, answer.tag?.codeurl]).toEqual([
      40901,
      old.autoid,
      null,
    ]);
    expect(saying(await query(service, old))).toBe('0 SUCCESS 3');
    expect(inspect.rows('select 1 from receipt where bill_no = ?', old.ask.billnum)).toHaveLength(
      1,
    );
    expect(await inspect.cardBalance(old.ask.cardno ?? '')).toBe('88.88');
  });

  it.each([
    ['query', 'http502'],
    ['query', 'bad_sign'],
    ['cancel', 'unknown_error'],
    ['cancel', 'truncated'],
  ] as const)('while %s tells nothing (%s): errcode 1, no new code', async (method, fault) => {
    const old = await getCode(service);
    await service.sim.spoil({ method, fault, count: 0 });
    const other = { ...old.ask, paymentvalue: 1.23 };
    const answer = await service.post('ScanCode', other);
    expect([answer.errcode, answer.tag?.autoid, answer.tag?.codeurl ?? null]).toEqual([
      1,
      old.autoid,
      null,
    ]);
    // Nor is the old code given again: it is being undone.
    expect((await service.post('ScanCode', old.ask)).errcode).toBe(1);
    expect(inspect.rows('select 1 from receipt where bill_no = ?', old.ask.billnum)).toHaveLength(
      1,
    );
    await service.sim.heal();
    const next = await getCode(service, other);
    await expectDead(old);
    await payAtSimulator(service, next);
    expect(saying(await query(service, next))).toBe('0 SUCCESS 3');
  });

  it('there and back again ends with one live code', async () => {
    const first = await getCode(service);
    const codes: GivenCode[] = [first];
    for (const paymentvalue of [1, 88.88, 2, 88.88]) {
      codes.push(await getCode(service, { ...first.ask, paymentvalue }));
    }
    const last = codes.pop();
    for (const code of codes) await expectDead(code);
    if (last) await payAtSimulator(service, last);
    const states = inspect.rows('select state from receipt where bill_no = ?', first.ask.billnum);
    expect(states.filter((row) => row['state'] === 'waiting')).toHaveLength(1);
  });

  it('never has two codes that can be paid, when twenty tills ask at once', async () => {
    const first = await getCode(service);
    const asks = Array.from({ length: 20 }, (_one, index) => ({
      ...first.ask,
      paymentvalue: index + 1,
    }));
    const answers = await Promise.all(asks.map((ask) => service.post('ScanCode', ask)));
    const given = answers.flatMap(({ tag }, index) =>
      tag?.codeurl ? [{ ask: asks[index] ?? first.ask, codeurl: tag.codeurl }] : [],
    );
    expect(answers.every(({ errcode }) => [0, 1, 40902].includes(errcode))).toBe(true);
    let paid = 0;
    for (const { codeurl } of [first, ...given]) {
      await service.sim.scan(codeurl).then(
        () => (paid += 1),
        () => undefined,
      );
    }
    expect(paid).toBeLessThanOrEqual(1);
  });

  it('of a code about to end gives a new one', async () => {
    const short = await TestService.start({ ALIPAY_CODE_MINUTES: '3' });
    try {
      const code = await getCode(short);
      const again = await getCode(short, code.ask);
      expect(again.codeurl).toBe(code.codeurl);
      const [call] = await short.sim.calls({ method: 'precreate' });
      expect(call?.bizContent['time_expire']).toEqual(expect.any(String));
      // Alipay itself ends the code by that time.
      await short.sim.setAhead(3 * 60_000 + 1_000);
      await expect(short.sim.scan(code.codeurl)).rejects.toThrow(/CODE_EXPIRED/);
    } finally {
      await short.stop();
    }
  });
});

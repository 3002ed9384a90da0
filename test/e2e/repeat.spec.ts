import { BILL_TYPES } from '../../src/domain/bill';
import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import {
  anAsk,
  getCode,
  paidAndTold,
  payAtSimulator,
  query,
  receiptRow,
  saying,
} from '../support/process/till';

jest.setTimeout(30_000);

describe('a second ScanCode', () => {
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

  /** Asks again for the same bill with some members changed. */
  function again(code: GivenCode, changes: object = {}) {
    return service.post('ScanCode', { ...code.ask, ...changes });
  }

  async function precreates(code: GivenCode): Promise<number> {
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    return (await service.sim.calls({ method: 'precreate', outTradeNo })).length;
  }

  it.each([...BILL_TYPES])('of type %s on the same terms gives the same code', async (type) => {
    const code = await getCode(service, anAsk(type));
    const rows = await inspect.countRows();
    const other = { body: '另一种', detail: 'other', clientip: '203.0.113.9' };
    for (const changes of [
      {},
      other,
      { paymentvalue: '88.880' },
      { billnum: `${code.ask.billnum}  ` },
    ]) {
      const { errcode, tag } = await again(code, changes);
      expect([errcode, tag?.autoid, tag?.codeurl]).toEqual([0, code.autoid, code.codeurl]);
    }
    expect(await inspect.countRows()).toBe(rows);
    expect(await precreates(code)).toBe(1);
  });

  it('echoes the bill number as it was sent', async () => {
    const code = await getCode(service, anAsk('2', { billnum: 'echo-me' }));
    const { tag } = await again(code, { billnum: 'ECHO-me ' });
    expect([tag?.billnum, tag?.codeurl]).toEqual(['ECHO-me ', code.codeurl]);
  });

  it('after the scan still gives the code', async () => {
    const code = await getCode(service);
    await service.sim.scan(code.codeurl);
    expect(saying(await query(service, code))).toBe('0 USERPAYING 0');
    expect((await again(code)).tag?.codeurl).toBe(code.codeurl);
  });

  it.each([
    ['another amount', { paymentvalue: 88.89 }],
    ['another paytype', { paytype: '97' }],
    ['another card', { cardno: 'OTHER' }],
  ])('with %s gives another code, and the old one can be paid no more', async (_what, changes) => {
    const code = await getCode(service, anAsk('7'));
    const other = await again(code, changes);
    expect([other.errcode, other.tag?.autoid === code.autoid]).toEqual([0, false]);
    await expect(service.sim.scan(code.codeurl)).rejects.toThrow('409');
    expect(saying(await query(service, code))).toBe('0 REVOKED 0');
    await service.sim.scan(other.tag?.codeurl ?? '');
  });

  it('of an untold success is sent to the receipt, whatever the amount', async () => {
    const code = await getCode(service);
    await payAtSimulator(service, code);
    // Replayed: nobody has asked Alipay yet, so the books do not know.
    expect((await again(code)).errcode).toBe(0);
    const rival = await again(code, { paymentvalue: 1 });
    expect([rival.errcode, rival.tag?.autoid]).toEqual([40901, code.autoid]);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  });

  it('within the guard after it was told is refused with the autoid', async () => {
    const code = await paidAndTold(service, inspect);
    const rows = await inspect.countRows();
    const answer = await again(code);
    expect([answer.errcode, answer.tag?.autoid]).toEqual([40901, code.autoid]);
    expect(answer.tag?.codeurl).toBeNull();
    expect((await again(code, { paytype: '97' })).errcode).toBe(40901);
    expect(await inspect.countRows()).toBe(rows);
  });

  it('of another amount after it was told is a part payment of its own', async () => {
    const first = await paidAndTold(service, inspect);
    const second = await getCode(service, { ...first.ask, paymentvalue: '11.12' });
    expect([first.autoid, second.autoid]).toEqual(['98|0|1', '98|0|2']);
    expect(second.codeurl).not.toBe(first.codeurl);
    await payAtSimulator(service, second);
    expect(saying(await query(service, second))).toBe('0 SUCCESS 3');
    expect(saying(await query(service, first))).toBe('0 SUCCESS 3');
    const row = receiptRow(inspect, second);
    expect([row.amount_fen, row.paid_fen]).toEqual([1_112, 1_112]);
  });
});

describe('a ScanCode of a bill whose payment no till knows', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({ REPEAT_GUARD_SECONDS: '0' });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  it('is refused, with or without a guard: the reply with SUCCESS was lost', async () => {
    const code = await getCode(service);
    await payAtSimulator(service, code);
    // The till dies: its connection is gone before the reply could be sent.
    await service.sim.spoil({ method: 'query', fault: 'delay', delayMs: 300, afterEffect: true });
    const lost = new AbortController();
    const { billnum, billtype, paytype } = code.ask;
    const asked = fetch(`${service.url}/api/3Pay/AliPay/Query`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ billnum, autoid: code.autoid, billtype, paytype }),
      signal: lost.signal,
    });
    setTimeout(() => lost.abort(), 120);
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(receiptRow(inspect, code)).toMatchObject({ state: 'paid', told_at_ms: null });

    for (const paymentvalue of [88.88, 1]) {
      const answer = await service.post('ScanCode', { ...code.ask, paymentvalue });
      expect([answer.errcode, answer.tag?.autoid]).toEqual([40901, code.autoid]);
    }
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  });

  it('begins anew as soon as it was told, where no guard is set', async () => {
    const first = await paidAndTold(service, inspect);
    const second = await getCode(service, first.ask);
    expect(second.autoid).toBe('98|0|2');
  });
});

import type { BooksInspect } from '../database/books-inspect';
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
  saying,
} from '../support/process/till';

jest.setTimeout(30_000);

const TIMEOUT_MS = 1_000;

describe('Cancel', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({ ALIPAY_TIMEOUT_MS: String(TIMEOUT_MS) });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });
  afterEach(() => service.sim.heal());

  /** The guest cannot pay by this code any more. */
  async function expectDead(code: GivenCode): Promise<void> {
    await expect(payAtSimulator(service, code)).rejects.toThrow(/CANCELLED|CLOSED|CODE_EXPIRED/);
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    const trades = await service.sim.trades();
    expect(trades.find((trade) => trade.outTradeNo === outTradeNo)?.paid ?? false).toBe(false);
  }

  it.each(['1', '7'] as const)('of a code of type %s kills it, and again', async (type) => {
    const code = await getCode(service, anAsk(type));
    const answer = await cancel(service, code);
    expect(answer).toMatchObject({
      status: 200,
      errcode: 0,
      errmsg: 'ok',
      tag: {
        billnum: code.ask.billnum,
        autoid: code.autoid,
        billstatus: '0',
        paystatus: 'REVOKED',
        paystatusdesc: '已撤销',
      },
    });
    expect((await cancel(service, code)).text).toBe(answer.text);
    expect(saying(await query(service, code))).toBe('0 REVOKED 0');
    await expectDead(code);
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    expect((await inspect.systemRow(type, outTradeNo))?.result).toBe('C');
  });

  it('of a scanned code kills it', async () => {
    const code = await getCode(service);
    await service.sim.scan(code.codeurl);
    expect(saying(await cancel(service, code))).toBe('0 REVOKED 0');
    await expect(service.sim.pay(code.codeurl)).rejects.toThrow(/409/);
  });

  it('frees the bill: the next code is another', async () => {
    const code = await getCode(service);
    await cancel(service, code);
    const next = await getCode(service, code.ask);
    expect(next.autoid).not.toBe(code.autoid);
    await payAtSimulator(service, next);
    expect(saying(await query(service, next))).toBe('0 SUCCESS 3');
  });

  it.each(['1', '7'] as const)('of a told payment of type %s gives it back', async (type) => {
    const code = await paidAndTold(service, inspect, anAsk(type));
    const answer = await cancel(service, code);
    expect([saying(answer), answer.tag?.paystatusdesc]).toEqual(['0 REFUND 4', '已退款']);
    expect((await cancel(service, code)).text).toBe(answer.text);
    expect(saying(await query(service, code))).toBe('0 REFUND 4');
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    expect((await service.sim.trade(outTradeNo)).refundedFen).toBe(8_888);
    expect(await inspect.systemRow(type, outTradeNo)).toMatchObject({
      result: 'R',
      refundvalue: '88.88',
    });
    if (code.ask.cardno) expect(await inspect.cardBalance(code.ask.cardno)).toBe('0.00');
  });

  it('of a payment nobody knew of records it with its refund, never as success', async () => {
    const code = await getCode(service, anAsk('7'));
    await payAtSimulator(service, code);
    expect(saying(await cancel(service, code))).toBe('0 REFUND 4');
    const { id } = receiptRow(inspect, code);
    const events = await inspect.events(id);
    expect(events).toContain('beginRefund refunding');
    expect(events.filter((event) => event.endsWith(' paid'))).toEqual([]);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('0.00');
  });

  it('of a card that holds less is refused, and gives nothing back', async () => {
    const code = await paidAndTold(service, inspect, anAsk('7'));
    await inspect.setCard(code.ask.cardno ?? '', '1.00');
    const answer = await cancel(service, code);
    expect([answer.status, answer.errcode]).toEqual([200, 40902]);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    expect((await service.sim.trade(outTradeNo)).refundedFen).toBe(0);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('1.00');
  });

  it.each([
    ['query', 'delay', false],
    ['cancel', 'reset', false],
    ['cancel', 'reset', true],
    ['cancel', 'system_error', true],
    ['cancel', 'bad_sign', true],
  ] as const)(
    'while %s answers %s (after the effect: %s) is undecided; repeated, it is done',
    async (method, fault, afterEffect) => {
      const unpaid = await getCode(service);
      const paid = await paidAndTold(service, inspect, anAsk('7'));
      for (const code of [unpaid, paid]) {
        const delayMs = fault === 'delay' ? { delayMs: TIMEOUT_MS + 500 } : {};
        // The gateway may ask a second time by itself.
        await service.sim.spoil({ method, fault, afterEffect, count: 0, ...delayMs });
        expect((await cancel(service, code)).errcode).toBe(1);
        const meanwhile = await query(service, code);
        expect(meanwhile.text).not.toContain('SUCCESS');
        await service.sim.heal();
      }
      expect(saying(await cancel(service, unpaid))).toBe('0 REVOKED 0');
      expect(saying(await cancel(service, paid))).toBe('0 REFUND 4');
      const { out_trade_no: outTradeNo } = receiptRow(inspect, paid);
      expect((await service.sim.trade(outTradeNo)).refundedFen).toBe(8_888);
      expect(await inspect.cardBalance(paid.ask.cardno ?? '')).toBe('0.00');
    },
  );

  it('of twenty tills at once is one undo', async () => {
    const code = await paidAndTold(service, inspect);
    const all = await Promise.all(Array.from({ length: 20 }, () => cancel(service, code)));
    expect(new Set(all.map(saying))).toEqual(new Set(['0 REFUND 4']));
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    expect(await service.sim.calls({ method: 'cancel', outTradeNo })).toHaveLength(1);
  });

  it('by a wrong name is refused', async () => {
    const code = await getCode(service);
    const other = { ...code, ask: { ...code.ask, paytype: '97' } };
    expect((await cancel(service, other)).errcode).toBe(40401);
    expect(saying(await query(service, code))).toBe('0 NOTPAY 0');
  });
});

import { setTimeout as wait } from 'node:timers/promises';
import type { BooksInspect } from '../database/books-inspect';
import { TestClient } from '../simulator/support';
import { itLong, rows } from '../support/long';
import { notifiedAt } from '../support/process/ports';
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
  until,
} from '../support/process/till';

jest.setTimeout(60_000);

const FROZEN = 'ACQ.REASON_TRADE_BEEN_FREEZEN';
const SHORT = 'ACQ.SELLER_BALANCE_NOT_ENOUGH';
const FORBIDDEN = 'ACQ.ACCESS_FORBIDDEN';
const TOO_LATE = ['ACQ.TRADE_CANCEL_TIME_OUT', 'ACQ.TRADE_HAS_FINISHED'];
const FINALLY = rows([FROZEN], ['ACQ.REASON_TRADE_REFUND_FEE_ERR', 'ACQ.INVALID_PARAMETER']);

describe('what the field has taught', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({ ...(await notifiedAt()), SWEEP_PERIOD_MS: '200' });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });
  afterEach(() => service.sim.heal());

  async function refuseCancels(subCode: string): Promise<void> {
    await service.sim.spoil({ method: 'cancel', fault: 'refuse', count: 0, subCode });
  }

  function balance({ ask }: GivenCode): Promise<string | null> {
    return inspect.cardBalance(ask.cardno ?? '');
  }

  function alarmsOf(code: GivenCode): Promise<string[]> {
    return inspect.alarms(receiptRow(inspect, code).id);
  }

  function refundedFen(code: GivenCode): Promise<number> {
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    return service.sim.trade(outTradeNo).then((trade) => trade.refundedFen);
  }

  /** The open alarms of a kind, as a scrape has them. */
  async function scraped(kind: string): Promise<number> {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return Number(new RegExp(`^threepay_alarms\\{kind="${kind}"\\} (\\d+)`, 'm').exec(text)?.[1]);
  }

  describe('a Cancel of a payment that Alipay refuses', () => {
    it.each(FINALLY)('for good (%s) ends: paid as before, and the card as it was', async (word) => {
      const code = await paidAndTold(service, inspect, anAsk('7'));
      expect(await balance(code)).toBe('88.88');
      await refuseCancels(word);
      const answer = await cancel(service, code);
      expect([answer.status, answer.errcode]).toEqual([200, 40902]);
      expect(answer.errmsg).toMatch(/支付宝拒绝撤销,款项未退回.*no money went back/);
      expect(await balance(code)).toBe('88.88');
      expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
      expect(await alarmsOf(code)).toEqual([]);
      expect(await refundedFen(code)).toBe(0);
      // Once Alipay refuses no more, the same Cancel gives it back.
      await service.sim.heal();
      expect(saying(await cancel(service, code))).toBe('0 REFUND 4');
      expect([await balance(code), await refundedFen(code)]).toEqual(['0.00', 8_888]);
    });

    it.each(TOO_LATE)('for its age (%s) is 40902 that says so', async (word) => {
      const code = await paidAndTold(service, inspect);
      await refuseCancels(word);
      const answer = await cancel(service, code);
      expect(answer.errcode).toBe(40902);
      expect(answer.errmsg).toContain('已超过可撤销时间');
      expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    });

    it('after one whose answer was lost is not decided: that one may still arrive', async () => {
      const code = await paidAndTold(service, inspect, anAsk('7'));
      await service.sim.spoil({ method: 'cancel', fault: 'reset', count: 0 });
      expect((await cancel(service, code)).errcode).toBe(1);
      await service.sim.heal();
      await refuseCancels(FROZEN);
      expect((await cancel(service, code)).errcode).toBe(1);
      expect((await query(service, code)).tag?.paystatusdesc).toBe('退款中');
      expect(await balance(code)).toBe('0.00');
      await service.sim.heal();
      expect(saying(await cancel(service, code))).toBe('0 REFUND 4');
      expect(await refundedFen(code)).toBe(8_888);
    });

    it('for our settings is 50201 with an alarm, and stays paid', async () => {
      const code = await paidAndTold(service, inspect, anAsk('7'));
      await refuseCancels(FORBIDDEN);
      expect((await cancel(service, code)).errcode).toBe(50201);
      expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
      expect(await balance(code)).toBe('88.88');
      expect(await alarmsOf(code)).toEqual(['undoRefused']);
    });

    it('while the account is short waits with an alarm; the sweep gives it back', async () => {
      const code = await paidAndTold(service, inspect, anAsk('7'));
      await refuseCancels(SHORT);
      const answer = await cancel(service, code);
      expect(answer.errcode).toBe(1);
      expect(answer.errmsg).toContain('商户账户余额不足');
      const waiting = await query(service, code);
      expect([saying(waiting), waiting.tag?.paystatusdesc]).toEqual(['0 REFUND 3', '退款中']);
      expect(await alarmsOf(code)).toEqual(['refundWaits']);
      expect(await scraped('refundWaits')).toBeGreaterThan(0);
      expect(await refundedFen(code)).toBe(0);
      await service.sim.heal();
      await until(() => receiptRow(inspect, code).state === 'refunded', 20_000);
      expect([await refundedFen(code), await balance(code)]).toEqual([8_888, '0.00']);
      const done = await query(service, code);
      expect([saying(done), done.tag?.paystatusdesc]).toEqual(['0 REFUND 4', '已退款']);
    });
  });

  it('a live code that Alipay does not cancel is told as such, with an alarm', async () => {
    const code = await getCode(service);
    await refuseCancels(FORBIDDEN);
    const other = await service.post('ScanCode', { ...code.ask, paymentvalue: '1.00' });
    const undone = await cancel(service, code);
    for (const { errcode, errmsg } of [other, undone]) {
      expect(errcode).toBe(1);
      expect(errmsg).toMatch(/支付宝拒绝撤销原二维码.*do not collect again/);
    }
    expect(other.tag?.['codeurl'] ?? null).toBeNull();
    expect(await alarmsOf(code)).toEqual(['undoRefused']);
    expect(await scraped('undoRefused')).toBeGreaterThan(0);
    await service.sim.heal();
    expect(saying(await cancel(service, code))).toBe('0 REVOKED 0');
  });

  it('a genuine notify of an unknown number is refused, and raises one alarm', async () => {
    const code = await getCode(service);
    await service.sim.notifies(false);
    await payAtSimulator(service, code);
    await service.sim.notifies(true);
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    const rows = inspect.rows('select * from receipt');
    for (let time = 1; time <= 2; time += 1) {
      const { reception } = await service.sim.notify(outTradeNo, { tamper: 'unknown_number' });
      expect(reception).toEqual({ status: 200, body: 'fail' });
    }
    const { tradeNo } = await service.sim.trade(outTradeNo);
    const alarms = inspect.rows<{ subject: string; detail: string }>(
      'select subject, detail from alarm where kind = ? and open_mark = 0',
      'unknownPayment',
    );
    expect(alarms).toEqual([
      {
        subject: `trade ${tradeNo}`,
        detail: expect.stringMatching(`: 88\\.88 yuan, trade ${tradeNo}, paid$`) as string,
      },
    ]);
    expect(await scraped('unknownPayment')).toBe(1);
    expect(inspect.rows('select * from receipt')).toEqual(rows);
  });

  it('a part given back in the portal is booked by its notify', async () => {
    const code = await paidAndTold(service, inspect, anAsk('7'));
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    const portal = new TestClient(service.simData);
    const part = { out_trade_no: outTradeNo, refund_amount: '8.88', out_request_no: 'portal-1' };
    expect((await portal.call('alipay.trade.refund', part)).node['code']).toBe('10000');
    for (let time = 1; time <= 2; time += 1) {
      const { reception } = await service.sim.notify(outTradeNo);
      expect(reception).toEqual({ status: 200, body: 'success' });
    }
    const { errcode, tag } = await query(service, code);
    expect([errcode, tag?.paystatus, tag?.paystatusdesc, tag?.billstatus]).toEqual([
      ...[0, 'REFUND', '部分退款', '2'],
    ]);
    expect(await alarmsOf(code)).toEqual(['foreignRefund']);
    expect(await balance(code)).toBe('88.88');
  });

  itLong(
    'an Alipay that does not answer is told as silent, and then as reachable again',
    async () => {
      const code = await getCode(service);
      const stands = async (): Promise<string> => {
        await query(service, code);
        const ready = await fetch(`${service.url}/health/ready`);
        const { status, alipay } = (await ready.json()) as Record<string, unknown>;
        return `${ready.status} ${String(status)} ${String(alipay)}`;
      };
      expect(await stands()).toBe('200 ready reachable');
      await service.sim.spoil({ method: 'query', fault: 'http502', count: 1_000 });
      let said = '';
      for (let asked = 0; asked < 40 && !said.includes('silent'); asked += 1) said = await stands();
      expect(said).toBe('200 degraded silent');
      await service.sim.heal();
      for (let asked = 0; asked < 400 && said.includes('silent'); asked += 1) {
        await wait(50);
        said = await stands();
      }
      expect(said).toBe('200 ready reachable');
    },
  );

  it('clocks that differ by a minute are an alarm, a figure and not ready, until set', async () => {
    const code = await getCode(service);
    const stands = async (): Promise<string> => {
      await query(service, code); // Each answer of Alipay's tells its time.
      const ready = await fetch(`${service.url}/health/ready`);
      const { status, clock } = (await ready.json()) as Record<string, unknown>;
      return `${ready.status} ${String(status)} ${String(clock)}`;
    };
    expect(await stands()).toBe('200 ready right');
    await service.sim.setAhead(60_000);
    expect(await stands()).toBe('503 notReady wrong');
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const ahead = Number(/^threepay_clock_ahead_seconds (\S+)/m.exec(text)?.[1]);
    expect([ahead < -55, ahead > -65]).toEqual([true, true]);
    const alarms = (): string[] =>
      inspect
        .rows<{ detail: string }>('select detail from alarm where kind = ?', 'clockWrong')
        .map(({ detail }) => detail);
    await until(() => alarms().length > 0);
    expect(alarms()).toEqual([expect.stringMatching(/^this machine is \d+ s behind Alipay$/)]);
    await service.sim.setAhead(0);
    expect(await stands()).toBe('200 ready right');
  });
});

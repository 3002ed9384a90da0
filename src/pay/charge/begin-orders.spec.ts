import { FakeGateway } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { SETTINGS } from '../../../test/support/process/pay-process';
import { systemRandomness } from '../../config/system-clock';
import { fen } from '../../domain/money';
import type { CodeOrder } from '../../domain/ports/payment-gateway';
import { BeginOrders } from './begin-orders.service';

const NOW_MS = Date.UTC(2026, 10, 22, 4, 0, 0);

/** A channel whose calls say what they are. */
class NamedCalls extends FakeGateway {
  override prepareCode(order: CodeOrder): string {
    return `code ${order.outTradeNo} until ${order.endsAtMs - NOW_MS}`;
  }

  override preparePay(order: CodeOrder): string {
    return `pay ${order.outTradeNo} until ${order.endsAtMs - NOW_MS}`;
  }
}

describe('the order for the books', () => {
  const clock = new ManualClock(NOW_MS);
  const orders = new BeginOrders(new NamedCalls(), SETTINGS, clock, systemRandomness);
  const ask = {
    billType: '2',
    billNo: 'B1',
    payType: '98',
    amount: fen(8_888),
    body: '景区门票',
    detail: null,
    clientIp: '202.96.128.68',
    cardNo: null,
  } as const;

  it('of a ScanCode asks for a code, which lives as long as the settings say', () => {
    const order = orders.prepare(ask);
    expect(order).toMatchObject({ ...ask, begunBy: 'scanCode', nowMs: NOW_MS });
    expect(order.channelCall).toBe(`code ${order.outTradeNo} until ${120 * 60_000}`);
    expect(order.codeEndsAtMs - NOW_MS).toBe(120 * 60_000);
    expect(order.leaseUntilMs - NOW_MS).toBe(7_000);
  });

  it('of a BarCode charges, for minutes', () => {
    const order = orders.prepareBarCode(ask);
    expect(order).toMatchObject({ ...ask, begunBy: 'barCode', nowMs: NOW_MS });
    const lifeMs = order.codeEndsAtMs - NOW_MS;
    expect(order.channelCall).toBe(`pay ${order.outTradeNo} until ${lifeMs}`);
    expect(lifeMs).toBeLessThan(5 * 60_000);
  });

  it('ends by the clock of Alipay where that is known', () => {
    const gateway = new NamedCalls();
    gateway.channelNowMs = () => NOW_MS + 86_400_000;
    const order = new BeginOrders(gateway, SETTINGS, clock, systemRandomness).prepare(ask);
    expect(order.codeEndsAtMs - NOW_MS).toBe(86_400_000 + 120 * 60_000);
    expect([order.nowMs, order.leaseUntilMs]).toEqual([NOW_MS, NOW_MS + 7_000]);
  });

  it('has a number of its own each time, but the one a BarCode was given', () => {
    const numbers = [orders.prepare(ask), orders.prepare(ask), orders.prepareBarCode(ask)];
    expect(new Set(numbers.map(({ outTradeNo }) => outTradeNo)).size).toBe(3);
    expect(orders.prepareBarCode({ ...ask, outTradeNo: 'GIVEN' }).outTradeNo).toBe('GIVEN');
  });
});

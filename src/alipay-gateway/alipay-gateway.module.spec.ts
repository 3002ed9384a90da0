import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  honest,
  html,
  reset,
  ScriptedAlipay,
  silence,
  type Behaviour,
} from '../../test/support/far-side/scripted-alipay';
import { systemClock, systemRandomness } from '../config/system-clock';
import { fen } from '../domain/money';
import { CLOCK, RANDOMNESS } from '../domain/ports/clock';
import { PAYMENT_GATEWAY, type PaymentGateway } from '../domain/ports/payment-gateway';
import { REFUND_GATEWAY, type RefundGateway } from '../domain/ports/refund-gateway';
import { AlipayGatewayModule } from './alipay-gateway.module';
import { GATEWAY_STATS, type GatewayStats } from './resilience/gateway-stats';

const NUMBER = 'P1_000123';
const WAITING = { code: '10000', out_trade_no: NUMBER, trade_status: 'WAIT_BUYER_PAY' };
const PENDING = { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' };
const CANCELLED = { code: '10000', out_trade_no: NUMBER, retry_flag: 'N' };

@Module({
  providers: [
    { provide: CLOCK, useValue: systemClock },
    { provide: RANDOMNESS, useValue: systemRandomness },
  ],
  exports: [CLOCK, RANDOMNESS],
})
class OutsideModule {}

let far: ScriptedAlipay;
let gateway: PaymentGateway;
let refunds: RefundGateway;
let stats: GatewayStats;
let stop: () => Promise<void>;

beforeAll(async () => {
  far = await ScriptedAlipay.start();
});

afterAll(() => far.close());

async function start(timeoutMs: number): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [AlipayGatewayModule.forRoot(far.settings({ timeoutMs }), [OutsideModule])],
  })
    .overrideProvider(Logger)
    .useValue({ log: () => undefined, warn: () => undefined, error: () => undefined })
    .compile();
  await module.init();
  gateway = module.get<PaymentGateway>(PAYMENT_GATEWAY);
  refunds = module.get<RefundGateway>(REFUND_GATEWAY);
  stats = module.get<GatewayStats>(GATEWAY_STATS);
  stop = () => module.close();
}

afterEach(() => stop());

it.each<[string, Behaviour]>([
  ['a reset', reset],
  ['HTTP 502', html(502)],
])('asks again after %s', async (_name, behaviour) => {
  await start(10_000);
  far.answer(behaviour, honest(WAITING));
  await expect(gateway.query(NUMBER)).resolves.toEqual(PENDING);
  expect(far.calls.map(({ bizContent }) => bizContent.out_trade_no)).toEqual([NUMBER, NUMBER]);
  expect(stats.retries()).toBe(1);
  expect(stats.calls()).toEqual([{ method: 'query', ending: 'pending', count: 1 }]);
});

it.each<[string, Behaviour]>([
  ['a reset', reset],
  ['HTTP 502', html(502)],
])('cancels once, whatever became of it: %s', async (_name, behaviour) => {
  await start(10_000);
  far.answer(behaviour, honest(CANCELLED));
  await expect(gateway.cancel(NUMBER)).resolves.toMatchObject({ kind: 'unknown', sent: true });
  expect(far.calls).toHaveLength(1);
  expect(stats.retries()).toBe(0);
});

it.each<[string, Behaviour]>([
  ['a reset', reset],
  ['HTTP 502', html(502)],
])('refunds once, whatever became of it: %s', async (_name, behaviour) => {
  await start(10_000);
  far.answer(behaviour, honest({ code: '10000', out_trade_no: NUMBER, fund_change: 'Y' }));
  const order = { outTradeNo: NUMBER, outRequestNo: 'R1', amount: fen(333), reason: null };
  await expect(refunds.refund(order)).resolves.toMatchObject({ kind: 'unknown', sent: true });
  expect(far.calls).toHaveLength(1);
  expect(stats.calls()).toEqual([{ method: 'refund', ending: 'unknown', count: 1 }]);
});

it('when Alipay hangs on 200 calls, ends them all in time and holds nothing else up', async () => {
  await start(2_000);
  far.answer(...Array.from({ length: 200 }, () => silence));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const beganAt = performance.now();
  const calls = Array.from({ length: 200 }, () => gateway.query(NUMBER));
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; turns += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  })();
  const outcomes = await Promise.all(calls);
  const tookMs = performance.now() - beganAt;
  isOver = true;
  await others;
  delay.disable();

  expect(outcomes.every(({ kind }) => kind === 'unknown')).toBe(true);
  expect(far.calls.length).toBeLessThanOrEqual(64);
  // One deadline for all of them: whoever waited for a free connection got no second one.
  expect(tookMs).toBeLessThan(4_000);
  expect(stats.breakerState()).toBe('open');
  // Everything else had its turn many times a second all the while.
  expect(turns).toBeGreaterThan(40);
  expect(delay.percentile(50) / 1e6).toBeLessThan(50);

  const refusedAt = performance.now();
  await expect(gateway.query(NUMBER)).resolves.toMatchObject({ kind: 'unknown', sent: false });
  expect(performance.now() - refusedAt).toBeLessThan(20);
  expect([stats.underWay(), stats.waiting()]).toEqual([0, 0]);
});

import { setTimeout as wait } from 'node:timers/promises';
import type { BooksInspect } from '../database/books-inspect';
import { itLong } from '../support/long';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import {
  anAsk,
  cancel,
  getCode,
  payAtSimulator,
  query,
  receiptRow,
  saying,
  until,
} from '../support/process/till';

jest.setTimeout(60_000);

const PERIOD_MS = 200;
/** The first look of a receipt after its Begin. ms. */
const FIRST_LOOK_MS = 10_000;
const TWO_PERIODS_MS = 2 * PERIOD_MS;

describe('the sweep alone', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start({ SWEEP_PERIOD_MS: String(PERIOD_MS) });
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  function state(code: GivenCode): string {
    return receiptRow(inspect, code).state;
  }

  it('books payments nobody asks for, by their first look', async () => {
    const begunAt = performance.now();
    const codes = await Promise.all(
      (['1', '2', '7'] as const).map((t) => getCode(service, anAsk(t))),
    );
    for (const code of codes) await payAtSimulator(service, code);
    await wait(FIRST_LOOK_MS - 2_000);
    expect(codes.map(state)).toEqual(['waiting', 'waiting', 'waiting']);
    await until(() => codes.every((code) => state(code) === 'paid'), 10_000);
    // A second on top of what is promised, for a busy machine.
    expect(performance.now() - begunAt).toBeLessThan(FIRST_LOOK_MS + TWO_PERIODS_MS + 2_000);
    for (const code of codes) {
      const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
      expect(await service.sim.calls({ method: 'query', outTradeNo })).toHaveLength(1);
      expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    }
  });

  it('finds what was paid while the service was down, within two periods', async () => {
    const code = await getCode(service, anAsk('7'));
    await service.kill('SIGKILL');
    await payAtSimulator(service, code);
    await service.restart();
    await until(() => state(code) === 'paid', TWO_PERIODS_MS + 1_000);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('88.88');
  });

  // A refund is one more: below.
  itLong('finishes an undo that the service died in', async () => {
    const code = await getCode(service);
    await service.sim.spoil({ method: 'cancel', fault: 'delay', delayMs: 60_000 });
    const asked = cancel(service, code).catch(() => undefined);
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    while ((await service.sim.calls({ method: 'cancel', outTradeNo })).length === 0) await wait(5);
    await service.kill('SIGKILL');
    await asked;
    expect(state(code)).toBe('cancelling');
    await service.restart();
    await until(() => state(code) === 'cancelled', TWO_PERIODS_MS + 3_000);
    expect(saying(await query(service, code))).toBe('0 REVOKED 0');
  });

  it('finishes a refund that the service died in, once', async () => {
    const code = await getCode(service, anAsk('7'));
    await payAtSimulator(service, code);
    await service.sim.spoil({
      method: 'cancel',
      fault: 'delay',
      delayMs: 60_000,
      afterEffect: true,
    });
    const asked = cancel(service, code).catch(() => undefined);
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    while ((await service.sim.calls({ method: 'cancel', outTradeNo })).length === 0) await wait(5);
    await service.kill('SIGKILL');
    await asked;
    expect(state(code)).toBe('refunding');
    expect((await service.sim.trade(outTradeNo)).refundedFen).toBe(8_888);
    await service.restart();
    await until(() => state(code) === 'refunded', TWO_PERIODS_MS + 3_000);
    expect((await service.sim.trade(outTradeNo)).refundedFen).toBe(8_888);
    expect(await inspect.cardBalance(code.ask.cardno ?? '')).toBe('0.00');
  });
});

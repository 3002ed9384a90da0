import { setTimeout as wait } from 'node:timers/promises';
import type { ClientProxy } from '@nestjs/microservices';
import type { BooksInspect } from '../database/books-inspect';
import { ask, watched } from '../support/process/message-client';
import type { MessageAnswer } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import { anAsk, payAtSimulator, receiptRow, until } from '../support/process/till';
import type { GivenCode } from '../support/process/till';
import { BROKERS, over } from './brokers';
import { Cuttable } from './cuttable';

jest.setTimeout(60_000);

const MANY = 60;

function connections(service: TestService): number {
  return [...service.log.matchAll(/: connected/g)].length;
}

function served(service: TestService, operation: string): number {
  return [...service.log.matchAll(new RegExp(`message 3pay\\.${operation}: errcode 0`, 'g'))]
    .length;
}

describe.each(BROKERS)('messages over $transport', (broker) => {
  let first: TestService;
  let second: TestService;
  let way: Cuttable;
  let inspect: BooksInspect;
  let client: ClientProxy;

  beforeAll(async () => {
    await broker.clean();
    way = await Cuttable.to(broker.url);
    first = await TestService.start(over(broker, way.url));
    second = await TestService.start({
      ...over(broker),
      DATABASE_URL: first.databaseUrl,
      SIM_DATA: first.simData,
    });
    await until(() => connections(first) === 1 && connections(second) === 1, 15_000);
    inspect = first.inspect();
    client = broker.client();
    await client.connect();
  });
  afterAll(async () => {
    await client?.close();
    inspect?.close();
    await second?.stop();
    await first?.stop();
    way?.close();
  });

  async function scan(members = anAsk()): Promise<GivenCode> {
    const { errcode, tag } = await ask(client, 'alipay.scancode', members);
    expect(errcode).toBe(0);
    return { ask: members, autoid: tag?.['autoid'] ?? '', codeurl: tag?.['codeurl'] ?? '' };
  }

  function queryOf(code: GivenCode, withinMs?: number): Promise<MessageAnswer> {
    const { billnum, billtype, paytype } = code.ask;
    const named = { billnum, autoid: code.autoid, billtype, paytype };
    return ask(client, 'alipay.query', named, withinMs);
  }

  it('take a payment from the code to SUCCESS, and know that it was told', async () => {
    const code = await scan();
    expect((await queryOf(code)).tag).toMatchObject({ paystatus: 'NOTPAY' });
    await payAtSimulator(first, code);
    expect(receiptRow(inspect, code).told_at_ms).toBeNull();
    expect((await queryOf(code)).tag).toMatchObject({ paystatus: 'SUCCESS', billstatus: '3' });
    await until(() => receiptRow(inspect, code).told_at_ms !== null);
  });

  it('refuse as HTTP does', async () => {
    const members = anAsk('1', { paymentvalue: '5-' });
    const { text } = await first.post('ScanCode', members);
    expect(await ask(client, 'alipay.scancode', members)).toEqual(JSON.parse(text));
  });

  it('are shared by two processes, each served by one of them', async () => {
    const before = [first, second].map((each) => served(each, 'alipay.scancode'));
    const asks = Array.from({ length: MANY }, () => anAsk('2'));
    const answers = await Promise.all(asks.map((each) => ask(client, 'alipay.scancode', each)));
    expect(answers.map(({ tag }) => tag?.['billnum'])).toEqual(asks.map(({ billnum }) => billnum));
    const counts = (): number[] =>
      [first, second].map((each, i) => served(each, 'alipay.scancode') - (before[i] ?? 0));
    await until(() => counts().reduce((sum, count) => sum + count) >= MANY);
    await wait(300); // A message served twice would be logged twice by now.
    const [one = 0, other = 0] = counts();
    expect(one + other).toBe(MANY);
    expect(Math.min(one, other)).toBeGreaterThan(0);
    const bills = asks.map(({ billnum }) => billnum);
    const rows = inspect.rows<{ n: number }>(
      `select count(*) n from receipt where bill_no in (${bills.map(() => '?').join()})`,
      ...bills,
    );
    expect(rows[0]?.n).toBe(MANY);
  });

  it('of the same content are one receipt, whoever serves them', async () => {
    const members = anAsk('3');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask(client, 'alipay.scancode', members)),
    );
    const given = answers.filter(({ errcode }) => errcode === 0);
    expect(given.length).toBeGreaterThan(0);
    expect(new Set(given.map(({ tag }) => tag?.['autoid'])).size).toBe(1);
    expect(answers.filter(({ errcode }) => errcode > 1)).toEqual([]);
  });

  it('come again after the connection was lost; HTTP is served meanwhile', async () => {
    await second.kill('SIGTERM');
    const code = await scan();
    await payAtSimulator(first, code);
    await first.sim.spoil({ method: 'query', fault: 'delay', delayMs: 1_000, count: 1 });
    const unheard = queryOf(code, 8_000).catch(() => null);
    await wait(400);
    way.cut();
    await until(() => first.log.includes('no connection'));
    expect((await first.post('ScanCode', anAsk())).errcode).toBe(0);
    expect(await watched(first)).toMatch(/^200 degraded, down, .* 0$/);
    await wait(1_500); // The message at work ends, and several tries to connect fail.
    expect(first.log.match(/no connection/g)).toHaveLength(1);
    way.mend();
    await until(() => connections(first) === 2, 15_000);
    expect(await watched(first)).toMatch(/^200 ready, up, .* 1$/);
    // What was not acknowledged is handed out again, and then not tried a second time.
    expect((await unheard)?.errcode).toBe(broker.transport === 'rmq' ? 1 : undefined);
    expect(receiptRow(inspect, code)).toMatchObject({ state: 'paid', told_at_ms: null });
    expect((await queryOf(code)).tag).toMatchObject({ paystatus: 'SUCCESS' });
  });

  it('at work at a stop are finished and replied to', async () => {
    const code = await scan();
    await payAtSimulator(first, code);
    await first.sim.spoil({ method: 'query', fault: 'delay', delayMs: 1_500, count: 1 });
    const answer = queryOf(code);
    await wait(400);
    const stoppedAt = performance.now();
    expect(await first.kill('SIGTERM')).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(5_000); // Nothing is waited for in vain.
    expect((await answer).tag).toMatchObject({ paystatus: 'SUCCESS' });
    expect(receiptRow(inspect, code).told_at_ms).not.toBeNull();
  });
});

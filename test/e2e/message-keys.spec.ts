import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import { apiKeys, testKey } from '../access/keys';
import type { TestKey } from '../access/keys';
import { MESSAGE_ROUTES } from '../../src/ops/rights';
import { ask, messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import type { MessageAnswer } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import { anAsk, until } from '../support/process/till';

jest.setTimeout(30_000);

const TILL_12 = testKey('till-12', 'till', '12');
const TILL = testKey('till-all', 'till');
const DESK = testKey('desk', 'desk');
const MONITOR = testKey('monitor', 'monitor');
const NAME = { billnum: 'none', autoid: '98|0|1', billtype: '1', paytype: '98' };

let lastId = 0;

async function starts(keys: 'on' | 'off'): Promise<[TestService, RawCaller]> {
  const service = await TestService.start({
    ...OVER_TCP,
    API_KEYS: apiKeys([TILL_12, TILL, DESK, MONITOR]),
    MICROSERVICE_KEYS: keys,
  });
  return [service, await RawCaller.to(messagePort(service))];
}

/** A client as another service of the group has it: every message brings the key. */
function clientWith({ secret }: TestKey, port: number): ClientProxy {
  const serializer = { serialize: (packet: object) => ({ ...packet, apikey: secret }) };
  return ClientProxyFactory.create({ transport: Transport.TCP, options: { port, serializer } });
}

describe.each(['on', 'off'] as const)('keys of messages, MICROSERVICE_KEYS=%s', (keys) => {
  let service: TestService;
  let raw: RawCaller;

  beforeAll(async () => {
    [service, raw] = await starts(keys);
  });
  afterAll(async () => {
    raw?.end();
    await service?.stop();
  });

  /** The answer to a message that brings this as its key; absent: none. */
  function told(operation: string, data: object, apikey?: unknown): Promise<MessageAnswer> {
    const id = `k${(lastId += 1)}`;
    const packet = JSON.stringify({ pattern: `3pay.${operation}`, data, apikey, id });
    return raw.reply(packet, id) as Promise<MessageAnswer>;
  }

  async function errcode(operation: string, data: object, apikey?: unknown): Promise<number> {
    return (await told(operation, data, apikey)).errcode;
  }

  it('without one are refused where one must be brought', async () => {
    const without = await told('alipay.query', NAME);
    expect(without.errcode).toBe(keys === 'on' ? 40_100 : 40_401);
    if (keys === 'on') {
      const overHttp = await service.post('Query', NAME);
      expect(without.errmsg).toBe(overHttp.errmsg);
      expect(await errcode('alipay.scancode', anAsk())).toBe(40_100);
      expect(await errcode('alipay.query', {}, null)).toBe(40_100);
    }
  });

  it.each([
    ['unknown', 'nobody-has-this'],
    ['almost right', `${TILL.secret}x`],
    ['empty', ''],
    ['no text', 7],
    ['a list', [TILL.secret]],
    ['an object', { key: TILL.secret }],
  ])('with one that is %s are refused', async (_what, apikey) => {
    for (const operation of ['alipay.query', 'alipay.cancel', 'alipay.scancode']) {
      expect(await errcode(operation, NAME, apikey)).toBe(40_100);
    }
  });

  it('count one that stands among the members as none', async () => {
    const sent = { ...NAME, apikey: TILL.secret };
    expect(await errcode('alipay.query', sent)).toBe(keys === 'on' ? 40_100 : 40_401);
  });

  it.each(Object.keys(MESSAGE_ROUTES))('%s needs a role', async (pattern) => {
    const operation = pattern.replace('3pay.', '');
    expect(await errcode(operation, NAME, MONITOR.secret)).toBe(40_300);
    // A search may leave out everything.
    expect(await errcode(operation, { pagesize: 0 }, DESK.secret)).toBe(40_001);
    const till = operation === 'alipay.refund' ? 40_300 : 40_001;
    expect(await errcode(operation, { pagesize: 0 }, TILL.secret)).toBe(till);
  });

  it('speak for the bill types of their key alone', async () => {
    const operations = ['scancode', 'query', 'barcode', 'cancel'];
    for (const operation of operations.map((name) => `alipay.${name}`)) {
      const data = { ...anAsk('3'), ...NAME, barcode: '281234567890123450', billtype: '3' };
      expect(await errcode(operation, data, TILL_12.secret)).toBe(40_300);
    }
    expect(await errcode('receipts.search', { billtype: '3' }, TILL_12.secret)).toBe(40_300);
    expect(await errcode('receipts.get', { id: 1 }, TILL_12.secret)).toBe(40_401);
    expect(await errcode('alipay.scancode', anAsk('3'), TILL.secret)).toBe(0);
    expect(await errcode('xpos.querystatus', { biz_order_id: 1 }, TILL_12.secret)).toBe(40_401);
    expect(await errcode('xpos.querystatus', { biz_order_id: 1 }, TILL.secret)).toBe(0);
    expect(await errcode('alipay.scancode', anAsk('2'), TILL_12.secret)).toBe(0);
  });

  it("bring one by Nest's own client, and only its name is logged", async () => {
    const client = clientWith(TILL_12, messagePort(service));
    expect((await ask(client, 'alipay.scancode', anAsk('1'))).errcode).toBe(0);
    expect((await ask(client, 'alipay.scancode', anAsk('3'))).errcode).toBe(40_300);
    await client.close();
    await until(() => /message 3pay\.alipay\.scancode: errcode 0, .*key till-12/.test(service.log));
    expect(service.log).not.toContain(TILL_12.secret);
  });
});

import { connect as connectNats } from '@nats-io/transport-node';
import { RmqRecordBuilder } from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import { Redis } from 'ioredis';
import { firstValueFrom, timeout } from 'rxjs';
import { RMQ_QUEUE } from '../../src/messages/brokers/rmq-session';
import { apiKeys, testKey } from '../access/keys';
import { ask } from '../support/process/message-client';
import type { MessageAnswer } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import { anAsk, until } from '../support/process/till';
import { BROKERS, over } from './brokers';
import type { Broker, Brought } from './brokers';

jest.setTimeout(60_000);

const TILL_12 = testKey('till-12', 'till', '12');
const NAME = { billnum: 'none', autoid: '98|0|1', billtype: '1', paytype: '98' };
const LONG_ID = 'i'.repeat(300);

/** Its messages bring the key. */
const KEYED: Brought = {
  header: ['X-Api-Key', TILL_12.secret],
  member: ['apikey', TILL_12.secret],
};

describe.each(BROKERS)('packets over $transport', (broker) => {
  let service: TestService;
  let plain: ClientProxy;
  let keyed: ClientProxy;

  beforeAll(async () => {
    await broker.clean();
    service = await TestService.start({
      ...over(broker),
      API_KEYS: apiKeys([TILL_12]),
      MICROSERVICE_KEYS: 'on',
    });
    await until(() => service.log.includes(': connected'), 15_000);
    [plain, keyed] = [broker.client(), broker.client(KEYED)];
    await Promise.all([plain.connect(), keyed.connect()]);
  });
  afterAll(async () => {
    await plain?.close();
    await keyed?.close();
    await service?.stop();
    await broker.clean();
  });

  it('bring a key', async () => {
    expect((await ask(plain, 'alipay.query', NAME)).errcode).toBe(40_100);
    expect((await ask(keyed, 'alipay.query', NAME)).errcode).toBe(40_401);
    expect((await ask(keyed, 'alipay.scancode', anAsk('3'))).errcode).toBe(40_300);
    expect((await ask(keyed, 'alipay.scancode', anAsk('2'))).errcode).toBe(0);
    expect(service.log).not.toContain(TILL_12.secret);
  });

  it('with an endless id are answered', async () => {
    const packet = JSON.stringify({ pattern: '3pay.alipay.query', data: NAME, id: LONG_ID });
    const answer = await rawReply(broker, packet);
    expect(JSON.parse(answer)).toMatchObject({ id: LONG_ID, response: { errcode: 40_400 } });
  });
});

describe('packets over RabbitMQ alone', () => {
  const [, broker] = BROKERS;
  let service: TestService;
  let client: ClientProxy;

  beforeAll(async () => {
    if (!broker) throw new Error('no broker');
    await broker.clean();
    service = await TestService.start(over(broker));
    await until(() => service.log.includes(': connected'), 15_000);
    client = broker.client();
    await client.connect();
  });
  afterAll(async () => {
    await client?.close();
    await service?.stop();
    await broker?.clean();
  });

  it('named by an object are answered', async () => {
    const sent = client.send<MessageAnswer>({ cmd: '3pay.alipay.query' }, NAME);
    expect(await firstValueFrom(sent.pipe(timeout(5_000)))).toMatchObject({ errcode: 40_400 });
  });

  it('say in words of AMQP until when they are wanted', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const told = async (timestamp: number | undefined): Promise<number> => {
      const members = { ...anAsk('2', { paytype: '97' }), barcode: '287654321000000000' };
      const record = new RmqRecordBuilder(members).setOptions({
        expiration: 10_000,
        ...(timestamp === undefined ? {} : { timestamp }),
      });
      return (await ask(client, 'alipay.barcode', record.build())).errcode;
    };
    expect(await told(seconds - 60)).toBe(40_904);
    expect(await told(seconds)).toBe(0);
    expect(await told(undefined)).toBe(0);
  });
});

/** The reply to a packet that is written by hand. */
async function rawReply({ transport, url }: Broker, packet: string): Promise<string> {
  const subject = '3pay.alipay.query';
  if (transport === 'nats') {
    const connection = await connectNats({ servers: new URL(url).host });
    const reply = await connection.request(subject, packet, { timeout: 5_000 });
    await connection.close();
    return reply.string();
  }
  if (transport === 'redis') {
    const [subscriber, publisher] = [new Redis(url), new Redis(url)];
    await subscriber.subscribe(`${subject}.reply`);
    const reply = new Promise<string>((resolve) => {
      subscriber.on('message', (_channel, text: string) => resolve(text));
    });
    await publisher.publish(subject, packet);
    const text = await reply;
    subscriber.disconnect();
    publisher.disconnect();
    return text;
  }
  const { connect } = await import('amqplib');
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  const reply = new Promise<string>((resolve) => {
    void channel.consume(queue, (message) => resolve(message?.content.toString() ?? ''));
  });
  channel.sendToQueue(RMQ_QUEUE, Buffer.from(packet), { replyTo: queue });
  const text = await reply;
  await connection.close();
  return text;
}

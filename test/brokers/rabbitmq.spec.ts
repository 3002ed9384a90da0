import { connect } from 'amqplib';
import type { Channel, ChannelModel } from 'amqplib';
import { RMQ_QUEUE, RMQ_QUEUE_OPTIONS } from '../../src/messages/brokers/rmq-session';
import { TestService } from '../support/process/service';
import { until } from '../support/process/till';
import { BROKERS, deleteQueue, over } from './brokers';

jest.setTimeout(60_000);

const [, broker] = BROKERS;

describe('the queue of RabbitMQ', () => {
  let service: TestService;
  let connection: ChannelModel;
  let channel: Channel;

  beforeAll(async () => {
    if (!broker) throw new Error('no broker');
    await deleteQueue();
    service = await TestService.start(over(broker));
    await until(() => service.log.includes('rmq: connected'), 15_000);
    connection = await connect(broker.url);
    connection.on('error', () => undefined);
    channel = await connection.createChannel();
  });
  afterAll(async () => {
    await connection?.close();
    await service?.stop();
    await deleteQueue();
  });

  async function waiting(): Promise<number> {
    return (await channel.checkQueue(RMQ_QUEUE)).messageCount;
  }

  it('loses what is no request, or wants no reply, and does not hand it out again', async () => {
    const dropped = (): number => service.log.match(/no request was dropped/g)?.length ?? 0;
    const poison = ['', '{', '[]', '{"pattern":"3pay.alipay.query","data":{}}', '"\\ud800"'];
    for (const text of poison) channel.sendToQueue(RMQ_QUEUE, Buffer.from(text));
    channel.sendToQueue(RMQ_QUEUE, Buffer.from([0xff, 0x00, 0xfe]));
    await until(() => dropped() === poison.length + 1);
    const request = '{"pattern":"3pay.alipay.query","data":{},"id":"1"}'; // No replyTo.
    channel.sendToQueue(RMQ_QUEUE, Buffer.from(request));
    await until(() => service.log.includes('3pay.alipay.query: errcode 40001'));
    await service.kill('SIGTERM'); // What was not acknowledged would be waiting again now.
    expect(await waiting()).toBe(0);
    await service.restart();
    await until(() => service.log.match(/rmq: connected/g)?.length === 2, 15_000);
    expect(dropped()).toBe(poison.length + 1);
  });

  it('outlives the broker and the service, and drops what waits too long', async () => {
    await channel.assertQueue(RMQ_QUEUE, RMQ_QUEUE_OPTIONS);
    expect(RMQ_QUEUE_OPTIONS).toMatchObject({
      durable: true,
      arguments: { 'x-message-ttl': 30_000 },
    });
    const other = await connection.createChannel();
    other.on('error', () => undefined);
    await expect(other.assertQueue(RMQ_QUEUE, { durable: true })).rejects.toThrow('PRECONDITION');
  });

  it('of other properties is told in one line, and used as soon as it is right', async () => {
    await service.kill('SIGTERM');
    await channel.deleteQueue(RMQ_QUEUE);
    await channel.assertQueue(RMQ_QUEUE, { durable: false });
    const before = service.log.length;
    await service.restart();
    await until(() => service.log.slice(before).includes('PRECONDITION_FAILED'), 15_000);
    await channel.deleteQueue(RMQ_QUEUE);
    await until(() => service.log.slice(before).includes('rmq: connected'), 15_000);
    expect(service.log.slice(before).match(/no connection/g)).toHaveLength(1);
  });
});

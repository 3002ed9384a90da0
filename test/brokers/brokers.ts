import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import { connect } from 'amqplib';
import { RMQ_QUEUE, RMQ_QUEUE_OPTIONS } from '../../src/messages/brokers/rmq-session';

/** A real broker that the tests use. */
export interface Broker {
  readonly transport: 'nats' | 'rmq' | 'redis';
  readonly url: string;
  /** A client as another service of the group would have it. */
  client(): ClientProxy;
  /** Takes away what earlier runs left. */
  clean(): Promise<void>;
}

const {
  TEST_NATS_URL = 'nats://127.0.0.1:4222',
  TEST_RMQ_URL = 'amqp://guest:guest@127.0.0.1:5672',
  TEST_REDIS_URL = 'redis://127.0.0.1:6379',
} = process.env;

/** The queue of RabbitMQ, deleted with all that is in it. */
export async function deleteQueue(): Promise<void> {
  const connection = await connect(TEST_RMQ_URL);
  const channel = await connection.createChannel();
  await channel.deleteQueue(RMQ_QUEUE);
  await connection.close();
}

/** Every broker, at its usual address unless the environment names another. */
export const BROKERS: readonly Broker[] = [
  {
    transport: 'nats',
    url: TEST_NATS_URL,
    client: () =>
      ClientProxyFactory.create({
        transport: Transport.NATS,
        options: { servers: [TEST_NATS_URL] },
      }),
    clean: () => Promise.resolve(),
  },
  {
    transport: 'rmq',
    url: TEST_RMQ_URL,
    client: () =>
      ClientProxyFactory.create({
        transport: Transport.RMQ,
        options: { urls: [TEST_RMQ_URL], queue: RMQ_QUEUE, queueOptions: RMQ_QUEUE_OPTIONS },
      }),
    clean: deleteQueue,
  },
  {
    transport: 'redis',
    url: TEST_REDIS_URL,
    client: () => {
      const { hostname, port } = new URL(TEST_REDIS_URL);
      const options = { host: hostname, port: Number(port || 6379) };
      return ClientProxyFactory.create({ transport: Transport.REDIS, options });
    },
    clean: () => Promise.resolve(),
  },
];

/** Settings of a service that takes messages over the broker, by way of `url`. */
export function over(broker: Broker, url: string = broker.url): Record<string, string> {
  return {
    MICROSERVICE_TRANSPORT: broker.transport,
    MICROSERVICE_URL: url,
    LOG_LEVEL: 'info',
  };
}

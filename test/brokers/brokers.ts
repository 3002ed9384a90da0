import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import { connect } from 'amqplib';
import { RMQ_QUEUE, RMQ_QUEUE_OPTIONS } from '../../src/messages/brokers/rmq-session';

/** What a client says with each of its messages, beside pattern, data and id. */
export interface Brought {
  /** Where the broker has headers. */
  readonly header: readonly [name: string, value: string];
  /** Where it has none: a member of the packet. */
  readonly member: readonly [name: string, value: string];
}

/** A real broker that the tests use. */
export interface Broker {
  readonly transport: 'nats' | 'rmq' | 'redis';
  readonly url: string;
  /** A client as another service of the group would have it. */
  client(brought?: Brought): ClientProxy;
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

function headersOf(brought: Brought | undefined) {
  return brought === undefined ? {} : { headers: Object.fromEntries([brought.header]) };
}

/** Every broker, at its usual address unless the environment names another. */
export const BROKERS: readonly Broker[] = [
  {
    transport: 'nats',
    url: TEST_NATS_URL,
    client: (brought) =>
      ClientProxyFactory.create({
        transport: Transport.NATS,
        options: { servers: [TEST_NATS_URL], ...headersOf(brought) },
      }),
    clean: () => Promise.resolve(),
  },
  {
    transport: 'rmq',
    url: TEST_RMQ_URL,
    client: (brought) => {
      const queue = { queue: RMQ_QUEUE, queueOptions: RMQ_QUEUE_OPTIONS };
      return ClientProxyFactory.create({
        transport: Transport.RMQ,
        options: { urls: [TEST_RMQ_URL], ...queue, ...headersOf(brought) },
      });
    },
    clean: deleteQueue,
  },
  {
    transport: 'redis',
    url: TEST_REDIS_URL,
    client: (brought) => {
      const { hostname, port } = new URL(TEST_REDIS_URL);
      const member = brought === undefined ? {} : Object.fromEntries([brought.member]);
      const serializer = { serialize: (packet: object) => ({ ...packet, ...member }) };
      const options = { host: hostname, port: Number(port || 6379) };
      return ClientProxyFactory.create({
        transport: Transport.REDIS,
        options: { ...options, ...(brought === undefined ? {} : { serializer }) },
      });
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

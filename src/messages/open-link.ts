import type { MicroserviceConfig } from '../config/partners-config';
import type { Clock, Randomness } from '../domain/ports/clock';
import { BrokerLink } from './brokers/broker-link';
import type { Dial } from './brokers/broker-link';
import type { MessageLink } from './link';
import { dialNats } from './brokers/nats-session';
import { dialRedis } from './brokers/redis-session';
import type { Machine } from './brokers/redis-session';
import { dialRmq } from './brokers/rmq-session';
import { TcpLink } from './tcp/tcp-link';

type Broker = Exclude<MicroserviceConfig, { kind: 'none' | 'tcp' }>;

/** A packet is longer than its payload: by its id, and by what JSON writes as escapes. */
const FRAME_TO_BODY = 4;

/** The link a configuration asks for; nothing is connected yet. */
export function openLink(
  config: Exclude<MicroserviceConfig, { kind: 'none' }>,
  bodyLimitBytes: number,
  clock: Clock,
  randomness: Randomness,
): MessageLink {
  if (config.kind === 'tcp') {
    const { host, port } = config;
    return new TcpLink({ host, port, longestFrame: bodyLimitBytes * FRAME_TO_BODY });
  }
  return new BrokerLink(config.kind, dialOf(config, { clock, randomness }), clock, randomness);
}

function dialOf({ kind, url }: Broker, machine: Machine): Dial {
  switch (kind) {
    case 'nats':
      return (subjects, take) => dialNats(url.reveal(), subjects, take);
    case 'rmq':
      return (_subjects, take) => dialRmq(url.reveal(), take);
    case 'redis':
      return (subjects, take) => dialRedis(url.reveal(), subjects, take, machine);
  }
}

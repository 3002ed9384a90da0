import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Session } from './broker-link';
import { broughtBy } from '../link';
import type { Take } from '../link';
import { Replies } from '../replies';

/** The queue requests are sent to. */
export const RMQ_QUEUE = '3pay';

/**
 * How the queue is declared; a client that declares it, too, must do so in the same words. A
 * request that nobody could serve in time is dropped: a Cancel that lay there for an hour must not
 * undo a payment that was confirmed meanwhile.
 */
export const RMQ_QUEUE_OPTIONS = { durable: true, arguments: { 'x-message-ttl': 30_000 } };

/** Messages one process holds at a time. */
const PREFETCH = 50;
const CONNECT_WITHIN_MS = 5_000;
const HEARTBEAT_SECONDS = '10';

/** Connects to RabbitMQ once. */
export async function dialRmq(url: string, take: Take): Promise<Session> {
  const { connect } = await import('amqplib');
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) {
    address.searchParams.set('heartbeat', HEARTBEAT_SECONDS);
  }
  const connection = await connect(address.href, { timeout: CONNECT_WITHIN_MS });
  const replies = new Replies();
  let tell: (reason: string) => void = () => undefined;
  const lost = new Promise<string>((resolve) => (tell = resolve)).finally(() => replies.lost());
  connection.on('error', (error) => tell(error.message));
  connection.on('close', (error) => tell(error?.message ?? 'closed'));
  const giveUp = (reason: string): void => {
    tell(reason);
    connection.close().catch(() => undefined); // It is gone already.
  };
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', (error: Error) => giveUp(error.message));
    channel.on('close', () => giveUp('the channel was closed'));
    const stopTaking = await consume(channel, replies, take, giveUp);
    return { lost, stopTaking, close: () => connection.close() };
  } catch (error) {
    giveUp('it could not be used');
    throw error;
  }
}

/** Begins to take messages; gives what ends it. */
async function consume(
  channel: ConfirmChannel,
  replies: Replies,
  take: Take,
  giveUp: (reason: string) => void,
): Promise<() => Promise<void>> {
  let taking = true;
  await channel.assertQueue(RMQ_QUEUE, RMQ_QUEUE_OPTIONS);
  await channel.prefetch(PREFETCH);
  const { consumerTag } = await channel.consume(RMQ_QUEUE, (message) => {
    if (message === null) giveUp('the queue was deleted');
    else if (taking) deliver(channel, message, replies, take);
  });
  return async () => {
    taking = false; // What came and was not taken goes back to the queue with the connection.
    await channel.cancel(consumerTag);
  };
}

interface RmqProperties {
  readonly replyTo?: string;
  readonly correlationId?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** When it was made. Seconds since 1970, as AMQP has it. */
  readonly timestamp?: unknown;
  /** How long it is good for. ms, as text. */
  readonly expiration?: unknown;
}

const SECONDS = 1_000;
const LONGEST_MS = 9_999_999_999_999;

/**
 * Until when the sender wants its message, epoch ms: its own time and its time to live, which say
 * something only together. Null: they do not. RabbitMQ itself drops what has waited too long in a
 * queue; it does not know how long a message waited before it came.
 */
export function validUntilOf({ timestamp, expiration }: RmqProperties): string | null {
  if (typeof timestamp !== 'number' || typeof expiration !== 'string') return null;
  if (!Number.isSafeInteger(timestamp) || !/^\d{1,10}$/.test(expiration)) return null;
  const untilMs = timestamp * SECONDS + Number(expiration);
  return untilMs >= 1_000_000_000_000 && untilMs <= LONGEST_MS ? String(untilMs) : null;
}

function deliver(
  channel: ConfirmChannel,
  message: ConsumeMessage,
  replies: Replies,
  take: Take,
): void {
  const { replyTo, correlationId, headers, ...times } = message.properties as RmqProperties;
  take({
    text: message.content.toString('utf8'),
    subject: null,
    ...broughtBy(Object.entries(headers ?? {})),
    validUntil: validUntilOf(times),
    again: message.fields.redelivered,
    reply: (text) => {
      if (!replyTo) return Promise.resolve(false);
      return replies.unlessLost(() => reply(channel, replyTo, correlationId, text));
    },
    done: () => acknowledge(channel, message),
  });
}

function reply(
  channel: ConfirmChannel,
  replyTo: string,
  correlationId: string | undefined,
  text: string,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = correlationId === undefined ? {} : { correlationId };
    channel.sendToQueue(replyTo, Buffer.from(text), options, (error: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve(true);
    });
  });
}

/** On a channel that is gone there is nothing to acknowledge: the broker hands it out again. */
function acknowledge(channel: ConfirmChannel, message: ConsumeMessage): void {
  try {
    channel.ack(message);
  } catch {
    return;
  }
}

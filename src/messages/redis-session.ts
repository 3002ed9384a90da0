import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Session } from './broker-link';
import type { Take } from './link';

/** How long a message stays claimed. ms; longer than any caller waits. */
const CLAIM_MS = 60_000;
const WITHIN_MS = 5_000;
const PING_EVERY_MS = 10_000;

/**
 * Connects to Redis once. Redis hands a message to every subscriber, so processes share the load by
 * claims: who is first to write the claim serves the message, the others leave it.
 */
export async function dialRedis(
  url: string,
  subjects: readonly string[],
  take: Take,
): Promise<Session> {
  const { Redis } = await import('ioredis');
  const options = {
    lazyConnect: true,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: WITHIN_MS,
    commandTimeout: WITHIN_MS,
  };
  const subscriber = new Redis(url, options);
  const publisher = new Redis(url, options);
  const both = [subscriber, publisher];
  const close = (): Promise<void> => {
    for (const connection of both) connection.disconnect();
    return Promise.resolve();
  };
  const lost = firstLoss(both).finally(close);
  try {
    await Promise.all(both.map((connection) => connection.connect()));
    const claims = new Claims(publisher, take);
    subscriber.on('message', (channel, text) => claims.accept(channel, text));
    await subscriber.subscribe(...subjects);
    const stopTaking = async (): Promise<void> => {
      await subscriber.unsubscribe(...subjects);
      await claims.settled();
    };
    return { lost, stopTaking, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves when one of the connections is gone, or is silent. */
function firstLoss(connections: readonly Redis[]): Promise<string> {
  return new Promise((resolve) => {
    for (const connection of connections) {
      connection.on('error', (error: Error) => resolve(error.message));
      connection.once('end', () => resolve('closed'));
      const pings = setInterval(() => {
        connection.ping().catch((error: Error) => resolve(error.message));
      }, PING_EVERY_MS).unref();
      connection.once('end', () => clearInterval(pings));
    }
  });
}

class Claims {
  private readonly pending = new Set<Promise<void>>();

  constructor(
    private readonly publisher: Redis,
    private readonly take: Take,
  ) {}

  accept(channel: string, text: string): void {
    const claim: Promise<void> = this.claim(channel, text).finally(() => {
      this.pending.delete(claim);
    });
    this.pending.add(claim);
  }

  /** Resolves when every message that came is taken or left. */
  async settled(): Promise<void> {
    await Promise.all(this.pending);
  }

  private async claim(channel: string, text: string): Promise<void> {
    const digest = createHash('sha256').update(`${channel}\n${text}`).digest('base64url');
    try {
      const won = await this.publisher.set(`3pay:message:${digest}`, '1', 'PX', CLAIM_MS, 'NX');
      if (won !== 'OK') return;
    } catch {
      return; // The connection is gone: nobody was promised anything.
    }
    this.take({
      text,
      subject: channel,
      again: false,
      reply: async (answer) => (await this.publisher.publish(`${channel}.reply`, answer)) > 0,
      done: () => undefined,
    });
  }
}

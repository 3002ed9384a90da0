import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock, Randomness } from '../../domain/ports/clock';
import type { Session } from './broker-link';
import type { Take } from '../link';

/** How long a message stays claimed. ms; longer than any caller waits. */
const CLAIM_MS = 60_000;
const WITHIN_MS = 5_000;
const PING_EVERY_MS = 10_000;
/** A process waits before it claims for each message it has; ms, and at most for so many. */
const WAIT_PER_MESSAGE_MS = 1;
const WAITS_FOR_MOST = 20;

/** What claims need of the machine. */
export interface Machine {
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/**
 * Connects to Redis once. Redis hands a message to every subscriber, so processes share the load by
 * claims: who is first to write the claim serves the message, the others leave it. The busier one
 * claims a little later, and chance decides between equals; else the nearest would serve all.
 */
export async function dialRedis(
  url: string,
  subjects: readonly string[],
  take: Take,
  machine: Machine,
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
    const claims = new Claims(publisher, take, machine);
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
  /** Messages taken and not done with. */
  private atWork = 0;

  constructor(
    private readonly publisher: Redis,
    private readonly take: Take,
    private readonly machine: Machine,
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
    const { clock, randomness } = this.machine;
    const load = Math.min(this.pending.size + this.atWork, WAITS_FOR_MOST);
    if (load > 0) await clock.sleep(load * WAIT_PER_MESSAGE_MS * (0.5 + randomness.fraction()));
    if (await this.isWon(channel, text)) this.serve(channel, text);
  }

  private async isWon(channel: string, text: string): Promise<boolean> {
    const digest = createHash('sha256').update(`${channel}\n${text}`).digest('base64url');
    try {
      const key = `3pay:message:${digest}`;
      return (await this.publisher.set(key, '1', 'PX', CLAIM_MS, 'NX')) === 'OK';
    } catch {
      return false; // The connection is gone: nobody was promised anything.
    }
  }

  private serve(channel: string, text: string): void {
    this.atWork += 1;
    this.take({
      text,
      subject: channel,
      again: false,
      reply: async (answer) => (await this.publisher.publish(`${channel}.reply`, answer)) > 0,
      done: () => {
        this.atWork -= 1;
      },
    });
  }
}

import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** What tills saw that went on asking while the service stopped. */
export interface BusyReport {
  /** Whole answers with HTTP 200. */
  readonly served: number;
  /** Whole answers with HTTP 503 and errcode 50301. */
  readonly refused: number;
  /** Requests whose bytes were taken and that got no whole answer, by till and what it saw. */
  readonly resets: readonly string[];
  /** Answers that are neither, by status and body. */
  readonly odd: readonly string[];
  /** Connections in use that ended without an answer that said so (`Connection: close`). */
  readonly unannounced: number;
}

/** How often a till that only keeps its connection asks. ms. */
const IDLE_MS = [900, 2_300, 4_000];

/**
 * Tills on connections that they keep. Each asks again as soon as it is answered, connects again
 * when it was told that its connection ends, and goes home when no connection is taken any more.
 */
export class BusyTills {
  private served = 0;
  private refused = 0;
  private unannounced = 0;
  private readonly resets: string[] = [];
  private readonly odd: string[] = [];
  private readonly tills: Promise<void>[] = [];

  constructor(
    private readonly url: string,
    private readonly body: string,
  ) {}

  /** `count` tills that ask without a pause, and a few that leave their connection idle. */
  start(count: number): void {
    for (let till = 0; till < count; till += 1) this.tills.push(this.till(0));
    for (const pauseMs of IDLE_MS) this.tills.push(this.till(pauseMs));
  }

  /** Resolves when every till has gone home. */
  async ended(): Promise<BusyReport> {
    await Promise.all(this.tills);
    const { served, refused, resets, odd, unannounced } = this;
    return { served, refused, resets, odd, unannounced };
  }

  /** Requests answered so far. */
  answered(): number {
    return this.served + this.refused;
  }

  private async till(pauseMs: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let announced = true;
    for (;;) {
      const seen = await this.ask(agent, pauseMs > 0 ? 'idle' : 'busy');
      if (seen === null) break;
      if (seen.isNew && !announced) this.unannounced += 1;
      // Who leaves a connection idle is not surprised when it ends.
      announced = seen.closes || pauseMs > 0;
      if (pauseMs > 0) await wait(pauseMs);
    }
    if (!announced) this.unannounced += 1;
    agent.destroy();
  }

  /** Null: nobody takes connections any more, or the request got no whole answer. */
  private ask(agent: Agent, till: string): Promise<{ isNew: boolean; closes: boolean } | null> {
    return new Promise((resolve) => {
      let connected = false;
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(this.body),
      };
      const call = request(this.url, { method: 'POST', agent, headers });
      const lost = (error: Error): void => {
        if (connected) this.resets.push(`${till}: ${error.message}`);
        resolve(null);
      };
      call.on('socket', (socket) => {
        connected = !socket.connecting;
        if (!connected) socket.once('connect', () => (connected = true));
      });
      call.on('error', lost);
      call.on('response', (answer) => {
        const closes = answer.headers.connection === 'close';
        this.read(answer).then(() => resolve({ isNew: !call.reusedSocket, closes }), lost);
      });
      call.end(this.body);
    });
  }

  private async read(answer: IncomingMessage): Promise<void> {
    let text = '';
    for await (const piece of answer) text += String(piece);
    if (answer.statusCode === 200) this.served += 1;
    else if (answer.statusCode === 503 && text.includes('"errcode":50301')) this.refused += 1;
    else this.odd.push(`${answer.statusCode}: ${text}`);
  }
}

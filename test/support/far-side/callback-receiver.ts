import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** Secrets of the tests: Standard Webhooks' own form. */
export function webhookSecret(letter: string): string {
  return `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
}

/** How old a signature may be. Source: Standard Webhooks' libraries. ms. */
const TOLERANCE_MS = 5 * 60_000;

/** What a receiver does with one request. */
export type Manner =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string }
  /** Reads everything and answers nothing: `drop` cuts the connection, `hang` keeps it. */
  | 'drop'
  | 'hang';

/** A request as it came. */
export interface Heard {
  readonly id: string;
  readonly atMs: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Does the signature hold, by the library, with the secret of the receiver? */
  readonly isGenuine: boolean;
  readonly status: number | null;
}

/** The members of `data` that tests look at. */
export interface HeardData {
  readonly billnum: string;
  readonly autoid: string;
  readonly paystatus: string;
  readonly refundedtotal: number;
  readonly seq: number;
}

/** A system that is told, over real HTTP: it verifies, keeps a ledger, and can be told to fail. */
export class CallbackReceiver {
  readonly heard: Heard[] = [];
  /** What it does with the next ones; then `usually`. */
  readonly next: Manner[] = [];
  usually: Manner = { status: 204 };
  private server: Server | null = null;
  private port = 0;

  constructor(
    public secret: string,
    private readonly nowMs: () => number = () => Date.now(),
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/paid`;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.take(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** Dies, with every connection; `start` brings it back under the same address. */
  async die(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The ids it has taken, each once, in the order in which it first took them. */
  get ledger(): string[] {
    const taken = this.heard.filter(({ status, isGenuine }) => isGenuine && status === 204);
    return [...new Set(taken.map(({ id }) => id))];
  }

  /** What it has taken, each id once: type and data. */
  get events(): { readonly type: string; readonly data: HeardData }[] {
    const bodies = new Map(
      this.heard.filter(({ status }) => status === 204).map(({ id, body }) => [id, body]),
    );
    return [...bodies.values()].map(
      (body) => JSON.parse(body) as { type: string; data: HeardData },
    );
  }

  /** Waits until `isThere`, and fails after `withinMs`. */
  async until(isThere: () => boolean, withinMs = 10_000): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!isThere()) {
      if (performance.now() > endMs)
        throw new Error(`heard ${this.heard.length}, not what was due`);
      await wait(10);
    }
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts).toString('utf8');
    const manner = this.next.shift() ?? this.usually;
    const { headers } = request;
    const isGenuine = this.verify(body, headers);
    const refused = typeof manner === 'object' && !isGenuine ? { status: 401 } : manner;
    const status = typeof refused === 'object' ? refused.status : null;
    const id = String(headers['webhook-id']);
    this.heard.push({ id, atMs: performance.now(), headers, body, isGenuine, status });
    if (refused === 'drop') request.socket.destroy();
    if (typeof refused !== 'object') return;
    response.writeHead(refused.status, 'headers' in refused ? refused.headers : {});
    response.end('text' in refused ? refused.text : undefined);
  }

  private verify(body: string, headers: IncomingMessage['headers']): boolean {
    // Not by the library's `verify`, which knows the real time alone.
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    if (!(Math.abs(this.nowMs() - at.getTime()) <= TOLERANCE_MS)) return false;
    const signature = new Webhook(this.secret).sign(String(headers['webhook-id']), at, body);
    return String(headers['webhook-signature']).split(' ').includes(signature);
  }
}

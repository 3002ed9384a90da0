import { createRequire } from 'node:module';
import type { AlipaySdkConfig } from 'alipay-sdk';

/** What the SDK calls its proxy agent: any dispatcher of its HTTP client. */
export type SdkDispatcher = NonNullable<AlipaySdkConfig['proxyAgent']>;

type Dispatch = SdkDispatcher['dispatch'];
type Handler = Parameters<Dispatch>[1];
type Controller = Parameters<NonNullable<Handler['onRequestStart']>>[0];
type Headers = Parameters<NonNullable<Handler['onResponseStart']>>[2];
type Interceptor = (dispatch: Dispatch) => Dispatch;
type Agent = SdkDispatcher & { compose(interceptor: Interceptor): SdkDispatcher };
type AgentClass = new (options: object) => Agent;

/** Largest answer that is read, bytes. Real ones have one to four thousand. */
export const MAX_ANSWER_BYTES = 262_144;

/** Sockets to Alipay at most; calls beyond them wait within their deadline. */
const MAX_SOCKETS = 64;

/** What happened on the wire during one call of the SDK. */
export class Exchange {
  /** The SDK handed the call to its HTTP client. */
  dispatched = false;
  /** The request may have been written to a socket, wholly or in part. */
  started = false;
  /** HTTP status; null: no headers came. */
  status: number | null = null;
  /** The far side's own clock, as its `Date` header; null: it sent none, or several. */
  date: string | null = null;
  /** Why we broke it off; null: we did not. */
  broken: string | null = null;
  /** Code or name of the first network error; null: there was none. */
  error: string | null = null;
  private controller: Controller | null = null;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  /** Ends the exchange now, or before it is written when that has not happened yet. */
  breakOff(reason: string): void {
    this.broken ??= reason;
    this.controller?.abort(new Error(reason));
  }

  begin(controller: Controller): boolean {
    this.controller = controller;
    if (this.broken === null) {
      this.started = true;
      return true;
    }
    controller.abort(new Error(this.broken));
    return false;
  }

  head(status: number, headers: Headers): void {
    this.status = status;
    this.date = typeof headers.date === 'string' ? headers.date : null;
    const encoding = headers['content-encoding'] ?? 'identity';
    // We never ask for compression, and the SDK would unpack it without any limit.
    if (encoding !== 'identity') this.breakOff('compressed answer');
  }

  take(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_ANSWER_BYTES) return this.breakOff('answer too large');
    this.chunks.push(chunk);
  }

  /** The answer's body as it came. */
  text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** Watches one request for its exchange; everything passes through unchanged. */
class WatchingHandler {
  constructor(
    private readonly next: Handler,
    private readonly exchange: Exchange,
  ) {}

  onRequestStart(controller: Controller, context: unknown): void {
    if (this.exchange.begin(controller)) this.next.onRequestStart?.(controller, context);
  }

  onResponseStart(controller: Controller, status: number, headers: Headers, text?: string): void {
    this.exchange.head(status, headers);
    if (this.exchange.broken === null) {
      this.next.onResponseStart?.(controller, status, headers, text);
    }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.exchange.take(chunk);
    if (this.exchange.broken === null) this.next.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Controller, trailers: Headers): void {
    this.next.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    this.exchange.error ??= errorWord(error);
    this.next.onResponseError?.(controller, error);
  }
}

/**
 * The way of one call of the SDK at a time: what its HTTP client sends meanwhile is that call's
 * single request. (An `AsyncLocalStorage` would find the call too, but on Node 20 it makes every
 * promise of the whole process dearer.)
 */
export class Lane {
  readonly dispatcher: SdkDispatcher;
  private exchange: Exchange | null = null;

  constructor(agent: Agent) {
    this.dispatcher = agent.compose((dispatch) => (options, handler) => {
      const { exchange } = this;
      if (!exchange || exchange.dispatched) throw new Error('one call is one request');
      exchange.dispatched = true;
      return dispatch(options, new WatchingHandler(handler, exchange));
    });
  }

  /** Runs one call of the SDK; its single request is recorded in `exchange`. */
  async run<T>(exchange: Exchange, call: () => Promise<T>): Promise<T> {
    if (this.exchange) throw new Error('one call at a time');
    this.exchange = exchange;
    try {
      return await call();
    } finally {
      this.exchange = null;
    }
  }
}

/**
 * Our own connections for the SDK's HTTP client, with what the SDK cannot be told: one call is one
 * request. Left alone, the SDK sends a POST twice when the socket is reset, and follows redirects
 * to any host with the signed body (urllib 4.9, HttpClient.ts). Answers are limited in size, and
 * what happened on the wire is known for certain instead of guessed from error texts.
 */
export class AlipayTransport {
  private readonly agent: Agent;

  constructor(connectTimeoutMs: number) {
    // The very HTTP client the SDK uses: resolved from the SDK's own place.
    const load = createRequire(require.resolve('alipay-sdk'));
    const { Agent } = load('urllib') as { Agent: AgentClass };
    this.agent = new Agent({ connections: MAX_SOCKETS, connect: { timeout: connectTimeoutMs } });
  }

  /** A further way for calls; all of them share the connections. */
  lane(): Lane {
    return new Lane(this.agent);
  }

  /** Closes the connections once their calls have ended. */
  close(): Promise<void> {
    return this.agent.close();
  }
}

/** The error's code, else its name. Messages may quote data and are left out. */
function errorWord(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return /^[A-Z][A-Z0-9_]{2,50}$/.test(code) ? code : error.name.slice(0, 50);
}

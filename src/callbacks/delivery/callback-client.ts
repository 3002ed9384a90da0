import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { once } from 'node:events';

/** How much of an answer is read. Bytes. */
const MOST_READ = 2_000;
/** Characters kept of it. */
const MOST_KEPT = 200;

/** A request, ready to be sent. */
export interface CallbackRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How it ended. */
export interface CallbackAnswer {
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  /** Beginning of the answer, or what went wrong; masked, one line. */
  readonly text: string;
}

/**
 * Sends callbacks. One call is one request over a connection of its own: a kept one may be closed
 * at the moment it is used, and nobody knows then what was read. It follows no redirect, waits no
 * longer than it was told, answers whatever happens, and throws nothing.
 */
export class CallbackClient {
  private readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(private readonly timeoutMs: number) {
    this.agents = {
      http: new HttpAgent({ keepAlive: false }),
      https: new HttpsAgent({ keepAlive: false }),
    };
  }

  /** `stop` ends it early, as if there were no answer. */
  async send(request: CallbackRequest, stop: AbortSignal): Promise<CallbackAnswer> {
    const signal = AbortSignal.any([AbortSignal.timeout(this.timeoutMs), stop]);
    try {
      const [response] = (await once(this.open(request, signal), 'response')) as [IncomingMessage];
      return await answerOf(response);
    } catch (error) {
      return { status: null, retryAfter: null, text: masked(this.problemOf(error, signal)) };
    }
  }

  /** Lets go of the connections. */
  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  private open({ url, headers, body }: CallbackRequest, signal: AbortSignal): ClientRequest {
    const bytes = Buffer.from(body, 'utf8');
    const options = {
      method: 'POST',
      headers: { ...headers, 'user-agent': '3pay-gateway', 'content-length': bytes.length },
      signal,
    };
    const sent = url.startsWith('https:')
      ? httpsRequest(url, { ...options, agent: this.agents.https })
      : httpRequest(url, { ...options, agent: this.agents.http });
    // Told by `once` while it waits; what comes after the answer changes nothing.
    sent.on('error', () => undefined);
    sent.end(bytes);
    return sent;
  }

  private problemOf(error: unknown, signal: AbortSignal): string {
    if (signal.aborted) return `no answer within ${this.timeoutMs} ms`;
    const text = error instanceof Error ? error.message : String(error);
    return codeOf(error) ?? text;
  }
}

/** The status counts once it is there, whatever becomes of the text behind it. */
async function answerOf(response: IncomingMessage): Promise<CallbackAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length > MOST_READ) break;
    }
  } catch {
    // Cut off in the middle: what came is kept.
  }
  const text = Buffer.concat(parts).toString('utf8');
  const retryAfter = response.headers['retry-after'] ?? null;
  return { status: response.statusCode ?? null, retryAfter, text: masked(text) };
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}

/** Numbers like a card's or a guest's, and what is as long as a key. */
const HIDDEN = /\d{11,}|[A-Za-z0-9+/_-]{32,}={0,2}/g;

function masked(text: string): string {
  return text
    .replace(HIDDEN, '***')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_KEPT);
}

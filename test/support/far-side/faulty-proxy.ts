import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of one call: a refusal on the way that the service never sees (`cut`: none at all,
 * `page`: a page of some proxy), or the service's own answer that does not come whole (`lost`,
 * `half`).
 */
export type Fault = Refusal | 'cut' | 'page' | 'lost' | 'half';

/** A refusal in the service's own words. `retryAfter` in seconds. */
export interface Refusal {
  readonly status: number;
  readonly errcode: number;
  readonly retryAfter?: number;
}

/** A call as it arrived. `atMs` is monotonic. */
export interface Arrival {
  readonly operation: string;
  readonly body: string;
  readonly atMs: number;
}

/** Stands in front of a service and spoils its next answers by script; then it lets all through. */
export class FaultyProxy {
  /** Every call, in its order. */
  readonly arrivals: Arrival[] = [];
  private readonly faults = new Map<string, Fault[]>();
  private readonly server: Server;

  private constructor(private readonly target: string) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next calls of an operation meet these, in this order. */
  spoil(operation: string, faults: readonly Fault[]): void {
    this.faults.set(operation, [...faults]);
  }

  /** The operations that were called since the `from`th call. */
  operations(from = 0): string[] {
    return this.arrivals.slice(from).map(({ operation }) => operation);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const operation = request.url?.split('/').pop() ?? '';
    this.arrivals.push({ operation, body, atMs: performance.now() });
    const fault = this.faults.get(operation)?.shift();
    if (fault === 'cut') throw new Error('cut');
    if (fault === 'page') {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>\n<b>502</b>\n</html>\n');
    } else if (typeof fault === 'object') refuse(response, fault);
    else await this.forward(request, body, response, fault);
  }

  private async forward(
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
    fault: 'lost' | 'half' | undefined,
  ): Promise<void> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const answer = await fetch(this.target + (request.url ?? ''), {
      method: 'POST',
      headers,
      body,
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (fault === 'lost') throw new Error('lost');
    const length = { 'content-type': 'application/json', 'content-length': bytes.length };
    response.writeHead(answer.status, length);
    if (fault === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
  }
}

function refuse(response: ServerResponse, { status, errcode, retryAfter }: Refusal): void {
  const asked = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  response.writeHead(status, { 'content-type': 'application/json', ...asked });
  response.end(JSON.stringify({ errcode, errmsg: 'spoiled', tag: null }));
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const JSON_TYPE = 'application/json';

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
    } else if (typeof fault === 'object') await this.refuse(request, response, fault);
    else await this.forward(request, body, response, fault);
  }

  /** Refuses in the caller's format. What an operation calls its envelope, the service knows. */
  private async refuse(request: IncomingMessage, response: ServerResponse, fault: Refusal) {
    const asked = fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
    const accept = request.headers.accept ?? JSON_TYPE;
    let text = JSON.stringify({ errcode: fault.errcode, errmsg: 'spoiled', tag: null });
    if (/xml/.test(accept)) {
      const unreadable = await this.send(request, 'unreadable');
      const [before, after] = (await unreadable.text()).split(/(?<=<errcode>)\d+/);
      if (after === undefined) throw new Error(`no envelope: ${before}`);
      text = `${before}${fault.errcode}${after}`;
    }
    const type = /xml/.test(accept) ? 'application/xml' : JSON_TYPE;
    response.writeHead(fault.status, { 'content-type': type, ...asked }).end(text);
  }

  private send(request: IncomingMessage, body: string): Promise<Response> {
    const { 'content-type': type = JSON_TYPE, accept = JSON_TYPE } = request.headers;
    const headers = { 'content-type': type, accept };
    return fetch(this.target + (request.url ?? ''), { method: 'POST', headers, body });
  }

  private async forward(
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
    fault: 'lost' | 'half' | undefined,
  ): Promise<void> {
    const answer = await this.send(request, body);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (fault === 'lost') throw new Error('lost');
    const type = answer.headers.get('content-type') ?? JSON_TYPE;
    const length = { 'content-type': type, 'content-length': bytes.length };
    response.writeHead(answer.status, length);
    if (fault === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
  }
}

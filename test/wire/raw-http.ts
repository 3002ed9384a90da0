import { once } from 'node:events';
import { connect, Socket } from 'node:net';

/** A request as it goes over the wire; a header with several values is sent several times. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer;
  /** Sends the body in chunks, without Content-Length. */
  readonly chunked?: boolean;
}

/** An answer as it came over the wire; header names in small letters. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

function requestBytes(request: RawRequest): Buffer {
  const headers = { ...request.headers };
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  if (!names.has('host')) headers['Host'] = 'pay.example.test';
  headers['Connection'] = 'close';
  const body = request.body ?? Buffer.alloc(0);
  const bodiless = ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(request.method);
  if (request.chunked) headers['Transfer-Encoding'] = 'chunked';
  else if (!names.has('content-length') && !(bodiless && body.length === 0)) {
    headers['Content-Length'] = String(body.length);
  }
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => `${name}: ${each}`),
  );
  const head = [`${request.method} ${request.path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  const chunks = body.length > 0 ? [`${body.length.toString(16)}\r\n`, body, '\r\n'] : [];
  const payload = request.chunked ? [...chunks, '0\r\n\r\n'] : [body];
  const pieces = [head, ...payload].map((piece) =>
    typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece,
  );
  return Buffer.concat(pieces);
}

function parseResponse(bytes: Buffer): RawResponse {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(HEAD_END, start);
    if (end < 0) throw new Error(`no answer: ${bytes.toString('latin1')}`);
    const [statusLine = '', ...lines] = bytes.toString('latin1', start, end).split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    start = end + HEAD_END.length;
    if (status === 100) continue;
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    return { status, headers, body: bytes.subarray(start) };
  }
}

/** Sends one request on a connection of its own and reads the answer to its end. */
export function send(port: number, request: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(requestBytes(request)));
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', reject);
    socket.on('close', () => {
      try {
        resolve(parseResponse(Buffer.concat(pieces)));
      } catch (cause) {
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      }
    });
  });
}

/** A connection that is kept for many requests with bodies, one after the other. */
export class RawConnection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve(response: RawResponse): void; reject(error: Error): void } | null =
    null;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (piece) => this.receive(piece));
    socket.on('close', () => this.waiting?.reject(new Error('the connection was closed')));
    socket.on('error', (error) => this.waiting?.reject(error));
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
  ): Promise<RawResponse> {
    let head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n`;
    for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(Buffer.concat([Buffer.from(`${head}\r\n`), body]));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(piece: Buffer): void {
    this.received = this.received.length === 0 ? piece : Buffer.concat([this.received, piece]);
    const end = this.received.indexOf(HEAD_END);
    if (end < 0) return;
    const length = /\ncontent-length: (\d+)/i.exec(this.received.toString('latin1', 0, end))?.[1];
    const whole = end + HEAD_END.length + Number(length);
    if (this.received.length < whole) return;
    const response = parseResponse(this.received.subarray(0, whole));
    this.received = this.received.subarray(whole);
    this.waiting?.resolve(response);
  }
}

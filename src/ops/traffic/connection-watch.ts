import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../domain/ports/clock';

/** Time for the headers of a request. ms. */
const HEADERS_MS = 8_000;
/** Time for a whole request, body included. ms. */
const REQUEST_MS = 10_000;
/** Time for a client to take a piece of an answer. ms. */
const TAKE_MS = 8_000;
/** How often the three are looked at. ms. */
const LOOK_MS = 1_000;
/** An unused connection is kept so long: longer than proxies keep theirs, so they end it. ms. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADERS = 200;
/** Connections at the same time. */
const MAX_CONNECTIONS = 5_000;

interface Waiting {
  readonly bytes: number;
  readonly sinceMs: number;
}

/**
 * Cuts clients that are slow to send or to take, and makes room when there are too many: the
 * oldest connection without a request at work goes, so that whoever comes, a probe say, is served.
 */
export class ConnectionWatch {
  private readonly sockets = new Set<Socket>();
  /** Requests at work by connection: several where they are sent without waiting. */
  private readonly atWork = new WeakMap<Socket, number>();
  private readonly waiting = new Map<Socket, Waiting>();
  private timer: NodeJS.Timeout | null = null;
  private cutCount = 0;
  private madeCount = 0;
  private newestAtMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly maxConnections = MAX_CONNECTIONS,
  ) {}

  /** Puts a server that does not listen yet under watch. */
  watch(server: Server): void {
    // The interval is read when the server begins to listen; its type does not know it.
    Object.assign(server, { connectionsCheckingInterval: LOOK_MS });
    server.headersTimeout = HEADERS_MS;
    server.requestTimeout = REQUEST_MS;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.maxHeadersCount = MAX_HEADERS;
    server.on('connection', (socket: Socket) => this.add(socket));
    server.on('close', () => this.timer && clearInterval(this.timer));
    this.timer = setInterval(() => this.cutSlowTakers(), LOOK_MS).unref();
  }

  /** The connection's request is whole and worked on: it is not to be cut. */
  begin(socket: Socket): void {
    this.atWork.set(socket, (this.atWork.get(socket) ?? 0) + 1);
  }

  /** The request is answered. */
  end(socket: Socket): void {
    this.atWork.set(socket, (this.atWork.get(socket) ?? 1) - 1);
  }

  /** Says `words` on every connection that has nothing at work, and nothing more. */
  sayFarewell(words: string): void {
    for (const socket of this.sockets) if (!this.works(socket)) socket.end(words);
  }

  /** Cuts every connection. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections made since the start. */
  made(): number {
    return this.madeCount;
  }

  /** How long no connection has been made. ms. */
  quietMs(): number {
    return this.clock.monotonicMs() - this.newestAtMs;
  }

  /** Connections open now. */
  open(): number {
    return this.sockets.size;
  }

  /** Connections cut because they were too many or took no answer, since the start. */
  cut(): number {
    return this.cutCount;
  }

  private add(socket: Socket): void {
    this.madeCount += 1;
    this.newestAtMs = this.clock.monotonicMs();
    if (this.sockets.size >= this.maxConnections) this.makeRoom(socket);
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.waiting.delete(socket);
    });
  }

  private makeRoom(newcomer: Socket): void {
    this.cutCount += 1;
    for (const socket of this.sockets) {
      if (this.works(socket)) continue;
      this.sockets.delete(socket);
      socket.destroy();
      return;
    }
    newcomer.destroy();
  }

  private works(socket: Socket): boolean {
    return (this.atWork.get(socket) ?? 0) > 0;
  }

  private cutSlowTakers(): void {
    const now = this.clock.monotonicMs();
    for (const socket of this.sockets) {
      if (socket.writableLength === 0) {
        this.waiting.delete(socket);
        continue;
      }
      // What has left the process; `bytesWritten` counts what still waits, too.
      const bytes = socket.bytesWritten - socket.writableLength;
      const before = this.waiting.get(socket);
      if (before?.bytes !== bytes) this.waiting.set(socket, { bytes, sinceMs: now });
      else if (now - before.sinceMs >= TAKE_MS) {
        this.cutCount += 1;
        socket.destroy();
      }
    }
  }
}

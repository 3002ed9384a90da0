import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { MessageLink, Take } from '../link';
import { frameOf, TcpFrames } from './tcp-frames';
import type { Frame } from './tcp-frames';

/** Where to listen, and how much one caller may hold. */
export interface TcpOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Longest frame that is kept, in UTF-16 units; longer ones are refused. */
  readonly longestFrame: number;
}

const MOST_CONNECTIONS = 256;
/** A new connection must send its first byte within this: there are few of them. ms. */
const FIRST_BYTE_WITHIN_MS = 10_000;
/** A frame that has begun must end within this. ms. */
const FRAME_WITHIN_MS = 15_000;
/** Replies a caller may leave unread before it is cut off. Bytes. */
const MOST_UNREAD = 1_048_576;

/** Messages over TCP, in the frames of Nest's own transport. */
export class TcpLink implements MessageLink {
  readonly name = 'tcp';
  private readonly logger = new Logger('Messages');
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private taking = true;
  private take: Take = () => undefined;

  constructor(private readonly options: TcpOptions) {
    this.server = createServer((socket) => this.serve(socket));
    this.server.maxConnections = MOST_CONNECTIONS;
  }

  isUp(): boolean {
    return this.taking && this.server.listening;
  }

  async start(_subjects: readonly string[], take: Take): Promise<void> {
    const { host, port } = this.options;
    this.take = take;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => {
        const taken =
          `${host}:${port} is taken, perhaps by another 3Pay Gateway: ` +
          'stop it, or set MICROSERVICE_URL';
        const why = error.code === 'EADDRINUSE' ? taken : error.message;
        reject(new Error(`MICROSERVICE_URL: ${why}`, { cause: error }));
      });
      this.server.listen(port, host, resolve);
    });
    const { port: given } = this.server.address() as AddressInfo;
    this.logger.log(`tcp: listening on ${host.includes(':') ? `[${host}]` : host}:${given}`);
  }

  stopTaking(): Promise<void> {
    this.taking = false;
    this.server.close();
    for (const socket of this.sockets) socket.pause();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.stopTaking();
    for (const socket of this.sockets) socket.destroySoon();
  }

  private serve(socket: Socket): void {
    const frames = new TcpFrames(this.options.longestFrame);
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // A caller that went away is no event of ours.
    let deadline = setTimeout(() => socket.destroy(), FIRST_BYTE_WITHIN_MS).unref();
    socket.on('close', () => clearTimeout(deadline));
    socket.on('data', (chunk: Buffer) => {
      clearTimeout(deadline);
      this.read(socket, frames, chunk);
      if (frames.isPartial) deadline = setTimeout(() => socket.destroy(), FRAME_WITHIN_MS).unref();
    });
  }

  private read(socket: Socket, frames: TcpFrames, chunk: Buffer): void {
    try {
      for (const frame of frames.push(chunk)) this.deliver(socket, frame);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'no frame';
      this.logger.warn(`tcp: a caller was cut off: ${reason}`);
      socket.destroy();
    }
  }

  private deliver(socket: Socket, { text, isTooLong }: Frame): void {
    if (!this.taking) return;
    const reply = (answer: string): Promise<boolean> => send(socket, answer);
    this.take({ text, isTooLong, subject: null, again: false, reply, done: () => undefined });
  }
}

function send(socket: Socket, text: string): Promise<boolean> {
  if (socket.writableLength > MOST_UNREAD) socket.destroy();
  if (!socket.writable) return Promise.resolve(false);
  return new Promise((resolve) => {
    socket.write(frameOf(text), (error) => resolve(!error));
  });
}

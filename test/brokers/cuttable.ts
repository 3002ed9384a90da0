import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A way to a broker that can be cut and mended, so that the broker itself is left in peace. */
export class Cuttable {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private to = new URL('tcp://127.0.0.1');

  private constructor() {
    this.server = createServer((socket) => this.join(socket));
  }

  static async to(url: string): Promise<Cuttable> {
    const way = new Cuttable();
    way.to = new URL(url);
    await new Promise<void>((resolve) => way.server.listen(0, '127.0.0.1', resolve));
    return way;
  }

  /** The broker's address with this way in its place. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    const through = new URL(this.to);
    through.hostname = '127.0.0.1';
    through.port = String(port);
    return through.href;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(near: Socket): void {
    if (this.isCut) {
      near.resetAndDestroy();
      return;
    }
    const usual = { 'nats:': 4222, 'amqp:': 5672, 'redis:': 6379 }[this.to.protocol] ?? 0;
    const far = connect(Number(this.to.port || usual), this.to.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}

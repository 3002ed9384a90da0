import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { aRoot } from '../support/far-side/certificates';
import { rsaPair } from '../support/far-side/rsa-pairs';

/** What a server shows of itself. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that nobody has reason to trust. */
export async function selfSigned(): Promise<Identity> {
  const pair = rsaPair('tds-server');
  const key = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { cert: await aRoot(pair), key };
}

/**
 * The server's side of TLS as TDS 7.4 has it: the handshake travels in packets of the greeting, one
 * message for each of the client's; what follows is TLS on the socket itself.
 */
export class WrappedTls {
  private readonly secure: TLSSocket;
  private readonly wire: Duplex;
  private shaking = true;
  private unsent: Buffer[] = [];

  /** @param say sends a message of the handshake; `onClear` gets what was encrypted */
  constructor(
    private readonly socket: Socket,
    identity: Identity,
    private readonly say: (bytes: Buffer) => void,
    onClear: (bytes: Buffer) => void,
  ) {
    this.wire = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        if (this.shaking) this.collect(chunk);
        else this.socket.write(chunk);
        done();
      },
    });
    this.secure = new TLSSocket(this.wire, { ...identity, isServer: true, maxVersion: 'TLSv1.2' });
    this.secure.on('data', onClear);
    this.secure.on('error', () => undefined); // The client ends what it does not trust.
    this.secure.once('secure', () => setImmediate(() => (this.shaking = false)));
  }

  /** Is what arrives TLS by itself, no longer in packets? */
  get stands(): boolean {
    return !this.shaking;
  }

  take(bytes: Buffer): void {
    this.wire.push(bytes);
  }

  write(bytes: Buffer): void {
    this.secure.write(bytes);
  }

  private collect(chunk: Buffer): void {
    if (this.unsent.length === 0) {
      setImmediate(() => {
        this.say(Buffer.concat(this.unsent));
        this.unsent = [];
      });
    }
    this.unsent.push(chunk);
  }
}

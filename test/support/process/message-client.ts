import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { firstValueFrom, timeout } from 'rxjs';
import type { ClientProxy } from '@nestjs/microservices';
import { frameOf, TcpFrames } from '../../../src/messages/tcp/tcp-frames';
import { memberText } from '../../../src/messages/packet';
import type { TestService } from './service';

const WITHIN_MS = 15_000;

/** An envelope as a Nest client gets it. */
export interface MessageAnswer {
  readonly errcode: number;
  readonly errmsg: string;
  readonly tag: Readonly<Record<string, string | null>> | null;
}

/** Sends a message by Nest's own client and waits for the reply. */
export function ask(
  client: ClientProxy,
  operation: string,
  data: unknown,
  withinMs = WITHIN_MS,
): Promise<MessageAnswer> {
  const answer = client.send<MessageAnswer>(`3pay.${operation}`, data).pipe(timeout(withinMs));
  return firstValueFrom(answer);
}

/** The port the service listens on for messages; it must log at level info. */
export function messagePort(service: TestService): number {
  const port = [...service.log.matchAll(/tcp: listening on 127\.0\.0\.1:(\d+)/g)].at(-1)?.[1];
  if (!port) throw new Error(`no messages: ${service.log}`);
  return Number(port);
}

/** What a supervisor sees of messages: readiness and the metric. */
export async function watched({ url }: TestService): Promise<string> {
  const ready = await fetch(`${url}/health/ready`);
  const { status, messages } = (await ready.json()) as Record<string, unknown>;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const metric = /^threepay_messages_up\{.*$/m.exec(metrics)?.[0] ?? 'no metric';
  return `${ready.status} ${String(status)}, ${String(messages)}, ${metric}`;
}

/** Settings of a service that takes messages on a free port. */
export const OVER_TCP = {
  MICROSERVICE_TRANSPORT: 'tcp',
  MICROSERVICE_URL: 'tcp://127.0.0.1:0',
  LOG_LEVEL: 'info',
};

/** A caller that writes and reads the text of the frames itself. */
export class RawCaller {
  private readonly frames = new TcpFrames(10_000_000);
  private readonly replies = new Map<string, (text: string) => void>();
  private lastId = 0;

  private constructor(readonly socket: Socket) {
    socket.setMaxListeners(0);
    socket.on('error', () => undefined); // Tests look at what was answered, and at the end.
    socket.on('data', (chunk: Buffer) => {
      for (const { text } of this.frames.push(chunk)) this.arrived(text);
    });
  }

  static async to(port: number): Promise<RawCaller> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawCaller(socket);
  }

  /** The text of the reply to `data`, which is JSON or whatever is to be tried; null: none. */
  send(pattern: string, data: string | null): Promise<string> {
    const id = String((this.lastId += 1));
    const member = data === null ? '' : `"data":${data},`;
    return this.write(`{"pattern":${JSON.stringify(pattern)},${member}"id":"${id}"}`, id);
  }

  /** The reply to a packet as it is written, whose id is `id`. */
  async reply(packet: string, id: string): Promise<unknown> {
    return JSON.parse(await this.write(packet, id));
  }

  private write(packet: string, id: string): Promise<string> {
    const reply = new Promise<string>((resolve, reject) => {
      this.replies.set(id, resolve);
      this.socket.once('close', () => reject(new Error('the connection was closed')));
    });
    this.socket.write(frameOf(packet));
    return reply;
  }

  end(): void {
    this.socket.destroy();
  }

  private arrived(text: string): void {
    const { id, isDisposed } = JSON.parse(text) as { id: string; isDisposed: boolean };
    if (!isDisposed) throw new Error(`more than one reply: ${text}`);
    this.replies.get(id)?.(memberText(text, 'response') ?? '');
  }
}

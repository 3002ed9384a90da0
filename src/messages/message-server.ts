import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { contextOf } from '../wire/request/request-context';
import type { Clock } from '../domain/ports/clock';
import { PayError } from '../domain/errors';
import { messageSpan } from '../tracing/message-span';
import type { MessageStatus } from '../health/health';
import { Message, refusalText } from '../wire/operation/message';
import type { Delivery, MessageLink } from './link';
import { readPacket, replyPacket } from './packet';
import type { Packet } from './packet';

/** Messages at work at the same time; what is more is refused at once. */
export const MOST_AT_WORK = 256;
/** How long messages at work may take to end at a stop. ms. */
const DRAIN_WITHIN_MS = 8_000;

/** Limits of a message. */
export interface MessageLimits {
  /** Largest payload, in bytes. */
  readonly bodyLimitBytes: number;
}

/**
 * Serves the operations as messages: takes packets from a link, has Nest run the handler of their
 * pattern with the guards, pipes and filter of HTTP, and replies. Every request gets an envelope.
 */
export class MessageServer
  extends Server
  implements CustomTransportStrategy, BeforeApplicationShutdown, MessageStatus
{
  private readonly atWork = new Set<Promise<void>>();

  constructor(
    private readonly link: MessageLink,
    private readonly limits: MessageLimits,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** How messages come, and whether they do: for those who watch the service. */
  health(): { readonly transport: string; readonly up: boolean } {
    return { transport: this.link.name, up: this.link.isUp() };
  }

  /** Called by Nest to begin. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.link.start([...this.messageHandlers.keys()], (delivery) => this.take(delivery));
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Called by Nest while the books are still open: what was taken is finished and replied to. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.link.stopTaking();
    if (this.atWork.size === 0) return;
    await Promise.race([Promise.all(this.atWork), this.clock.sleep(DRAIN_WITHIN_MS)]);
  }

  async close(): Promise<void> {
    await this.link.close();
  }

  on(): never {
    throw new Error('this server has no events');
  }

  unwrap(): never {
    throw new Error('this server wraps nothing');
  }

  private take(delivery: Delivery): void {
    const work: Promise<void> = this.serve(delivery)
      .catch((error: unknown) => {
        this.logger.warn(`a reply was not sent: ${String(error)}`);
      })
      .finally(() => {
        delivery.done();
        this.atWork.delete(work);
      });
    this.atWork.add(work);
  }

  private async serve(delivery: Delivery): Promise<void> {
    const packet = readPacket(delivery.text);
    if (!packet) {
      this.logger.warn('a message that is no request was dropped');
      return;
    }
    const pattern = delivery.subject ?? packet.pattern ?? '';
    const traced = {
      transport: this.link.name,
      pattern: this.messageHandlers.has(pattern) ? pattern : null,
      traceParent: delivery.traceParent ?? packet.traceParent,
    };
    await messageSpan(traced, (traceId) => this.serveRequest(pattern, packet, delivery, traceId));
  }

  /** The errcode it was answered with; null: the answer has none. */
  private async serveRequest(
    pattern: string,
    packet: Packet,
    delivery: Delivery,
    traceId: string | null,
  ): Promise<number | null> {
    const startedAtMs = this.clock.monotonicMs();
    const { validUntil = null } = delivery;
    const apiKey = delivery.apiKey ?? packet.apiKey;
    const message = new Message(packet.body, { pattern, apiKey, validUntil });
    const context = contextOf(message);
    context.id = packet.plainId;
    context.traceId = traceId;
    const answer = await this.answer(pattern, message, packet, delivery);
    if (await delivery.reply(replyPacket(packet.idJson, answer))) message.emit('finish');
    const shown = this.messageHandlers.has(pattern) ? pattern : 'of no known pattern';
    const errcode = /^\{"errcode":(\d+)/.exec(answer)?.[1] ?? null;
    const tookMs = Math.round(this.clock.monotonicMs() - startedAtMs);
    const key = context.caller?.name;
    const by = key === undefined ? '' : `, key ${key}`;
    const where = traceId === null ? '' : `, trace ${traceId}`;
    this.logger.log(`message ${shown}: errcode ${errcode ?? '-'}, ${tookMs} ms${by}${where}`);
    return errcode === null ? null : Number(errcode);
  }

  /** The envelope as JSON: of the handler, or of the refusal to try it. */
  private async answer(
    pattern: string,
    message: Message,
    { isUsualId }: Packet,
    delivery: Delivery,
  ): Promise<string> {
    const handler = isUsualId ? this.messageHandlers.get(pattern) : undefined;
    if (!handler) return refusalText(null, new PayError('NO_ROUTE', 'a message'));
    const refusal = this.refusalOf(message, delivery);
    if (refusal) return refusalText(null, refusal);
    // The interceptor and the error filter make texts of answers and errors alike.
    const answers = (await handler(message.body, message)) as Observable<string>;
    return lastValueFrom(answers);
  }

  private refusalOf({ body }: Message, { again, isTooLong }: Delivery): PayError | null {
    if (isTooLong || body.length > this.limits.bodyLimitBytes) {
      return new PayError('BODY_TOO_LARGE', 'a message');
    }
    if (this.atWork.size >= MOST_AT_WORK) return new PayError('RATE_LIMITED', 'too many at work');
    // Its first holder may have died of it, so it is not tried twice; the caller asks again.
    return again ? new PayError('UNDECIDED', 'a message handed out twice') : null;
  }
}

import type { ServerResponse } from 'node:http';
import { contextOf } from '../request/request-context';
import { ReplyBody } from '../codec/charset';
import { ReplyChoice } from '../negotiation/negotiation';
import { Outbox } from './outbox';

const OUTBOX = new Outbox();

/** A whole answer, ready to be sent. */
export class EncodedReply {
  constructor(
    readonly status: number,
    readonly choice: ReplyChoice,
    readonly body: ReplyBody,
    /** Further headers, such as Allow and Retry-After. */
    readonly headers: Readonly<Record<string, string>> = {},
    /** The errcode inside; null: it has none. */
    readonly errcode: number | null = null,
  ) {}

  /** Sends the answer when the turn ends; nothing happens when another has begun already. */
  send(response: ServerResponse): void {
    if (response.headersSent) return;
    contextOf(response.req).reply = this;
    const { mediaType, charset } = this.choice;
    response.writeHead(this.status, {
      'Cache-Control': 'no-cache',
      Pragma: 'no-cache',
      'Content-Type': `${mediaType}; charset=${charset}`,
      Expires: '-1',
      'Content-Length': Buffer.byteLength(this.body),
      ...this.headers,
    });
    OUTBOX.put(response, this.body);
  }
}

import type { ServerResponse } from 'node:http';
import { ReplyChoice } from './negotiation';

/** A whole answer, ready to be sent. */
export class EncodedReply {
  constructor(
    readonly status: number,
    readonly choice: ReplyChoice,
    readonly bytes: Uint8Array,
    /** Further headers, such as Allow and Retry-After. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** Sends the answer; nothing happens when another answer has begun already. */
  send(response: ServerResponse): void {
    if (response.headersSent) return;
    const { mediaType, charset } = this.choice;
    response.writeHead(this.status, {
      'Cache-Control': 'no-cache',
      Pragma: 'no-cache',
      'Content-Type': `${mediaType}; charset=${charset}`,
      Expires: '-1',
      'Content-Length': this.bytes.byteLength,
      ...this.headers,
    });
    response.end(this.bytes);
  }
}

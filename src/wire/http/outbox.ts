import type { ServerResponse } from 'node:http';
import { ReplyBody } from '../codec/charset';

/** An answer whose headers are written; the body is all that is left. */
type Leaving = readonly [response: ServerResponse, body: ReplyBody];

/**
 * Sends answers at the end of the event loop's turn, those of one turn together. Whoever reads
 * them, a proxy on this machine say, is woken by the first and awake for the others: waking costs
 * the sender about as much as the sending. Without it a Query of a final receipt costs 70 us, not
 * 56, and is 0.48 of the echo where its aim is 0.5. An answer whose client has gone is dropped by
 * Node.
 */
export class Outbox {
  private leaving: Leaving[] = [];

  /** Ends `response` with `body` before the next turn. */
  put(response: ServerResponse, body: ReplyBody): void {
    if (this.leaving.push([response, body]) === 1) setImmediate(this.send);
  }

  private readonly send = (): void => {
    const { leaving } = this;
    this.leaving = [];
    for (const [response, body] of leaving) response.end(body);
  };
}

import type { ApiKey } from '../../config/access-config';
import type { RequestSpan } from '../../tracing/request-span';
import { contextOf, RequestContext } from '../../wire/request/request-context';

/** What is known of an HTTP request from its first to its last moment. */
export class TrafficContext extends RequestContext {
  /** The key it was made with; null: none, or none we know. */
  override caller: ApiKey | null = null;
  /** The whole body is here and the request is being worked on. */
  atWork = false;
  /** Its answer has left, or its client has. */
  ended = false;
  /** Its span; null: nobody traces. */
  span: RequestSpan | null = null;

  constructor(
    /** Sent back as `X-Request-Id` and written to the log. */
    override readonly id: string,
    readonly startedMs: number,
    /** Who sent it; what a trusted proxy says, where there is one. */
    readonly address: string,
  ) {
    super();
  }
}

/** What is known of a request; null: it did not come through the traffic's door. */
export function trafficOf(request: object): TrafficContext | null {
  const context = contextOf(request);
  return context instanceof TrafficContext ? context : null;
}

import { isSpanContextValid, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';

/** Header, and member of a message's packet, that carries the place in a trace. Source: W3C. */
export const TRACE_PARENT = 'traceparent';

const LAYOUT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Where a caller stands in its trace; the root where it says nothing, or nothing that makes sense.
 * `tracestate` and baggage are texts of the caller's, and are not handed on.
 * Source: W3C Trace Context, 3.2 and 4.3.
 */
export function contextFrom(text: string | null): Context {
  const [, version, traceId = '', spanId = '', flags = '', rest] = LAYOUT.exec(text ?? '') ?? [];
  if (version === undefined || version === 'ff') return ROOT_CONTEXT;
  if (version === '00' && rest !== undefined) return ROOT_CONTEXT;
  const told = { traceId, spanId, traceFlags: parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(told) ? trace.setSpanContext(ROOT_CONTEXT, told) : ROOT_CONTEXT;
}

/** What a span tells the one it calls. */
export function traceParentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags & 1 ? '01' : '00'}`;
}

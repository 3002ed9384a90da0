import { context, trace } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';

/**
 * The trace of a span that stands under `above`, for the log. Null: nobody could look it up, for
 * it is not recorded here and no caller brought it.
 */
export function traceIdOf(span: Span, above: Context): string | null {
  const isKnown = isRecorded(span) || trace.getSpanContext(above) !== undefined;
  return isKnown ? span.spanContext().traceId : null;
}

/** The trace of what is being done here; null: nothing of it is recorded. */
export function traceUnderWay(): string | null {
  const span = trace.getSpan(context.active());
  return span !== undefined && isRecorded(span) ? span.spanContext().traceId : null;
}

/** Tracing is never a reason for something to fail: an SDK that throws records nothing. */
function isRecorded(span: Span): boolean {
  try {
    return span.isRecording();
  } catch {
    return false;
  }
}

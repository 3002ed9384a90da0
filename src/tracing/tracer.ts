import { context, isSpanContextValid, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span, SpanOptions } from '@opentelemetry/api';
import type { BillType } from '../domain/bill';
import { PayError } from '../domain/errors';

// Without an SDK it makes nothing; one that is registered later is found, too.
const TRACER = trace.getTracer('3pay-gateway');

/** The spans of this service, for those who look for them by name. */
export const NAMES = {
  billType: 'threepay.bill_type',
  errcode: 'threepay.errcode',
  receiptId: 'threepay.receipt.id',
  state: 'threepay.receipt.state',
} as const;

/**
 * Begins a span under `above`; null: nobody traces. It can be handed on and must be ended. Tracing
 * is never a reason for a payment to fail: what goes wrong in an SDK ends here.
 */
export function begin(
  name: string,
  options: SpanOptions,
  above: Context = context.active(),
): Span | null {
  try {
    const span = TRACER.startSpan(name, options, above);
    return isSpanContextValid(span.spanContext()) ? span : null;
  } catch {
    return null;
  }
}

/** Does the work; spans that begin in it are under this one. */
export function within<T>(span: Span, work: () => T): T {
  return context.with(trace.setSpan(context.active(), span), work);
}

/** Adds to a span, or ends it, and never throws. */
export function quietly(change: () => void): void {
  try {
    change();
  } catch {
    return; // A lost span loses no payment.
  }
}

/** Says of the request or message under way which system it is about. */
export function aboutBillType(billType: BillType): void {
  const span = trace.getSpan(context.active());
  if (span !== undefined) quietly(() => span.setAttribute(NAMES.billType, billType));
}

/** What an error is called in a span: our own code or its class. Texts may quote data. */
export function errorType(error: unknown): string {
  if (error instanceof PayError) return error.code;
  return error instanceof Error ? error.constructor.name : 'unknown';
}

/** Marks a span as that of something that failed. */
export function failed(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/**
 * Does the work within a span of its own. `tell`: what its result says in the span. Without anybody
 * who traces it is the work alone.
 */
export function spanning<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span | null) => Promise<T>,
  tell: (result: T, span: Span) => Attributes | null = () => null,
  above?: Context,
): Promise<T> {
  const span = begin(name, options, above);
  return span === null ? work(null) : spanned(span, work, tell);
}

async function spanned<T>(
  span: Span,
  work: (span: Span) => Promise<T>,
  tell: (result: T, span: Span) => Attributes | null,
): Promise<T> {
  try {
    const result = await within(span, () => work(span));
    quietly(() => span.setAttributes(tell(result, span) ?? {}));
    return result;
  } catch (error) {
    quietly(() => failed(span, errorType(error)));
    throw error;
  } finally {
    quietly(() => span.end());
  }
}

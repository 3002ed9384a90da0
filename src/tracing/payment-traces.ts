import { context, trace } from '@opentelemetry/api';
import type { Link, SpanContext } from '@opentelemetry/api';
import { NAMES, quietly } from './tracer';

/** So many payments are open at a time at most, many times over. */
const MOST = 10_000;

/**
 * In which traces the latest payments were begun. It is kept in memory and nowhere else: a column
 * of the books for it would be a migration that no older version starts on again. Over processes
 * and restarts, `threepay.receipt.id` finds what belongs together.
 */
const begunIn = new Map<number, SpanContext>();

/** Notes that the receipt was begun under this span; the first note stays. */
export function noteBegun(receiptId: number, span: SpanContext): void {
  if (begunIn.has(receiptId)) return;
  begunIn.set(receiptId, span);
  if (begunIn.size <= MOST) return;
  for (const oldest of begunIn.keys()) {
    begunIn.delete(oldest);
    return;
  }
}

/** Links to the trace in which the receipt was begun; none: it is not known here. */
export function linksTo(receiptId: number): Link[] {
  const begun = begunIn.get(receiptId);
  return begun === undefined ? [] : [{ context: begun }];
}

/** Says of the span under way that it is about this receipt, begun in another trace. */
export function aboutReceipt(receiptId: number): void {
  const span = trace.getSpan(context.active());
  if (span === undefined) return;
  quietly(() => {
    span.setAttribute(NAMES.receiptId, receiptId);
    for (const link of linksTo(receiptId)) span.addLink(link);
  });
}

import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import type { Callback } from '../domain/ports/callbacks';
import { linksTo } from './payment-traces';
import { TRACE_PARENT, traceParentOf } from './trace-parent';
import { failed, NAMES, quietly, spanning } from './tracer';

/** How a try ended. */
export interface TryEnd {
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
}

/** One delivery of a callback with its units: a trace of its own, linked to the payment's. */
export function callbackSpan(callback: Callback, deliver: () => Promise<void>): Promise<void> {
  const attributes = {
    [NAMES.receiptId]: callback.receiptRowId,
    [NAMES.billType]: callback.billType,
    'threepay.callback.type': callback.type,
    'threepay.callback.seq': callback.seq,
  };
  const links = linksTo(callback.receiptRowId);
  const options = { kind: SpanKind.INTERNAL, attributes, links };
  return spanning(`callback ${callback.type}`, options, deliver, () => null, ROOT_CONTEXT);
}

/**
 * The request of one try; `send` is given the headers that carry the trace to the receiver. Of its
 * address only the host is told: paths and queries of receivers hold secrets.
 */
export function trySpan<T extends TryEnd>(
  url: string,
  resends: number,
  send: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const attributes = {
    'http.request.method': 'POST',
    ...(resends > 0 ? { 'http.request.resend_count': resends } : {}),
  };
  const options = { kind: SpanKind.CLIENT, attributes };
  const traced = (): Promise<T> => {
    const span = trace.getSpan(context.active());
    if (span === undefined) return send({});
    quietly(() => span.setAttributes(addressOf(url)));
    return send({ [TRACE_PARENT]: traceParentOf(span) });
  };
  return spanning('POST', options, traced, ({ status }, span) => {
    if (status === null) failed(span, 'no_answer');
    else if (status >= 400) failed(span, String(status));
    return status === null ? null : { 'http.response.status_code': status };
  });
}

function addressOf(url: string): Attributes {
  const { hostname, port, protocol } = new URL(url);
  const standard = protocol === 'https:' ? 443 : 80;
  return { 'server.address': hostname, 'server.port': port === '' ? standard : Number(port) };
}

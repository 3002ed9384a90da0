import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import type { Receipt } from '../domain/receipt/receipt';
import { linksTo } from './payment-traces';
import { NAMES, spanning } from './tracer';

/** One look at a receipt that no caller asked for: a trace of its own, linked to the payment's. */
export function sweepSpan<T>(
  name: 'sweep receipt' | 'sweep refund',
  { id, billType, state }: Receipt,
  look: () => Promise<T>,
): Promise<T> {
  const attributes = {
    [NAMES.receiptId]: id,
    [NAMES.billType]: billType,
    [NAMES.state]: state,
  };
  const options = { kind: SpanKind.INTERNAL, attributes, links: linksTo(id) };
  return spanning(name, options, look, () => null, ROOT_CONTEXT);
}

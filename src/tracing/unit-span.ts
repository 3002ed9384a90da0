import { context, SpanKind, trace } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import type { Receipt } from '../domain/receipt/receipt';
import { noteBegun } from './payment-traces';
import { NAMES, spanning } from './tracer';

/** A receipt, as far as spans tell of it. */
type Told = Pick<Receipt, 'id' | 'billType' | 'state'>;

/**
 * One unit of work, from its waiting to its commit. Units that nobody asked for, the loops' own
 * questions what is due, are left out: they come several times a second.
 */
export function unitSpan<T>(isServer: boolean, name: string, unit: () => Promise<T>): Promise<T> {
  const above = trace.getSpan(context.active());
  if (above === undefined) return unit();
  const attributes = {
    'db.system.name': isServer ? 'microsoft.sql_server' : 'sqlite',
    'db.operation.name': name,
  };
  const kind = isServer ? SpanKind.CLIENT : SpanKind.INTERNAL;
  return spanning(name, { kind, attributes }, unit, (result) => told(name, result, above));
}

/** How the receipt stands then: the unit tells it, and who asked for the unit. */
function told(name: string, result: unknown, above: Span): Attributes | null {
  const receipt = receiptOf(result) ?? receiptOf(memberOf(result, 'receipt'));
  if (receipt === null) return null;
  const { id, billType, state } = receipt;
  const attributes = {
    [NAMES.receiptId]: id,
    [NAMES.billType]: billType,
    [NAMES.state]: state,
  };
  above.setAttributes(attributes);
  if (name === 'begin') noteBegun(id, above.spanContext());
  return attributes;
}

function receiptOf(value: unknown): Told | null {
  const [id, billType, state] = [
    memberOf(value, 'id'),
    memberOf(value, 'billType'),
    stateOf(value),
  ];
  if (typeof id !== 'number' || typeof billType !== 'string' || state === null) return null;
  return value as Told;
}

/** Callbacks have a bill type and a state, too; only a receipt has a number at Alipay. */
function stateOf(value: unknown): string | null {
  const state = memberOf(value, 'state');
  const isReceipt = typeof memberOf(value, 'outTradeNo') === 'string';
  return isReceipt && typeof state === 'string' ? state : null;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

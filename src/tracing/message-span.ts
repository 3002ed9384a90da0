import { SpanKind } from '@opentelemetry/api';
import { traceIdOf } from './trace-id';
import { contextFrom } from './trace-parent';
import { failed, NAMES, spanning } from './tracer';

/** A message as its span tells of it. */
export interface TracedMessage {
  /** `tcp`, or the broker. */
  readonly transport: string;
  /** One that we serve; null: it names none, and what it says is text of the caller. */
  readonly pattern: string | null;
  /** Where the sender says it stands in its trace; null: it does not. */
  readonly traceParent: string | null;
}

/** Errcodes of which we, or Alipay, are the reason. */
const OURS = 50_000;

/**
 * One message, from its arrival until its reply has left. The work is told its trace, for the log
 * (null: nobody could look it up), and gives its errcode.
 */
export async function messageSpan(
  { transport, pattern, traceParent }: TracedMessage,
  work: (traceId: string | null) => Promise<number | null>,
): Promise<void> {
  const attributes = {
    'messaging.system': transport === 'rmq' ? 'rabbitmq' : transport,
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'process',
    ...(pattern === null ? {} : { 'messaging.destination.name': pattern }),
  };
  const name = pattern === null ? 'process' : `process ${pattern}`;
  const options = { kind: SpanKind.CONSUMER, attributes };
  const above = contextFrom(traceParent);
  await spanning(
    name,
    options,
    (span) => work(span === null ? null : traceIdOf(span, above)),
    (errcode, span) => {
      if (errcode === null) return null;
      if (errcode >= OURS) failed(span, String(errcode));
      return { [NAMES.errcode]: errcode };
    },
    above,
  );
}

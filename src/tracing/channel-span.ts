import { SpanKind } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { failed, spanning } from './tracer';

/** What became of a call to the channel, as far as spans tell of it. */
export interface ChannelEnd {
  /** Members of a verified answer; null: there is none. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  /** HTTP status; null: no headers came. */
  readonly status: number | null;
  /** Why there is no verified answer, in a word of ours; null: there is one. */
  readonly failure: string | null;
}

const CODE = /^\d{5}$/;
const SUB_CODE = /^[A-Za-z][A-Za-z_.-]{1,63}$/;

/**
 * One signed call to Alipay. It carries no `traceparent`: nobody there reads it, and what our
 * traces are called is nobody's business outside the group.
 */
export function channelSpan<T>(
  method: string,
  gateway: URL,
  call: () => Promise<T>,
  endOf: (result: T) => ChannelEnd,
): Promise<T> {
  const standard = gateway.protocol === 'https:' ? 443 : 80;
  const attributes = {
    'http.request.method': 'POST',
    'server.address': gateway.hostname,
    'server.port': gateway.port === '' ? standard : Number(gateway.port),
    'threepay.channel.method': method,
  };
  const options = { kind: SpanKind.CLIENT, attributes };
  return spanning(method, options, call, (result, span) => {
    const { answer, status, failure } = endOf(result);
    if (failure !== null) failed(span, failure);
    return {
      ...(status === null ? {} : { 'http.response.status_code': status }),
      ...wordsOf(answer),
    };
  });
}

/** Alipay's code and sub code, where they are such; its other words are not told. */
function wordsOf(answer: ChannelEnd['answer']): Attributes {
  const { code, sub_code: subCode } = answer ?? {};
  return {
    ...(typeof code === 'string' && CODE.test(code) ? { 'threepay.channel.code': code } : {}),
    ...(typeof subCode === 'string' && SUB_CODE.test(subCode)
      ? { 'threepay.channel.sub_code': subCode }
      : {}),
  };
}

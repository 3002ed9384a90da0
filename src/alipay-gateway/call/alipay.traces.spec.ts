import type { IncomingHttpHeaders } from 'node:http';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { html, honest, ScriptedAlipay } from '../../../test/support/far-side/scripted-alipay';
import type { Behaviour } from '../../../test/support/far-side/scripted-alipay';
import { systemClock } from '../../config/system-clock';
import { spanning } from '../../tracing/tracer';
import { AlipayClient } from './alipay.client';

const NUMBER = 'P1_000123';
const QUERY = { bizContent: { out_trade_no: NUMBER } };
const WAITING = { code: '10000', msg: 'Success', out_trade_no: NUMBER };

const exporter = new InMemorySpanExporter();
let far: ScriptedAlipay;
let client: AlipayClient;

beforeAll(async () => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  far = await ScriptedAlipay.start();
  client = new AlipayClient(far.settings(), systemClock);
});
afterAll(async () => {
  await client.close();
  await far.close();
});
beforeEach(() => exporter.reset());

/** The headers Alipay is sent by a call in a trace, and the span of the call. */
async function called(behaviour: Behaviour) {
  let headers: IncomingHttpHeaders = {};
  far.answer((reply) => {
    ({ headers } = reply.request);
    behaviour(reply);
  });
  await spanning('request', {}, () => client.call('alipay.trade.query', QUERY));
  const [call, request] = exporter.getFinishedSpans();
  return { headers, call, request };
}

it('a call in a trace is one of its spans, and tells Alipay nothing of it', async () => {
  const { headers, call, request } = await called(honest(WAITING));
  expect(call?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  expect(call?.attributes).toMatchObject({
    'server.address': '127.0.0.1',
    'http.response.status_code': 200,
    'threepay.channel.code': '10000',
  });
  expect(Object.keys(headers).length).toBeGreaterThan(3);
  expect(headers).not.toHaveProperty('traceparent');
  expect(JSON.stringify(headers)).not.toContain(request?.spanContext().traceId);
});

it('an answer that nobody vouches for is a failure, and its words are not told', async () => {
  const { call } = await called(html(502));
  expect(call?.status.code).toBe(2);
  expect(call?.attributes).toMatchObject({
    'error.type': 'no_answer',
    'http.response.status_code': 502,
  });
});

it('words of a verified answer that are no codes are not told', async () => {
  const planted = { code: '40004', msg: 'planted', sub_code: 'PLANTED 4711', sub_msg: 'planted' };
  const { call } = await called(honest({ ...WAITING, ...planted }));
  expect(call?.attributes['threepay.channel.code']).toBe('40004');
  expect(JSON.stringify(call?.attributes)).not.toMatch(/planted/i);
});

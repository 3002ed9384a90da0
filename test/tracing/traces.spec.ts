import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BooksInspect } from '../database/books-inspect';
import { itLong } from '../support/long';
import { CallbackReceiver, webhookSecret } from '../support/far-side/callback-receiver';
import { TraceReceiver, treeOf } from '../support/far-side/trace-receiver';
import type { HeardSpan } from '../support/far-side/trace-receiver';
import { messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import { notifiedAt } from '../support/process/ports';
import { TestService } from '../support/process/service';
import {
  anAsk,
  cancel,
  getCode,
  payAtSimulator,
  query,
  receiptRow,
  saying,
  until,
} from '../support/process/till';
import type { GivenCode } from '../support/process/till';

jest.setTimeout(60_000);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const TRACE_PARENT = `00-${TRACE}-${PARENT}-01`;
const SCAN_CODE = 'POST /api/3Pay/AliPay/ScanCode';
const SERVER = 2;
const CLIENT = 3;
const CONSUMER = 5;

let traces: TraceReceiver;
let receiver: CallbackReceiver;
let service: TestService;
let inspect: BooksInspect;

beforeAll(async () => {
  traces = await TraceReceiver.start();
  const secret = webhookSecret('a');
  receiver = await new CallbackReceiver(secret).start();
  service = await TestService.start({
    ...OVER_TCP,
    ...traces.env,
    ...(await notifiedAt()),
    CALLBACK_URL_2: receiver.url,
    CALLBACK_SECRET: secret,
    ALIPAY_TIMEOUT_MS: '3000',
  });
  inspect = service.inspect();
  await service.sim.notifies(false); // Only where a test wants one.
});
afterAll(async () => {
  inspect?.close();
  await service?.stop();
  await receiver?.die();
  await traces?.stop();
});

/** The receipt of a code, as its row numbers it. */
function idOf(code: GivenCode): number {
  return Number(receiptRow(inspect, code).id);
}

/** The request that began a receipt. */
function begunBy(code: GivenCode): Promise<HeardSpan> {
  const id = idOf(code);
  return traces.span(SCAN_CODE, ({ attributes }) => attributes['threepay.receipt.id'] === id);
}

/** The names of a tree, as they stand under one another. */
function shape(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ {2}[\d.]+ ms.*$/, ''));
}

function namesOf(span: HeardSpan): string[] {
  return shape(treeOf(traces.traceOf(span)).split('\n'));
}

describe('a request', () => {
  it('is a trace with its units and its call to Alipay', async () => {
    const code = await getCode(service, anAsk('2'));
    const request = await begunBy(code);
    expect(namesOf(request)).toEqual([
      SCAN_CODE,
      '  begin',
      '  alipay.trade.precreate',
      '  giveCode',
    ]);
    expect(request).toMatchObject({ kind: SERVER, parentSpanId: null, status: 0 });
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'http.route': '/api/3Pay/AliPay/ScanCode',
      'threepay.bill_type': '2',
      'threepay.errcode': 0,
      'threepay.receipt.id': idOf(code),
      'threepay.receipt.state': 'waiting',
      'url.scheme': 'http',
    });
    const [, unit, call] = traces.traceOf(request);
    expect(unit?.attributes).toMatchObject({
      'db.system.name': process.env['TEST_MSSQL_URL'] ? 'microsoft.sql_server' : 'sqlite',
      'db.operation.name': 'begin',
      'threepay.receipt.state': 'begun',
    });
    expect(call).toMatchObject({ kind: CLIENT, status: 0 });
    expect(call?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(service.sim.url).port),
      'threepay.channel.method': 'alipay.trade.precreate',
      'threepay.channel.code': '10000',
    });
  });

  it('goes on in the trace of its caller, and leaves the rest of what it says', async () => {
    const ask = anAsk('1');
    await service.send('/api/3Pay/AliPay/ScanCode', JSON.stringify(ask), 'application/json', {
      traceparent: TRACE_PARENT,
      tracestate: 'planted=state',
      baggage: 'planted=baggage',
    });
    const request = await traces.span(SCAN_CODE, ({ traceId }) => traceId === TRACE);
    expect(request.parentSpanId).toBe(PARENT);
    expect(traces.traceOf(request)).toHaveLength(4);
    expect(traces.texts.join()).not.toContain('planted');
  });

  it.each([
    'nonsense',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    `ff-${TRACE}-${PARENT}-01`,
    `${TRACE_PARENT}-more`,
  ])('begins a trace of its own after traceparent %s', async (traceparent) => {
    const body = JSON.stringify(anAsk('3'));
    const path = '/api/3Pay/AliPay/Query';
    traces.forget();
    await service.send(path, body, 'application/json', { traceparent });
    expect((await traces.span(`POST ${path}`)).parentSpanId).toBeNull();
  });

  it('that its caller does not want to be traced is not', async () => {
    const path = '/api/3Pay/AliPay/Query';
    const headers = { traceparent: TRACE_PARENT.replace(/1$/, '0') };
    traces.forget();
    await service.send(path, '{}', 'application/json', headers);
    await service.send(path, '{}');
    expect((await traces.span(`POST ${path}`)).traceId).not.toBe(TRACE);
    expect(traces.spans).toHaveLength(1);
  });

  it('tells a slow Alipay apart from slow books', async () => {
    const code = await getCode(service, anAsk('4'));
    await service.sim.spoil({ method: 'query', fault: 'delay', count: 9, delayMs: 30_000 });
    expect((await query(service, code)).errcode).toBe(1);
    await service.sim.heal();
    const request = await traces.span('POST /api/3Pay/AliPay/Query', ({ attributes }) => {
      return attributes['threepay.errcode'] === 1;
    });
    const [, call] = traces.traceOf(request);
    expect(call).toMatchObject({ name: 'alipay.trade.query', status: 2 });
    expect(call?.attributes['error.type']).toBe('no_answer');
  });

  it('for no route of ours is named by its verb alone, and a probe is none', async () => {
    traces.forget();
    await fetch(`${service.url}/planted-path?planted=query`);
    await fetch(`${service.url}/health/live`);
    await traces.span('GET');
    expect(traces.spans).toHaveLength(1);
    expect(traces.texts.join()).not.toContain('planted');
  });
});

/** The first tree of a page, without what differs from run to run. */
function treeIn(page: string): string[] {
  const text = readFileSync(join(__dirname, '../../docs', page), 'utf8');
  const [, tree = ''] = /```text\n([^`]*)```/.exec(text) ?? [];
  return shape(tree.trimEnd().split('\n'));
}

it('the trace of a till that waited long is the one that docs/tracing.md shows', async () => {
  const code = await getCode(service, anAsk('2'));
  await service.sim.spoil({ method: 'query', fault: 'delay', count: 1, delayMs: 700 });
  const other = { ...code.ask, paymentvalue: 66.66 };
  const next = await getCode(service, other);
  const request = await begunBy(next);
  const tree = treeOf(traces.traceOf(request));
  expect(shape(tree.split('\n'))).toEqual(treeIn('tracing.md'));
});

it('Alipay pushes in a trace of its own, linked to that of the payment', async () => {
  const code = await getCode(service, anAsk('1'));
  const begun = await begunBy(code);
  await payAtSimulator(service, code);
  await service.sim.notify(receiptRow(inspect, code).out_trade_no);
  const push = await traces.span('POST /api/3Pay/AliPay/Notify', ({ attributes }) => {
    return attributes['threepay.receipt.id'] === idOf(code);
  });
  expect(push.traceId).not.toBe(begun.traceId);
  expect(push.links).toContainEqual({ traceId: begun.traceId, spanId: begun.spanId });
  expect(push.attributes['threepay.receipt.state']).toBe('paid');
  expect(namesOf(push)).toContain('  pay');
});

it('a push says nothing of where it stands: anybody may send one', async () => {
  const sent = async (path: string) => {
    traces.forget();
    const headers = { traceparent: TRACE_PARENT };
    await fetch(service.url + path, { method: 'POST', headers, body: 'sign=x' });
    return (await traces.span('POST /api/3Pay/AliPay/Notify')).parentSpanId;
  };
  for (const path of ['Notify', 'notify', 'NOTIFY/']) {
    expect(await sent(`/api/3Pay/AliPay/${path}`)).toBeNull();
  }
});

/** The lines of the log that stand in the trace of this span, by what they tell. */
function linesOf({ traceId }: HeardSpan): string[] {
  const all = service.log.split('\n').filter((line) => line.includes(`"trace_id":"${traceId}"`));
  return all.map((line) => String((JSON.parse(line) as Readonly<Record<string, unknown>>)['msg']));
}

it('the log tells the trace of a request that is recorded, and of its money', async () => {
  const code = await getCode(service, anAsk('3'));
  await payAtSimulator(service, code);
  expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  const asked = await traces.span('POST /api/3Pay/AliPay/Query', ({ attributes }) => {
    return attributes['threepay.receipt.id'] === idOf(code);
  });
  await until(() => linesOf(asked).length === 2);
  expect(linesOf(asked).sort()).toEqual(['payment', 'request']);
});

it('a callback carries its trace to its receiver, linked to that of the payment', async () => {
  const code = await getCode(service, anAsk('2'));
  const begun = await begunBy(code);
  await payAtSimulator(service, code);
  receiver.next.push({ status: 503, headers: { 'Retry-After': '1' } });
  expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
  const isOurs = ({ attributes }: HeardSpan) => attributes['threepay.receipt.id'] === idOf(code);
  const told = await traces.span('callback payment.paid', isOurs);
  expect(told.links).toEqual([{ traceId: begun.traceId, spanId: begun.spanId }]);
  expect(told.attributes).toMatchObject({ 'threepay.bill_type': '2' });
  const [, , sent] = traces.traceOf(told);
  expect(namesOf(told)).toEqual([
    'callback payment.paid',
    '  callbackTry',
    '  POST',
    '  callbackTried',
  ]);
  expect(sent?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': 503,
    'error.type': '503',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(receiver.url).port),
  });
  const carried = receiver.heard.map(({ headers }) => headers['traceparent']);
  expect(carried).toContain(`00-${told.traceId}-${sent?.spanId}-01`);
  await receiver.until(() => receiver.ledger.length > 0);
  const again = await traces.span('POST', ({ attributes }) => {
    return attributes['http.request.resend_count'] === 1;
  });
  expect(again.attributes['http.response.status_code']).toBe(204);
});

it('a message goes on in the trace of its sender', async () => {
  const raw = await RawCaller.to(messagePort(service));
  const data = JSON.stringify(anAsk('5'));
  const traceparent = TRACE_PARENT.replace('0af7', '1bf7');
  const pattern = '3pay.alipay.scancode';
  await raw.reply(
    `{"pattern":"${pattern}","data":${data},"traceparent":"${traceparent}","id":"t1"}`,
    't1',
  );
  await raw.send('planted.pattern', '{}');
  raw.end();
  const message = await traces.span(`process ${pattern}`);
  expect(message).toMatchObject({ kind: CONSUMER, parentSpanId: PARENT, status: 0 });
  expect(message.traceId).toBe(traceparent.slice(3, 35));
  expect(message.attributes).toMatchObject({
    'messaging.system': 'tcp',
    'messaging.destination.name': pattern,
    'messaging.operation.type': 'process',
    'threepay.bill_type': '5',
    'threepay.errcode': 0,
    'threepay.receipt.state': 'waiting',
  });
  expect(namesOf(message)).toHaveLength(4);
  expect((await traces.span('process')).attributes['threepay.errcode']).toBe(40400);
  expect(traces.texts.join()).not.toContain('planted');
});

describe('the sweep', () => {
  it('looks at the receipt of another process in a trace of its own', async () => {
    const code = await getCode(service, anAsk('2'));
    const begun = await begunBy(code);
    const dropped = await getCode(service, anAsk('2'));
    await cancel(service, dropped);
    await payAtSimulator(service, code);
    await service.kill('SIGTERM');
    traces.forget();
    await service.restart({ SWEEP_PERIOD_MS: '200' });
    const isOurs = ({ attributes }: HeardSpan) => attributes['threepay.receipt.id'] === idOf(code);
    const look = await traces.span('sweep receipt', isOurs);
    // Another process began it: its trace is not known here, the receipt's number is.
    expect(look.links).toEqual([]);
    expect(look.attributes['threepay.receipt.state']).toBe('paid');
    expect(begun.attributes['threepay.receipt.id']).toBe(look.attributes['threepay.receipt.id']);
  });

  // It looks ten seconds after the Begin.
  itLong('links it to that of the payment, where this process began it', async () => {
    const next = await getCode(service, anAsk('2'));
    const its = await begunBy(next);
    await payAtSimulator(service, next);
    const seen = await traces.span('sweep receipt', ({ attributes }) => {
      return attributes['threepay.receipt.id'] === idOf(next);
    });
    expect(seen.links).toEqual([{ traceId: its.traceId, spanId: its.spanId }]);
    expect(seen.parentSpanId).toBeNull();
    await until(() => linesOf(seen).length > 0);
    expect(linesOf(seen)).toEqual(['payment']);
    expect(namesOf(seen)).toEqual(
      expect.arrayContaining(['sweep receipt', '  alipay.trade.query']),
    );
  });
});

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { PayError } from '../domain/errors';
import { aboutReceipt, linksTo, noteBegun } from './payment-traces';
import { trySpan } from './callback-span';
import { RequestSpan } from './request-span';
import { traceIdOf, traceUnderWay } from './trace-id';
import { contextFrom } from './trace-parent';
import { spanning } from './tracer';
import { unitSpan } from './unit-span';

const exported = new InMemorySpanExporter();

/** What else an SDK does with spans; tests break it. A tracer keeps the SDK it found first. */
let extra: SpanProcessor | null = null;

function register(): void {
  const spanProcessors: SpanProcessor[] = [
    new SimpleSpanProcessor(exported),
    {
      onStart: (span, above) => extra?.onStart(span, above),
      onEnd: (span) => extra?.onEnd(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
  ];
  new NodeTracerProvider({ spanProcessors }).register();
}

afterEach(() => {
  extra = null;
  exported.reset();
});

function names(): string[] {
  return exported.getFinishedSpans().map(({ name }) => name);
}

const RECEIPT = { id: 7, billType: '2', state: 'paid', outTradeNo: 'N1', amount: 1, cardNo: 'C' };

describe('without an SDK', () => {
  it('work is done and nothing else: not even a promise is added', () => {
    const work = Promise.resolve(7);
    expect(spanning('work', {}, () => work)).toBe(work);
    expect(unitSpan(false, 'begin', () => work)).toBe(work);
    expect(RequestSpan.begin('POST', null)).toBeNull();
    expect(trySpan('no address', 0, () => work as never)).toBe(work);
    aboutReceipt(7);
  });
});

describe('a span', () => {
  beforeAll(register);

  it('tells of an error its code or class, never its text', async () => {
    const fails = (error: Error) => spanning('work', {}, () => Promise.reject(error));
    await expect(fails(new PayError('UNDECIDED', 'planted'))).rejects.toThrow('planted');
    await expect(fails(new TypeError('planted'))).rejects.toThrow('planted');
    const types = exported.getFinishedSpans().map((span) => span.attributes['error.type']);
    expect(types).toEqual(['UNDECIDED', 'TypeError']);
    const told = exported.getFinishedSpans().map(({ name, attributes, status, events }) => {
      return { name, attributes, status, events };
    });
    expect(JSON.stringify(told)).not.toContain('planted');
  });

  it('of a unit tells how the receipt stands, to who asked for it too, and no more', async () => {
    await spanning('request', {}, async () => {
      await unitSpan(false, 'pay', () => Promise.resolve(RECEIPT));
      await unitSpan(true, 'move', () => Promise.resolve({ kind: 'x', receipt: RECEIPT }));
      await unitSpan(false, 'other', () => Promise.resolve({ id: 9, billType: '1', state: 'new' }));
      await unitSpan(false, 'none', () => Promise.resolve(null));
    });
    const told = {
      'threepay.receipt.id': 7,
      'threepay.bill_type': '2',
      'threepay.receipt.state': 'paid',
    };
    const [pay, move, other, none, request] = exported.getFinishedSpans();
    const sqlite = { 'db.system.name': 'sqlite' };
    expect(pay?.attributes).toEqual({ ...told, ...sqlite, 'db.operation.name': 'pay' });
    expect(move?.attributes).toMatchObject({ ...told, 'db.system.name': 'microsoft.sql_server' });
    expect(other?.attributes).toEqual({ ...sqlite, 'db.operation.name': 'other' });
    expect(none?.attributes).toEqual({ ...sqlite, 'db.operation.name': 'none' });
    expect(request?.attributes).toEqual(told);
  });

  it('of a unit that nobody asked for is none', async () => {
    await unitSpan(false, 'callbackClaim', () => Promise.resolve([]));
    expect(names()).toEqual([]);
  });

  it('of a request has no verb that is text of its caller', () => {
    RequestSpan.begin('PLANTED', null)?.end({
      ...{ route: '/a', status: 405, errcode: null, aborted: false },
    });
    expect(names()).toEqual(['HTTP /a']);
    expect(exported.getFinishedSpans()[0]?.attributes['http.request.method']).toBe('_OTHER');
  });
});

describe('the trace that the log tells', () => {
  const caller = contextFrom('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00');

  it('is one that is recorded, or that a caller brought', async () => {
    await spanning('work', {}, (span) => {
      expect(span && traceIdOf(span, ROOT_CONTEXT)).toBe(span?.spanContext().traceId);
      expect(traceUnderWay()).toBe(span?.spanContext().traceId);
      return Promise.resolve();
    });
    expect(RequestSpan.begin('POST', null)?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is told of a caller who does not want to be recorded, and of nobody else', () => {
    const context0 = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 };
    const left = trace.wrapSpanContext(context0);
    expect(traceIdOf(left, caller)).toBe(context0.traceId);
    expect(traceIdOf(left, ROOT_CONTEXT)).toBeNull();
    context.with(trace.setSpan(ROOT_CONTEXT, left), () => expect(traceUnderWay()).toBeNull());
    expect(traceUnderWay()).toBeNull();
  });
});

describe('payments whose traces are remembered', () => {
  it('are the latest ones, and the first note of one stays', () => {
    const span = (digit: string) => ({
      ...{ traceId: digit.repeat(32), spanId: digit.repeat(16), traceFlags: 1 },
    });
    for (let id = 1; id <= 10_001; id += 1) noteBegun(id, span('a'));
    noteBegun(10_001, span('b'));
    expect(linksTo(1)).toEqual([]);
    expect(linksTo(2)).toEqual([{ context: span('a') }]);
    expect(linksTo(10_001)).toEqual([{ context: span('a') }]);
  });
});

describe('an SDK that throws', () => {
  const broken = (): never => {
    throw new Error('a broken SDK');
  };
  const still = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };

  it.each<[string, SpanProcessor]>([
    ['as a span begins', { ...still, onStart: broken, onEnd: () => undefined }],
    ['as a span ends', { ...still, onStart: () => undefined, onEnd: broken }],
  ])('%s changes nothing for what is done in it', async (_when, processor) => {
    extra = processor;
    expect(await spanning('work', {}, () => Promise.resolve(7))).toBe(7);
    const unit = spanning('work', {}, () => unitSpan(false, 'pay', () => Promise.resolve(RECEIPT)));
    expect(await unit).toBe(RECEIPT);
    const refused = new PayError('UNDECIDED', 'x');
    await expect(spanning('work', {}, () => Promise.reject(refused))).rejects.toBe(refused);
    const request = RequestSpan.begin('POST', null);
    request?.end({ route: null, status: 200, errcode: 0, aborted: false });
  });

  it('in what is told of a result changes nothing either', async () => {
    expect(await spanning('work', {}, () => Promise.resolve(7), broken)).toBe(7);
    expect(names()).toEqual(['work']);
  });

  it('is not asked which trace that is', () => {
    const span = { isRecording: broken, spanContext: broken } as unknown as Span;
    expect(traceIdOf(span, ROOT_CONTEXT)).toBeNull();
    const under = trace.setSpan(ROOT_CONTEXT, span);
    context.with(under, () => expect(traceUnderWay()).toBeNull());
  });

  it('where its span cannot be changed changes nothing either', () => {
    const span = { addLink: broken, setAttribute: broken } as unknown as Span;
    const under = trace.setSpan(ROOT_CONTEXT, span);
    context.with(under, () => expect(() => aboutReceipt(2)).not.toThrow());
  });
});

import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { contextFrom, traceParentOf } from './trace-parent';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, '01'],
    [`00-${TRACE}-${SPAN}-00`, '00'],
    [`00-${TRACE}-${SPAN}-ff`, '01'],
    [`cc-${TRACE}-${SPAN}-01`, '01'],
    [`cc-${TRACE}-${SPAN}-01-what-the-future-brings`, '01'],
  ])('%s is read, and handed on as flags %s', (text, flags) => {
    const span = trace.getSpan(contextFrom(text));
    if (!span) throw new Error('not read');
    expect(span.spanContext()).toMatchObject({ traceId: TRACE, spanId: SPAN, isRemote: true });
    expect(traceParentOf(span)).toBe(`00-${TRACE}-${SPAN}-${flags}`);
  });

  it.each([
    null,
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    ` 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
    'x'.repeat(100_000),
  ])('%j is none', (text) => {
    expect(contextFrom(text)).toBe(ROOT_CONTEXT);
  });
});

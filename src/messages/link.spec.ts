import { broughtBy } from './link';

describe('the headers of a message', () => {
  it.each<[readonly (readonly [string, unknown])[], object]>([
    [[], { apiKey: null, traceParent: null }],
    [[['X-Api-Key', 'k']], { apiKey: 'k', traceParent: null }],
    [[['traceparent', 't']], { apiKey: null, traceParent: 't' }],
    [
      [
        ['TraceParent', 't'],
        ['x-api-key', 'k'],
      ],
      { apiKey: 'k', traceParent: 't' },
    ],
    [
      [
        ['x-api-key', 7],
        ['traceparent', ['t']],
      ],
      { apiKey: '', traceParent: '' },
    ],
  ])('%j bring %j', (headers, brought) => {
    expect(broughtBy(headers)).toEqual(brought);
  });
});

import { callerOf, noteCaller } from './caller';

describe('who makes a request', () => {
  it('is noted on the request, and on no other', () => {
    const request = {};
    const caller = { name: 'till', billTypes: ['1'] } as const;
    noteCaller(request, caller);
    expect(callerOf(request)).toBe(caller);
    expect(callerOf({})).toBeNull();
  });
});

import { contextOf, giveContext, RequestContext } from './request-context';

describe('the context of a request', () => {
  it('stays with its request, and is of no other', () => {
    const [request, other] = [{}, {}];
    const caller = { name: 'till', billTypes: ['1'] } as const;
    contextOf(request).caller = caller;
    contextOf(request).id = 'r-1';
    expect(contextOf(request)).toMatchObject({ caller, id: 'r-1', operation: null, reply: null });
    expect(contextOf(other)).toMatchObject({ caller: null, id: null });
  });

  it('is seen by nobody who lists what a request holds', () => {
    const request = { body: 1 };
    contextOf(request).id = 'r-1';
    expect([Object.keys(request), JSON.stringify(request)]).toEqual([['body'], '{"body":1}']);
  });

  it('may know more than the usual one', () => {
    class Special extends RequestContext {}
    const [request, special] = [{}, new Special()];
    giveContext(request, special);
    expect(contextOf(request)).toBe(special);
  });

  it('counts a signed call as was set, and where nobody counts refuses nothing', async () => {
    const counted: (string | null)[] = [];
    const request = {};
    await expect(contextOf(request).countSigned('partner')).resolves.toBeUndefined();
    contextOf(request).countSigned = async (signer) => Promise.resolve(void counted.push(signer));
    await contextOf(request).countSigned('partner');
    await contextOf(request).countSigned(null);
    expect(counted).toEqual(['partner', null]);
  });
});

import { countOf, noteSignedCall } from './signed-call';

describe('a call that signs itself', () => {
  it('is counted by its signer, as was noted on the request', async () => {
    const request = {};
    const counted: (string | null)[] = [];
    noteSignedCall(request, async (signer) => Promise.resolve(void counted.push(signer)));
    await countOf(request)('partner');
    await countOf(request)(null);
    expect(counted).toEqual(['partner', null]);
  });

  it('is not counted where nobody noted how', async () => {
    await expect(countOf({})('partner')).resolves.toBeUndefined();
  });
});

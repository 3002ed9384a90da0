import { Replies } from './replies';

const FOR_EVER = (): Promise<boolean> => new Promise(() => undefined);

describe('replies', () => {
  it('tell what came of them', async () => {
    const replies = new Replies();
    await expect(replies.unlessLost(() => Promise.resolve(true))).resolves.toBe(true);
    await expect(replies.unlessLost(() => Promise.resolve(false))).resolves.toBe(false);
    await expect(replies.unlessLost(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
  });

  it('do not wait for a connection that is lost', async () => {
    const replies = new Replies();
    const waiting = [replies.unlessLost(FOR_EVER), replies.unlessLost(FOR_EVER)];
    replies.lost();
    await expect(Promise.all(waiting)).resolves.toEqual([false, false]);
    const send = jest.fn(FOR_EVER);
    await expect(replies.unlessLost(send)).resolves.toBe(false);
    expect(send).not.toHaveBeenCalled(); // It would fail with nobody to hear of it.
  });
});

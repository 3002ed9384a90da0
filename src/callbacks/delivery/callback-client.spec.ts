import { CallbackReceiver, webhookSecret } from '../../../test/support/far-side/callback-receiver';
import { CallbackClient } from './callback-client';
import { signedHeaders } from './callback-signature';

const NEVER = new AbortController().signal;

describe('the client of callbacks', () => {
  // Its answers are what is looked at here, so it takes what is not signed.
  const receiver = new CallbackReceiver(webhookSecret('a'));
  const client = new CallbackClient(300);
  beforeAll(() => receiver.start());
  afterAll(async () => {
    client.close();
    await receiver.die();
  });

  const send = (stop = NEVER, to = client) =>
    to.send({ url: receiver.url, headers: { 'webhook-id': 'evt_1' }, body: '{"票":1}' }, stop);

  it('sends the body as it is, once', async () => {
    await send();
    const [heard] = receiver.heard;
    expect([receiver.heard.length, heard?.body]).toEqual([1, '{"票":1}']);
    expect(heard?.headers).toMatchObject({
      'content-length': '9',
      'user-agent': '3pay-gateway',
      connection: 'close',
    });
  });

  it.each(['drop', 'hang'] as const)(
    'has no answer where the receiver makes it %s',
    async (manner) => {
      receiver.next.push(manner);
      const answer = await send();
      const what = manner === 'drop' ? /ECONNRESET|socket hang up/ : /no answer within 300 ms/;
      expect(answer).toEqual({ status: null, retryAfter: null, text: expect.stringMatching(what) });
    },
  );

  it('has none where nobody listens', async () => {
    const gone = { url: 'http://127.0.0.1:1/', headers: {}, body: '' };
    expect(await client.send(gone, NEVER)).toMatchObject({ status: null, text: 'ECONNREFUSED' });
  });

  it('ends early when it is stopped', async () => {
    receiver.next.push('hang');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const startedAt = performance.now();
    expect(await send(stop.signal, new CallbackClient(60_000))).toMatchObject({ status: null });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('finds a receiver again that was gone', async () => {
    const before = receiver.heard.length;
    await send();
    await receiver.die();
    await receiver.start();
    expect((await send()).status).not.toBeNull();
    expect(receiver.heard.length).toBe(before + 2);
  });
});

describe('what is kept of an answer', () => {
  const secret = webhookSecret('a');
  const receiver = new CallbackReceiver(secret);
  const client = new CallbackClient(2_000);
  beforeAll(() => receiver.start());
  afterAll(async () => {
    client.close();
    await receiver.die();
  });

  it.each<[string, string]>([
    ['  no\r\n\u001b[31mroom ', 'no [31mroom'],
    ['card 6212345678901234 unknown', 'card *** unknown'],
    [`key ${'aB3'.repeat(20)}`, 'key ***'],
    ['x '.repeat(5_000), 'x '.repeat(100).slice(0, 200)],
  ])('of answer %#', async (text, kept) => {
    receiver.usually = { status: 500, text };
    const headers = signedHeaders([secret], 'evt_1', '', Date.now());
    const answer = await client.send({ url: receiver.url, headers, body: '' }, NEVER);
    expect(answer).toEqual({ status: 500, retryAfter: null, text: kept });
  });
});

import { createServer, type AddressInfo } from 'node:net';
import { AlipaySdk } from 'alipay-sdk';
import {
  body,
  drip,
  gzipBomb,
  honest,
  html,
  huge,
  nodeText,
  reset,
  ScriptedAlipay,
  silence,
  type Behaviour,
} from '../../../test/support/far-side/scripted-alipay';
import { AlipayClient } from './alipay.client';
import { readKeys } from './alipay.signature';
import { MAX_ANSWER_BYTES, SignedCall, type App, type Connections } from './signed-call';

const CLOCK = {
  nowMs: () => Date.UTC(2026, 8, 11, 16, 30, 5),
  monotonicMs: () => 0,
  sleep: () => Promise.resolve(),
  turn: () => Promise.resolve(),
};
const NUMBER = 'P1_000123';
const QUERY = { bizContent: { out_trade_no: NUMBER } };
const WAITING = {
  code: '10000',
  msg: 'Success',
  out_trade_no: NUMBER,
  trade_status: 'WAIT_BUYER_PAY',
};
const PAID = { ...WAITING, trade_status: 'TRADE_SUCCESS', total_amount: '1.00', trade_no: '2026' };

let far: ScriptedAlipay;
let client: AlipayClient;
let hasty: AlipayClient;

beforeAll(async () => {
  far = await ScriptedAlipay.start();
  client = new AlipayClient(far.settings(), CLOCK);
  hasty = new AlipayClient(far.settings({ timeoutMs: 400 }), CLOCK);
});

afterAll(async () => {
  await client.close();
  await hasty.close();
  await far.close();
});

function query(by = client) {
  return by.call('alipay.trade.query', QUERY);
}

const paid = nodeText(PAID);
const waiting = nodeText(WAITING);
const invalidApp = nodeText({ code: '40002', sub_code: 'isv.invalid-app-id', sub_msg: 'x' });

const LATE = /^no answer within 400 ms$/;

interface Case {
  readonly name: string;
  readonly hasty?: true;
  readonly far: Behaviour;
  readonly cause: RegExp;
  readonly unverified?: true;
  readonly gatewayError?: true;
}

const NO_ANSWER: Case[] = [
  { name: 'HTTP 502 with HTML', far: html(502), cause: /^HTTP 502$/ },
  { name: 'HTTP 429', far: html(429), cause: /^HTTP 429$/ },
  { name: 'HTML with 200', far: html(200), cause: /^answer is not a JSON object$/ },
  { name: 'an empty body', far: body(() => ''), cause: /not a JSON object/ },
  { name: 'null', far: body(() => 'null'), cause: /not a JSON object/ },
  { name: 'another node', far: body(() => '{"sign":"x"}'), cause: /^answer without its node$/ },
  { name: 'JSON cut short', far: body((node) => `{"${node}":{"code":"100`), cause: /not a JSON/ },
  { name: 'a reset', far: reset, cause: /^connection broken: (UND_ERR_SOCKET|ECONNRESET)$/ },
  { name: 'silence', far: silence, hasty: true, cause: LATE },
  { name: 'a slow drip', far: drip(50), hasty: true, cause: LATE },
  {
    name: 'a declared huge body',
    far: huge(MAX_ANSWER_BYTES + 1, true),
    cause: /^answer too large$/,
  },
  {
    name: 'an undeclared one',
    far: huge(MAX_ANSWER_BYTES + 1, false),
    cause: /^answer too large$/,
  },
  { name: 'a gzip bomb', far: gzipBomb(5_000_000), cause: /^compressed answer$/ },
  { name: 'a redirect', far: html(302, { location: '/elsewhere' }), cause: /^HTTP 302$/ },
  { name: 'a redirect that keeps POST', far: html(307, { location: '/x' }), cause: /^HTTP 307$/ },
  {
    name: 'a wrong signature',
    far: body((node, sign) => `{"${node}":${paid},"sign":"${sign(waiting)}"}`),
    cause: /^signature wrong on 10000$/,
    unverified: true,
  },
  {
    name: 'no signature on a success',
    far: body((node) => `{"${node}":${paid}}`),
    cause: /^signature missing on 10000$/,
    unverified: true,
  },
  {
    name: 'no signature on a business failure',
    far: body((node) => `{"${node}":{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}}`),
    cause: /^signature missing on 40004 ACQ.TRADE_NOT_EXIST$/,
    unverified: true,
  },
  {
    name: 'a signature that is no text',
    far: body((node) => `{"${node}":${paid},"sign":{"a":1}}`),
    cause: /^signature wrong on 10000$/,
    unverified: true,
  },
  {
    name: 'a re-encoded node',
    far: body((node, sign) => `{"${node}":${paid.replace(',', ', ')},"sign":"${sign(paid)}"}`),
    cause: /^signature wrong/,
    unverified: true,
  },
  {
    name: 'a second node after the signed one',
    far: body((node, sign) => `{"${node}":${waiting},"sign":"${sign(waiting)}","${node}":${paid}}`),
    cause: /^answer is not what was signed$/,
    unverified: true,
  },
  {
    name: 'an error_response beside a signed node of a longer name',
    far: body(
      (node, sign) => `{"x${node}":${waiting},"sign":"${sign(waiting)}","error_response":${paid}}`,
    ),
    cause: /^answer is not what was signed$/,
    unverified: true,
  },
  {
    // The SDK cannot verify this order, though the signature is right: doubt is the safe reading.
    name: 'the signature before the node',
    far: body((node, sign) => `{"sign":"${sign(paid)}","${node}":${paid}}`),
    cause: /^signature wrong on 10000$/,
    unverified: true,
  },
  {
    name: 'an unsigned gateway error',
    far: body((node) => `{"${node}":${invalidApp}}`),
    cause: /^unverifiable gateway error 40002 isv.invalid-app-id$/,
    gatewayError: true,
  },
  {
    name: 'a wrongly signed gateway error',
    far: body((node, sign) => `{"${node}":${invalidApp},"sign":"${sign(paid)}"}`),
    cause: /^signature wrong on 40002 isv.invalid-app-id$/,
    unverified: true,
  },
  {
    name: 'an unsigned error_response with an empty sign',
    far: body(() => `{"error_response":${invalidApp},"sign":""}`),
    cause: /^unverifiable gateway error 40002 isv.invalid-app-id$/,
    gatewayError: true,
  },
  {
    name: 'a signed error_response, which the SDK cannot verify',
    far: body((_node, sign) => `{"error_response":${invalidApp},"sign":"${sign(invalidApp)}"}`),
    cause: /^unverifiable gateway error 40002 isv.invalid-app-id$/,
    gatewayError: true,
  },
  {
    name: 'an error_response that claims success',
    far: body((_node, sign) => `{"error_response":${paid},"sign":"${sign(paid)}"}`),
    cause: /^signature wrong on 10000$/,
    unverified: true,
  },
];

describe('no answer', () => {
  it.each(NO_ANSWER)('comes from $name', async ({ far: behaviour, cause, ...rest }) => {
    far.answer(behaviour);
    const reply = await query(rest.hasty ? hasty : client);
    expect(reply).toEqual({
      kind: 'failure',
      cause: expect.stringMatching(cause),
      sent: true,
      unverified: rest.unverified ?? false,
      gatewayError: rest.gatewayError ?? false,
    });
    // One call is one request: nothing was sent again, no redirect was followed.
    expect(far.calls).toHaveLength(1);
  });

  it('takes the deadline for headers and body together', async () => {
    const other = new AlipayClient(far.settings({ timeoutMs: 1_000 }), CLOCK);
    far.answer(({ response }) => {
      setTimeout(() => response.writeHead(200).write('{'), 800).unref();
    });
    const start = performance.now();
    await expect(query(other)).resolves.toMatchObject({ cause: 'no answer within 1000 ms' });
    // The SDK alone would wait a whole second more, from the headers on.
    expect(performance.now() - start).toBeLessThan(1_700);
    await other.close();
  });

  it('leaves no timer behind', async () => {
    const set = jest.spyOn(globalThis, 'setTimeout');
    const clear = jest.spyOn(globalThis, 'clearTimeout');
    far.answer(honest(WAITING));
    await query();
    const deadline = set.mock.calls.findIndex(([, delayMs]) => delayMs === 10_000);
    expect(deadline).toBeGreaterThanOrEqual(0);
    expect(clear).toHaveBeenCalledWith(set.mock.results[deadline]?.value);
    set.mockRestore();
    clear.mockRestore();
  });

  it('closes the socket of a call that is over, and serves the next one', async () => {
    const closed = new Promise<void>((resolve) => {
      far.answer(({ response }) => void response.on('close', resolve), honest(WAITING));
    });
    await query(hasty);
    await closed;
    await expect(query(hasty)).resolves.toMatchObject({ kind: 'answer' });
  });

  it('does not wait for the rest of an answer that is too large, or compressed', async () => {
    const head = { 'content-length': String(MAX_ANSWER_BYTES + 2) };
    far.answer(
      ({ response }) => response.writeHead(200, head).write('x'.repeat(MAX_ANSWER_BYTES + 1)),
      ({ response }) => response.writeHead(200, { 'content-encoding': 'gzip' }).write('x'),
    );
    // Of the far side nothing more comes, and the deadline is 10 s away.
    await expect(query(client)).resolves.toMatchObject({ cause: 'answer too large' });
    await expect(query(client)).resolves.toMatchObject({ cause: 'compressed answer' });
  }, 8_000);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function reach(gateway: string) {
  const other = new AlipayClient(far.settings({ gateway, timeoutMs: 400 }), CLOCK);
  const reply = await other.call('alipay.trade.query', QUERY);
  await other.close();
  return reply;
}

describe('what surely never left', () => {
  it('is told by a refused connection', async () => {
    const reply = await reach(`http://127.0.0.1:${await closedPort()}/gateway.do`);
    expect(reply).toMatchObject({
      cause: 'not sent: ECONNREFUSED',
      sent: false,
      unverified: false,
    });
  });

  it('is told by a name that does not resolve', async () => {
    const reply = await reach('http://no-such-host.invalid/gateway.do');
    expect(reply).toMatchObject({ kind: 'failure', sent: false, unverified: false });
  });

  it('is told by a far side that does not speak TLS', async () => {
    far.answer();
    const reply = await reach(far.settings().gateway.replace('http:', 'https:'));
    expect(reply).toMatchObject({ kind: 'failure', sent: false });
    expect(far.calls).toHaveLength(0);
  });

  it('is told by a handshake that never ends', async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const reply = await reach(`https://127.0.0.1:${port}/gateway.do`).finally(() => mute.close());
    expect(reply).toMatchObject({ cause: 'not sent: no answer within 400 ms', sent: false });
  });

  it('is never sent after all: more calls than sockets, and nobody answers', async () => {
    const calls = 100;
    far.answer(...Array.from({ length: calls }, () => silence));
    const replies = await Promise.all(Array.from({ length: calls }, () => query(hasty)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const left = replies.filter((reply) => reply.kind === 'failure' && reply.sent);
    expect(far.calls.length).toBeLessThanOrEqual(left.length);
  });

  it('stays unsent when the socket is ready after the end of the call', async () => {
    type Handler = Parameters<Connections['dispatch']>[1];
    let late: Handler | undefined;
    const dispatch = (_options: unknown, handler: Handler) => {
      late = handler;
      return true;
    };
    const { appId, privateKey, alipayKeys, gateway } = far.settings();
    const app: App = {
      config: { appId, privateKey, gateway },
      serials: {},
      keys: readKeys(privateKey, alipayKeys),
      connections: {
        compose: (intercept: (next: typeof dispatch) => typeof dispatch) => ({
          dispatch: intercept(dispatch),
        }),
      } as unknown as Connections,
    };
    const call = new SignedCall(app);
    await expect(call.send('alipay.trade.query', { ...QUERY }, 100)).rejects.toThrow('100 ms');

    const aborted: string[] = [];
    const abort = (reason: Error) => aborted.push(reason.message);
    type Controller = Parameters<NonNullable<Handler['onRequestStart']>>[0];
    late?.onRequestStart?.({ abort } as unknown as Controller, {});
    const { dispatched, started } = call;
    expect({ dispatched, started, aborted }).toEqual({
      dispatched: true,
      started: false,
      aborted: ['no answer within 100 ms'],
    });
  });
});

describe('the SDK left alone', () => {
  function plainSdk(): AlipaySdk {
    const { appId, privateKey, alipayKeys, gateway } = far.settings();
    const alipayPublicKey = alipayKeys[0]?.publicKey ?? '';
    return new AlipaySdk({ appId, privateKey, alipayPublicKey, gateway, keyType: 'PKCS8' });
  }

  it('sends a POST twice when the connection is reset', async () => {
    far.answer(reset, reset);
    await expect(plainSdk().exec('alipay.trade.query', { ...QUERY })).rejects.toThrow();
    expect(far.calls).toHaveLength(2);
    expect(far.calls[1]?.params.sign).toBe(far.calls[0]?.params.sign);
  });

  it('follows a redirect with the signed POST', async () => {
    far.answer(html(307, { location: '/elsewhere' }), honest(WAITING));
    await expect(plainSdk().exec('alipay.trade.query', { ...QUERY })).rejects.toThrow();
    expect(far.calls).toHaveLength(2);
    expect(far.calls[1]?.bizContent).toEqual(QUERY.bizContent);
  });

  it('returns a forged node that follows the signed one', async () => {
    far.answer(
      body((node, sign) => `{"${node}":${waiting},"sign":"${sign(waiting)}","${node}":${paid}}`),
    );
    const answer = await plainSdk().exec(
      'alipay.trade.query',
      { ...QUERY },
      { validateSign: true },
    );
    expect(answer.tradeStatus).toBe('TRADE_SUCCESS');
  });
});

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../config/system-clock';
import { TopClient } from './top-client';
import { TopError } from './top-errors';
import { QUERY_STATUS } from '../router/top-methods';
import { SIGN_METHODS, signatureHolds } from './top-signature';
import type { SignMethod } from './top-signature';
import { writeTopXml } from './top-xml';
import { UpstreamStatus } from '../operations/upstream-status';

const SECRET = 'upstream-secret';
const NODE = 'alibaba_alisports_lianbei_xpos_querystatus_response';
const BOTH = { bizOrderId: 9_223_372_036_854_775_807n, checkoutId: '中文 +&=%/' };

/** How the small TOP server below answers its next requests, in turn; the last goes on. */
type Act = (response: ServerResponse, request: IncomingMessage) => void;

let acts: Act[] = [];
let received: Map<string, string>[] = [];
let server: Server;
let url: string;
/** Long, so that no busy machine is taken for a server that is silent. */
let timeoutMs = 5_000;

beforeAll(async () => {
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      received.push(new Map(new URLSearchParams(Buffer.concat(pieces).toString())));
      const act = acts.length > 1 ? acts.shift() : acts[0];
      act?.(response, request);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/router/rest`;
});
beforeEach(() => {
  received = [];
  timeoutMs = 5_000;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function upstream(signMethod: SignMethod = 'hmac-sha256', at = url): UpstreamStatus {
  const settings = { url: at, appKey: '77', secret: () => SECRET, signMethod, timeoutMs };
  return new UpstreamStatus(
    new TopClient(settings, { ...systemClock, sleep: () => systemClock.turn() }),
  );
}

function says(answer: unknown): Act {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return (response) => void response.end(text);
}

function refuses(code: number | string, sub_code?: string, sub_msg = '不行'): Act {
  return says({ error_response: { code, msg: 'No', sub_code, sub_msg, request_id: 'r' } });
}

function result(model: object, more: object = {}): unknown {
  return { [NODE]: { result: { model, success: true, ...more }, request_id: 'r' } };
}

function inXml(members: string): string {
  return `<${NODE}>${members}</${NODE}>`;
}

function model(members: string): string {
  return `<result><model>${members}</model></result>`;
}

/** `code sub_code` of what is thrown, and how many requests there were. */
async function refusal(...planned: Act[]): Promise<string> {
  acts = planned;
  const error: unknown = await upstream()
    .queryStatus(BOTH)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof TopError)) throw new Error(`no refusal: ${JSON.stringify(error)}`);
  return `${error.body.code} ${error.body.sub_code} after ${received.length}`;
}

describe('a request', () => {
  it.each([...SIGN_METHODS])('is signed by %s and keeps the ids to the digit', async (method) => {
    acts = [says(result({ checkout_status: 'INIT' }))];
    await upstream(method).queryStatus(BOTH);
    const [parameters = new Map<string, string>()] = received;
    expect(signatureHolds(method, parameters, SECRET)).toBe(true);
    expect(Object.fromEntries(parameters)).toMatchObject({
      method: QUERY_STATUS,
      app_key: '77',
      biz_order_id: '9223372036854775807',
      checkout_id: '中文 +&=%/',
      partner_id: '3pay-gateway',
    });
    expect([...parameters.values()].join()).not.toContain(SECRET);
  });
});

describe('an answer', () => {
  const MODEL = {
    paid_fee: 100,
    paid_time: '2018-01-02 12:00:00',
    checkout_status: 'SUCCEEDED',
    checkout_id: '788',
    out_biz_id: '900',
    result_message: '查询成功',
    result_code: '0',
    success: true,
  };

  it('is passed on as it is, without what is not in the document', async () => {
    const more = { http_status_code: 200, msg_code: '0', msg_info: 'ok' };
    acts = [says(result({ ...MODEL, secret: 'x' }, more))];
    expect(await upstream().queryStatus(BOTH)).toEqual({ model: MODEL, ...more, success: true });
    expect(received).toHaveLength(1);
  });

  it("counts in XML too, the protocol's default", async () => {
    const model = { ...MODEL, paid_fee: '100', success: 'true' };
    const content = {
      result: { model, http_status_code: '200', success: 'true' },
      request_id: 'r',
    };
    for (const before of ['', '\ufeff', '<!-- x -->\n']) {
      acts = [says(before + writeTopXml(NODE, content).replace(/^<\?.*?\?>/, ''))];
      const told = await upstream().queryStatus(BOTH);
      expect(told).toEqual({ model: MODEL, http_status_code: 200, success: true });
    }
    acts = [says(writeTopXml(NODE, content))];
    expect((await upstream().queryStatus(BOTH)).model).toEqual(MODEL);
  });

  it('may lack members', async () => {
    acts = [says({ [NODE]: { result: { success: false, msg_info: '不通' } } })];
    expect(await upstream().queryStatus(BOTH)).toMatchObject({ success: false, msg_info: '不通' });
  });

  it('has no text that some format could not carry', async () => {
    acts = [says(result({ ...MODEL, result_message: 'a\u0000b\ud800c\uffff' }))];
    const { model } = await upstream().queryStatus(BOTH);
    expect(model?.result_message).toBe('a b c ');
  });

  it.each<[string, unknown]>([
    ['no JSON', 'hello'],
    ['another root in XML', '<xml/>'],
    ['XML that is cut', `<${NODE}><result><success>true</success>`],
    ['something behind its root', `<${NODE}><result/></${NODE}><x/>`],
    ['a DOCTYPE', `<!DOCTYPE x><${NODE}><result><success>true</success></result></${NODE}>`],
    ['an entity', `<${NODE}><result><msg_info>&x;</msg_info></result></${NODE}>`],
    ['two results in XML', inXml('<result><a>1</a></result><result><a>2</a></result>')],
    [
      'a status that comes twice',
      inXml(model('<checkout_status>INIT</checkout_status>'.repeat(2))),
    ],
    ['a status in pieces', inXml(model('<checkout_status>IN<x/>IT</checkout_status>'))],
    ['money in words', inXml(model('<paid_fee>one</paid_fee>'))],
    ['money with a fraction in XML', inXml(model('<paid_fee>0.5</paid_fee>'))],
    ['money that lost digits in XML', inXml(model('<paid_fee>9007199254740993</paid_fee>'))],
    ['success in words', inXml(model('<success>yes</success>'))],
    ['16,000 elements in each other', '<a>'.repeat(16_000)],
    ['6,000 elements that end', '<a>'.repeat(6_000) + '</a>'.repeat(6_000)],
    ['an array', []],
    ['another node', { other_response: { result: {} } }],
    ['no result', { [NODE]: {} }],
    ['a model that is none', result([])],
    ['money as text', result({ ...MODEL, paid_fee: '100' })],
    ['money with a fraction', result({ ...MODEL, paid_fee: 0.5 })],
    ['money that lost digits', `{"${NODE}":{"result":{"model":{"paid_fee":9007199254740993}}}}`],
    ['success as text', result({ ...MODEL, success: 'true' })],
    ['a status as a number', result({ ...MODEL, checkout_status: 1 })],
  ])('with %s is an error, never a status', async (_what, answer) => {
    expect(await refusal(says(answer))).toMatch(/^15 isp\.top-mapping-parse-error after [12]$/);
  });

  it.each<[string, Act]>([
    ['larger than 64 KiB', says('x'.repeat(70_000))],
    [
      'larger than 64 KiB once unpacked',
      (response) =>
        void response
          .writeHead(200, { 'Content-Encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(5_000_000))),
    ],
    ['that never comes', () => undefined],
    ['that never ends', (response) => void response.writeHead(200).write('{')],
    ['that is cut', (response) => void response.destroy()],
    ['of status 500', (response) => void response.writeHead(500).end('{}')],
    [
      'that points elsewhere',
      (response) => void response.writeHead(302, { Location: '/other' }).end(),
    ],
    ['that is no UTF-8', (response) => void response.end(Buffer.from([0x7b, 0xff]))],
  ])('%s is asked for once more, then an error of the provider', async (what, act) => {
    if (what.startsWith('that never')) timeoutMs = 150;
    expect(await refusal(act)).toBe('15 isp.top-remote-connection-timeout after 2');
  });
});

describe('a refusal', () => {
  it.each<[number | string, string | undefined, string]>([
    [50, 'isv.invalid-parameter', '50 isv.invalid-parameter after 1'],
    ['50', 'isv.invalid-parameter', '50 isv.invalid-parameter after 1'],
    [41, 'isv.invalid-parameter', '41 isv.invalid-parameter after 1'],
    [560, 'isv.no-such-order', '560 isv.no-such-order after 1'],
    [15, 'isp.unknown-error', '15 isp.unknown-error after 2'],
    [50, undefined, '50 undefined after 1'],
    // About our own key, signature or quota there: none of our caller's business.
    [25, 'isv.invalid-signature', '15 isp.top-remote-service-unavailable after 1'],
    [29, 'isv.appkey-not-exists', '15 isp.top-remote-service-unavailable after 1'],
    [7, 'isv.access-limited', '15 isp.top-remote-service-unavailable after 1'],
    [10, 'isp.service-unavailable', '15 isp.top-remote-service-unavailable after 2'],
    ['many', 'isv.x', '15 isp.top-mapping-parse-error after 2'],
  ])('of code %s and %s becomes %s', async (code, subCode, expected) => {
    expect(await refusal(refuses(code, subCode))).toBe(expected);
  });

  it('counts in XML too: a server that has not read `format` writes no JSON', async () => {
    const members = { code: '560', msg: 'No', sub_code: 'isv.no-such-order', sub_msg: '没有' };
    const act = says(writeTopXml('error_response', { ...members, request_id: 'r' }));
    expect(await refusal(act)).toBe('560 isv.no-such-order after 1');
  });

  it('changes no prototype, whatever its members are called', async () => {
    const members = '<__proto__><code>50</code></__proto__><constructor>x</constructor>';
    const act = says(`<error_response>${members}</error_response>`);
    expect(await refusal(act)).toBe('15 isp.top-mapping-parse-error after 2');
    expect(Reflect.get({}, 'code')).toBeUndefined();
  });

  it('of the provider is no answer yet: the second one counts', async () => {
    acts = [refuses(15, 'isp.unknown-error'), says(result({ checkout_status: 'FAILED' }))];
    expect((await upstream().queryStatus(BOTH)).model?.checkout_status).toBe('FAILED');
    expect(received).toHaveLength(2);
  });
});

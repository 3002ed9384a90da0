import { PayError } from '../../src/domain/errors';
import { send, RawResponse } from './raw-http';
import { startWireApp, WireApp } from './wire-app';

const QUERY = { billnum: 'T1', autoid: '9', billtype: '1', paytype: '21' };
const PATH = '/api/3Pay/AliPay/Query';

function json(response: RawResponse): Record<string, unknown> {
  return JSON.parse(response.body.toString('utf8')) as Record<string, unknown>;
}

function post(app: WireApp, body: string, headers: Record<string, string> = {}) {
  return send(app.port, {
    method: 'POST',
    path: PATH,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: Buffer.from(body),
  });
}

describe.each(['legacy', 'rest'] as const)('the wire in style %s', (style) => {
  let app: WireApp;

  beforeAll(async () => {
    app = await startWireApp(style, 'reading', 4096);
  });

  afterAll(() => app.close());

  beforeEach(() => {
    app.stage.reached.length = 0;
    app.stage.answer = () => ({ errcode: 0, errmsg: 'ok', tag: null });
  });

  it('hands a body on as a checked DTO and answers the envelope', async () => {
    app.stage.answer = () => ({ errcode: 0, errmsg: 'ok', tag: { billnum: 'T1' } });
    const response = await post(app, JSON.stringify(QUERY));
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'content-length': String(response.body.length),
    });
    expect(response.headers).not.toHaveProperty('etag');
    expect(response.headers).not.toHaveProperty('x-powered-by');
    expect(json(response).tag).toEqual({
      billnum: 'T1',
      autoid: null,
      billstatus: null,
      paystatus: null,
      paystatusdesc: null,
    });
    expect(app.stage.reached).toEqual([QUERY]);
    expect(app.stage.reached[0]?.constructor.name).toBe('QueryDto');
  });

  it('names the first invalid member in declaration order', async () => {
    const response = await post(
      app,
      '{"paytype":"123","autoid":"a","billtype":"12","billnum":"b"}',
    );
    expect(response.status).toBe(style === 'legacy' ? 200 : 400);
    expect(json(response)).toMatchObject({ errcode: 40001, tag: null });
    expect(json(response).errmsg).toContain('billtype');
    expect(json(response).errmsg).not.toContain('paytype');
    expect(app.stage.reached).toEqual([]);
  });

  it('refuses an unreadable and an empty body with 40000', async () => {
    for (const body of ['', 'null', '[]', '{"billnum":']) {
      const response = await post(app, body);
      expect([body, response.status]).toEqual([body, style === 'legacy' ? 200 : 400]);
      expect(json(response)).toMatchObject({ errcode: 40000, tag: null });
    }
  });

  it('asks for a body before it looks at its type', async () => {
    const response = await post(app, '', { 'Content-Type': 'text/plain' });
    expect(json(response)).toMatchObject({ errcode: 40000 });
  });

  it('writes a PayError of an operation in the root of its result, with its tag', async () => {
    app.stage.answer = () => {
      throw new PayError('ALREADY_PAID', 'secret', { tag: { autoid: '7' } });
    };
    const response = await post(app, JSON.stringify(QUERY), { Accept: 'text/xml' });
    expect(response.status).toBe(style === 'legacy' ? 200 : 409);
    const text = response.body.toString('utf8');
    expect(text).toMatch(/^<CommonOperationResultWithTagOfPayStatusResultKp9g8rEY /);
    expect(text).toContain('<d2p1:autoid>7</d2p1:autoid>');
    expect(text).not.toContain('secret');
  });

  it('says 413 in the envelope for an oversized body', async () => {
    const response = await post(app, ' '.repeat(5000));
    expect(response.status).toBe(413);
    expect(json(response)).toMatchObject({ errcode: 41300, tag: null });
  });

  it.each([
    ['unknown route', 'POST', '/api/3Pay/AliPay/Nope', {}, 404, 40400, /No HTTP resource/],
    ['a missing page', 'GET', '/plain/missing', {}, 404, 40400, /No HTTP resource/],
    ['wrong verb', 'GET', PATH, {}, 405, 40500, /http method 'GET'/],
    ['media type', 'POST', PATH, { 'Content-Type': 'text/plain' }, 415, 41500, /'text\/plain'/],
    ['compression', 'POST', PATH, { 'Content-Encoding': 'gzip' }, 415, 41500, /encoding/],
    ['a bug', 'GET', '/plain/broken', {}, 500, 50000, /^An error has occurred\.$/],
  ] as const)('answers %s at the level of HTTP', async (...row) => {
    const [, method, path, headers, status, errcode, message] = row;
    const response = await send(app.port, { method, path, headers, body: Buffer.from('{}') });
    expect(response.status).toBe(status);
    if (style === 'legacy') {
      expect(json(response).Message).toMatch(message);
    } else {
      expect(json(response)).toMatchObject({ errcode, tag: null });
    }
    expect(response.body.toString('utf8')).not.toContain('secret');
    expect(response.headers['allow']).toBe(status === 405 ? 'POST' : undefined);
  });

  it.each([
    '/api/3Pay/AliPay/Quer%79',
    '/%61%70%69/3P%61y/%41li%50ay/Query/',
    '/api%2F3Pay%2fAliPay/Query?x=%79%2F',
    'http://pay.example.test/api/3Pay/AliPay/%51uery',
  ])('takes %s for Query', async (path) => {
    const body = Buffer.from(JSON.stringify(QUERY));
    const headers = { 'Content-Type': 'application/json' };
    const response = await send(app.port, { method: 'POST', path, headers, body });
    expect(json(response)).toMatchObject({ errcode: 0 });
    const wrong = await send(app.port, { method: 'GET', path });
    expect([wrong.status, wrong.headers['allow']]).toEqual([405, 'POST']);
  });

  it.each([
    ['/api/3Pay/AliPay/Quer%2579', 'Quer%2579'],
    ['/api/3Pay/AliPay/Quer%252579', 'Quer%252579'],
    ['/api/3Pay/AliPay/Quer%zz', 'Quer%zz'],
    ['/api/3Pay/AliPay/Quer%7', 'Quer%7'],
    ['/api/3Pay/AliPay/Query%', 'Query%'],
    ['/api/3Pay/AliPay/Quer%79%ff', 'Quer%79%ff'],
    ['/api/3Pay/AliPay/Query%00', 'Query%00'],
    ['/api/3Pay/AliPay/Query%3fx=1', 'Query%3fx=1'],
    ['/api/3Pay/AliPay/Query%23', 'Query%23'],
    ['/api/3Pay/AliPay/Query%20', 'Query '],
    ['/api/3Pay/AliPay/%EF%BC%B1uery', '\uff31uery'],
    ['/plain/%2e%2e/api/3Pay/AliPay/Query', 'plain/../api/3Pay/AliPay/Query'],
  ])('knows no %s, and never calls it by the name of one it knows', async (path, told) => {
    const response = await send(app.port, { method: 'POST', path, body: Buffer.from('{}') });
    expect(response.status).toBe(404);
    const { Message = '' } = json(response) as { Message?: string };
    if (style === 'legacy') expect(Message).toContain(`${told}'.`);
    else expect(json(response)).toMatchObject({ errcode: 40400 });
  });

  it('writes CommonOperationResult where no operation is known', async () => {
    const response = await send(app.port, {
      method: 'POST',
      path: '/nowhere',
      headers: { Accept: 'application/xml', 'Content-Type': 'text/plain' },
      body: Buffer.alloc(5000),
    });
    expect(response.status).toBe(413);
    expect(response.body.toString('utf8')).toMatch(
      /^<CommonOperationResult .*<tag i:nil="true" \/>/,
    );
  });

  it.each([
    ['a key is missing', 'key', 401, 40100, undefined],
    ['a guard says no', 'plainly', 403, 40300, undefined],
    ['calls come too fast', 'rate', 429, 42900, '7'],
  ])('knows the operation when %s', async (_name, refuse, status, errcode, retryAfter) => {
    const headers = { Accept: 'application/xml', 'X-Refuse': refuse };
    const response = await post(app, JSON.stringify(QUERY), headers);
    expect(response.status).toBe(status);
    const text = response.body.toString('utf8');
    expect(text).toMatch(/^<CommonOperationResultWithTagOfPayStatusResultKp9g8rEY /);
    expect(text).toContain(`<errcode>${errcode}</errcode>`);
    expect(text).not.toContain('secret');
    expect(response.headers['retry-after']).toBe(retryAfter);
  });

  it('gives a returned errcode its status', async () => {
    const expected = { 0: 200, 1: 200, 40401: 404, 77: 200 };
    for (const [errcode, status] of Object.entries(expected)) {
      app.stage.answer = () => ({ errcode: Number(errcode), errmsg: null, tag: null });
      const response = await post(app, JSON.stringify(QUERY));
      expect([errcode, response.status]).toEqual([errcode, style === 'legacy' ? 200 : status]);
    }
  });

  it('answers even when the error itself cannot be written', async () => {
    app.stage.answer = () => {
      throw new PayError('ILLEGAL_STATE', 'x', { shown: '\ud83d' });
    };
    const response = await post(app, JSON.stringify(QUERY));
    expect(response.status).toBe(500);
    const legacy = { Message: 'An error has occurred.' };
    expect(json(response)).toMatchObject(
      style === 'legacy' ? legacy : { errcode: 50000, tag: null },
    );
  });

  it('lists every verb of a path, and tells HEAD from POST', async () => {
    const response = await send(app.port, { method: 'HEAD', path: `${PATH}/` });
    expect([response.status, response.headers['allow']]).toEqual([405, 'POST']);
    expect(response.body).toHaveLength(0);
    const plain = await send(app.port, { method: 'DELETE', path: '/PLAIN' });
    expect([plain.status, plain.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('leaves routes without @Wire alone', async () => {
    const response = await send(app.port, { method: 'GET', path: '/plain' });
    expect(json(response)).toEqual({ hello: 'world' });
  });
});

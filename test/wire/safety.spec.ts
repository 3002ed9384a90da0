import { deserialize, serialize } from 'bson';
import { connect } from 'node:net';
import { PARM_PAY } from '../../src/wire/operation/contract';
import { send } from './raw-http';
import { startWireApp, WireApp } from './wire-app';

const PATH = '/api/3Pay/AliPay/Query';
const LIMIT = 2 * 1024 * 1024;
const QUICK_MS = 1000;
/** What is quick is so in one of these: in the first, code is compiled and memory collected. */
const TRIES = 3;

const root = (content: string): string =>
  `<AliPayQueryParm xmlns="${PARM_PAY}">${content}</AliPayQueryParm>`;
const deep = (depth: number): Buffer => {
  const opening = Buffer.from('0300', 'hex');
  const pieces: Buffer[] = [];
  for (let level = 0; level < depth; level += 1) {
    const length = Buffer.alloc(4);
    length.writeInt32LE((depth - level) * 7 + 5);
    pieces.push(length, opening);
  }
  return Buffer.concat([...pieces, Buffer.from('0500000000', 'hex'), Buffer.alloc(depth)]);
};

describe('hostile requests', () => {
  let app: WireApp;

  beforeAll(async () => {
    app = await startWireApp('rest', 'reading', LIMIT);
  });

  afterAll(() => app.close());

  /** Status, errcode, the work it took at least, and how many requests came through. */
  async function outcome(type: string, body: Uint8Array | string): Promise<unknown[]> {
    for (let tries = 1; ; tries += 1) {
      const { answer, cpuMs } = await measured(type, body);
      if (cpuMs >= QUICK_MS && tries < TRIES) continue;
      return [...answer, cpuMs < QUICK_MS ? 'quick' : 'slow', app.stage.reached.length];
    }
  }

  async function measured(
    type: string,
    body: Uint8Array | string,
  ): Promise<{ readonly answer: readonly number[]; readonly cpuMs: number }> {
    const before = process.cpuUsage();
    const response = await send(app.port, {
      method: 'POST',
      path: PATH,
      headers: { 'Content-Type': `application/${type}`, Accept: 'application/json' },
      body: Buffer.from(body),
    });
    // The work it took, not the time: other tests run beside this one.
    const { user, system } = process.cpuUsage(before);
    const { errcode } = JSON.parse(response.body.toString('utf8')) as { errcode: number };
    return { answer: [response.status, errcode], cpuMs: (user + system) / 1_000 };
  }

  it.each([
    ['JSON 100,000 deep', 'json', `{"a":${'['.repeat(100_000)}`],
    ['XML 100,000 deep', 'xml', root('<a>'.repeat(100_000))],
    ['BSON 100,000 deep', 'bson', deep(100_000)],
    ['an entity bomb', 'xml', `<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${root('&b;')}`],
    ['an external entity', 'xml', `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x">${root('')}`],
    ['a stylesheet', 'xml', `<?xml-stylesheet href="http://127.0.0.1:1/x"?>${root('')}`],
    ['150,000 references and a bad one', 'xml', root(`<x>${'&#65;'.repeat(150_000)}&bad;</x>`)],
    ['1 MB of quotes', 'json', `{"a":"${'\\"'.repeat(500_000)}`],
    ['1 MB of names', 'json', `{${'"a":1,'.repeat(150_000)}`],
    ['1 MB of comments', 'json', '/**/'.repeat(250_000)],
    ['1 MB of digits in an exponent', 'json', `{"a":1e${'9'.repeat(1_000_000)}x}`],
    ['a BSON length of 2 GB', 'bson', Buffer.from('ffffff7f00', 'hex')],
    ['a BSON array as root', 'bson', serialize({ 0: { billnum: 'a' } }).subarray(0, 9)],
    ['UTF-16 that says UTF-8', 'xml', Buffer.from(root(''), 'utf16le')],
    ['overlong UTF-8', 'json', Buffer.from('7b2262223a22c0af227d', 'hex')],
  ])('%s: 40000 at once', async (_name, type, body) => {
    expect(await outcome(type, body)).toEqual([400, 40000, 'quick', 0]);
  });

  it.each([
    ['1 MB of digits for text', 'json', `{"billnum":${'1'.repeat(1_000_000)}}`],
    ['a body of prototype names', 'json', '{"__proto__":{"billnum":"a"},"constructor":{"x":1}}'],
    ['100,000 fields', 'x-www-form-urlencoded', 'a[b][c]=1&'.repeat(100_000)],
    ['nested fields', 'x-www-form-urlencoded', 'billnum[__proto__]=a&billnum[length]=1'],
    ['prototype names in XML', 'xml', root('<__proto__>a</__proto__><constructor/>')],
    ['prototype names in BSON', 'bson', serialize({ ['__proto__']: { a: 1 }, toJSON: 1 })],
    ['a DBRef', 'bson', serialize({ billnum: { $ref: 'a', $id: 1, $db: 'x' } })],
  ])('%s: 40001 at once', async (_name, type, body) => {
    expect(await outcome(type, body)).toEqual([400, 40001, 'quick', 0]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['billnum']).toBeUndefined();
  });

  it.each(['json', 'xml', 'bson', 'x-www-form-urlencoded'])(
    '%s above the limit: 413',
    async (type) => {
      expect(await outcome(type, Buffer.alloc(LIMIT + 1))).toEqual([413, 41300, 'quick', 0]);
    },
  );

  it('outlives clients that break off', async () => {
    for (const head of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      await new Promise<void>((resolve) => {
        const socket = connect(app.port, '127.0.0.1', () => {
          socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n5\r\n`, () => {
            socket.destroy();
            resolve();
          });
        });
      });
    }
    expect(await outcome('json', '{')).toEqual([400, 40000, 'quick', 0]);
  });

  it('stops reading a body without end', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(app.port, '127.0.0.1', () => {
        socket.write(
          `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
            'Transfer-Encoding: chunked\r\n\r\n',
        );
        const chunk = Buffer.concat([
          Buffer.from('10000\r\n'),
          Buffer.alloc(65_536),
          Buffer.from('\r\n'),
        ]);
        for (let sent = 0; sent <= LIMIT; sent += 65_536) socket.write(chunk);
      });
      socket.on('error', reject);
      socket.on('data', (piece) => {
        socket.destroy();
        resolve(piece.toString('latin1'));
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('Chinese and emoji', () => {
  const values = { billnum: '单号😀', autoid: '流水|𠮷', billtype: '1', paytype: '支付' };
  const tag = { billnum: values.billnum, autoid: values.autoid, paystatus: values.paytype };
  const members = Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');
  const requests = {
    json: [JSON.stringify(values), 'application/json'],
    xml: [root(members), 'text/xml'],
    bson: [serialize(values), 'application/bson'],
    form: [new URLSearchParams(values).toString(), 'application/x-www-form-urlencoded'],
    'JSON in UTF-16': [Buffer.from(JSON.stringify(values), 'utf16le'), 'text/json; charset=utf-16'],
    'XML in UTF-16': [Buffer.from(root(members), 'utf16le'), 'application/xml; charset=utf-16'],
  } as const;
  let app: WireApp;

  beforeAll(async () => {
    app = await startWireApp('legacy');
    app.stage.answer = () => {
      const { billnum, autoid, paytype } = app.stage.reached.at(-1) as typeof values;
      return { errcode: 0, errmsg: '成功😀', tag: { billnum, autoid, paystatus: paytype } };
    };
  });

  afterAll(() => app.close());

  function answer(kind: keyof typeof requests, accept: Record<string, string>) {
    const [body, type] = requests[kind];
    const headers = { 'Content-Type': type, ...accept };
    return send(app.port, { method: 'POST', path: PATH, headers, body: Buffer.from(body) });
  }

  it.each(Object.keys(requests) as (keyof typeof requests)[])('come back from %s', async (kind) => {
    const utf8 = { 'Accept-Charset': 'utf-8' };
    const json = await answer(kind, { Accept: 'application/json', ...utf8 });
    expect(JSON.parse(json.body.toString('utf8'))).toMatchObject({ errmsg: '成功😀', tag });
    const bson = await answer(kind, { Accept: 'application/bson' });
    expect(deserialize(bson.body)).toMatchObject({ errmsg: '成功😀', tag });
    const xml = (await answer(kind, { Accept: 'text/xml', ...utf8 })).body.toString('utf8');
    for (const value of Object.values(tag)) expect(xml).toContain(`>${value}</d2p1:`);
  });

  it('answer a UTF-16 XML request in UTF-16 XML', async () => {
    const response = await answer('XML in UTF-16', {});
    expect(response.headers['content-type']).toBe('application/xml; charset=utf-16');
    expect(response.body.subarray(0, 2).toString('hex')).toBe('fffe');
    const text = response.body.toString('utf16le');
    expect(text).toContain(`<d2p1:billnum>${values.billnum}</d2p1:billnum>`);
  });
});

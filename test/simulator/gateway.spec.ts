import { freshNumber, goodBiz, Settings, startTestSimulator, TestClient } from './support';

const QUERY = 'alipay.trade.query';
const PRECREATE = 'alipay.trade.precreate';

describe('the gateway', () => {
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => ({ client, stop } = await startTestSimulator()));
  afterAll(() => stop());

  const query = (more: Settings = {}) => client.parameters(QUERY, { out_trade_no: 'none' }, more);
  const without = (name: string): Settings => {
    const parameters = query();
    delete parameters[name];
    return parameters;
  };

  describe('answers', () => {
    it('are HTTP 200 text/html, traced, node first, sign last, slashes escaped', async () => {
      const answer = await client.call(PRECREATE, goodBiz());
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html;charset=utf-8');
      expect(answer.headers.get('trace_id')).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.text).toMatch(
        /^\{"alipay_trade_precreate_response":\{"code":"10000",.*\},"sign":"[^"]{344}"\}$/,
      );
      expect(answer.text).toContain('"qr_code":"http:\\/\\/127.0.0.1:');
      expect(answer.verified).toBe(true);
    });

    it('hold nothing but text', async () => {
      const biz = goodBiz();
      await client.call(PRECREATE, biz);
      await client.control('POST', `/sim/trades/${biz.out_trade_no}/scan`);
      await client.control('POST', `/sim/trades/${biz.out_trade_no}/pay`);
      const { node } = await client.call(QUERY, { out_trade_no: biz.out_trade_no });
      const { fund_bill_list: funds, ...rest } = node;
      expect(funds).toEqual([{ amount: '88.88', fund_channel: 'ALIPAYACCOUNT' }]);
      expect(Object.values(rest).every((value) => typeof value === 'string')).toBe(true);
    });
  });

  describe('refusals, in the order of the checks', () => {
    const far = 'x'.repeat(300);
    it.each<[string, () => Settings, string, string, boolean | null]>([
      ['no app_id', () => without('app_id'), '40001', 'isv.missing-app-id', null],
      ['another app_id', () => query({ app_id: '2021' }), '40002', 'isv.invalid-app-id', null],
      ['no sign', () => query(), '40001', 'isv.missing-signature', true],
      [
        'no sign_type',
        () => sign(without('sign_type')),
        '40001',
        'isv.missing-signature-type',
        true,
      ],
      [
        'SHA-1',
        () => sign(query({ sign_type: 'RSA' })),
        '40002',
        'isv.invalid-signature-type',
        true,
      ],
      ['gbk', () => sign(query({ charset: 'gbk' })), '40002', 'isv.invalid-charset', true],
      ['a wrong sign', () => query({ sign: 'AAAA' }), '40002', 'isv.invalid-signature', true],
      ['no timestamp', () => sign(without('timestamp')), '40001', 'isv.missing-timestamp', true],
      [
        'a bad timestamp',
        () => sign(query({ timestamp: '2026-11-31 12:00:00' })),
        '40002',
        'isv.invalid-timestamp',
        true,
      ],
      [
        'an ISO timestamp',
        () => sign(query({ timestamp: '2026-11-22T12:00:00' })),
        '40002',
        'isv.invalid-timestamp',
        true,
      ],
      ['no version', () => sign(without('version')), '40001', 'isv.missing-version', true],
      [
        'version 2.0',
        () => sign(query({ version: '2.0' })),
        '40002',
        'isv.invalid-parameter',
        true,
      ],
      ['no method', () => sign(without('method')), '40001', 'isv.missing-method', true],
      [
        'an unknown method',
        () => sign(query({ method: 'alipay.trade.fly' })),
        '40002',
        'isv.invalid-method',
        true,
      ],
      ['format XML', () => sign(query({ format: 'XML' })), '40002', 'isv.invalid-format', true],
      [
        'a long notify_url',
        () => sign(query({ notify_url: `http://a/${far}` })),
        '40002',
        'isv.invalid-parameter',
        true,
      ],
      [
        'a notify_url of no web',
        () => sign(query({ notify_url: 'ftp://a' })),
        '40002',
        'isv.invalid-parameter',
        true,
      ],
      [
        'an app_auth_token',
        () => sign(query({ app_auth_token: 'x' })),
        '20001',
        'aop.invalid-app-auth-token',
        true,
      ],
      [
        'no biz_content',
        () => sign(without('biz_content')),
        '40002',
        'isv.invalid-parameter',
        true,
      ],
      [
        'broken JSON',
        () => sign(query({ biz_content: '{"a":' })),
        '40002',
        'isv.illegal-json',
        true,
      ],
      ['a JSON list', () => sign(query({ biz_content: '[1]' })), '40002', 'isv.illegal-json', true],
    ])('%s', async (_what, parameters, code, subCode, verified) => {
      const answer = await client.post(parameters());
      expect(answer.node).toMatchObject({ code, sub_code: subCode });
      expect(answer.verified).toBe(verified);
      expect(answer.status).toBe(200);
    });

    function sign(parameters: Settings): Settings {
      return client.signed(parameters);
    }

    it('tells the application before the signature, inside the node of the method', async () => {
      const answer = await client.post({ method: QUERY, app_id: 'nobody' });
      expect(Object.keys(answer.body)).toEqual(['alipay_trade_query_response']);
      expect(answer.node['sub_code']).toBe('isv.invalid-app-id');
    });

    it('uses error_response where no method is known, unsigned and signed', async () => {
      const unsigned = await client.post({ app_id: 'nobody' });
      expect(Object.keys(unsigned.body)).toEqual(['error_response']);
      const signed = await client.post(sign(without('method')));
      expect(Object.keys(signed.body)).toEqual(['error_response', 'sign']);
    });

    it('quotes the text that should have been signed', async () => {
      const { node } = await client.post(query({ sign: 'AAAA', biz_content: '{}' }));
      expect(node['sub_msg']).toContain(
        `app_id=${client.settings['ALIPAY_APP_ID']}&amp;biz_content={}&amp;charset=utf-8&amp;`,
      );
    });

    it('refuses a signature that another text once had', async () => {
      const signed = client.signed(query());
      const answer = await client.post({ ...signed, biz_content: '{"out_trade_no":"other"}' });
      expect(answer.node['sub_code']).toBe('isv.invalid-signature');
    });

    it('refuses repeated parameters although the signature is right', async () => {
      const form = new URLSearchParams(client.signed(query())).toString();
      const answer = await client.send(form, {}, '?version=1.0');
      expect(answer.node).toMatchObject({ code: '40002', sub_code: 'isv.invalid-parameter' });
    });

    it('refuses what it cannot decode', async () => {
      const form = new URLSearchParams(client.signed(query())).toString();
      const answer = await client.send(`${form}&extra=%ff`);
      expect(answer.node).toMatchObject({ code: '40002', sub_code: 'isv.invalid-parameter' });
    });

    it('answers a huge body with 413 and another verb with 405', async () => {
      expect((await client.send('a='.padEnd(1_100_000, 'x'))).status).toBe(413);
      expect((await client.send('', { method: 'PUT' })).status).toBe(405);
    });
  });

  describe('signatures', () => {
    it('cover parameters that nobody knows, and leave empty ones out', async () => {
      const signed = client.signed(query({ alipay_sdk: 'php 1.0' }));
      const answer = await client.post({ ...signed, return_url: '', app_auth_token: '  ' });
      expect(answer.node['sub_code']).toBe('ACQ.TRADE_NOT_EXIST');
      const unsignedExtra = await client.post({ ...signed, gatewayUrl: 'x' });
      expect(unsignedExtra.node['sub_code']).toBe('isv.invalid-signature');
    });

    it('hold whichever way the parameters travel', async () => {
      const signed = client.signed(query({ notify_url: 'http://127.0.0.1:9/a?b=1&c=门' }));
      const all = new URLSearchParams(signed).toString();
      const { biz_content: biz = '', ...common } = signed;
      const split = `?${new URLSearchParams(common).toString()}`;
      const multipart = new FormData();
      multipart.set('biz_content', biz);
      const answers = [
        await client.send(all),
        await client.read(await fetch(`${client.url}/gateway.do?${all}`)),
        await client.send(new URLSearchParams({ biz_content: biz }).toString(), {}, split),
        await client.read(
          await fetch(`${client.url}/gateway.do${split}`, { method: 'POST', body: multipart }),
        ),
      ];
      for (const answer of answers) expect(answer.node['sub_code']).toBe('ACQ.TRADE_NOT_EXIST');
    });
  });

  it('keeps what it received', async () => {
    await client.control('DELETE', '/sim/calls');
    const number = freshNumber();
    await client.call(QUERY, { out_trade_no: number });
    await client.post({ method: PRECREATE, app_id: 'nobody' });
    const { body } = await client.control('GET', '/sim/calls');
    expect(body['total']).toBe(2);
    expect(body['calls']).toEqual([
      expect.objectContaining({
        method: QUERY,
        outTradeNo: number,
        outcome: '40004 ACQ.TRADE_NOT_EXIST',
        fault: null,
        bizContent: { out_trade_no: number },
        params: expect.objectContaining({ version: '1.0', sign: expect.any(String) }),
      }),
      expect.objectContaining({ method: PRECREATE, outcome: '40002 isv.invalid-app-id' }),
    ]);
    const narrowed = await client.control('GET', `/sim/calls?outTradeNo=${number}&method=query`);
    expect(narrowed.body['calls']).toHaveLength(1);
    const none = await client.control('GET', `/sim/calls?outTradeNo=${number}&method=precreate`);
    expect(none.body['calls']).toHaveLength(0);
  });
});

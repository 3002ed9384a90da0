import { AlipaySdk } from 'alipay-sdk';
import { readFileSync } from 'node:fs';
import { chinaTime } from '../../src/domain/china-time';
import { goodBiz, startTestSimulator, TestClient } from './support';

const QUERY = 'alipay.trade.query';
const PRECREATE = 'alipay.trade.precreate';

function sdkFor(client: TestClient, timeout = 5_000): AlipaySdk {
  const { settings } = client;
  return new AlipaySdk({
    appId: settings['ALIPAY_APP_ID'] ?? '',
    privateKey: readFileSync(settings['ALIPAY_PRIVATE_KEY_FILE'] ?? '', 'utf8'),
    alipayPublicKey: readFileSync(settings['ALIPAY_PUBLIC_KEY_FILE'] ?? '', 'utf8'),
    gateway: settings['ALIPAY_GATEWAY'] ?? '',
    timeout,
  });
}

describe('with the real SDK', () => {
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => ({ client, stop } = await startTestSimulator()));
  afterEach(() => client.control('DELETE', '/sim/faults'));
  afterAll(() => stop());

  const exec = (method: string, bizContent: object, timeout?: number) =>
    sdkFor(client, timeout).exec(
      method,
      { timestamp: chinaTime(Date.now()), bizContent },
      { validateSign: true },
    );
  const order = (fault: object) => client.control('POST', '/sim/faults', fault);
  const exists = async (outTradeNo: string) =>
    (await client.control('GET', `/sim/trades/${outTradeNo}`)).status === 200;

  it('a payment goes from code to success, every answer verified', async () => {
    const biz = goodBiz({ subject: '门票 {"sign":"x"} #1', total_amount: '0.01' });
    const created = await exec(PRECREATE, biz);
    expect(created).toMatchObject({ code: '10000', outTradeNo: biz.out_trade_no });
    const path = new URL(String(created['qrCode'])).pathname;
    const named = { out_trade_no: biz.out_trade_no };
    expect(await exec(QUERY, named)).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    await client.control('POST', `/sim${path}/scan`);
    expect(await exec(QUERY, named)).toMatchObject({ tradeStatus: 'WAIT_BUYER_PAY' });
    await client.control('POST', `/sim${path}/pay`);
    expect(await exec(QUERY, named)).toMatchObject({
      tradeStatus: 'TRADE_SUCCESS',
      totalAmount: '0.01',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('a client of another application is told so, unsigned', async () => {
    const stranger = sdkFor(client);
    stranger.config.appId = '2021000000000000';
    const answer = await stranger.exec(QUERY, { bizContent: { out_trade_no: 'x' } });
    expect(answer).toMatchObject({ code: '40002', subCode: 'isv.invalid-app-id' });
  });

  it.each([
    ['http502', 'HTTP 请求错误, status: 502'],
    ['html', 'Response 格式错误'],
    ['truncated', 'Response 格式错误'],
    ['bad_sign', '验签失败'],
    ['no_sign', ''],
  ])('%s makes exec throw', async (fault, message) => {
    await order({ method: 'query', fault });
    await expect(exec(QUERY, { out_trade_no: 'x' })).rejects.toThrow(message);
  });

  it.each([
    ['system_error', { code: '40004', subCode: 'ACQ.SYSTEM_ERROR' }],
    ['unknown_error', { code: '20000', subCode: 'aop.unknow-error' }],
    ['rate_limited', { code: '40005', subCode: 'isv.app-call-limited' }],
  ])('%s comes signed', async (fault, expected) => {
    await order({ method: QUERY, fault });
    expect(await exec(QUERY, { out_trade_no: 'x' })).toMatchObject(expected);
  });

  it('wrong_out_trade_no and wrong_amount lie under a true signature', async () => {
    const biz = goodBiz();
    await exec(PRECREATE, biz);
    await client.control('POST', `/sim/trades/${biz.out_trade_no}/scan`);
    await order({ method: 'query', fault: 'wrong_amount' });
    await order({ method: 'query', fault: 'wrong_out_trade_no' });
    const named = { out_trade_no: biz.out_trade_no };
    expect(await exec(QUERY, named)).toMatchObject({ totalAmount: '88.89' });
    expect(await exec(QUERY, named)).toMatchObject({ outTradeNo: `${biz.out_trade_no}_X` });
    expect(await exec(QUERY, named)).toMatchObject({ ...{ totalAmount: '88.88' } });
  });

  it('number_amounts writes true amounts as numbers, digit by digit', async () => {
    const biz = goodBiz({ total_amount: '88.80', subject: '"total_amount":"1.00"' });
    await order({ method: '*', fault: 'number_amounts', count: 0 });
    await exec(PRECREATE, biz);
    await client.control('POST', `/sim/trades/${biz.out_trade_no}/scan`);
    await client.control('POST', `/sim/trades/${biz.out_trade_no}/pay`);
    const named = { out_trade_no: biz.out_trade_no };
    expect(await exec(QUERY, named)).toMatchObject({ totalAmount: 88.8, receiptAmount: 88.8 });
    const { text, verified, node } = await client.call(QUERY, named);
    expect(verified).toBe(true);
    expect(text).toContain('"total_amount":88.80,');
    expect(text).toContain('"fund_bill_list":[{"amount":88.80,');
    expect(node).toMatchObject({ code: '10000', point_amount: 0, trade_status: 'TRADE_SUCCESS' });
  });

  const ZEROS = { buyer_pay_amount: '0.00', invoice_amount: '0.00', point_amount: '0.00' };
  it.each<[string, object, object]>([
    ['precreate', goodBiz(), {}],
    ['query', {}, { ...ZEROS, receipt_amount: '0.00', out_trade_no: 'N1' }],
    ['pay', {}, { ...ZEROS, receipt_amount: '0.00', out_trade_no: 'N1' }],
    ['cancel', {}, { retry_flag: 'N' }],
    ['close', {}, {}],
    ['refund', {}, { out_trade_no: 'N1', refund_fee: '0.00', send_back_fee: '0.00' }],
    ['fastpay.refund.query', {}, {}],
  ])('refuse answers %s by any sub_code', async (method, biz, beside) => {
    const subCode = 'ACQ.NEVER_HEARD-OF.1';
    const ordered = await order({ method, fault: 'refuse', subCode });
    expect(ordered.body).toMatchObject({ fault: 'refuse', subCode });
    const { node, verified } = await client.call(`alipay.trade.${method}`, {
      ...biz,
      out_trade_no: 'N1',
    });
    expect(verified).toBe(true);
    expect(node).toEqual({
      code: '40004',
      msg: 'Business Failed',
      sub_code: subCode,
      sub_msg: '业务处理失败',
      ...beside,
    });
    expect(await exists('N1')).toBe(false);
    const { body } = await client.control('GET', '/sim/calls?outTradeNo=N1');
    const [last] = (body['calls'] as { outcome: string }[]).slice(-1);
    expect(last?.outcome).toBe(`fault refuse ${subCode}`);
  });

  it('refuse after the effect: refused, and done all the same', async () => {
    const biz = goodBiz();
    const subCode = 'ACQ.TRADE_HAS_CLOSE';
    await order({ method: 'precreate', fault: 'refuse', subCode, afterEffect: true });
    expect((await client.call(PRECREATE, biz)).node['sub_code']).toBe(subCode);
    expect(await exists(biz.out_trade_no)).toBe(true);
  });

  it.each(['http502', 'truncated', 'bad_sign', 'no_sign', 'system_error', 'unknown_error'])(
    '%s comes instead of the action, or after it',
    async (fault) => {
      const [before, after] = [goodBiz(), goodBiz()];
      await order({ method: 'precreate', fault, afterEffect: false });
      await client.call(PRECREATE, before);
      expect(await exists(before.out_trade_no)).toBe(false);
      await order({ method: 'precreate', fault, afterEffect: true });
      await client.call(PRECREATE, after);
      expect(await exists(after.out_trade_no)).toBe(true);
    },
  );

  it('reset cuts the connection, and the SDK silently sends the same call again', async () => {
    const biz = goodBiz();
    await order({ method: 'precreate', fault: 'reset', afterEffect: true });
    await expect(exec(PRECREATE, biz)).resolves.toMatchObject({ code: '10000' });
    const { body } = await client.control('GET', `/sim/calls?outTradeNo=${biz.out_trade_no}`);
    const calls = body['calls'] as { fault: string | null; params: Record<string, string> }[];
    expect(calls.map((call) => call.fault)).toEqual(['reset', null]);
    expect(calls[0]?.params['sign']).toBe(calls[1]?.params['sign']);
  });

  it('reset without end makes exec throw', async () => {
    await order({ method: '*', fault: 'reset', count: 0 });
    await expect(exec(QUERY, { out_trade_no: 'x' })).rejects.toThrow('HttpClient Request error');
  });

  /** A client that waits for 150 ms. */
  const impatient = (biz: object) => {
    const form = new URLSearchParams(client.signed(client.parameters(PRECREATE, biz)));
    const signal = AbortSignal.timeout(150);
    return fetch(`${client.url}/gateway.do`, { method: 'POST', body: form, signal }).then(
      (answer) => answer.text(),
    );
  };

  it('delay before the effect: the action still happens, later', async () => {
    const biz = goodBiz();
    await order({ method: 'precreate', fault: 'delay', delayMs: 400 });
    await expect(impatient(biz)).rejects.toThrow('timeout');
    expect(await exists(biz.out_trade_no)).toBe(false);
    await new Promise((done) => setTimeout(done, 500));
    expect(await exists(biz.out_trade_no)).toBe(true);
  });

  it.each([false, true])('delay after the effect, in the body: %s', async (inBody) => {
    const biz = goodBiz();
    await order({ method: 'precreate', fault: 'delay', delayMs: 600, afterEffect: true, inBody });
    await expect(impatient(biz)).rejects.toThrow('timeout');
    expect(await exists(biz.out_trade_no)).toBe(true);
  });

  it('delay beyond the timeout of the SDK makes exec throw', async () => {
    await order({ method: 'query', fault: 'delay', delayMs: 2_500 });
    await expect(exec(QUERY, { out_trade_no: 'x' }, 300)).rejects.toThrow('timeout');
  });

  it('hit the named method, as often as ordered, first come first served', async () => {
    await order({ method: 'precreate', fault: 'rate_limited', count: 2 });
    await order({ method: '*', fault: 'unknown_error', count: -1 });
    const codes: unknown[] = [];
    for (let n = 0; n < 3; n += 1) {
      codes.push((await client.call(PRECREATE, goodBiz())).node['code']);
      codes.push((await client.call(QUERY, { out_trade_no: 'x' })).node['code']);
    }
    expect(codes).toEqual(['40005', '20000', '40005', '20000', '20000', '20000']);
    const listed = await client.control('GET', '/sim/faults');
    expect(listed.body['faults']).toEqual([
      expect.objectContaining({ method: '*', fault: 'unknown_error', left: null }),
    ]);
    expect((await client.control('DELETE', '/sim/faults')).body).toEqual({ deleted: 1 });
    expect((await client.call(PRECREATE, goodBiz())).node['code']).toBe('10000');
  });

  it.each([
    ['no fault', { method: 'query' }],
    ['an unknown fault', { fault: 'meteor' }],
    ['a count that is no number', { fault: 'reset', count: '1' }],
    ['a broken delay', { fault: 'delay', delayMs: -1 }],
    ['afterEffect as text', { fault: 'reset', afterEffect: 'yes' }],
    ['an empty method', { fault: 'reset', method: '' }],
    ['a refusal without its word', { fault: 'refuse' }],
    ['a word with a blank', { fault: 'refuse', subCode: 'ACQ. X' }],
    ['a word that is no text', { fault: 'refuse', subCode: 40004 }],
    ['a word that is too long', { fault: 'refuse', subCode: 'X'.repeat(65) }],
    ['a word for another fault', { fault: 'reset', subCode: 'ACQ.X' }],
  ])('are refused with %s', async (_what, body) => {
    const reply = await order(body);
    expect(reply).toMatchObject({ status: 400, body: { error: 'BAD_FAULT' } });
  });
});

import { codeOf, goodBiz, startTestSimulator, TestClient } from './support';

describe('the control API and the phone', () => {
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => ({ client, stop } = await startTestSimulator()));
  afterAll(() => stop());

  const newCode = async (more: object = {}) =>
    codeOf(await client.call('alipay.trade.precreate', goodBiz(more)));
  const act = (code: string, action: string) => client.control('POST', `/sim/qr/${code}/${action}`);

  it('drives the guest step by step and says why a step is not possible', async () => {
    const code = await newCode();
    const answers = [];
    for (const action of ['pay', 'giveup', 'scan', 'scan', 'giveup', 'pay', 'scan', 'pay', 'pay']) {
      const { status, body } = await act(code, action);
      answers.push(`${action} ${status} ${String(body['error'] ?? body['status'])}`);
    }
    expect(answers).toEqual([
      'pay 409 NOT_SCANNED',
      'giveup 409 NOT_SCANNED',
      'scan 200 WAIT_BUYER_PAY',
      'scan 200 WAIT_BUYER_PAY',
      'giveup 200 WAIT_BUYER_PAY',
      'pay 409 BUYER_LEFT',
      'scan 200 WAIT_BUYER_PAY',
      'pay 200 TRADE_SUCCESS',
      'pay 409 ALREADY_PAID',
    ]);
  });

  it('shows trades', async () => {
    const biz = goodBiz();
    const code = codeOf(await client.call('alipay.trade.precreate', biz));
    await act(code, 'scan');
    const { body } = await act(code, 'pay');
    expect(body).toMatchObject({
      outTradeNo: biz.out_trade_no,
      status: 'TRADE_SUCCESS',
      paid: true,
      totalAmount: '88.88',
      totalFen: 8888,
      refundedFen: 0,
      subject: '景区门票',
      qrCode: `${client.url}/qr/${code}`,
    });
    const one = await client.control('GET', `/sim/trades/${biz.out_trade_no}`);
    expect(one).toEqual({ status: 200, body });
    const all = await client.control('GET', '/sim/trades');
    expect(all.body['trades']).toContainEqual(body);
  });

  it.each<[string, string, number, string, (object | string)?]>([
    ['GET', '/nothing', 404, 'NO_SUCH_ROUTE'],
    ['GET', '/sim', 404, 'NO_SUCH_ROUTE'],
    ['GET', '/qr/', 404, 'NO_SUCH_ROUTE'],
    ['POST', '/qr/abc/dance', 404, 'NO_SUCH_ROUTE'],
    ['GET', '/qr/abc/pay', 405, 'WRONG_VERB'],
    ['PUT', '/sim/faults', 405, 'WRONG_VERB'],
    ['GET', '/sim/trades/none', 404, 'NO_SUCH_TRADE'],
    ['GET', '/sim/trades/%ff', 400, 'BAD_PATH'],
    ['POST', '/sim/qr/none/scan', 404, 'NO_SUCH_CODE'],
    ['POST', '/sim/trades/none/pay', 404, 'NO_SUCH_TRADE'],
    ['GET', '/sim/trades/none/refund', 405, 'WRONG_VERB'],
    ['POST', '/sim/faults', 400, 'BAD_JSON', '{"fault":'],
    ['POST', '/sim/faults', 400, 'BAD_JSON', '[]'],
    ['POST', '/sim/faults', 413, 'BODY_TOO_LARGE', ' '.repeat(70_000)],
    ['POST', '/sim/clock', 400, 'BAD_CLOCK', {}],
    ['POST', '/sim/clock', 400, 'BAD_CLOCK', { offsetMs: 1.5 }],
  ])('%s %s is refused with %i %s', async (verb, path, status, error, ...[body]) => {
    expect(await client.control(verb, path, body)).toEqual({
      status,
      body: { error, message: expect.any(String) },
    });
  });

  it('moves the clock', async () => {
    const { body } = await client.control('POST', '/sim/clock', { offsetMs: 3_600_000 });
    expect(Number(body['nowMs']) - Date.now()).toBeGreaterThan(3_500_000);
    await client.control('POST', '/sim/clock', { offsetMs: 0 });
    expect((await client.control('GET', '/sim/clock')).body['offsetMs']).toBe(0);
  });

  describe('the phone', () => {
    const open = async (path: string) => {
      const answer = await fetch(`${client.url}${path}`);
      const text = await answer.text();
      const screen = /data-screen="(\w+)"/.exec(text)?.[1];
      const actions = [...text.matchAll(/action="([^"]+)"/g)].map((match) => match[1] ?? '');
      return { answer, text, screen, actions };
    };
    const press = (path: string) => fetch(`${client.url}${path}`, { method: 'POST' });

    it('goes through the steps by its own forms, without scripts', async () => {
      const code = await newCode({ subject: '<b>票"', total_amount: '1234.50' });
      const first = await open(`/qr/${code}`);
      expect(first.answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(first.text).toContain('&lt;b&gt;票&quot;');
      expect(first.text).toContain('1,234.50');
      const screens = [first.screen];
      for (const [screen, wanted] of [
        ['code', 'scan'],
        ['cashier', 'giveup'],
        ['left', 'scan'],
        ['cashier', 'pay'],
      ]) {
        const { actions } = await open(`/qr/${code}`);
        const action = actions.find((one) => one.endsWith(`/${wanted}`));
        expect([screen, action]).toEqual([screens.at(-1), `/qr/${code}/${wanted}`]);
        const answer = await press(action ?? '');
        expect(answer.redirected && answer.url).toBe(`${client.url}/qr/${code}`);
        screens.push(/data-screen="(\w+)"/.exec(await answer.text())?.[1]);
      }
      expect(screens).toEqual(['code', 'cashier', 'left', 'cashier', 'paid']);
    });

    it('changes nothing by looking', async () => {
      const code = await newCode();
      await open(`/qr/${code}`);
      expect((await act(code, 'pay')).body['error']).toBe('NOT_SCANNED');
    });

    it('shows unknown, expired and replaced codes, and does nothing for them', async () => {
      const unknown = await open('/qr/unknown');
      expect([unknown.answer.status, unknown.screen]).toEqual([404, 'unknown']);
      const biz = goodBiz();
      const code = codeOf(await client.call('alipay.trade.precreate', biz));
      await client.control('POST', '/sim/clock', { offsetMs: 7_200_000 });
      expect((await open(`/qr/${code}`)).screen).toBe('expired');
      await press(`/qr/${code}/scan`);
      expect((await open(`/qr/${code}`)).screen).toBe('expired');
      const newer = codeOf(await client.call('alipay.trade.precreate', biz));
      await press(`/qr/${code}/scan`);
      expect((await open(`/qr/${code}`)).screen).toBe('expired');
      expect((await open(`/qr/${newer}`)).screen).toBe('code');
      await client.control('POST', '/sim/clock', { offsetMs: 0 });
    });
  });
});

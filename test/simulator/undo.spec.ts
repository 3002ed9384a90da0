import { goodBiz, startTestSimulator, TestClient } from './support';

const HOUR = 3_600_000;

describe('cancel and close', () => {
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => ({ client, stop } = await startTestSimulator()));
  afterEach(() => client.control('POST', '/sim/clock', { offsetMs: 0 }));
  afterAll(() => stop());

  const later = (offsetMs: number) => client.control('POST', '/sim/clock', { offsetMs });
  const call = async (method: string, outTradeNo: string, more: object = {}) =>
    (await client.call(`alipay.trade.${method}`, { out_trade_no: outTradeNo, ...more })).node;
  const outcome = async (method: string, outTradeNo: string, more: object = {}) => {
    const node = await call(method, outTradeNo, more);
    const detail = node['sub_code'] ?? node['trade_status'];
    return `${String(node['code'])} ${String(detail)}`;
  };

  /** A number with its trade brought to a stage by the guest's steps. */
  async function order(...steps: string[]) {
    const biz = goodBiz({ total_amount: '10.00' });
    const number = biz.out_trade_no;
    await client.call('alipay.trade.precreate', biz);
    for (const step of steps) await client.control('POST', `/sim/trades/${number}/${step}`);
    return { biz, number };
  }

  describe('cancel', () => {
    it('of an unscanned code makes it unpayable, the number closed, and no trade', async () => {
      const { biz, number } = await order();
      const first = await call('cancel', number);
      expect(first).toEqual({
        code: '10000',
        msg: 'Success',
        out_trade_no: number,
        retry_flag: 'N',
      });
      expect(await call('cancel', number)).toEqual(first);
      const scan = await client.control('POST', `/sim/trades/${number}/scan`);
      expect(scan).toMatchObject({ status: 409, body: { error: 'CANCELLED' } });
      expect(await outcome('query', number)).toBe('40004 ACQ.TRADE_NOT_EXIST');
      const again = await client.call('alipay.trade.precreate', biz);
      expect(again.node['sub_code']).toBe('ACQ.TRADE_HAS_CLOSE');
      const shown = await client.control('GET', `/sim/trades/${number}`);
      expect(shown.body).toMatchObject({ status: 'CANCELLED', paid: false, tradeNo: null });
      const page = await fetch(`${client.url}/qr/${String(shown.body['code'])}`);
      expect(await page.text()).toContain('data-screen="closed"');
    });

    it('of a number that nobody knows works, and does not bind it', async () => {
      const biz = goodBiz();
      expect(await call('cancel', biz.out_trade_no)).toMatchObject({
        code: '10000',
        retry_flag: 'N',
      });
      expect((await client.call('alipay.trade.precreate', biz)).node['code']).toBe('10000');
    });

    it('of a waiting trade closes it, as often as it is said', async () => {
      const { number } = await order('scan');
      for (let n = 0; n < 2; n += 1) {
        const node = await call('cancel', number);
        expect(node).toMatchObject({ code: '10000', action: 'close', retry_flag: 'N' });
        expect(node['trade_no']).toMatch(/^\d{28}$/);
      }
      expect(await outcome('query', number)).toBe('10000 TRADE_CLOSED');
      const pay = await client.control('POST', `/sim/trades/${number}/pay`);
      expect(pay.body['error']).toBe('CLOSED');
    });

    it('of a paid trade sends the money back, once', async () => {
      const { number } = await order('scan', 'pay');
      for (let n = 0; n < 2; n += 1) {
        expect(await call('cancel', number)).toMatchObject({ code: '10000', action: 'refund' });
      }
      const { body } = await client.control('GET', `/sim/trades/${number}`);
      expect(body).toMatchObject({ refundedFen: 1_000, endedBy: 'cancel', paid: true });
      expect(body['refunds']).toHaveLength(1);
      expect(await call('query', number)).toMatchObject({
        trade_status: 'TRADE_CLOSED',
        receipt_amount: '10.00',
        send_pay_date: expect.any(String),
      });
    });

    it('of a trade of which a part went back is refused, and does nothing', async () => {
      const { number } = await order('scan', 'pay');
      await call('refund', number, { refund_amount: '4.00', out_request_no: 'r1' });
      expect(await call('cancel', number)).toEqual({
        code: '40004',
        msg: 'Business Failed',
        sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR',
        sub_msg: expect.any(String),
        retry_flag: 'N',
      });
      const { body } = await client.control('GET', `/sim/trades/${number}`);
      expect(body).toMatchObject({ status: 'TRADE_SUCCESS', refundedFen: 400, endedBy: null });
      await call('refund', number, { refund_amount: '6.00', out_request_no: 'r2' });
      expect(await call('cancel', number)).toMatchObject({ code: '10000', action: 'refund' });
    });

    it.each([[[]], [['scan', 'pay']]])('is refused after 24 hours: %j', async (steps) => {
      const { number } = await order(...steps);
      await later(24 * HOUR);
      expect(await call('cancel', number)).toMatchObject({
        code: '40004',
        sub_code: 'ACQ.TRADE_CANCEL_TIME_OUT',
        retry_flag: 'N',
      });
    });

    it('says retry with SYSTEM_ERROR, whether it happened or not', async () => {
      for (const afterEffect of [false, true]) {
        const { number } = await order('scan');
        const fault = { method: 'cancel', fault: 'system_error', afterEffect };
        await client.control('POST', '/sim/faults', fault);
        expect(await call('cancel', number)).toMatchObject({
          sub_code: 'ACQ.SYSTEM_ERROR',
          retry_flag: 'Y',
        });
        const status = afterEffect ? 'TRADE_CLOSED' : 'WAIT_BUYER_PAY';
        expect(await outcome('query', number)).toBe(`10000 ${status}`);
      }
    });
  });

  describe('close', () => {
    it('ends a waiting trade', async () => {
      const { number } = await order('scan');
      expect(Object.keys(await call('close', number)).sort()).toEqual(
        ['code', 'msg', 'out_trade_no', 'trade_no'].sort(),
      );
      expect(await outcome('query', number)).toBe('10000 TRADE_CLOSED');
      expect(await outcome('close', number)).toBe('40004 ACQ.TRADE_STATUS_ERROR');
    });

    it('cannot kill a code that nobody has scanned', async () => {
      const { number } = await order();
      expect(await outcome('close', number)).toBe('40004 ACQ.TRADE_NOT_EXIST');
      expect((await client.control('POST', `/sim/trades/${number}/scan`)).status).toBe(200);
    });

    it('refuses a paid trade', async () => {
      const { number } = await order('scan', 'pay');
      expect(await outcome('close', number)).toBe('40004 ACQ.TRADE_STATUS_ERROR');
    });
  });
});

describe('barcode payment', () => {
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => ({ client, stop } = await startTestSimulator()));
  afterAll(() => stop());

  const bill = (authCode: string, more: object = {}) =>
    goodBiz({ scene: 'bar_code', auth_code: authCode, ...more });
  const pay = async (biz: object) => (await client.call('alipay.trade.pay', biz)).node;
  const query = async (outTradeNo: string) =>
    (await client.call('alipay.trade.query', { out_trade_no: outTradeNo })).node;

  it.each([
    ['0', '10000', undefined, 'TRADE_SUCCESS'],
    ['4', '10000', undefined, 'TRADE_SUCCESS'],
    ['5', '10003', undefined, 'WAIT_BUYER_PAY'],
    ['6', '40004', 'ACQ.BUYER_BALANCE_NOT_ENOUGH', undefined],
    ['7', '40004', 'ACQ.PAYMENT_AUTH_CODE_INVALID', undefined],
    ['8', '20000', 'aop.unknow-error', 'TRADE_SUCCESS'],
    ['9', '20000', 'aop.unknow-error', undefined],
  ])('last digit %s: %s %s, then %s', async (digit, code, subCode, status) => {
    const biz = bill(`28763443825664394${digit}`);
    const answer = await pay(biz);
    expect([answer['code'], answer['sub_code']]).toEqual([code, subCode]);
    expect((await query(biz.out_trade_no))['trade_status']).toBe(status);
  });

  it('answers a payment with its amounts and no code to scan', async () => {
    const biz = bill('250000000000000000');
    expect(await pay(biz)).toMatchObject({
      total_amount: '88.88',
      receipt_amount: '88.88',
      gmt_payment: expect.any(String),
      trade_no: expect.stringMatching(/^\d{28}$/),
    });
    const { body } = await client.control('GET', `/sim/trades/${biz.out_trade_no}`);
    expect(body).toMatchObject({ code: null, qrCode: null, paid: true });
  });

  it.each(['pay', 'giveup'])('waits for the password until the guest does: %s', async (step) => {
    const biz = bill('300000000000000000000005');
    expect(await pay(biz)).toMatchObject({ code: '10003' });
    expect(await pay(biz)).toMatchObject({ code: '10003' });
    await client.control('POST', `/sim/trades/${biz.out_trade_no}/${step}`);
    const status = step === 'pay' ? 'TRADE_SUCCESS' : 'WAIT_BUYER_PAY';
    expect((await query(biz.out_trade_no))['trade_status']).toBe(status);
    if (step === 'pay') expect((await pay(biz))['sub_code']).toBe('ACQ.TRADE_HAS_SUCCESS');
  });

  it('is refused after its own end', async () => {
    const late = await pay(bill('2500000000000000', { time_expire: '2020-01-01 00:00:00' }));
    expect(late['sub_code']).toBe('ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR');
  });

  it('is inconsistent under a number with other terms', async () => {
    const biz = bill('2500000000000005');
    await pay(biz);
    const other = await pay({ ...biz, auth_code: '2600000000000000' });
    expect(other['sub_code']).toBe('ACQ.CONTEXT_INCONSISTENT');
    const asCode: Record<string, unknown> = { ...biz };
    delete asCode['scene'];
    delete asCode['auth_code'];
    const coded = await client.call('alipay.trade.precreate', asCode);
    expect(coded.node['sub_code']).toBe('ACQ.CONTEXT_INCONSISTENT');
  });

  it.each([
    ['too short', '250000000000000'],
    ['too long', '2500000000000000000000000'],
    ['a wrong beginning', '240000000000000000'],
    ['beyond 30', '310000000000000000'],
    ['letters', '25000000000000000a'],
  ])('refuses a code: %s', async (_what, authCode) => {
    expect((await pay(bill(authCode)))['sub_code']).toBe('ACQ.PAYMENT_AUTH_CODE_INVALID');
  });

  it('refuses another scene', async () => {
    const answer = await pay(bill('250000000000000000', { scene: 'wave_code' }));
    expect(answer['sub_code']).toBe('ACQ.INVALID_PARAMETER');
  });
});

import { chinaTime } from '../../src/domain/china-time';
import { codeOf, freshNumber, goodBiz, startTestSimulator, TestClient } from './support';

const HOUR = 3_600_000;

describe('precreate and query', () => {
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => ({ client, stop } = await startTestSimulator()));
  afterEach(() => client.control('POST', '/sim/clock', { offsetMs: 0 }));
  afterAll(() => stop());

  const precreate = (biz: object) => client.call('alipay.trade.precreate', biz);
  const query = async (outTradeNo: string) =>
    (await client.call('alipay.trade.query', { out_trade_no: outTradeNo })).node;
  const act = (outTradeNo: string, action: string) =>
    client.control('POST', `/sim/trades/${outTradeNo}/${action}`);
  const later = (offsetMs: number) => client.control('POST', '/sim/clock', { offsetMs });

  describe('precreate checks', () => {
    const soon = chinaTime(Date.now() + HOUR);
    it.each<[string, object, string]>([
      ['no out_trade_no', { out_trade_no: undefined }, 'INVALID_PARAMETER'],
      ['a bar in it', { out_trade_no: '98|0|1' }, 'INVALID_PARAMETER'],
      ['a bar in it', { out_trade_no: 'a|b' }, 'INVALID_PARAMETER'],
      ['a full-width hyphen in it', { out_trade_no: 'a－b' }, 'INVALID_PARAMETER'],
      ['65 characters', { out_trade_no: 'a'.repeat(65) }, 'INVALID_PARAMETER'],
      ['no amount', { total_amount: undefined }, 'INVALID_PARAMETER'],
      ['amount 0', { total_amount: '0.00' }, 'INVALID_PARAMETER'],
      ['amount below zero', { total_amount: '-1.00' }, 'INVALID_PARAMETER'],
      ['three decimals', { total_amount: '1.001' }, 'INVALID_PARAMETER'],
      ['a third decimal of nothing', { total_amount: '1.000' }, 'INVALID_PARAMETER'],
      ['no whole yuan', { total_amount: '.50' }, 'INVALID_PARAMETER'],
      ['an exponent', { total_amount: '1e2' }, 'INVALID_PARAMETER'],
      ['too much', { total_amount: '100000000.01' }, 'INVALID_PARAMETER'],
      ['a list as amount', { total_amount: ['1.00'] }, 'INVALID_PARAMETER'],
      ['no subject', { subject: '' }, 'INVALID_PARAMETER'],
      ['a blank subject', { subject: '  ' }, 'INVALID_PARAMETER'],
      ['a slash in the subject', { subject: 'a/b' }, 'INVALID_PARAMETER'],
      ['an equals sign in it', { subject: 'a=b' }, 'INVALID_PARAMETER'],
      ['an ampersand in it', { subject: 'a&b' }, 'INVALID_PARAMETER'],
      ['257 characters', { subject: '票'.repeat(257) }, 'INVALID_PARAMETER'],
      ['a long body', { body: 'b'.repeat(129) }, 'INVALID_PARAMETER'],
      ['a Chinese store_id', { store_id: '一号店' }, 'INVALID_PARAMETER'],
      ['a long operator_id', { operator_id: 'o'.repeat(29) }, 'INVALID_PARAMETER'],
      ['an ISO time_expire', { time_expire: '2030-01-01T00:00:00' }, 'INVALID_PARAMETER'],
      [
        'a past time_expire',
        { time_expire: '2020-01-01 00:00:00' },
        'NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
      ],
      ['a broken timeout', { timeout_express: '1.5h' }, 'INVALID_PARAMETER'],
      ['a broken code timeout', { qr_code_timeout_express: '90' }, 'INVALID_PARAMETER'],
      ['a foreign seller', { seller_id: '2088123412341234' }, 'SELLER_NOT_EXIST'],
      ['a product not signed', { product_code: 'QUICK_WAP_WAY' }, 'ACCESS_FORBIDDEN'],
      [
        '151 goods',
        { goods_detail: Array.from({ length: 151 }, () => ({})) },
        'SUB_GOODS_SIZE_MAX_COUNT',
      ],
      [
        'wrong discounts',
        { discountable_amount: '1.00', undiscountable_amount: '2.00' },
        'INVALID_PARAMETER',
      ],
      [
        'both channel lists',
        { enable_pay_channels: 'a', disable_pay_channels: 'b' },
        'INVALID_PARAMETER',
      ],
      ['long business_params', { business_params: { a: 'x'.repeat(510) } }, 'INVALID_PARAMETER'],
    ])('refuse %s', async (_what, change, subCode) => {
      const { node, verified } = await precreate(goodBiz(change));
      expect(node).toMatchObject({ code: '40004', sub_code: `ACQ.${subCode}` });
      expect(verified).toBe(true);
    });

    it.each<[string, object]>([
      [
        'all limits used',
        { out_trade_no: 'b'.repeat(64), subject: '票'.repeat(256), body: 'b'.repeat(128) },
      ],
      ['the least amount', { total_amount: '0.01' }],
      ['the greatest amount', { total_amount: '100000000.00' }],
      ['a JSON number', { total_amount: 88.8 }],
      ['a number with hyphens', { out_trade_no: '1b4e28ba-2fa1-11d2-883f-0016d3cca427' }],
      [
        'every option',
        {
          time_expire: soon,
          timeout_express: '90m',
          qr_code_timeout_express: '1h',
          store_id: 'S1',
          product_code: 'QR_CODE_OFFLINE',
          business_params: { mc_create_trade_ip: '1.2.3.4' },
          extend_params: { hb_fq_num: '3' },
        },
      ],
    ])('accept %s', async (_what, change) => {
      const { node } = await precreate(goodBiz(change));
      expect(node).toMatchObject({ code: '10000', msg: 'Success' });
      expect(Object.keys(node).sort()).toEqual(['code', 'msg', 'out_trade_no', 'qr_code']);
    });

    it('take a seller_id of our own', async () => {
      const seller = client.settings['ALIPAY_SELLER_ID'];
      expect((await precreate(goodBiz({ seller_id: seller }))).node['code']).toBe('10000');
    });
  });

  describe('a number asked for again', () => {
    it('gets the same code for the same parameters, scanned or not', async () => {
      const biz = goodBiz({ total_amount: '100.00' });
      const first = codeOf(await precreate(biz));
      expect(first).toMatch(/^[\w-]{24}$/);
      expect(codeOf(await precreate({ ...biz, total_amount: '100' }))).toBe(first);
      await act(biz.out_trade_no, 'scan');
      expect(codeOf(await precreate(biz))).toBe(first);
    });

    it.each([
      ['another amount', { total_amount: '88.89' }],
      ['another subject', { subject: '船票' }],
      ['another expiry', { timeout_express: '30m' }],
    ])('is inconsistent with %s', async (_what, change) => {
      const biz = goodBiz();
      await precreate(biz);
      const { node } = await precreate({ ...biz, ...change });
      expect(node).toMatchObject({ code: '40004', sub_code: 'ACQ.CONTEXT_INCONSISTENT' });
    });

    it('gets a new code when the first has run out; the first stays dead', async () => {
      const biz = goodBiz();
      const first = codeOf(await precreate(biz));
      await later(2 * HOUR);
      const second = codeOf(await precreate(biz));
      expect(second).not.toBe(first);
      expect((await client.control('POST', `/sim/qr/${first}/scan`)).body['error']).toBe(
        'CODE_EXPIRED',
      );
      expect((await client.control('POST', `/sim/qr/${second}/scan`)).status).toBe(200);
    });

    it('is refused when paid, and when closed', async () => {
      const [paid, closed] = [goodBiz(), goodBiz({ timeout_express: '5m' })];
      await precreate(paid);
      await act(paid.out_trade_no, 'scan');
      await act(paid.out_trade_no, 'pay');
      expect((await precreate(paid)).node['sub_code']).toBe('ACQ.TRADE_HAS_SUCCESS');
      await precreate(closed);
      await act(closed.out_trade_no, 'scan');
      await later(300_000);
      expect((await precreate(closed)).node['sub_code']).toBe('ACQ.TRADE_HAS_CLOSE');
    });
  });

  describe('query', () => {
    it('knows no trade before the scan, in the shape of the real answer', async () => {
      const biz = goodBiz();
      await precreate(biz);
      expect(await query(biz.out_trade_no)).toEqual({
        code: '40004',
        msg: 'Business Failed',
        sub_code: 'ACQ.TRADE_NOT_EXIST',
        sub_msg: '交易不存在',
        buyer_pay_amount: '0.00',
        invoice_amount: '0.00',
        out_trade_no: biz.out_trade_no,
        point_amount: '0.00',
        receipt_amount: '0.00',
      });
    });

    it('tells waiting, then paid', async () => {
      const biz = goodBiz({ total_amount: '5.1', store_id: 'S1' });
      await precreate(biz);
      await act(biz.out_trade_no, 'scan');
      const waiting = await query(biz.out_trade_no);
      expect(waiting).toMatchObject({
        code: '10000',
        trade_status: 'WAIT_BUYER_PAY',
        total_amount: '5.10',
        receipt_amount: '0.00',
        store_id: 'S1',
      });
      expect(waiting).not.toHaveProperty('send_pay_date');
      expect(waiting['trade_no']).toMatch(/^20\d{26}$/);
      await act(biz.out_trade_no, 'pay');
      expect(await query(biz.out_trade_no)).toMatchObject({
        trade_no: waiting['trade_no'],
        trade_status: 'TRADE_SUCCESS',
        receipt_amount: '5.10',
        send_pay_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      });
    });

    it('finds by trade_no, which wins over out_trade_no', async () => {
      const biz = goodBiz();
      await precreate(biz);
      const { body } = await act(biz.out_trade_no, 'scan');
      const { node } = await client.call('alipay.trade.query', {
        out_trade_no: freshNumber(),
        trade_no: body['tradeNo'],
      });
      expect(node['out_trade_no']).toBe(biz.out_trade_no);
    });

    it('refuses to search for nothing', async () => {
      const { node } = await client.call('alipay.trade.query', {});
      expect(node['sub_code']).toBe('ACQ.INVALID_PARAMETER');
    });

    it('knows no trade of a code that ran out unscanned', async () => {
      const biz = goodBiz({ time_expire: chinaTime(Date.now() + 60_000) });
      await precreate(biz);
      await later(61_000);
      expect((await act(biz.out_trade_no, 'scan')).body['error']).toBe('CODE_EXPIRED');
      expect((await query(biz.out_trade_no))['sub_code']).toBe('ACQ.TRADE_NOT_EXIST');
      const { body } = await client.control('GET', `/sim/trades/${biz.out_trade_no}`);
      expect(body['status']).toBe('CODE_EXPIRED');
    });

    it('tells closed when a scanned trade timed out, and it cannot be paid any more', async () => {
      const biz = goodBiz();
      await precreate(biz);
      await act(biz.out_trade_no, 'scan');
      await later(3 * HOUR);
      const { node, headers } = await client.call('alipay.trade.query', {
        out_trade_no: biz.out_trade_no,
      });
      expect(node).toMatchObject({ trade_status: 'TRADE_CLOSED', receipt_amount: '0.00' });
      expect(Date.parse(headers.get('date') ?? '')).toBeGreaterThan(Date.now() + 2 * HOUR);
      expect((await act(biz.out_trade_no, 'pay')).body['error']).toBe('CLOSED');
    });
  });
});

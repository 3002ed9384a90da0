import { Desk, NOTHING_FOUND, refusedAs } from './desk';
import { startTestSimulator, TestClient } from './support';

const HOUR = 3_600_000;
const DETAILS = { query_options: ['refund_detail_item_list'] };

/** China time to the second. */
const A_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string;

describe('refund', () => {
  let desk: Desk;
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ client, stop } = await startTestSimulator());
    desk = new Desk(client);
  });
  afterEach(async () => {
    await desk.later(0);
    await client.control('DELETE', '/sim/faults');
  });
  afterAll(() => stop());

  it('answers what Alipay answers, signed', async () => {
    const number = await desk.paid();
    const { node, verified } = await desk.refund(number, '3.00', 'a');
    expect(verified).toBe(true);
    expect(node).toEqual({
      code: '10000',
      msg: 'Success',
      buyer_logon_id: 'gue***@example.com',
      buyer_user_id: '2088000000000001',
      fund_change: 'Y',
      gmt_refund_pay: A_TIME,
      out_trade_no: number,
      refund_fee: '3.00',
      send_back_fee: '0.00',
      trade_no: expect.stringMatching(/^\d{28}$/),
    });
  });

  it('tells how much of this refund went back where the details are asked for', async () => {
    const number = await desk.paid();
    await desk.refund(number, '3.00', 'a');
    const { node } = await desk.refund(number, '2.00', 'b', DETAILS);
    expect(node).toMatchObject({
      refund_fee: '5.00',
      send_back_fee: '2.00',
      refund_detail_item_list: [{ amount: '2.00', fund_channel: 'ALIPAYACCOUNT' }],
    });
  });

  it('adds up to the total and no further, however soon one follows another', async () => {
    const number = await desk.paid();
    for (const [amount, sum] of [
      ['3.33', '3.33'],
      ['3.33', '6.66'],
      ['3.33', '9.99'],
    ]) {
      const { node } = await desk.refund(number, amount ?? '', `part ${sum}`);
      expect(node).toMatchObject({ fund_change: 'Y', refund_fee: sum });
    }
    const { node: tooMuch } = await desk.refund(number, '0.02', 'last');
    expect(tooMuch).toEqual(refusedAs('REASON_TRADE_REFUND_FEE_ERR', number));
    expect(await desk.status(number)).toBe('TRADE_SUCCESS');
    expect((await desk.refund(number, '0.01', 'last')).node).toMatchObject({ refund_fee: '10.00' });
    expect(await desk.status(number)).toBe('TRADE_CLOSED');
    const { node: more } = await desk.refund(number, '0.01', 'more');
    expect(more).toEqual(refusedAs('TRADE_HAS_CLOSE', number));
    expect(await desk.shown(number)).toMatchObject({ refundedFen: 1_000, endedBy: 'refund' });
  });

  it('of one number happens once: the same answer, and nothing moved', async () => {
    const number = await desk.paid();
    const { node: first } = await desk.refund(number, '10.00', 'a', DETAILS);
    await desk.later(HOUR);
    for (const amount of ['10.00', '10', '10.0']) {
      const { node } = await desk.refund(number, amount, 'a', DETAILS);
      expect(node).toEqual({ ...first, fund_change: 'N' });
    }
    expect(await desk.shown(number)).toMatchObject({ refundedFen: 1_000 });
  });

  it('of one number with another amount is refused, whether less or more', async () => {
    const number = await desk.paid();
    await desk.refund(number, '5.00', 'a');
    for (const amount of ['4.99', '5.01', '10.00', '11.00']) {
      const { node } = await desk.refund(number, amount, 'a');
      expect(node).toEqual(refusedAs('DISCORDANT_REPEAT_REQUEST', number));
    }
    expect(await desk.shown(number)).toMatchObject({ refundedFen: 500 });
  });

  it.each(['5.00', '9.99', '10.01'])('without a number is no %s of 10.00', async (amount) => {
    const number = await desk.paid();
    const { node, verified } = await desk.refund(number, amount);
    expect(node).toEqual(refusedAs('REFUND_AMT_NOT_EQUAL_TOTAL', number));
    expect(verified).toBe(true);
    expect(await desk.shown(number)).toMatchObject({ refundedFen: 0 });
  });

  it('without a number is of the whole, and then bears the one of the order', async () => {
    const number = await desk.paid();
    expect((await desk.refund(number, '10.00')).node).toMatchObject({ fund_change: 'Y' });
    expect((await desk.refund(number, '10.00')).node).toMatchObject({ fund_change: 'N' });
    const found = await desk.find(number, number);
    expect(found).toMatchObject({ refund_amount: '10.00', refund_status: 'REFUND_SUCCESS' });
  });

  it('without a number is refused where a part went back already', async () => {
    const number = await desk.paid();
    await desk.refund(number, '0.01', 'a');
    const { node } = await desk.refund(number, '10.00');
    expect(node).toEqual(refusedAs('REASON_TRADE_REFUND_FEE_ERR', number));
  });

  it.each([
    ['nobody knows', null, 'TRADE_NOT_EXIST'],
    ['nobody scanned', [], 'TRADE_NOT_EXIST'],
    ['is not paid', ['scan'], 'TRADE_STATUS_ERROR'],
  ])('is refused for what %s', async (_what, steps, subCode) => {
    const number = steps === null ? 'nobody' : await desk.order(...steps);
    expect((await desk.refund(number, '1.00', 'r')).node).toEqual(refusedAs(subCode, number));
  });

  it('is refused when the window is over', async () => {
    const number = await desk.paid();
    await desk.later(364 * 24 * HOUR);
    expect((await desk.refund(number, '1.00', 'r')).node).toMatchObject({ fund_change: 'Y' });
    await desk.later(366 * 24 * HOUR);
    expect(await desk.status(number)).toBe('TRADE_FINISHED');
    const { node } = await desk.refund(number, '1.00', 's');
    expect(node).toEqual(refusedAs('TRADE_HAS_FINISHED', number));
  });

  it.each([
    ['no amount', { refund_amount: undefined }],
    ['nothing', { refund_amount: '0.00' }],
    ['a fraction of a fen', { refund_amount: '1.001' }],
    ['a negative amount', { refund_amount: '-1.00' }],
    ['a number that is too long', { out_request_no: 'x'.repeat(65) }],
    ['options that are no list', { query_options: 'refund_detail_item_list' }],
  ])('is refused with %s', async (_what, more) => {
    const number = await desk.paid();
    const { node } = await desk.refund(number, '1.00', 'r', more);
    expect(node).toEqual(refusedAs('INVALID_PARAMETER', number));
    expect(await desk.shown(number)).toMatchObject({ refundedFen: 0 });
  });

  it('names the order of a refused refund that came by trade_no', async () => {
    const number = await desk.paid();
    const { tradeNo } = await desk.shown(number);
    const biz = { trade_no: tradeNo, refund_amount: '99.00', out_request_no: 'r' };
    const byTrade = await client.call('alipay.trade.refund', biz);
    expect(byTrade.node).toEqual(refusedAs('REASON_TRADE_REFUND_FEE_ERR', number));
    const nameless = await client.call('alipay.trade.refund', { refund_amount: '1.00' });
    expect(nameless.node).toEqual(refusedAs('INVALID_PARAMETER', undefined));
  });

  it.each([
    [false, NOTHING_FOUND, 'Y'],
    [true, expect.objectContaining({ refund_amount: '1.00' }), 'N'],
  ])('SYSTEM_ERROR, done all the same: %s', async (afterEffect, found, fundChange) => {
    const number = await desk.paid();
    await desk.spoil({ method: 'refund', fault: 'system_error', afterEffect });
    const { node } = await desk.refund(number, '1.00', 'r');
    expect(node).toEqual(refusedAs('SYSTEM_ERROR', number));
    expect(await desk.find(number, 'r')).toEqual(found);
    expect((await desk.refund(number, '1.00', 'r')).node['fund_change']).toBe(fundChange);
    expect(await desk.shown(number)).toMatchObject({ refundedFen: 100 });
  });

  it('and its query have their amounts as JSON numbers on request', async () => {
    const number = await desk.paid();
    await desk.spoil({ method: '*', fault: 'number_amounts', count: 0 });
    const refunded = await desk.refund(number, '2.50', 'r', DETAILS);
    expect(refunded.verified).toBe(true);
    expect(refunded.text).toContain('"refund_fee":2.50,"send_back_fee":2.50,');
    const refused = await desk.refund(number, '99.00', 's');
    expect(refused.text).toContain('"refund_fee":0.00,"send_back_fee":0.00}');
    const found = await desk.find(number, 'r');
    expect(found).toMatchObject({ refund_amount: 2.5, total_amount: 10 });
  });

  describe('query', () => {
    it('tells one refund, its time on request, and nothing of an unknown one', async () => {
      const number = await desk.paid();
      const { node: refunded } = await desk.refund(number, '2.50', 'x');
      await desk.refund(number, '1.00', 'y');
      const found = {
        ...NOTHING_FOUND,
        out_request_no: 'x',
        out_trade_no: number,
        refund_amount: '2.50',
        refund_status: 'REFUND_SUCCESS',
        total_amount: '10.00',
        trade_no: refunded['trade_no'],
      };
      expect(await desk.find(number, 'x')).toEqual(found);
      const timed = await desk.find(number, 'x', { query_options: ['gmt_refund_pay'] });
      expect(timed).toEqual({ ...found, gmt_refund_pay: refunded['gmt_refund_pay'] });
      expect(await desk.find(number, 'z')).toEqual(NOTHING_FOUND);
    });

    it('shows a refund at once, even when the clock is set back behind it', async () => {
      const number = await desk.paid();
      await desk.later(HOUR);
      await desk.refund(number, '1.00', 'r');
      await desk.later(0);
      expect(await desk.find(number, 'r')).toMatchObject({ refund_status: 'REFUND_SUCCESS' });
    });
  });
});

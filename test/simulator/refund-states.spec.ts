import { Desk, NOTHING_FOUND, refusedAs } from './desk';
import { freshFolder, startTestSimulator, TestClient } from './support';

const HOUR = 3_600_000;

describe('what decides about a refund beside the call', () => {
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

  describe('the time until it is shown', () => {
    it('shows nothing for as long as a fault says; the money has gone all the same', async () => {
      const number = await desk.paid();
      const other = await desk.paid();
      await desk.refund(other, '1.00', 'old');
      await desk.spoil({ fault: 'refund_unseen', visibleMs: 2 * HOUR });
      await desk.spoil({ fault: 'refund_unseen', visibleMs: HOUR });
      await desk.refund(number, '2.50', 'x');
      expect(await desk.find(number, 'x')).toEqual(NOTHING_FOUND);
      expect(await desk.find(other, 'old')).toEqual(NOTHING_FOUND);
      expect((await desk.refund(number, '2.50', 'x')).node['fund_change']).toBe('N');
      await desk.later(1.9 * HOUR);
      expect(await desk.find(number, 'x')).toEqual(NOTHING_FOUND);
      await desk.later(2 * HOUR);
      expect(await desk.find(number, 'x')).toMatchObject({ refund_status: 'REFUND_SUCCESS' });
      await desk.later(0);
      expect(await desk.find(number, 'x')).toEqual(NOTHING_FOUND);
      await client.control('DELETE', '/sim/faults');
      expect(await desk.find(number, 'x')).toMatchObject({ refund_amount: '2.50' });
    });
  });

  describe('without money in the account', () => {
    const short = () => desk.spoil({ fault: 'seller_balance' });

    it('is refused until the fault is withdrawn, again and again', async () => {
      const number = await desk.paid();
      expect(await short()).toBe(200);
      for (let n = 0; n < 3; n += 1) {
        const { node } = await desk.refund(number, '1.00', 'r');
        expect(node).toEqual(refusedAs('SELLER_BALANCE_NOT_ENOUGH', number));
      }
      expect(await desk.find(number, 'r')).toEqual(NOTHING_FOUND);
      const { body } = await client.control('DELETE', '/sim/faults');
      expect(body).toEqual({ deleted: 1 });
      expect((await desk.refund(number, '1.00', 'r')).node).toMatchObject({ fund_change: 'Y' });
    });

    it('is refused for a better reason first, and one that is done is told', async () => {
      const number = await desk.paid();
      const { node: first } = await desk.refund(number, '1.00', 'r');
      await short();
      const { node: again } = await desk.refund(number, '1.00', 'r');
      expect(again).toEqual({ ...first, fund_change: 'N' });
      const { node: tooMuch } = await desk.refund(number, '9.01', 's');
      expect(tooMuch['sub_code']).toBe('ACQ.REASON_TRADE_REFUND_FEE_ERR');
    });

    it('a paid trade cannot be cancelled; an unpaid one, or one sent back, can', async () => {
      const [paid, waiting, unscanned, gone] = [
        await desk.paid(),
        await desk.order('scan'),
        await desk.order(),
        await desk.paid(),
      ];
      await desk.cancel(gone);
      await short();
      expect(await desk.cancel(paid)).toMatchObject({
        code: '40004',
        sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH',
        retry_flag: 'N',
      });
      expect(await desk.status(paid)).toBe('TRADE_SUCCESS');
      expect(await desk.cancel(waiting)).toMatchObject({ code: '10000', action: 'close' });
      expect(await desk.cancel(unscanned)).toMatchObject({ code: '10000' });
      expect(await desk.cancel(gone)).toMatchObject({ code: '10000', action: 'refund' });
      await client.control('DELETE', '/sim/faults');
      expect(await desk.cancel(paid)).toMatchObject({ code: '10000', action: 'refund' });
    });

    it('other faults go on beside it', async () => {
      const number = await desk.paid();
      await short();
      await desk.spoil({ method: 'refund', fault: 'unknown_error' });
      expect((await desk.refund(number, '1.00', 'r')).node['code']).toBe('20000');
      expect((await desk.refund(number, '1.00', 'r')).node['code']).toBe('40004');
      const { body } = await client.control('GET', '/sim/faults');
      expect(body['faults']).toEqual([
        { id: expect.any(Number) as number, fault: 'seller_balance', visibleMs: null },
      ]);
    });

    it.each([
      ['a method', { fault: 'seller_balance', method: 'refund' }],
      ['a count', { fault: 'seller_balance', count: 1 }],
      ['an effect', { fault: 'seller_balance', afterEffect: true }],
      ['a time of another fault', { fault: 'seller_balance', visibleMs: 1 }],
      ['no time', { fault: 'refund_unseen' }],
      ['no whole time', { fault: 'refund_unseen', visibleMs: '1000' }],
      ['a time of zero', { fault: 'refund_unseen', visibleMs: 0 }],
      ['a time for a fault that has none', { fault: 'reset', visibleMs: 1 }],
    ])('cannot be ordered with %s', async (_what, fault) => {
      expect(await desk.spoil(fault)).toBe(400);
      expect((await client.control('GET', '/sim/faults')).body).toEqual({ faults: [] });
    });

    it('can be ordered with what it means anyway', async () => {
      expect(await desk.spoil({ fault: 'seller_balance', method: '*', count: 0 })).toBe(200);
    });
  });
});

describe('a refund is shown later', () => {
  it('where the simulator is set so, in simulated time', async () => {
    const { client, stop } = await startTestSimulator({ refundVisibleMs: 15_000 });
    const desk = new Desk(client);
    const number = await desk.paid();
    await desk.refund(number, '1.00', 'r');
    expect(await desk.find(number, 'r')).toEqual(NOTHING_FOUND);
    await desk.later(15_000);
    expect(await desk.find(number, 'r')).toMatchObject({ refund_status: 'REFUND_SUCCESS' });
    await desk.spoil({ fault: 'refund_unseen', visibleMs: 1 });
    await desk.later(0);
    expect(await desk.find(number, 'r')).toEqual(NOTHING_FOUND);
    await stop();
  });
});

describe('refunds over a restart', () => {
  it('are the same: sums, numbers, times, and what they leave', async () => {
    const folder = freshFolder();
    const first = await startTestSimulator({ dataDir: folder.path, keyMode: 'key' });
    const before = new Desk(first.client);
    const [part, whole, cancelled] = [
      await before.paid(),
      await before.paid(),
      await before.paid(),
    ];
    const { node: told } = await before.refund(part, '2.00', 'a', { refund_reason: '退票' });
    await before.act(part, 'refund', { amount: '3.00' });
    await before.act(whole, 'refund', { amount: '10.00' });
    await before.cancel(cancelled);
    const numbers = [part, whole, cancelled];
    const known = await Promise.all(numbers.map((number) => before.shown(number)));
    await first.stop();

    const second = await startTestSimulator({ dataDir: folder.path, keyMode: 'key' });
    const after = new Desk(second.client);
    const shown = await Promise.all(numbers.map((number) => after.shown(number)));
    const refunds = (views: Record<string, unknown>[]) =>
      views.map(({ status, endedBy, refundedFen, refunds: all }) => [
        status,
        endedBy,
        refundedFen,
        all,
      ]);
    expect(refunds(shown)).toEqual(refunds(known));
    const { node: again } = await after.refund(part, '2.00', 'a');
    expect(again).toEqual({ ...told, fund_change: 'N', refund_fee: '5.00' });
    const options = { query_options: ['gmt_refund_pay'] };
    expect(await after.find(part, 'a', options)).toMatchObject({
      refund_amount: '2.00',
      gmt_refund_pay: told['gmt_refund_pay'],
    });
    const { node: tooMuch } = await after.refund(part, '5.01', 'b');
    expect(tooMuch['sub_code']).toBe('ACQ.REASON_TRADE_REFUND_FEE_ERR');
    expect((await after.cancel(part))['sub_code']).toBe('ACQ.REASON_TRADE_REFUND_FEE_ERR');
    expect(await after.cancel(cancelled)).toMatchObject({ code: '10000', action: 'refund' });
    expect((await after.refund(part, '5.00', 'b')).node['refund_fee']).toBe('10.00');
    await second.stop();
    folder.remove();
  });
});

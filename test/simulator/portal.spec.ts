import { Desk } from './desk';
import { startTestSimulator, TestClient } from './support';

const HOUR = 3_600_000;

describe("a refund in the merchant's portal", () => {
  let desk: Desk;
  let client: TestClient;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ client, stop } = await startTestSimulator());
    desk = new Desk(client);
  });
  afterEach(() => desk.later(0));
  afterAll(() => stop());

  const portal = (number: string, amount: unknown) => desk.act(number, 'refund', { amount });

  it('takes a part, then the rest, under numbers of its own', async () => {
    const number = await desk.paid();
    await desk.refund(number, '1.00', 'ours');
    const { status, body } = await portal(number, '4.00');
    expect([status, body['status'], body['refundedFen']]).toEqual([200, 'TRADE_SUCCESS', 500]);
    const [, made] = body['refunds'] as { outRequestNo: string; amount: number }[];
    expect(made).toMatchObject({ outRequestNo: expect.stringMatching(/^\d{28}$/), amount: 400 });
    const found = await desk.find(number, made?.outRequestNo ?? '');
    expect(found).toMatchObject({ refund_amount: '4.00' });
    expect((await portal(number, '4.00')).body).toMatchObject({ refundedFen: 900 });
    const { node } = await desk.refund(number, '1.01', 'more');
    expect(node['sub_code']).toBe('ACQ.REASON_TRADE_REFUND_FEE_ERR');
    expect((await desk.refund(number, '1.00', 'ours')).node['refund_fee']).toBe('9.00');
    expect((await portal(number, '1')).body).toMatchObject({ status: 'TRADE_CLOSED' });
    expect(await desk.status(number)).toBe('TRADE_CLOSED');
  });

  it.each([
    ['more than is left', ['scan', 'pay'], 0, 'TOO_MUCH'],
    ['what is not paid', ['scan'], 0, 'NOT_PAID'],
    ['what nobody scanned', [], 0, 'NOT_PAID'],
    ['what is finished', ['scan', 'pay'], 366 * 24 * HOUR, 'FINISHED'],
  ])('refuses %s', async (_what, steps, offsetMs, error) => {
    const number = await desk.order(...steps);
    await desk.later(offsetMs);
    expect(await portal(number, '10.01')).toMatchObject({ status: 409, body: { error } });
    expect(await desk.shown(number)).toMatchObject({ refundedFen: 0 });
  });

  it('refuses what has gone back', async () => {
    const number = await desk.paid();
    await desk.cancel(number);
    expect(await portal(number, '0.01')).toMatchObject({
      status: 409,
      body: { error: 'CLOSED' },
    });
  });

  it.each(['', '0', '-1.00', '1.001', '1e1', 'NaN', 3, null, undefined, ['1.00']])(
    'refuses %j as an amount',
    async (amount) => {
      const number = await desk.paid();
      const reply = await portal(number, amount);
      expect(reply).toMatchObject({ status: 400, body: { error: 'BAD_AMOUNT' } });
      expect(await desk.shown(number)).toMatchObject({ refundedFen: 0 });
    },
  );

  it('refuses a number that nobody knows', async () => {
    const reply = await portal('nobody', '1.00');
    expect(reply).toMatchObject({ status: 404, body: { error: 'NO_SUCH_TRADE' } });
  });
});

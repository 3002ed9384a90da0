import { AlipaySdk } from 'alipay-sdk';
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { goodBiz, startTestSimulator, TestClient } from './support';

interface Received {
  type: string | undefined;
  body: string;
  form: Record<string, string>;
}

describe('notifies', () => {
  let client: TestClient;
  let stop: () => Promise<void>;
  let receiver: Server;
  let notifyUrl: string;
  let received: Received[];
  let answers: string[];

  beforeAll(async () => {
    ({ client, stop } = await startTestSimulator({ notifyScale: 0.000_1 }));
    receiver = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const form = Object.fromEntries(new URLSearchParams(body));
        received.push({ type: request.headers['content-type'], body, form });
        response.end(answers.shift() ?? 'success');
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    notifyUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/notify?a=1`;
  });
  beforeEach(() => {
    received = [];
    answers = [];
  });
  afterAll(async () => {
    await stop();
    receiver.close();
  });

  async function order(more: object = {}, ...steps: string[]): Promise<string> {
    const biz = goodBiz(more);
    await client.call('alipay.trade.precreate', biz, { notify_url: notifyUrl });
    for (const step of steps) {
      await client.control('POST', `/sim/trades/${biz.out_trade_no}/${step}`);
    }
    return biz.out_trade_no;
  }

  async function until(count: number): Promise<void> {
    for (let tries = 0; received.length < count; tries += 1) {
      if (tries > 150) throw new Error(`${received.length} of ${count} notifies came`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  function alipayKey(): string {
    return readFileSync(client.settings['ALIPAY_PUBLIC_KEY_FILE'] ?? '', 'utf8');
  }

  /** By the book: everything but sign and sign_type, sorted, RSA2. */
  function isGenuine({ form }: Received): boolean {
    const text = Object.keys(form)
      .filter((name) => name !== 'sign' && name !== 'sign_type')
      .sort()
      .map((name) => `${name}=${form[name]}`)
      .join('&');
    const signature = Buffer.from(form['sign'] ?? '', 'base64');
    return verify('RSA-SHA256', Buffer.from(text), createPublicKey(alipayKey()), signature);
  }

  it('come when a trade is paid, signed, complete and without empty values', async () => {
    const subject = '门票 100% + "票"';
    const number = await order({ subject, passback_params: 'a%3Db' }, 'scan', 'pay');
    await until(1);
    const [first] = received as [Received];
    expect(first.type).toBe('application/x-www-form-urlencoded; text/html; charset=utf-8');
    expect(isGenuine(first)).toBe(true);
    expect(first.form).toMatchObject({
      notify_type: 'trade_status_sync',
      app_id: client.settings['ALIPAY_APP_ID'],
      seller_id: client.settings['ALIPAY_SELLER_ID'],
      out_trade_no: number,
      trade_status: 'TRADE_SUCCESS',
      total_amount: '88.88',
      subject,
      passback_params: 'a%3Db',
      sign_type: 'RSA2',
      charset: 'utf-8',
      fund_bill_list: '[{"amount":"88.88","fundChannel":"ALIPAYACCOUNT"}]',
    });
    expect(Object.values(first.form).every((text) => text !== '' && text === text.trim())).toBe(
      true,
    );
    expect(first.form).not.toHaveProperty('refund_fee');
  });

  it('satisfy the real SDK', async () => {
    await order({}, 'scan', 'pay');
    await until(1);
    const sdk = new AlipaySdk({
      appId: client.settings['ALIPAY_APP_ID'] ?? '',
      privateKey: readFileSync(client.settings['ALIPAY_PRIVATE_KEY_FILE'] ?? '', 'utf8'),
      alipayPublicKey: alipayKey(),
    });
    expect(sdk.checkNotifySignV2(received[0]?.form)).toBe(true);
    expect(sdk.checkNotifySignV2({ ...received[0]?.form, total_amount: '1.00' })).toBe(false);
  });

  it('are repeated with the same identity until they are taken', async () => {
    answers = ['fail', '"success"'];
    await order({}, 'scan', 'pay');
    await until(3);
    await new Promise((done) => setTimeout(done, 150));
    expect(received).toHaveLength(3);
    expect(new Set(received.map((one) => one.form['notify_id'])).size).toBe(1);
    expect(received.every(isGenuine)).toBe(true);
  });

  it('stay away while they are off, and can be sent by hand', async () => {
    await client.control('POST', '/sim/notify/off');
    const number = await order({}, 'scan', 'pay');
    answers = ['fail'];
    const { status, body } = await client.control('POST', '/sim/notify', { outTradeNo: number });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      event: 'paid',
      outTradeNo: number,
      accepted: false,
      reception: { status: 200, body: 'fail' },
    });
    expect(received).toHaveLength(1);
    await client.control('POST', '/sim/notify/on');
    const again = await client.control('POST', '/sim/notify', { outTradeNo: number });
    expect(again.body).toMatchObject({ accepted: true, id: body['id'] });
  });

  it('tell of refunds and closings when asked to', async () => {
    await client.control('POST', '/sim/notify/on', { events: ['refunded', 'closed'] });
    const number = await order({}, 'scan', 'pay');
    const refund = { out_trade_no: number, refund_amount: '1.00', out_request_no: 'r1' };
    await client.call('alipay.trade.refund', refund);
    await until(1);
    expect(received[0]?.form).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      refund_fee: '1.00',
      out_biz_no: 'r1',
    });
    const closed = await order({}, 'scan');
    await client.call('alipay.trade.cancel', { out_trade_no: closed });
    await until(2);
    expect(received[1]?.form).toMatchObject({ out_trade_no: closed, trade_status: 'TRADE_CLOSED' });
    await client.control('POST', '/sim/notify/on');
  });

  it("tell of refunds in the merchant's portal as of any: sum, number, time, end", async () => {
    const refund = (number: string, amount: string) =>
      client.control('POST', `/sim/trades/${number}/refund`, { amount });
    await client.control('POST', '/sim/notify/on', { events: ['refunded'] });
    const number = await order({}, 'scan', 'pay');
    const api = { out_trade_no: number, refund_amount: '10.00', out_request_no: 'ours' };
    await client.call('alipay.trade.refund', api);
    await until(1);
    await refund(number, '8.88');
    await until(2);
    const { body } = await refund(number, '70.00');
    await until(3);
    expect(received.every(isGenuine)).toBe(true);
    const made = (body['refunds'] as { outRequestNo: string }[]).map((one) => one.outRequestNo);
    expect(made[0]).toBe('ours');
    const forms = received.map(({ form }) => form);
    expect(forms.map((form) => form['out_biz_no'])).toEqual(made);
    expect(forms.map((form) => form['refund_fee'])).toEqual(['10.00', '18.88', '88.88']);
    expect(forms.map((form) => form['trade_status'])).toEqual([
      'TRADE_SUCCESS',
      'TRADE_SUCCESS',
      'TRADE_CLOSED',
    ]);
    expect(new Set(forms.map((form) => form['notify_id'])).size).toBe(3);
    for (const form of forms) {
      expect(form).toMatchObject({ total_amount: '88.88', gmt_refund: expect.any(String) });
    }
    await client.control('POST', '/sim/notify/on');
    const silent = await order({}, 'scan', 'pay');
    await until(4);
    await refund(silent, '1.00');
    await new Promise((done) => setTimeout(done, 100));
    expect(received.map(({ form }) => form['out_biz_no']).slice(3)).toEqual([undefined]);
  });

  it('can tell old news, but nothing untrue', async () => {
    const number = await order({}, 'scan', 'pay');
    await until(1);
    const old = { outTradeNo: number, event: 'waiting' };
    await client.control('POST', '/sim/notify', old);
    expect(received[1]?.form['trade_status']).toBe('WAIT_BUYER_PAY');
    expect(received[1]?.form).not.toHaveProperty('gmt_payment');
    expect(isGenuine(received[1] as Received)).toBe(true);
    const lie = await client.control('POST', '/sim/notify', { ...old, event: 'closed' });
    expect(lie).toMatchObject({ status: 409, body: { error: 'UNTRUE' } });
  });

  it.each<[string, boolean, (one: Received) => boolean]>([
    ['amount_after_signing', false, (one) => one.form['total_amount'] === '89.88'],
    ['wrong_amount', true, (one) => one.form['total_amount'] === '89.88'],
    ['bad_sign', false, (one) => one.form['total_amount'] === '88.88'],
    ['no_sign', false, (one) => !('sign' in one.form)],
    ['sign_type_rsa', false, (one) => one.form['sign_type'] === 'RSA'],
    ['no_sign_type', true, (one) => !('sign_type' in one.form)],
    ['repeated_key', false, (one) => one.body.split('total_amount=').length === 3],
    ['foreign_app_id', true, (one) => one.form['app_id'] !== client.settings['ALIPAY_APP_ID']],
    ['foreign_seller_id', true, (one) => one.form['seller_id'] === '2088000000000000'],
    ['unknown_number', true, (one) => one.form['out_trade_no']?.endsWith('_X') === true],
  ])('are spoilt on request: %s', async (tamper, genuine, shows) => {
    await client.control('POST', '/sim/notify/off');
    const number = await order({}, 'scan', 'pay');
    await client.control('POST', '/sim/notify', { outTradeNo: number, tamper });
    await client.control('POST', '/sim/notify/on');
    const [one] = received as [Received];
    expect(shows(one)).toBe(true);
    expect(isGenuine(one)).toBe(genuine);
  });

  it('tell why none could be sent', async () => {
    const unscanned = await order();
    const send = (body: object) => client.control('POST', '/sim/notify', body);
    expect(await send({ outTradeNo: unscanned })).toMatchObject({ status: 409 });
    expect(await send({ outTradeNo: 'none' })).toMatchObject({ status: 404 });
    expect(await send({ outTradeNo: unscanned, tamper: 'x' })).toMatchObject({ status: 400 });
    const url = 'http://127.0.0.1:1/nobody';
    const number = await order({}, 'scan');
    const { body } = await send({ outTradeNo: number, url });
    expect(body).toMatchObject({ accepted: false, reception: { status: null } });
  });
});

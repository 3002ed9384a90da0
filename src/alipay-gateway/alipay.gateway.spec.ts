import { Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  body,
  dated,
  honest,
  html,
  nodeText,
  PAID_NOTIFY,
  ScriptedAlipay,
  silence,
} from '../../test/support/far-side/scripted-alipay';
import { CLOCK, RANDOMNESS } from '../domain/ports/clock';
import { fen } from '../domain/money';
import { AlipayGatewayModule } from './alipay-gateway.module';
import { AlipayGateway } from './alipay.gateway';

const NUMBER = 'P1_000123';
const ORDER = {
  outTradeNo: NUMBER,
  amount: fen(510),
  subject: '门票/A',
  detail: '成人票 & 儿童票',
  clientIp: '202.96.128.68',
  endsAtMs: Date.UTC(2026, 8, 11, 18, 0, 0),
};
const clock = {
  nowMs: () => Date.UTC(2026, 8, 11),
  monotonicMs: () => 0,
  sleep: () => Promise.resolve(),
  turn: () => Promise.resolve(),
};

@Module({
  providers: [
    { provide: CLOCK, useValue: clock },
    { provide: RANDOMNESS, useValue: {} },
  ],
  exports: [CLOCK, RANDOMNESS],
})
class TestClockModule {}

const logged: string[] = [];
const logger = {
  warn: (line: string) => logged.push(`warn ${line}`),
  error: (line: string) => logged.push(`error ${line}`),
};

let far: ScriptedAlipay;
let gateway: AlipayGateway;
let stop: () => Promise<void>;

beforeAll(async () => {
  far = await ScriptedAlipay.start();
  const settings = far.settings({ notifyUrl: 'https://pay.test/notify', sellerId: '2088' });
  const module = await Test.createTestingModule({
    imports: [AlipayGatewayModule.forRoot(settings, [TestClockModule])],
  })
    .overrideProvider(Logger)
    .useValue(logger)
    .compile();
  await module.init();
  gateway = module.get(AlipayGateway);
  stop = () => module.close();
});

afterAll(async () => {
  await far.close();
});

beforeEach(() => logged.splice(0));

it('sends a prepared call as it is, every time, and gives the code', async () => {
  const prepared = gateway.prepareCode(ORDER);
  const answer = honest({
    code: '10000',
    out_trade_no: NUMBER,
    qr_code: 'https://qr.alipay.com/bax',
  });
  far.answer(answer, answer);
  const code = { kind: 'code', qrCode: 'https://qr.alipay.com/bax' };
  await expect(gateway.requestCode(prepared)).resolves.toEqual(code);
  await expect(gateway.requestCode(prepared)).resolves.toEqual(code);

  const { bizContent } = JSON.parse(prepared) as { bizContent: object };
  for (const call of far.calls) {
    expect(call).toMatchObject({ signed: true, method: 'alipay.trade.precreate' });
    expect(call.params.biz_content).toBe(JSON.stringify(bizContent));
    expect(call.params.notify_url).toBe('https://pay.test/notify');
  }
  expect(far.calls).toHaveLength(2);
  expect(logged).toEqual([]);
});

it('asks how a trade stands', async () => {
  const trade = { trade_status: 'TRADE_SUCCESS', trade_no: '2026', total_amount: '5.10' };
  far.answer(honest({ code: '10000', out_trade_no: NUMBER, ...trade }));
  await expect(gateway.query(NUMBER)).resolves.toEqual({
    kind: 'paid',
    channelStatus: 'TRADE_SUCCESS',
    payment: { tradeNo: '2026', amount: 510, buyer: null, paidAtMs: null },
  });
  expect(far.only()).toMatchObject({
    signed: true,
    method: 'alipay.trade.query',
    bizContent: { out_trade_no: NUMBER },
  });
  expect(far.only().params).not.toHaveProperty('notify_url');
});

it('cancels by our number, and says what that did', async () => {
  const cancelled = { code: '10000', out_trade_no: NUMBER, retry_flag: 'N', action: 'refund' };
  far.answer(honest({ ...cancelled, trade_no: '2026' }));
  await expect(gateway.cancel(NUMBER)).resolves.toEqual({ kind: 'done', action: 'refund' });
  expect(far.only()).toMatchObject({
    signed: true,
    method: 'alipay.trade.cancel',
    bizContent: { out_trade_no: NUMBER },
  });
  expect(far.only().params).not.toHaveProperty('notify_url');
});

it('refunds under its own number, and says what that did', async () => {
  const order = { outTradeNo: NUMBER, outRequestNo: 'R1', amount: fen(333), reason: '退票' };
  const done = { code: '10000', out_trade_no: NUMBER, fund_change: 'Y', refund_fee: '5.10' };
  const answer = honest(done);
  far.answer(answer, honest({ ...done, fund_change: 'N' }), html(502));
  const told = { kind: 'done', total: 510, refundedAtMs: null };
  await expect(gateway.refund(order)).resolves.toEqual(told);
  await expect(gateway.refund(order)).resolves.toEqual({ kind: 'unchanged' });
  await expect(gateway.refund(order)).resolves.toMatchObject({ kind: 'unknown', sent: true });
  expect(far.calls).toHaveLength(3);
  for (const { signed, method, bizContent, params } of far.calls) {
    expect([signed, method]).toEqual([true, 'alipay.trade.refund']);
    expect(bizContent).toEqual({
      ...{ out_trade_no: NUMBER, out_request_no: 'R1' },
      ...{ refund_amount: '3.33', refund_reason: '退票' },
    });
    expect(params).not.toHaveProperty('notify_url');
  }
});

it('asks after one refund, and warns of an answer about another', async () => {
  const found = { code: '10000', out_trade_no: NUMBER, refund_status: 'REFUND_SUCCESS' };
  far.answer(
    honest({ ...found, out_request_no: 'R1', refund_amount: 3.33 }), // As samples show it.
    honest({ code: '10000', msg: 'Success' }),
    honest({ ...found, out_request_no: 'R2', refund_amount: '3.33' }),
  );
  const told = { kind: 'found', amount: 333, refundedAtMs: null };
  await expect(gateway.refundQuery(NUMBER, 'R1')).resolves.toEqual(told);
  await expect(gateway.refundQuery(NUMBER, 'R1')).resolves.toEqual({ kind: 'nothing' });
  const other = gateway.refundQuery(NUMBER, 'R1');
  await expect(other).resolves.toMatchObject({ kind: 'unknown', unverified: true });
  expect(logged).toEqual([
    `warn refund query ${NUMBER}: unverified answer: answer is about another number`,
  ]);
  expect(far.calls[0]).toMatchObject({
    method: 'alipay.trade.fastpay.refund.query',
    bizContent: {
      ...{ out_trade_no: NUMBER, out_request_no: 'R1' },
      query_options: ['gmt_refund_pay'],
    },
  });
});

it('tells by the clock of Alipay when there was no trade', async () => {
  const channelTimeMs = clock.nowMs() + 4_000;
  const none = honest({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' });
  far.answer(dated(new Date(channelTimeMs).toUTCString(), none), none);
  await expect(gateway.query(NUMBER)).resolves.toEqual({ kind: 'notExist', channelTimeMs });
  await expect(gateway.query(NUMBER)).resolves.toEqual({ kind: 'notExist', channelTimeMs: null });
});

it('reads what Alipay pushes', () => {
  const read = (sellerId: string) => {
    const pushed = { ...PAID_NOTIFY, app_id: far.settings().appId, seller_id: sellerId };
    return gateway.readNotify(far.notify(pushed), 'application/x-www-form-urlencoded');
  };
  expect(read('2088')).toMatchObject({ outTradeNo: NUMBER, outcome: { kind: 'paid' } });
  expect(read('2089')).toMatchObject({ kind: 'refused', unverified: false });
});

it('does not know what an outage means, and does not shout about it', async () => {
  far.answer(html(502), html(502));
  const unknown = { kind: 'unknown', cause: 'HTTP 502', sent: true, unverified: false };
  await expect(gateway.query(NUMBER)).resolves.toEqual(unknown);
  await expect(gateway.requestCode(gateway.prepareCode(ORDER))).resolves.toEqual(unknown);
  expect(logged).toEqual([]);
});

it.each([
  ['precreate', () => gateway.requestCode(gateway.prepareCode(ORDER), 150)],
  ['query', () => gateway.query(NUMBER, 150)],
  ['cancel', () => gateway.cancel(NUMBER, 150)],
  [
    'refund',
    () =>
      gateway.refund({ outTradeNo: NUMBER, outRequestNo: 'R', amount: fen(1), reason: null }, 150),
  ],
  ['refund query', () => gateway.refundQuery(NUMBER, 'R', 150)],
])('gives a %s no more time than it is told', async (_name, call) => {
  far.answer(silence);
  await expect(call()).resolves.toMatchObject({ cause: 'no answer within 150 ms' });
});

it('warns of an answer about another number', async () => {
  far.answer(honest({ code: '10000', out_trade_no: 'P1_9', trade_status: 'TRADE_SUCCESS' }));
  await expect(gateway.query(NUMBER)).resolves.toMatchObject({ kind: 'unknown', unverified: true });
  expect(logged).toEqual([
    `warn query ${NUMBER}: unverified answer: answer is about another number`,
  ]);
});

it('tells the operator that our settings are refused, and the till nothing of it', async () => {
  const refusal = { code: '40002', sub_code: 'isv.invalid-signature', sub_msg: '验签出错' };
  far.answer(honest(refusal));
  await expect(gateway.requestCode(gateway.prepareCode(ORDER))).resolves.toEqual({
    kind: 'refused',
    fault: 'configuration',
    cause: '40002 isv.invalid-signature',
    shown: null,
  });
  expect(logged).toEqual([
    `error precreate ${NUMBER}: refused for our settings: 40002 isv.invalid-signature`,
  ]);
});

it('names an unsigned gateway error to the operator, as no attack and no evidence', async () => {
  const text = nodeText({ code: '40002', sub_code: 'isv.invalid-app-id' });
  const unsigned = body((node) => `{"${node}":${text}}`);
  far.answer(unsigned, unsigned);
  const cause = 'unverifiable gateway error 40002 isv.invalid-app-id';
  const unknown = { kind: 'unknown', cause, sent: true, unverified: false };
  await expect(gateway.query(NUMBER)).resolves.toEqual(unknown);
  await expect(gateway.requestCode(gateway.prepareCode(ORDER))).resolves.toEqual(unknown);
  expect(logged).toEqual([
    `error query ${NUMBER}: ${cause}`,
    `error precreate ${NUMBER}: ${cause}`,
  ]);
});

it('lets no key, signature, buyer or answer into logs and outcomes', async () => {
  const buyer = { buyer_logon_id: '13812345678', buyer_user_id: '2088999988887777' };
  const fields = { code: '10000', out_trade_no: NUMBER, trade_status: 'TRADE_SUCCESS', ...buyer };
  const text = nodeText(fields);
  const signatures: string[] = [];
  const kept = (signature: string) => {
    signatures.push(signature);
    return signature;
  };
  far.answer(
    body((node, sign) => `{"${node}":${text},"sign":"${kept(sign(`${text} `))}"}`),
    body((node) => `{"${node}":${text}}`),
    body((node, sign) => `{"${node}":${text},"sign":"${kept(sign(text))}","${node}":{}}`),
    honest({ ...fields, out_trade_no: 'P1_9' }),
    honest({ code: '40002', sub_code: 'isv.invalid-signature', sub_msg: `x ${text}` }),
    body((node) => `{"${node}":${text}`),
    html(502),
  );
  const outcomes = [];
  while (outcomes.length < 7) outcomes.push(await gateway.query(NUMBER));

  const settings = far.settings();
  const [alipays] = settings.alipayKeys;
  const pems = [settings.privateKey, alipays?.publicKey ?? ''];
  const keyParts = pems.map((pem) => pem.split('\n')[3]);
  const told = JSON.stringify({ logged, outcomes });
  expect(logged).toHaveLength(5);
  expect(signatures).toHaveLength(2);
  const ours = far.calls.map((call) => call.params.sign);
  for (const secret of [...keyParts, ...signatures, ...ours, ...Object.values(buyer), '验签']) {
    expect(told).not.toContain(secret);
  }
  expect(logged.every((line) => line.length < 120 && !line.includes('\n'))).toBe(true);
});

it('closes its connections at shutdown and then answers that nothing was sent', async () => {
  await stop();
  far.answer();
  await expect(gateway.query(NUMBER)).resolves.toMatchObject({ kind: 'unknown', sent: false });
  expect(far.calls).toHaveLength(0);
});

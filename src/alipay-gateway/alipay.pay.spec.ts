import { Logger } from '@nestjs/common';
import {
  body,
  honest,
  html,
  nodeText,
  reset,
  ScriptedAlipay,
  SteppedClock,
  ScriptedGateway,
} from '../../test/support/far-side/scripted-alipay';
import { systemClock } from '../config/system-clock';
import { fen } from '../domain/money';
import { AlipayClient } from './call/alipay.client';
import { AlipayGateway } from './alipay.gateway';
import { toChargeOutcome } from './alipay.mapper';
import { NotifyReader } from './alipay.notify';
import { ResilientGateway } from './resilience/resilient.gateway';

const NUMBER = 'P1_000123';
const AUTH_CODE = '281234567890123456';
const ORDER = {
  outTradeNo: NUMBER,
  amount: fen(8_888),
  subject: '门票',
  detail: null,
  clientIp: '202.96.128.68',
  endsAtMs: Date.UTC(2026, 8, 11, 18, 0, 0),
};
const TAKEN = {
  trade_no: '2026',
  total_amount: '88.88',
  buyer_logon_id: '138****0000',
  gmt_payment: '2026-09-11 10:00:00',
};
const PAYMENT = {
  tradeNo: '2026',
  amount: 8_888,
  buyer: '138****0000',
  paidAtMs: Date.UTC(2026, 8, 11, 2, 0, 0),
};

function said(fields: Record<string, unknown>) {
  return toChargeOutcome({ code: '10000', out_trade_no: NUMBER, ...fields }, NUMBER);
}

function inWords(fields: Record<string, unknown>): string {
  const outcome = said(fields);
  if (outcome.kind === 'refused') return `refused ${outcome.fault} ${outcome.shown}`;
  return outcome.kind;
}

describe('what an answer to a charge means', () => {
  it('is paid with what Alipay took', () => {
    const paid = { kind: 'paid', channelStatus: 'TRADE_SUCCESS' };
    expect(said(TAKEN)).toEqual({ ...paid, payment: PAYMENT });
    const more = said({ ...TAKEN, total_amount: '88.89' });
    expect(more).toEqual({ ...paid, payment: { ...PAYMENT, amount: 8_889 } });
  });

  it.each([
    ['paid without a trade', { ...TAKEN, trade_no: '' }, 'unknown'],
    ['another number', { ...TAKEN, out_trade_no: 'P1_9' }, 'unknown'],
    ['no number', { ...TAKEN, out_trade_no: undefined }, 'unknown'],
    ['the password is asked for', { code: '10003' }, 'pending'],
    ['the password, another number', { code: '10003', out_trade_no: 'P1_9' }, 'unknown'],
    ['20000', { code: '20000', sub_code: 'aop.unknow-error' }, 'unknown'],
    ['no code', { code: undefined }, 'unknown'],
    ['40005', { code: '40005', sub_code: 'isv.app-call-limited' }, 'refused pace null'],
    ['40006', { code: '40006' }, 'refused configuration null'],
  ])('%s', (_what, fields, words) => expect(inWords(fields)).toBe(words));

  it.each([
    ['ACQ.SYSTEM_ERROR', 'unknown'],
    ['AQC.SYSTEM_ERROR', 'unknown'],
    ['ACQ.TRADE_HAS_SUCCESS', 'unknown'],
    ['ACQ.TRADE_HAS_CLOSE', 'unknown'],
    ['ACQ.CONTEXT_INCONSISTENT', 'unknown'],
    ['ACQ.NEVER_HEARD_OF', 'unknown'],
    ['ACQ.PAYMENT_AUTH_CODE_INVALID', 'refused request 余额不足'],
    ['ACQ.BUYER_BALANCE_NOT_ENOUGH', 'refused request 余额不足'],
    ['ACQ.PAYMENT_REQUEST_HAS_RISK', 'refused request 余额不足'],
    ['ACQ.PAYMENT_FAIL', 'refused request 余额不足'],
    ['ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE', 'refused request 余额不足'],
    ['ACQ.USER_FACE_PAYMENT_SWITCH_OFF', 'refused request 余额不足'],
    ['ACQ.TOTAL_FEE_EXCEED', 'refused request 余额不足'],
    ['ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR', 'refused request 余额不足'],
    ['ACQ.ACCESS_FORBIDDEN', 'refused configuration null'],
  ])('%s: %s', (subCode, words) => {
    expect(inWords({ code: '40004', sub_code: subCode, sub_msg: '余额不足' })).toBe(words);
  });
});

describe('a charge over the wire', () => {
  let far: ScriptedAlipay;
  let client: AlipayClient;
  let gateway: AlipayGateway;
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);

  beforeAll(async () => {
    far = await ScriptedAlipay.start();
    const settings = far.settings({
      notifyUrl: 'https://pay.test/n',
      productCode: 'QR_CODE_OFFLINE',
    });
    client = new AlipayClient(settings, systemClock);
    const logger = Object.assign(new Logger(), { warn: log, error: log });
    gateway = new AlipayGateway(client, new NotifyReader(settings), settings, logger);
  });
  afterAll(async () => {
    await client.close();
    await far.close();
  });
  beforeEach(() => void logged.splice(0));

  it('is stored without the code and sent with it', async () => {
    const prepared = gateway.preparePay(ORDER);
    expect(prepared).not.toContain('auth_code');
    far.answer(honest({ code: '10000', out_trade_no: NUMBER, ...TAKEN }));
    expect(await gateway.pay(prepared, AUTH_CODE)).toMatchObject({
      kind: 'paid',
      payment: PAYMENT,
    });
    expect(far.only()).toMatchObject({ signed: true, method: 'alipay.trade.pay' });
    expect(far.only().params.notify_url).toBe('https://pay.test/n');
    expect(far.only().bizContent).toEqual({
      out_trade_no: NUMBER,
      total_amount: '88.88',
      subject: '门票',
      product_code: 'FACE_TO_FACE_PAYMENT',
      time_expire: '2026-09-12 02:00:00',
      business_params: { mc_create_trade_ip: '202.96.128.68' },
      scene: 'bar_code',
      auth_code: AUTH_CODE,
    });
  });

  it('is unknown after every bad answer, sent once, and its code is in no log', async () => {
    const text = nodeText({ code: '10000', out_trade_no: NUMBER, ...TAKEN });
    far.answer(
      html(502),
      reset,
      body((node) => `{"${node}":${text}}`),
      body((node, sign) => `{"${node}":${text},"sign":"${sign(`${text} `)}"}`),
      honest({ code: '10000', out_trade_no: 'P1_9', ...TAKEN }),
      honest({ code: '20000', sub_code: 'isp.unknow-error' }),
    );
    const outcomes = [];
    for (let n = 0; n < 6; n += 1) {
      outcomes.push(await gateway.pay(gateway.preparePay(ORDER), AUTH_CODE));
    }
    const told = outcomes.map((one) => (one.kind === 'unknown' ? one.unverified : one.kind));
    expect(told).toEqual([false, false, true, true, true, false]);
    expect(far.calls).toHaveLength(6);
    expect(JSON.stringify({ logged, outcomes })).not.toContain(AUTH_CODE);
  });
});

describe('a charge through the resilient gateway', () => {
  const UNSENT = { kind: 'unknown', cause: 'refused', sent: false, unverified: false } as const;

  async function attempts(first: { sent: boolean }): Promise<number> {
    const clock = new SteppedClock();
    const inner = new ScriptedGateway(clock);
    const randomness = { hex: () => '', fraction: () => 0 };
    const silent = { log: () => undefined, warn: () => undefined };
    const gateway = new ResilientGateway(inner, 5_000, clock, randomness, silent);
    inner.answer({ ...UNSENT, ...first }, { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' });
    const outcome = gateway.pay('call', AUTH_CODE);
    await clock.advance(5_000);
    await outcome;
    expect(gateway.calls()).toMatchObject([{ method: 'pay', count: 1 }]);
    return inner.calls.length;
  }

  it('is repeated only when it surely never left', async () => {
    expect(await attempts({ sent: true })).toBe(1);
    expect(await attempts({ sent: false })).toBe(2);
  });
});

import { ScriptedGateway, SteppedClock } from '../../../test/support/far-side/scripted-alipay';
import { fen } from '../../domain/money';
import type { PayOutcome } from '../../domain/ports/payment-gateway';
import { ResilientGateway } from './resilient.gateway';
import type { Outcome } from './timed-gateway';

const NUMBER = 'P1_000123';
const PENDING: Outcome = { kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' };
const NEVER_SENT: Outcome = doubt('not sent', { sent: false });
const LOST: Outcome = doubt('HTTP 502');
const UNVERIFIED: Outcome = doubt('signature wrong', { unverified: true });
const CLOUDY: Outcome = { ...doubt('20000'), answered: true } as Outcome;
const REFUSED: Outcome = { kind: 'refused', fault: 'pace', cause: '40005', shown: null };
const CODE: Outcome = { kind: 'code', qrCode: 'https://qr' };
const DONE: Outcome = { kind: 'done', action: 'close' };
const GONE: Outcome = { kind: 'done', total: fen(1), refundedAtMs: null };
const FOUND: Outcome = { kind: 'found', amount: fen(1), refundedAtMs: null };
const SUSPENDED = doubt('calls are suspended: Alipay does not answer', { sent: false });
const FULL = doubt('too many calls under way', { sent: false });

function doubt(cause: string, changes: { sent?: boolean; unverified?: boolean } = {}) {
  return { kind: 'unknown' as const, cause, sent: true, unverified: false, ...changes };
}

let clock: SteppedClock;
let inner: ScriptedGateway;
let gateway: ResilientGateway;
let logged: string[];
let ended: Outcome[];

beforeEach(() => {
  clock = new SteppedClock();
  inner = new ScriptedGateway(clock);
  logged = [];
  ended = [];
  const logger = {
    log: (line: string) => logged.push(`log ${line}`),
    warn: (line: string) => logged.push(`warn ${line}`),
  };
  const randomness = { fraction: () => 0.5, hex: () => '' };
  gateway = new ResilientGateway(inner, 5_000, clock, randomness, logger);
});

type Method = 'precreate' | 'query' | 'cancel' | 'refund' | 'refundQuery';

/** Starts a call; its outcome lands in `ended`. */
function start(method: Method = 'query', number = NUMBER): void {
  const order = { outTradeNo: 'trade', outRequestNo: number, amount: fen(1), reason: null };
  const call = {
    refund: () => gateway.refund(order),
    refundQuery: () => gateway.refundQuery('trade', number),
    precreate: () => gateway.requestCode(number),
    query: () => gateway.query(number),
    cancel: () => gateway.cancel(number),
  }[method];
  void call().then((outcome) => ended.push(outcome));
}

async function outcomeOf(method: Method, ...script: Outcome[]) {
  inner.answer(...script);
  start(method);
  await clock.advance(1_000);
  return ended.at(-1);
}

describe('one retry', () => {
  const CASES: [string, Method, Outcome[], number][] = [
    ['a query without an answer', 'query', [LOST, PENDING], 2],
    ['a query that never left', 'query', [NEVER_SENT, PENDING], 2],
    ['a query with an answer that says nothing', 'query', [CLOUDY, PENDING], 2],
    ['a query only once', 'query', [LOST, LOST, PENDING], 2],
    ['a precreate that never left', 'precreate', [NEVER_SENT, CODE], 2],
    ['a cancel that never left', 'cancel', [NEVER_SENT, DONE], 2],
    ['a cancel that never left, then may have', 'cancel', [NEVER_SENT, LOST, DONE], 2],
    ['no precreate that may have been sent', 'precreate', [LOST, CODE], 1],
    ['no cancel that may have been sent', 'cancel', [LOST, DONE], 1],
    ['no cancel that Alipay wants repeated', 'cancel', [CLOUDY, DONE], 1],
    ['a refund that never left', 'refund', [NEVER_SENT, GONE], 2],
    ['a refund that never left, then may have', 'refund', [NEVER_SENT, LOST, GONE], 2],
    ['no refund that may have been sent', 'refund', [LOST, GONE], 1],
    ['no refund that Alipay wants repeated', 'refund', [CLOUDY, GONE], 1],
    ['the question after a refund', 'refundQuery', [LOST, FOUND], 2],
    ['no unverified answer to a refund', 'refund', [UNVERIFIED, GONE], 1],
    ['no unverified answer', 'query', [UNVERIFIED, PENDING], 1],
    ['no unverified answer to a cancel', 'cancel', [UNVERIFIED, DONE], 1],
    ['no refusal', 'query', [REFUSED, PENDING], 1],
    ['no answer', 'query', [PENDING, LOST], 1],
  ];
  it.each(CASES)('repeats %s', async (_name, method, script, tries) => {
    await expect(outcomeOf(method, ...script)).resolves.toEqual(script[tries - 1]);
    expect(inner.calls).toHaveLength(tries);
    expect(inner.calls.every((call) => call.method === method && call.content === NUMBER)).toBe(
      true,
    );
    expect(gateway.retries()).toBe(tries - 1);
  });

  it('comes after a short pause, within the time of the call', async () => {
    inner.answer(LOST, PENDING);
    start();
    await clock.advance(74);
    expect(inner.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([5_000]);
    await clock.advance(1);
    expect(inner.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([5_000, 4_925]);
  });

  it('does not come when too little time is left', async () => {
    inner.takesMs = 4_426;
    inner.answer(LOST, PENDING);
    start();
    await clock.advance(10_000);
    expect(ended).toEqual([LOST]);
    inner.takesMs = 4_424;
    inner.answer(LOST, PENDING);
    start();
    await clock.advance(10_000);
    expect(inner.calls.at(-1)?.timeoutMs).toBeCloseTo(501);
  });

  it('does not come when its pause has taken the time of the call', async () => {
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms) => sleep(ms + 4_426);
    inner.answer(LOST, PENDING);
    start();
    await clock.advance(10_000);
    expect(ended).toEqual([LOST]);
    expect(inner.calls).toHaveLength(1);
  });

  it('leaves the first outcome when the second never left', async () => {
    await expect(outcomeOf('query', LOST, NEVER_SENT)).resolves.toEqual(LOST);
  });

  it('costs no more than ten calls at once and a tenth of them in the end', async () => {
    inner.byDefault = () => CLOUDY;
    for (let call = 1; call <= 500; call += 1) {
      start();
      await clock.advance(200);
      expect(gateway.retries()).toBeLessThanOrEqual(10 + call / 10);
    }
    expect(gateway.retries()).toBeGreaterThan(50);
    expect(inner.calls).toHaveLength(500 + gateway.retries());
  });
});

describe('the breaker', () => {
  async function fail(calls: number, outcome = LOST): Promise<void> {
    inner.byDefault = () => outcome;
    for (let call = 0; call < calls; call += 1) {
      start('cancel');
      await clock.advance(10);
    }
  }

  it('answers at once, for every method, and sends nothing', async () => {
    await fail(10);
    const sent = inner.calls.length;
    expect(gateway.breakerState()).toBe('open');
    for (const method of ['precreate', 'query', 'cancel'] as const) start(method);
    await clock.advance(0);
    expect(ended.slice(-3)).toEqual([SUSPENDED, SUSPENDED, SUSPENDED]);
    expect(inner.calls).toHaveLength(sent);
    expect(logged).toEqual(['warn Alipay does not answer: no calls for 5000 ms']);
  });

  it.each([
    ['refusals', REFUSED],
    ['answers that say nothing', CLOUDY],
    ['answers of a wrong signature', UNVERIFIED],
  ])('does not open for %s', async (_name, outcome) => {
    await fail(40, outcome);
    expect(gateway.breakerState()).toBe('closed');
  });

  it('closes by a single call that is answered; others do not get through meanwhile', async () => {
    await fail(10);
    await clock.advance(5_000);
    expect(gateway.breakerState()).toBe('halfOpen');
    inner.byDefault = () => PENDING;
    inner.takesMs = 100;
    const sent = inner.calls.length;
    for (let call = 0; call < 5; call += 1) start();
    await clock.advance(99);
    expect(inner.calls).toHaveLength(sent + 1);
    expect(ended.slice(-4)).toEqual([SUSPENDED, SUSPENDED, SUSPENDED, SUSPENDED]);
    await clock.advance(1);
    expect(ended.at(-1)).toEqual(PENDING);
    expect(gateway.breakerState()).toBe('closed');
    expect(logged.at(-1)).toBe('log Alipay answers again');
  });

  it('does not repeat a probe that failed', async () => {
    await fail(10);
    await clock.advance(5_000);
    const sent = inner.calls.length;
    start('query');
    await clock.advance(1_000);
    expect(inner.calls).toHaveLength(sent + 1);
    expect(ended.at(-1)).toEqual(LOST);
    expect([gateway.breakerState(), gateway.retries()]).toEqual(['open', 0]);
  });

  it('is not held by a probe that ended in a fault of the program', async () => {
    await fail(10);
    await clock.advance(5_000);
    inner.byDefault = () => {
      throw new Error('a fault');
    };
    await expect(gateway.query(NUMBER)).rejects.toThrow('a fault');
    inner.byDefault = () => PENDING;
    await expect(gateway.query(NUMBER)).resolves.toEqual(PENDING);
    expect([gateway.breakerState(), gateway.underWay()]).toEqual(['closed', 0]);
  });
});

describe('the bulkhead', () => {
  it('has room for 64 calls, lets 256 wait, and answers the rest at once', async () => {
    inner.takesMs = 400;
    inner.byDefault = () => PENDING;
    for (let call = 0; call < 64 + 256 + 30; call += 1) start();
    await clock.advance(0);
    expect(inner.calls).toHaveLength(64);
    expect([gateway.underWay(), gateway.waiting()]).toEqual([64, 256]);
    expect(ended).toEqual(Array.from({ length: 30 }, () => FULL));
    await clock.advance(400 * 5);
    expect(ended.slice(30)).toEqual(Array.from({ length: 320 }, () => PENDING));
    expect([gateway.underWay(), gateway.waiting()]).toEqual([0, 0]);
  });

  it('when Alipay hangs, ends each of 200 calls in time and sends no more than 64', async () => {
    inner.takesMs = Infinity;
    for (let call = 0; call < 200; call += 1) start('query', `P1_${call}`);
    await clock.advance(4_499);
    expect(ended).toEqual([]);
    await clock.advance(501);
    expect(ended).toHaveLength(200);
    expect(inner.calls).toHaveLength(64);
    expect(ended.filter((each) => each.kind === 'unknown' && !each.sent)).toHaveLength(136);
    expect(gateway.breakerState()).toBe('open');
  });

  it('gives what is left of its time to a call that had to wait', async () => {
    inner.takesMs = 3_000;
    inner.byDefault = () => PENDING;
    for (let call = 0; call < 65; call += 1) start();
    await clock.advance(3_000);
    expect(inner.calls.at(-1)?.timeoutMs).toBe(2_000);
  });
});

it('passes on what needs no call', () => {
  expect(gateway.prepareCode({} as never)).toBe('prepared');
  const reading = { kind: 'refused', cause: 'x', unverified: true } as const;
  inner.reading = reading;
  expect(gateway.readNotify(Buffer.from('a=b'), 'text/x')).toBe(reading);
  expect(inner.notifies).toEqual([['a=b', 'text/x']]);
});

it('counts calls by method and ending', async () => {
  await outcomeOf('query', LOST, PENDING);
  await outcomeOf('query', UNVERIFIED);
  await outcomeOf('precreate', CODE);
  await outcomeOf('precreate', CODE);
  await outcomeOf('cancel', LOST);
  await outcomeOf('cancel', NEVER_SENT, NEVER_SENT);
  for (const unverified of [true, false, true]) {
    inner.reading = { kind: 'refused', cause: 'x', unverified };
    gateway.readNotify(Buffer.alloc(0), '');
  }
  inner.reading = { kind: 'notify', outTradeNo: NUMBER, outcome: PENDING as PayOutcome };
  gateway.readNotify(Buffer.alloc(0), '');
  expect(gateway.calls()).toEqual([
    { method: 'query', ending: 'pending', count: 1 },
    { method: 'query', ending: 'unverified', count: 1 },
    { method: 'precreate', ending: 'code', count: 2 },
    { method: 'cancel', ending: 'unknown', count: 1 },
    { method: 'cancel', ending: 'unsent', count: 1 },
    { method: 'notify', ending: 'unverified', count: 2 },
    { method: 'notify', ending: 'refused', count: 1 },
    { method: 'notify', ending: 'read', count: 1 },
  ]);
  expect(gateway.retries()).toBe(2);
});

import {
  body,
  dated,
  honest,
  nodeText,
  ScriptedAlipay,
} from '../../../test/support/far-side/scripted-alipay';
import { AlipayClient } from './alipay.client';
import { SignedCall } from './signed-call';

const CLOCK = {
  nowMs: () => Date.UTC(2026, 8, 11, 16, 30, 5),
  monotonicMs: () => 0,
  sleep: () => Promise.resolve(),
  turn: () => Promise.resolve(),
};
const NUMBER = 'P1_000123';
const QUERY = { bizContent: { out_trade_no: NUMBER } };
const WAITING = {
  code: '10000',
  msg: 'Success',
  out_trade_no: NUMBER,
  trade_status: 'WAIT_BUYER_PAY',
};

let far: ScriptedAlipay;
let client: AlipayClient;

beforeAll(async () => {
  far = await ScriptedAlipay.start();
  client = new AlipayClient(far.settings(), CLOCK);
});

afterAll(async () => {
  await client.close();
  await far.close();
});

function query() {
  return client.call('alipay.trade.query', QUERY);
}

describe('what is sent', () => {
  it('is one signed POST, common parameters in the query, biz_content in the body', async () => {
    far.answer(honest(WAITING));
    await query();
    const call = far.only();
    expect(call.signed).toBe(true);
    expect(call.method).toBe('alipay.trade.query');
    expect(call.inQuery).not.toContain('biz_content');
    expect(call.bizContent).toEqual({ out_trade_no: NUMBER });
    expect(Object.entries(call.params).filter(([, value]) => value.trim() !== value)).toEqual([]);
    expect(Object.values(call.params)).not.toContain('');
  });

  it.each(['UTC', 'America/New_York', 'Asia/Shanghai'])(
    'carries China time whatever the time zone of the process: %s',
    async (zone) => {
      const before = process.env.TZ;
      process.env.TZ = zone;
      try {
        far.answer(honest(WAITING));
        await query();
      } finally {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      }
      expect(far.only().params.timestamp).toBe('2026-09-12 00:30:05');
    },
  );

  it('has the notify address as a common parameter, or none at all', async () => {
    far.answer(honest(WAITING), honest(WAITING));
    await client.call('alipay.trade.precreate', { ...QUERY, notifyUrl: 'https://pay.test/n' });
    await client.call('alipay.trade.precreate', QUERY);
    expect(far.calls[0]?.params.notify_url).toBe('https://pay.test/n');
    expect(far.calls[0]?.inQuery).toContain('notify_url');
    expect(far.calls[1]?.params).not.toHaveProperty('notify_url');
    expect(far.calls.every((call) => call.signed)).toBe(true);
  });

  it('leaves the call given to it unchanged, so that it can be sent again', async () => {
    const call = Object.freeze({ bizContent: Object.freeze({ out_trade_no: NUMBER }) });
    far.answer(honest(WAITING), honest(WAITING));
    await client.call('alipay.trade.query', call);
    await client.call('alipay.trade.query', call);
    expect(far.calls.map(({ bizContent }) => bizContent)).toEqual([
      QUERY.bizContent,
      QUERY.bizContent,
    ]);
  });

  it('signs Chinese, percent signs and astral characters rightly', async () => {
    far.answer(honest(WAITING));
    const bizContent = { out_trade_no: NUMBER, subject: '门票 100% 🎫 +"\\' };
    await client.call('alipay.trade.precreate', { bizContent });
    expect(far.only()).toMatchObject({ signed: true, bizContent });
  });
});

describe('a verified answer', () => {
  it('is handed out with the keys of the wire', async () => {
    far.answer(honest({ ...WAITING, url: 'https://qr.alipay.com/bax' }));
    await expect(query()).resolves.toEqual({
      kind: 'answer',
      answer: { ...WAITING, url: 'https://qr.alipay.com/bax' },
      channelTimeMs: null,
    });
  });

  const ODD: [string, Record<string, unknown>][] = [
    ['braces and "sign" inside a string', { ...WAITING, msg: '{"sign":"}' }],
    ['a nested object', { ...WAITING, more: { list: [{ a: '}' }] } }],
    ['a traceId of its own', { ...WAITING, traceId: 'x' }],
    ['a refusal', { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST' }],
  ];
  it.each(ODD)('may hold %s', async (_name, fields) => {
    far.answer(honest(fields));
    const answer = { kind: 'answer', answer: fields, channelTimeMs: null };
    await expect(query()).resolves.toEqual(answer);
  });

  it.each(['88.88', '88.880', '100', '88.880000000000001', '88.87999999999999999'])(
    'brings an amount that is a number, to the digit: %s',
    async (number) => {
      const text = nodeText(WAITING).replace(/\}$/, `,"total_amount":${number}}`);
      far.answer(body((node, sign) => `{"${node}":${text},"sign":"${sign(text)}"}`));
      const answer = { ...WAITING, total_amount: number };
      await expect(query()).resolves.toMatchObject({ kind: 'answer', answer });
    },
  );

  it('is never an unsigned twin of the same float', async () => {
    const [signed, twin] = ['88.880000000000001', '88.88'].map((number) =>
      nodeText(WAITING).replace(/\}$/, `,"total_amount":${number}}`),
    );
    far.answer(
      body(
        (node, sign) => `{"${node}":${signed},"sign":"${sign(signed ?? '')}","${node}":${twin}}`,
      ),
    );
    await expect(query()).resolves.toMatchObject({
      kind: 'answer',
      answer: { total_amount: '88.880000000000001' },
    });
  });

  it('may come with the certificate number of certificate mode beside it', async () => {
    const text = nodeText(WAITING);
    far.answer(
      body((node, sign) => `{"${node}":${text},"alipay_cert_sn":"ab","sign":"${sign(text)}"}`),
    );
    await expect(query()).resolves.toMatchObject({ kind: 'answer' });
  });
});

it('hands out nothing that was not verified now, even if the same was before', async () => {
  far.answer(honest(WAITING), honest(WAITING));
  await query();
  const check = jest.spyOn(SignedCall.prototype, 'check').mockReturnValue();
  try {
    const cause = 'answer is not what was signed';
    await expect(query()).resolves.toMatchObject({ kind: 'failure', cause, unverified: true });
  } finally {
    check.mockRestore();
  }
});

describe('the clock of Alipay', () => {
  const NOW = CLOCK.nowMs();
  const WEEK = 7 * 86_400_000;
  const at = (offsetMs: number) => new Date(NOW + offsetMs).toUTCString();

  it.each<[string, string | string[] | null, number | null]>([
    ['in step with ours', at(0), NOW],
    ['eight hours ahead', at(8 * 3_600_000), NOW + 8 * 3_600_000],
    ['a week behind', at(-WEEK), NOW - WEEK],
    ['more than a week ahead', at(WEEK + 1_000), null],
    ['more than a week behind', at(-WEEK - 1_000), null],
    ['absent', null, null],
    ['empty', '', null],
    ['told twice', [at(0), at(1_000)], null],
    ['in another form of date', 'Friday, 11-Sep-26 16:30:05 GMT', null],
    ['in ISO 8601', '2026-09-11T16:30:05Z', null],
    ['with a wrong weekday', at(0).replace('Fri', 'Sat'), null],
    ['of another zone', at(0).replace('GMT', '+0800'), null],
    ['on a day that is none', 'Mon, 31 Sep 2026 16:30:05 GMT', null],
  ])('is read from the answer: %s', async (_name, date, channelTimeMs) => {
    far.answer(dated(date, honest(WAITING)));
    await expect(query()).resolves.toEqual({ kind: 'answer', answer: WAITING, channelTimeMs });
  });

  it('is not believed with a wrong signature', async () => {
    far.answer(
      dated(
        at(0),
        body((node) => `{"${node}":${nodeText(WAITING)},"sign":"AAAA"}`),
      ),
    );
    expect(await query()).not.toHaveProperty('channelTimeMs');
  });

  it('is carried on in whole ms, as the books hold it', async () => {
    let monotonicMs = 17.25;
    const watch = { ...CLOCK, monotonicMs: () => monotonicMs };
    const watching = new AlipayClient(far.settings(), watch);
    expect(watching.channelNowMs()).toBeNull();
    far.answer(dated(at(0), honest(WAITING)));
    await watching.call('alipay.trade.query', QUERY);
    monotonicMs += 1000.4;
    expect(watching.channelNowMs()).toBe(Date.parse(at(0)) + 1000);
    await watching.close();
  });
});

it('takes a PKCS#1 key as well', async () => {
  const privateKey = far.app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const other = new AlipayClient(far.settings({ privateKey }), CLOCK);
  far.answer(honest(WAITING));
  await expect(other.call('alipay.trade.query', QUERY)).resolves.toMatchObject({
    kind: 'answer',
  });
  expect(far.only().signed).toBe(true);
  await other.close();
});

import { fen, MAX_AMOUNT } from '../domain/money';
import type { CodeOrder } from '../domain/ports/payment-gateway';
import { prepareCall, readPreparedCall } from './alipay.order';

const ORDER: CodeOrder = {
  outTradeNo: 'P1_000123',
  amount: fen(510),
  subject: '门票',
  detail: '成人票 2 张',
  clientIp: '202.96.128.68',
  endsAtMs: Date.UTC(2026, 8, 11, 18, 0, 0),
};
const SETTINGS = {
  sellerId: '2088000000000000',
  productCode: 'FACE_TO_FACE_PAYMENT',
  notifyUrl: 'https://pay.test/api/3Pay/AliPay/Notify',
};

function contentOf(order: Partial<CodeOrder>, settings: Partial<typeof SETTINGS> = {}) {
  const text = prepareCall({ ...ORDER, ...order }, { ...SETTINGS, ...settings });
  return readPreparedCall(text).call.bizContent;
}

describe('a prepared call', () => {
  it('is exactly this text', () => {
    expect(prepareCall(ORDER, SETTINGS)).toBe(
      '{"bizContent":{"out_trade_no":"P1_000123","total_amount":"5.10","subject":"门票",' +
        '"body":"成人票 2 张","product_code":"FACE_TO_FACE_PAYMENT",' +
        '"seller_id":"2088000000000000","time_expire":"2026-09-12 02:00:00",' +
        '"business_params":{"mc_create_trade_ip":"202.96.128.68"}},' +
        '"notifyUrl":"https://pay.test/api/3Pay/AliPay/Notify"}',
    );
  });

  it('is the same for the same order', () => {
    expect(prepareCall({ ...ORDER }, { ...SETTINGS })).toBe(prepareCall(ORDER, SETTINGS));
  });

  it('leaves out what there is none of', () => {
    const settings = { ...SETTINGS, sellerId: null, notifyUrl: null };
    const text = prepareCall({ ...ORDER, detail: ' \n', clientIp: ' ' }, settings);
    expect(JSON.parse(text)).toEqual({
      bizContent: {
        out_trade_no: 'P1_000123',
        total_amount: '5.10',
        subject: '门票',
        product_code: 'FACE_TO_FACE_PAYMENT',
        time_expire: '2026-09-12 02:00:00',
      },
    });
  });

  it('is read back', () => {
    const read = readPreparedCall(prepareCall(ORDER, SETTINGS));
    expect(read.outTradeNo).toBe('P1_000123');
    expect(read.call.notifyUrl).toBe(SETTINGS.notifyUrl);
  });

  it.each(['', 'x', '{}', '{"bizContent":{}}', '{"bizContent":{"out_trade_no":1}}'])(
    'is nothing else: %j',
    (text) => {
      expect(() => readPreparedCall(text)).toThrow();
    },
  );
});

it.each([
  [1, '0.01'],
  [5, '0.05'],
  [100, '1.00'],
  [10_000_000_000, '100000000.00'],
])('writes %d fen as %s', (amount, text) => {
  expect(contentOf({ amount: fen(amount) }).total_amount).toBe(text);
});

it.each([0, -1, MAX_AMOUNT + 1])('refuses to prepare %d fen', (amount) => {
  expect(() => contentOf({ amount: fen(amount) })).toThrow(/amount/);
});

it.each(['', 'a|b', 'a-b', 'x'.repeat(65), 'a b', 'a\n'])(
  'refuses to prepare the number %j',
  (outTradeNo) => {
    expect(() => contentOf({ outTradeNo })).toThrow(/number/);
  },
);

const T = '🎫';
const SUBJECTS: [string, string, string][] = [
  ['plain text', '门票 A', '门票 A'],
  ['what Alipay forbids', 'a/b=c&d', 'a b c d'],
  ['line ends and control characters', 'a\r\n\tb\u0000c\u0085d\u2028e', 'a b c d e'],
  ['outer blanks, also full-width', '\u3000 门票 \u00a0', '门票'],
  ['nothing', '', '线下收款'],
  ['blanks only', ' \t\u3000', '线下收款'],
  ['forbidden characters only', '/=&', '线下收款'],
  ['halves of surrogate pairs', 'a\ud83cb\udfabc', 'abc'],
  ['a pair', T, T],
  ['256 characters', 'x'.repeat(256), 'x'.repeat(256)],
  ['257 characters', 'x'.repeat(257), 'x'.repeat(256)],
  ['a pair across the cut', 'x'.repeat(255) + T, 'x'.repeat(255)],
  ['a pair before the cut', 'x'.repeat(254) + T + 'y', 'x'.repeat(254) + T],
  ['a blank at the cut', `${'x'.repeat(255)} y`, 'x'.repeat(255)],
];
it.each(SUBJECTS)('makes a subject of %s', (_name, subject, expected) => {
  expect(contentOf({ subject }).subject).toBe(expected);
});

it.each([
  ['kept as it is', 'a/b=c&d', 'a/b=c&d'],
  ['no border of parameters', 'a&b=c & d&e=&f==', 'a＆b=c & d＆e=＆f=='],
  ['cut to 128', 'x'.repeat(129), 'x'.repeat(128)],
  ['not cut inside a pair', 'x'.repeat(127) + T, 'x'.repeat(127)],
  ['one line', 'a\nb', 'a b'],
])('has the detail %s', (_name, detail, expected) => {
  expect(contentOf({ detail }).body).toBe(expected);
});

it.each([
  [Date.UTC(2026, 11, 31, 16, 0, 0), '2027-01-01 00:00:00'],
  [Date.UTC(2026, 5, 1, 15, 59, 59, 999), '2026-06-01 23:59:59'],
])('tells the end %d in China time', (endsAtMs, expected) => {
  expect(contentOf({ endsAtMs }).time_expire).toBe(expected);
});

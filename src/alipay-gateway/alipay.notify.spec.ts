import type { KeyObject } from 'node:crypto';
import {
  formOf,
  PAID_NOTIFY as PAID,
  signNotify,
  type Pairs,
} from '../../test/support/far-side/scripted-alipay';
import { fen } from '../domain/money';
import type { NotifyReading } from '../domain/ports/payment-gateway';
import { NotifyReader, type NotifySettings } from './alipay.notify';
import { rsaPair } from '../../test/support/far-side/rsa-pairs';

const FORM = 'application/x-www-form-urlencoded; text/html; charset=utf-8';
const NUMBER = 'P1_000123';
type Fields = Record<string, string>;

const alipay = rsaPair('alipay');
const stranger = rsaPair('stranger');
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const SETTINGS: NotifySettings = {
  appId: '2021',
  alipayKeys: [{ publicKey: pem(alipay.publicKey), certSn: null }],
  sellerId: '2088',
};
const reader = new NotifyReader(SETTINGS);

const PAYMENT = {
  tradeNo: '2026091122001400000000000001',
  amount: fen(8888),
  buyer: '138****0000',
  paidAtMs: Date.UTC(2026, 8, 11, 2, 0, 0),
};
const IS_PAID = { kind: 'paid', channelStatus: 'TRADE_SUCCESS', payment: PAYMENT };

function read(pairs: Pairs, contentType = FORM): NotifyReading {
  return reader.read(formOf(pairs), contentType);
}

/** What the reader makes of these fields, rightly signed. */
function told(changes: Partial<Fields>, options = {}): NotifyReading {
  const fields: Fields = {};
  for (const [name, value] of Object.entries({ ...PAID, ...changes })) {
    if (value !== undefined) fields[name] = value;
  }
  return read(signNotify(fields, alipay.privateKey, options));
}

function refused(cause: string, unverified = true) {
  return { kind: 'refused', cause, unverified };
}

function notify(outcome: unknown) {
  return { kind: 'notify', outTradeNo: NUMBER, outcome };
}

/** A part went back. */
function partOf(refund: { total: number; requestNo: string | null }) {
  return notify({ ...IS_PAID, refund });
}

const TRUE_ONE = signNotify(PAID, alipay.privateKey);
const SIGN = TRUE_ONE.at(-1)?.[1] ?? '';

/** The true notify with these parameters in place of its own. */
function tampered(changes: Fields): Pairs {
  return Object.entries({ ...Object.fromEntries(TRUE_ONE), ...changes });
}

it('reads what Alipay signed, in any order', () => {
  expect(read(TRUE_ONE)).toEqual(notify(IS_PAID));
  expect(read(TRUE_ONE.toReversed())).toEqual(notify(IS_PAID));
  expect(told({ charset: 'UTF-8' })).toEqual(notify(IS_PAID));
});

it.each(['门票', 'a+b', 'a%2Bb', '100%', '%', '%zz', 'a b', "~!*'()", '🎫', '', '\u00a0'])(
  'reads the subject %j',
  (subject) => {
    expect(told({ subject })).toEqual(notify(IS_PAID));
  },
);

it('takes empty parameters, signed or not, for absent ones', () => {
  const empty = { gmt_refund: '', out_biz_no: '', refund_fee: '', gmt_close: '' };
  expect(told(empty, { empties: true })).toEqual(notify(IS_PAID));
  expect(told(empty, { empties: false })).toEqual(notify(IS_PAID));
});

const SIGN_WRONG = refused('signature wrong');
const TAMPERED: [string, Pairs, unknown][] = [
  ['another amount under the old signature', tampered({ total_amount: '0.01' }), SIGN_WRONG],
  ['another number', tampered({ out_trade_no: 'P1_000124' }), SIGN_WRONG],
  ['another status', tampered({ trade_status: 'TRADE_FINISHED' }), SIGN_WRONG],
  ['one more parameter', tampered({ extra: '1' }), SIGN_WRONG],
  ['one parameter less', TRUE_ONE.filter(([name]) => name !== 'body'), SIGN_WRONG],
  ['a sign_type of SHA-1', tampered({ sign_type: 'RSA' }), refused('sign_type is not RSA2')],
  ['a sign_type in lower case', tampered({ sign_type: 'rsa2' }), refused('sign_type is not RSA2')],
  ['an unknown sign_type', tampered({ sign_type: 'FOO' }), refused('sign_type is not RSA2')],
  [
    'no sign_type',
    TRUE_ONE.filter(([name]) => name !== 'sign_type'),
    refused('sign_type is not RSA2'),
  ],
  [
    'a SHA-1 signature called RSA2',
    signNotify(PAID, alipay.privateKey, { digest: 'RSA-SHA1' }),
    SIGN_WRONG,
  ],
  [
    'a SHA-1 signature called RSA',
    signNotify({ ...PAID, sign_type: 'RSA' }, alipay.privateKey, { digest: 'RSA-SHA1' }),
    refused('sign_type is not RSA2'),
  ],
  ['no signature', TRUE_ONE.slice(0, -1), refused('signature missing')],
  ['an empty signature', tampered({ sign: '' }), refused('signature missing')],
  ['a signature of something else', tampered({ sign: 'AAAA' }), SIGN_WRONG],
  ['another key', signNotify(PAID, stranger.privateKey), SIGN_WRONG],
  [
    'sign_type under the signature',
    tampered({ sign_type: 'RSA2 ' }),
    refused('sign_type is not RSA2'),
  ],
  ['a doubled amount', [...TRUE_ONE, ['total_amount', '1']], refused('a repeated parameter')],
  ['a doubled amount first', [['total_amount', '1'], ...TRUE_ONE], refused('a repeated parameter')],
  ['a doubled signature', [...TRUE_ONE, ['sign', SIGN]], refused('a repeated parameter')],
  ['a charset of GBK', tampered({ charset: 'GBK' }), refused('charset is not utf-8')],
];
it.each(TAMPERED)('refuses %s', (_name, pairs, reading) => {
  expect(read(pairs)).toEqual(reading);
});

it('refuses a signature whose plus signs were not escaped, and takes one whose were', () => {
  // The signature of some text has a plus, sooner or later.
  let pairs: Pairs = TRUE_ONE;
  for (let i = 0; !pairs.at(-1)?.[1].includes('+'); i += 1) {
    pairs = signNotify({ ...PAID, notify_id: `n${i}` }, alipay.privateKey);
  }
  const body = formOf(pairs).toString();
  expect(reader.read(Buffer.from(body), FORM)).toEqual(notify(IS_PAID));
  expect(reader.read(Buffer.from(body.replace(/%2B(?=[^&]*$)/, '+')), FORM)).toEqual(SIGN_WRONG);
});

it.each([
  ['application/json', JSON.stringify(PAID), 'not a form'],
  ['text/xml', '<a/>', 'not a form'],
  ['multipart/form-data; boundary=x', '--x', 'not a form'],
  ['application/x-www-form-urlencoded; charset=GBK', 'a=1', 'charset is not utf-8'],
  ['application/x-www-form-urlencoded', 'a=%C3%C5', 'a broken escape or invalid UTF-8'],
  ['application/x-www-form-urlencoded', 'x'.repeat(1_000_000), 'body too large'],
  ['application/x-www-form-urlencoded', 'a=1&'.repeat(5_000), 'a repeated parameter'],
  ['', '', 'not a form'],
])('refuses %s: %.20s', (contentType, body, cause) => {
  expect(reader.read(Buffer.from(body), contentType)).toEqual(refused(cause));
});

const FOREIGN: [string, Partial<Fields>, string][] = [
  ['for another app', { app_id: '2022' }, 'app_id is not ours'],
  ['for no app', { app_id: undefined }, 'app_id is not ours'],
  ['for another seller', { seller_id: '2089' }, 'seller_id is not ours'],
  ['for no seller', { seller_id: undefined }, 'seller_id is not ours'],
  ['of another kind', { notify_type: 'servicewindow' }, 'another notify_type'],
  ['of no kind', { notify_type: undefined }, 'another notify_type'],
  ['of no number', { out_trade_no: undefined }, 'out_trade_no cannot be ours'],
  ['of an odd number', { out_trade_no: 'P1|1' }, 'out_trade_no cannot be ours'],
  ['of too long a number', { out_trade_no: 'x'.repeat(65) }, 'out_trade_no cannot be ours'],
  ['of a number with a line end', { out_trade_no: `${NUMBER}\n` }, 'out_trade_no cannot be ours'],
];
it.each(FOREIGN)('refuses a true notify %s', (_name, changes, cause) => {
  expect(told(changes)).toEqual(refused(cause, false));
});

it('does not ask for the seller where none is configured', () => {
  const anySeller = new NotifyReader({ ...SETTINGS, sellerId: null });
  const fields = Object.entries(PAID).filter(([name]) => name !== 'seller_id');
  const body = formOf(signNotify(Object.fromEntries(fields), alipay.privateKey));
  expect(anySeller.read(body, FORM)).toEqual(notify(IS_PAID));
});

const unknown = (cause: string) =>
  notify({ kind: 'unknown', cause, sent: true, unverified: false, answered: true });
const ofRefund = (status: string) => unknown(`${status} in a notify of a refund`);
const closed = (payment: unknown) =>
  notify({ kind: 'closed', channelStatus: 'TRADE_CLOSED', payment });
const CLOSED: Partial<Fields> = {
  trade_status: 'TRADE_CLOSED',
  gmt_payment: undefined,
  receipt_amount: undefined,
};

const TRADES: [string, Partial<Fields>, unknown][] = [
  [
    'TRADE_FINISHED',
    { trade_status: 'TRADE_FINISHED' },
    notify({ ...IS_PAID, channelStatus: 'TRADE_FINISHED' }),
  ],
  [
    'paid, amount unreadable',
    { total_amount: '1e2' },
    notify({ ...IS_PAID, payment: { ...PAYMENT, amount: null } }),
  ],
  [
    'paid, no time',
    { gmt_payment: undefined },
    notify({ ...IS_PAID, payment: { ...PAYMENT, paidAtMs: null } }),
  ],
  ['paid, amount in other digits', { total_amount: '088.880' }, notify(IS_PAID)],
  [
    'paid, amount less than a fen off',
    { total_amount: '88.880000000000001' },
    notify({ ...IS_PAID, payment: { ...PAYMENT, amount: null } }),
  ],
  ['paid, nothing refunded', { refund_fee: '0.00' }, notify(IS_PAID)],
  ['paid, nothing refunded, in other digits', { refund_fee: '.000' }, notify(IS_PAID)],
  [
    'paid, no trade_no',
    { trade_no: undefined },
    unknown('TRADE_SUCCESS without a usable trade_no'),
  ],
  ['refunded in part', { refund_fee: '0.01' }, partOf({ total: 1, requestNo: null })],
  [
    'refunded in part under a number',
    { refund_fee: '3.33', out_biz_no: 'R1', gmt_refund: '2026-09-11 11:00:00.123' },
    partOf({ total: 333, requestNo: 'R1' }),
  ],
  [
    'refunded under the longest number',
    { refund_fee: '3.33', out_biz_no: 'R'.repeat(64) },
    partOf({ total: 333, requestNo: 'R'.repeat(64) }),
  ],
  [
    'waiting, and a part refunded',
    { ...CLOSED, trade_status: 'WAIT_BUYER_PAY', refund_fee: '3.33' },
    ofRefund('WAIT_BUYER_PAY'),
  ],
  [
    'refunded under a number too long to keep',
    { refund_fee: '3.33', out_biz_no: 'R'.repeat(65) },
    partOf({ total: 333, requestNo: null }),
  ],
  ['refunded, nothing', { refund_fee: '0.00', out_biz_no: 'R1' }, ofRefund('TRADE_SUCCESS')],
  ['refunded, amount odd', { refund_fee: '-1' }, ofRefund('TRADE_SUCCESS')],
  ['refunded at a time', { gmt_refund: '2026-09-11 11:00:00.123' }, ofRefund('TRADE_SUCCESS')],
  ['refunded under a number', { out_biz_no: 'R1' }, ofRefund('TRADE_SUCCESS')],
  [
    'finished, refunded in part',
    { trade_status: 'TRADE_FINISHED', out_biz_no: 'R1' },
    ofRefund('TRADE_FINISHED'),
  ],
  [
    'waiting',
    { ...CLOSED, trade_status: 'WAIT_BUYER_PAY' },
    notify({ kind: 'pending', channelStatus: 'WAIT_BUYER_PAY' }),
  ],
  ['closed, never paid', CLOSED, closed(null)],
  ['closed, zeros', { ...CLOSED, receipt_amount: '0.00', refund_fee: '0.00' }, closed(null)],
  ['closed, paid', { ...CLOSED, gmt_payment: '2026-09-11 10:00:00' }, closed(PAYMENT)],
  [
    'closed, money received',
    { ...CLOSED, receipt_amount: '88.88' },
    closed({ ...PAYMENT, paidAtMs: null }),
  ],
  [
    'closed, money sent back',
    { ...CLOSED, refund_fee: '88.88', out_biz_no: 'R1' },
    closed({ ...PAYMENT, paidAtMs: null }),
  ],
  [
    'closed, sent back at a time',
    { ...CLOSED, gmt_refund: '2026-09-11 11:00:00.123' },
    closed({ ...PAYMENT, paidAtMs: null }),
  ],
  ['closed, but a refund is named', { ...CLOSED, out_biz_no: 'R1' }, ofRefund('TRADE_CLOSED')],
  [
    'closed, amount unreadable',
    { ...CLOSED, refund_fee: 'x' },
    unknown('TRADE_CLOSED with an unreadable amount'),
  ],
  ['an unknown word', { trade_status: 'TRADE_PAUSED' }, unknown('trade_status TRADE_PAUSED')],
  ['no word', { trade_status: undefined }, unknown('trade_status missing')],
];
it.each(TRADES)('reads a trade: %s', (_name, changes, reading) => {
  expect(told(changes)).toEqual(reading);
});

describe('a true notify cut up anew', () => {
  // A detail we would not send: in the signed text it reads like parameters of another trade.
  const body = 'x&out_trade_no=P1_1&total_amount=1.00&trade_status=TRADE_SUCCESS&z=';
  const signed = signNotify({ ...PAID, body }, alipay.privateKey);

  /** The signed text of pairs: what both ways of cutting have in common. */
  const textOf = (pairs: Pairs) =>
    pairs
      .filter(([name]) => name !== 'sign' && name !== 'sign_type')
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');

  it('is signed still, and refused', () => {
    const text = textOf(signed);
    const cut = text.indexOf('&z=');
    const head = text
      .slice(0, cut)
      .split('&')
      .map((part) => part.split(/=(.*)/s));
    const forged: Pairs = [
      ...head.map(([name = '', value = '']) => [name, value] as const),
      ['z', text.slice(cut + 3)],
      ['sign_type', 'RSA2'],
      ['sign', Object.fromEntries(signed).sign ?? ''],
    ];
    expect(textOf(forged)).toBe(text);
    expect(Object.fromEntries(forged)).toMatchObject({
      out_trade_no: 'P1_1',
      total_amount: '1.00',
    });
    expect(read(forged)).toEqual(refused('parameters whose borders are in doubt'));
  });

  it('is refused when two parameters are one name', () => {
    const merged = TRUE_ONE.filter(([name]) => name !== 'subject' && name !== 'total_amount');
    const name = `subject=${PAID.subject}&total_amount`;
    const forged: Pairs = [...merged, [name, PAID.total_amount ?? '']];
    expect(textOf(forged)).toBe(textOf(TRUE_ONE));
    expect(read(forged)).toEqual(refused('parameters whose borders are in doubt'));
  });
});

it('tells nothing of what it refuses', () => {
  const secrets = ['13812345678', SIGN, 'SECRET'];
  const changes = { buyer_logon_id: '13812345678', app_id: 'SECRET', trade_status: 'SECRET=1' };
  const readings = [
    told({ ...PAID, ...changes }),
    told({ ...PAID, ...changes, app_id: '2021' }),
    told({ ...PAID, trade_status: `SECRET\n${'x'.repeat(100)}` }),
    read(tampered(changes)),
    read([...TRUE_ONE, ['SECRET', 'SECRET'], ['SECRET', '1']]),
    reader.read(Buffer.from(JSON.stringify(changes)), 'SECRET/13812345678'),
  ];
  for (const reading of readings) {
    const text = JSON.stringify(reading);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text.length).toBeLessThan(200);
  }
});

it('needs a usable key of Alipay', () => {
  expect(
    () => new NotifyReader({ ...SETTINGS, alipayKeys: [{ publicKey: 'SECRET', certSn: null }] }),
  ).toThrow(/public key/);
});

import {
  formOf,
  PAID_NOTIFY as PAID,
  signNotify,
  type Pairs,
  spki,
} from '../../test/support/far-side/scripted-alipay';
import { fen } from '../domain/money';
import { NotifyReader } from './alipay.notify';
import { rsaPair } from '../../test/support/far-side/rsa-pairs';

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const alipay = rsaPair('alipay');
const reader = new NotifyReader({
  appId: '2021',
  alipayKeys: [{ publicKey: spki(alipay.publicKey), certSn: null }],
  sellerId: '2088',
});
const TRUE_ONE = signNotify(PAID, alipay.privateKey);
const PAID_READING = {
  kind: 'notify',
  outTradeNo: PAID.out_trade_no,
  outcome: {
    kind: 'paid',
    channelStatus: 'TRADE_SUCCESS',
    payment: {
      tradeNo: PAID.trade_no,
      amount: fen(8888),
      buyer: '138****0000',
      paidAtMs: Date.UTC(2026, 8, 11, 2, 0, 0),
    },
  },
};

function read(pairs: Pairs) {
  return reader.read(formOf(pairs), FORM);
}

/** The next of a chain of numbers in [0, 1). Source: mulberry32. */
function chain(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const pick = <Item>(next: () => number, items: readonly Item[]): Item =>
  items[Math.floor(next() * items.length)] as Item;
const ALPHABET = [...'+%&&& ==2Bab门票🎫"\\{}~*\n\0é'];
const word = (next: () => number) =>
  Array.from({ length: Math.floor(next() * 12) }, () => pick(next, ALPHABET)).join('');
const isPlain = (text: string) => !/&\w+=/.test(text);

function anyNotify(next: () => number): Record<string, string> {
  const [subject, body, extra] = [word(next), word(next), word(next)];
  return { ...PAID, subject, body, [`x${word(next).replace(/[&=]/g, '')}`]: extra };
}

it('any true notify is read, and read the same', () => {
  let doubtful = 0;
  for (let seed = 0; seed < 400; seed += 1) {
    const fields = anyNotify(chain(seed));
    const pairs = signNotify(fields, alipay.privateKey, { empties: seed % 2 === 0 });
    const plain = Object.values(fields).every(isPlain);
    if (!plain) doubtful += 1;
    expect(read(pairs).kind).toBe(plain ? 'notify' : 'refused');
    if (plain) expect(read(pairs)).toEqual(PAID_READING);
  }
  expect(doubtful).toBeGreaterThan(3);
  expect(doubtful).toBeLessThan(200);
});

it('any byte changed, left out or put in: refused, or the very same meaning', () => {
  const next = chain(1);
  const bytes = formOf(TRUE_ONE);
  let refusals = 0;
  for (let round = 0; round < 4_000; round += 1) {
    const at = Math.floor(next() * bytes.length);
    const [kept, put] = pick(next, [
      [at + 1, 1],
      [at + 1, 0],
      [at, 1],
    ] as const);
    const byte = Buffer.from([Math.floor(next() * 256)]).subarray(0, put);
    const mutant = Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(kept)]);
    const reading = reader.read(mutant, FORM);
    if (reading.kind === 'refused') refusals += 1;
    else expect(reading).toEqual(PAID_READING);
  }
  expect(refusals).toBeGreaterThan(3_900);
});

it('any two bytes swapped, any part moved: refused, or the very same meaning', () => {
  const next = chain(2);
  for (let round = 0; round < 1_000; round += 1) {
    const mutant = Buffer.from(formOf(TRUE_ONE));
    const [one, other] = [next(), next()].map((place) => Math.floor(place * mutant.length));
    const kept = mutant[one ?? 0] ?? 0;
    mutant[one ?? 0] = mutant[other ?? 0] ?? 0;
    mutant[other ?? 0] = kept;
    const reading = reader.read(mutant, FORM);
    if (reading.kind === 'notify') expect(reading).toEqual(PAID_READING);
  }
  for (let round = 0; round < 50; round += 1) {
    const shuffled = TRUE_ONE.map((each) => ({ each, key: next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ each }) => each);
    expect(read(shuffled)).toEqual(PAID_READING);
  }
});

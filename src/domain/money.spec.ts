import type { Fen, YuanFault } from './money';
import { MAX_AMOUNT, fen, formatYuan, parseChannelAmount, parseYuan } from './money';

const ZEROS = '0'.repeat(400);

/** Text that is an amount, and how many fen it is. */
const ACCEPTED: [text: string, fen: number][] = [
  ['0.01', 1],
  ['100000000.00', 10_000_000_000],
  ['100000000', 10_000_000_000],
  ['99999999.99', 9_999_999_999],
  ['5', 500],
  ['5.0', 500],
  ['5.00', 500],
  ['5.10', 510],
  ['5.1', 510],
  ['5.100', 510],
  ['5.0000000', 500],
  ['+5', 500],
  [' 5 ', 500],
  ['\t5.10\r\n', 510],
  ['.5', 50],
  ['.05', 5],
  ['5.', 500],
  ['0005', 500],
  ['010', 1_000],
  ['19.99', 1_999],
  ['1.15', 115],
  ['4.35', 435],
  ['8.41', 841],
  [`${ZEROS}7.30`, 730],
  [`7.3${ZEROS}`, 730],
];

/** Text that is refused, and why. */
const REFUSED: [text: string, fault: YuanFault][] = [
  ['0', 'range'],
  ['0.00', 'range'],
  ['.0', 'range'],
  ['-0', 'grammar'],
  ['-1', 'grammar'],
  ['-0.01', 'grammar'],
  ['\u22121', 'grammar'],
  ['5-', 'grammar'],
  ['(5)', 'grammar'],
  ['100000000.01', 'range'],
  ['100000001', 'range'],
  ['999999999.99', 'range'],
  ['1000000000', 'range'],
  ['5.001', 'fraction'],
  ['0.005', 'fraction'],
  ['0.30000000000000004', 'fraction'],
  ['5.0000001', 'fraction'],
  [`0.${ZEROS}1`, 'fraction'],
  ['1e-7', 'grammar'],
  ['1e2', 'grammar'],
  ['1E+2', 'grammar'],
  ['5,00', 'grammar'],
  ['1,000.00', 'grammar'],
  ['0x10', 'grammar'],
  ['&h10', 'grammar'],
  ['0b1', 'grammar'],
  ['\u0665', 'grammar'], // Arabic-Indic five.
  ['\uff15', 'grammar'], // Full-width five.
  ['5\u30020', 'grammar'],
  ['.', 'grammar'],
  ['+', 'grammar'],
  ['+.', 'grammar'],
  ['++5', 'grammar'],
  ['+-5', 'grammar'],
  ['5..1', 'grammar'],
  ['5.1.0', 'grammar'],
  ['5 5', 'grammar'],
  ['+ 5', 'grammar'],
  ['5_0', 'grammar'],
  ['5n', 'grammar'],
  ['Infinity', 'grammar'],
  ['NaN', 'grammar'],
  ['1/2', 'grammar'],
  ['$5', 'grammar'],
  ['\u00a55', 'grammar'],
  ['\u00a05', 'grammar'], // No-break space: no blank of the grammar.
  ['5\u3000', 'grammar'], // Full-width space.
  ['5\u0000', 'grammar'],
  ['', 'grammar'],
  [' ', 'grammar'],
  ['true', 'grammar'],
  ['null', 'grammar'],
  ['[5]', 'grammar'],
  ['{"a":5}', 'grammar'],
  ['9007199254740993', 'range'],
  ['90071992547409.93', 'range'],
  ['1234567890123456789', 'range'],
  ['1000000000000000000', 'range'],
  ['79228162514264337593543950335', 'range'],
  ['9'.repeat(400), 'range'],
];

/** What Alipay may write, and what it is. */
const CHANNEL: [text: unknown, fen: number | null][] = [
  ['88.88', 8_888],
  ['100', 10_000],
  ['100.5', 10_050],
  ['0', 0],
  ['0.00', 0],
  ['0.01', 1],
  ['100000000.00', 10_000_000_000],
  ['123456789012.34', 12_345_678_901_234],
  ['100.0', 10_000],
  ['0.010', 1],
  ['.01', 1],
  ['.5', 50],
  ['5.', 500],
  ['1.000', 100],
  ['88.8800000000000000', 8_888],
  ['0088.88', 8_888],
  [`${'0'.repeat(50)}88.88`, 8_888],
  [`${'0'.repeat(59)}88.88`, 8_888], // 64 characters.
  [`${'0'.repeat(60)}88.88`, null],
  [`88.88${'0'.repeat(60)}`, null],
  ['1234567890123', null],
  ['-1', null],
  ['-0', null],
  ['+1', null],
  ['1e2', null],
  ['1E2', null],
  ['8.888e1', null],
  ['.', null],
  ['1.234', null],
  ['0.001', null],
  ['88.880000000000001', null],
  ['88.879999999999995', null],
  ['0x10', null],
  ['NaN', null],
  ['Infinity', null],
  ['1,000.00', null],
  [' 1', null],
  ['1 ', null],
  ['1\n', null],
  ['\uff15', null],
  ['', null],
  [88.88, null],
  [null, null],
  [undefined, null],
  [['88.88'], null],
];

/** 32-bit xorshift: the same amounts in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function manyAmounts(): Fen[] {
  const random = seeded(20_261_122);
  return Array.from({ length: 20_000 }, () => {
    const largest = 10 ** (1 + Math.floor(random() * 10));
    return fen(1 + Math.floor(random() * largest));
  });
}

describe('money', () => {
  it.each(ACCEPTED)('reads %j as %i fen', (text, amount) => {
    expect(parseYuan(text)).toEqual({ ok: true, amount });
  });

  it.each(REFUSED)('refuses %j: %s', (text, fault) => {
    expect(parseYuan(text)).toEqual({ ok: false, fault });
  });

  it.each(CHANNEL)('reads %j of the channel as %s', (text, amount) => {
    expect(parseChannelAmount(text)).toBe(amount);
  });

  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [99, '0.99'],
    [100, '1.00'],
    [510, '5.10'],
    [8_888, '88.88'],
    [10_000_000_000, '100000000.00'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
    [-1, '-0.01'],
    [-510, '-5.10'],
  ])('writes %i fen as %s', (amount, text) => {
    expect(formatYuan(fen(amount))).toBe(text);
  });

  it.each([0.5, NaN, Infinity, -Infinity, 2 ** 53, 1e21])('takes no %d for fen', (value) => {
    expect(() => fen(value)).toThrow('fen');
  });

  it('gives back every amount it wrote, to a till and to the channel', () => {
    const amounts = manyAmounts();
    const wrong = amounts.filter((amount) => {
      const reading = parseYuan(formatYuan(amount));
      return !reading.ok || reading.amount !== amount;
    });
    expect(wrong).toEqual([]);
    expect(amounts.filter((one) => parseChannelAmount(formatYuan(one)) !== one)).toEqual([]);
    expect(Math.min(...amounts)).toBe(1);
    expect(Math.max(...amounts)).toBeLessThanOrEqual(MAX_AMOUNT);
  });

  it('refuses every amount a tenth of a fen off', () => {
    for (const amount of manyAmounts().slice(0, 2_000)) {
      expect(parseYuan(`${formatYuan(amount)}1`)).toEqual({ ok: false, fault: 'fraction' });
    }
  });
});

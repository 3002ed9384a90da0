/**
 * Reads an amount in yuan, by the same grammar as the service (`parseYuan`; a test compares them):
 * exact, at most two decimals that count, 0.01 to 100000000.00.
 */

const YUAN_TEXT = /^\+?(?:(\d+)(?:\.(\d*))?|\.(\d+))$/;
const BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const MAX_FEN = 10_000_000_000;

/**
 * @param {string} text what the clerk typed
 * @returns {{ ok: true, yuan: string } | { ok: false, fault: 'grammar' | 'fraction' | 'range' }}
 *   the amount as text with exactly two decimals, or why it is none
 */
export function readYuan(text) {
  const match = YUAN_TEXT.exec(text.replace(BLANKS, ''));
  if (!match) return { ok: false, fault: 'grammar' };
  const whole = (match[1] ?? '').replace(/^0+/, '');
  const fraction = (match[2] ?? match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > 2) return { ok: false, fault: 'fraction' };
  if (whole.length > 9) return { ok: false, fault: 'range' };
  const fen = Number(whole + fraction.padEnd(2, '0'));
  if (fen <= 0 || fen > MAX_FEN) return { ok: false, fault: 'range' };
  return { ok: true, yuan: `${whole || '0'}.${fraction.padEnd(2, '0')}` };
}

/** `1234567.80` as people read it: `¥1,234,567.80`. */
export function showYuan(yuan) {
  const [whole, fraction] = yuan.split('.');
  return `¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

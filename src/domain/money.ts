/** An amount of money. Whole fen (1/100 yuan), a safe integer. The only form money has inside. */
export type Fen = number & { readonly __unit: 'fen' };

/** The largest amount of one payment, 100,000,000.00 yuan. Source: Alipay precreate. */
export const MAX_AMOUNT = 10_000_000_000 as Fen;

/** Zero fen. */
export const NO_MONEY = 0 as Fen;

/**
 * A number of fen from a whole number, for values that come from our own books.
 * Throws plainly when the number is not a whole, safe one: then the books are broken.
 */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new Error(`not a whole number of fen: ${value}`);
  return value as Fen;
}

const YUAN_TEXT = /^\+?(?:(\d+)(?:\.(\d*))?|\.(\d+))$/;
const ASCII_BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/**
 * Why a text is not an amount that can be paid. `grammar`: not a decimal number in the accepted
 * notation; `fraction`: more than two decimals that count; `range`: outside 0.01 to 100000000.00.
 */
export type YuanFault = 'grammar' | 'fraction' | 'range';

/** The result of reading yuan text: fen, or why not. */
export type YuanReading = { ok: true; amount: Fen } | { ok: false; fault: YuanFault };

/**
 * Reads an amount to pay from yuan text, exactly, without a float on the way.
 * Grammar: `+?(digits[.digits*] or .digits)`, blanks around it ignored, leading zeros allowed, at
 * most two decimals that count (`5.100` is 5.10), 0.01 to 100000000.00.
 * Source: docs/integrating.md, "Amounts".
 */
export function parseYuan(text: string): YuanReading {
  const match = YUAN_TEXT.exec(text.replace(ASCII_BLANKS, ''));
  if (!match) return { ok: false, fault: 'grammar' };
  const whole = (match[1] ?? '').replace(/^0+/, '');
  const fraction = (match[2] ?? match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > 2) return { ok: false, fault: 'fraction' };
  if (whole.length > 9) return { ok: false, fault: 'range' };
  const amount = Number(whole + fraction.padEnd(2, '0'));
  if (amount <= 0 || amount > MAX_AMOUNT) return { ok: false, fault: 'range' };
  return { ok: true, amount: amount as Fen };
}

const CHANNEL_AMOUNT = /^(\d{1,12})(?:\.(\d{1,2}))?$/;

/**
 * Reads an amount as Alipay writes it (`88.88`, also `100`); null for anything else, such as signs,
 * exponents and blanks. Zero is allowed. Source: Alipay trade.query, total_amount.
 */
export function parseChannelAmount(text: unknown): Fen | null {
  const match = typeof text === 'string' ? CHANNEL_AMOUNT.exec(text) : null;
  if (!match) return null;
  return Number((match[1] ?? '') + (match[2] ?? '').padEnd(2, '0')) as Fen;
}

/** Yuan text with exactly two decimals: 510 fen is `5.10`. */
export function formatYuan(amount: Fen): string {
  const sign = amount < 0 ? '-' : '';
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

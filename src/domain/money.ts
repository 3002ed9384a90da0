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

const DECIMAL_TEXT = /^(?:(\d+)(?:\.(\d*))?|\.(\d+))$/;
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
  const decimal = readDecimal(text.replace(ASCII_BLANKS, '').replace(/^\+/, ''));
  if (!decimal) return { ok: false, fault: 'grammar' };
  if (decimal.fraction.length > 2) return { ok: false, fault: 'fraction' };
  if (decimal.whole.length > 9) return { ok: false, fault: 'range' };
  const amount = fenOf(decimal);
  if (amount <= 0 || amount > MAX_AMOUNT) return { ok: false, fault: 'range' };
  return { ok: true, amount };
}

/** The digits of a decimal number without those that do not count. */
interface Decimal {
  readonly whole: string;
  readonly fraction: string;
}

function readDecimal(text: string): Decimal | null {
  const match = DECIMAL_TEXT.exec(text);
  if (!match) return null;
  const whole = (match[1] ?? '').replace(/^0+/, '');
  const fraction = (match[2] ?? match[3] ?? '').replace(/0+$/, '');
  return { whole, fraction };
}

/** For at most two decimals and so many digits that every one of them is kept. */
function fenOf({ whole, fraction }: Decimal): Fen {
  return Number(whole + fraction.padEnd(2, '0')) as Fen;
}

/** Far more characters than an amount has; what is longer is none. */
const MAX_CHANNEL_TEXT = 64;

/**
 * Reads an amount of Alipay's by its exact decimal value: `88.88`, `100`, `100.0`, `0.010` and
 * `.01` count as what they are; zero is allowed. Null: no such text, as with a sign, an exponent or
 * blanks; a third decimal that counts; more than 12 digits before the point. A number of JSON is
 * read from its characters (`exactAmounts`), never from a float. Source: Alipay trade.query,
 * total_amount.
 */
export function parseChannelAmount(text: unknown): Fen | null {
  if (typeof text !== 'string' || text.length > MAX_CHANNEL_TEXT) return null;
  const decimal = readDecimal(text);
  if (!decimal || decimal.fraction.length > 2 || decimal.whole.length > 12) return null;
  return fenOf(decimal);
}

/** Yuan text with exactly two decimals: 510 fen is `5.10`. */
export function formatYuan(amount: Fen): string {
  const sign = amount < 0 ? '-' : '';
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

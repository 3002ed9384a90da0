import { isUtf8 } from 'node:buffer';

/** A notify has one to three thousand bytes and about thirty parameters. */
const MAX_BYTES = 32_768;
const MAX_FIELDS = 100;
const MAX_CONTENT_TYPE = 256;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

const CHARSET = /^\s*charset\s*=\s*"?(.*?)"?\s*$/is;

/** A form's parameters, decoded once, in the order they came; or why it is none we read. */
export type FormReading =
  | { readonly ok: true; readonly fields: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly why: string };

/**
 * Reads a URL-encoded form so that it can mean one thing only: UTF-8, every part `name=value`,
 * every name once, every escape whole. A name is just a name, whatever it looks like.
 */
export function readStrictForm(body: Uint8Array, contentType: string): FormReading {
  const odd = oddContentType(contentType);
  if (odd !== null) return refused(odd);
  if (body.length === 0) return refused('empty body');
  if (body.length > MAX_BYTES) return refused('body too large');

  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const fields = new Map<string, string>();
  for (let start = 0; start <= bytes.length;) {
    if (fields.size === MAX_FIELDS) return refused('too many parameters');
    const found = bytes.indexOf(AMPERSAND, start);
    const end = found < 0 ? bytes.length : found;
    const equals = bytes.subarray(start, end).indexOf(EQUALS);
    if (equals <= 0) return refused('a part that is not name=value');
    const name = decode(bytes.subarray(start, start + equals));
    const value = decode(bytes.subarray(start + equals + 1, end));
    if (name === null || value === null) return refused('a broken escape or invalid UTF-8');
    if (fields.has(name)) return refused('a repeated parameter');
    fields.set(name, value);
    start = end + 1;
  }
  return { ok: true, fields };
}

/** Alipay itself writes `application/x-www-form-urlencoded; text/html; charset=utf-8`. */
function oddContentType(header: string): string | null {
  if (header.length > MAX_CONTENT_TYPE) return 'Content-Type too long';
  const [type = '', ...parameters] = header.split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return 'not a form';
  const charsets = parameters.map((parameter) => CHARSET.exec(parameter)?.[1]);
  return charsets.every((charset) => charset === undefined || isUtf8Name(charset))
    ? null
    : 'charset is not utf-8';
}

/** Whether a charset's name is that of UTF-8. */
export function isUtf8Name(charset: string): boolean {
  return /^utf-?8$/i.test(charset);
}

/** Resolves `+` and escapes; null where an escape is broken or the bytes are not UTF-8. */
function decode(bytes: Buffer): string | null {
  const decoded = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] ?? 0;
    if (byte === PLUS) byte = SPACE;
    else if (byte === PERCENT) {
      const digits = bytes.toString('latin1', at + 1, at + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return null;
      byte = Number.parseInt(digits, 16);
      at += 2;
    }
    decoded[length] = byte;
    length += 1;
  }
  const whole = decoded.subarray(0, length);
  return isUtf8(whole) ? whole.toString('utf8') : null;
}

function refused(why: string): FormReading {
  return { ok: false, why };
}

import { isUtf8 } from 'node:buffer';
import { unreadable } from '../operation/refusal';

/** The charsets the legacy service knew. Any other name counts as UTF-8. */
export type Charset = 'utf-8' | 'utf-16';

/** The charset a name stands for; null for a name the legacy service did not know. */
export function knownCharset(name: string): Charset | null {
  const small = name.toLowerCase();
  return small === 'utf-8' || small === 'utf-16' ? small : null;
}

/** @throws PayError UNREADABLE when the bytes are not valid UTF-8 */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw unreadable('not valid UTF-8');
  return bytes.toString('utf8');
}

/** @throws PayError UNREADABLE when there is half a code unit */
export function decodeUtf16(bytes: Buffer): string {
  if (bytes.length % 2 !== 0) throw unreadable('not valid UTF-16');
  return bytes.toString('utf16le');
}

function decodeUtf16BigEndian(bytes: Buffer): string {
  if (bytes.length % 2 !== 0) throw unreadable('not valid UTF-16');
  return Buffer.from(bytes).swap16().toString('utf16le');
}

function decodeUtf32(bytes: Buffer, littleEndian: boolean): string {
  if (bytes.length % 4 !== 0) throw unreadable('not valid UTF-32');
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const code = littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw unreadable('not valid UTF-32');
    pieces.push(String.fromCodePoint(code));
  }
  return pieces.join('');
}

/** Decodes a body in which a byte order mark overrides the declared charset, as JSON does. */
export function decodeByMark(bytes: Buffer, declared: Charset): string {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return decodeUtf8(bytes.subarray(3));
  if (first === 0xff && second === 0xfe) {
    if (third === 0 && fourth === 0) return decodeUtf32(bytes.subarray(4), true);
    return decodeUtf16(bytes.subarray(2));
  }
  if (first === 0xfe && second === 0xff) return decodeUtf16BigEndian(bytes.subarray(2));
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) {
    return decodeUtf32(bytes.subarray(4), false);
  }
  return declared === 'utf-16' ? decodeUtf16(bytes) : decodeUtf8(bytes);
}

/** The body of an answer: bytes, or text that is sent as UTF-8, in one piece with the headers. */
export type ReplyBody = Uint8Array | string;

/** Text as the body of an answer: UTF-16 is little-endian with a byte order mark. */
export function encodeText(text: string, charset: Charset): ReplyBody {
  return charset === 'utf-8' ? text : Buffer.from(`\ufeff${text}`, 'utf16le');
}

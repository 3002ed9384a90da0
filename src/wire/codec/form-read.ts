import { isUtf8 } from 'node:buffer';
import { FlatRecord, RequestContract } from '../operation/contract';
import { FlatRecordBuilder } from './flat-record';
import { invalidMember, unreadable } from '../operation/refusal';

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
// What .NET's IsNullOrWhiteSpace counts as white space.
const BLANK = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/**
 * Reads a URL-encoded form. The bytes are UTF-8 whatever the declared charset; a value that is
 * blank counts as null. Source: legacy wire rules, docs/integrating.md.
 * @throws PayError INVALID_MEMBER; UNREADABLE: it is no form at all
 */
export function readForm(contract: RequestContract, bytes: Buffer): FlatRecord {
  const record = new FlatRecordBuilder(contract);
  let start = 0;
  while (start <= bytes.length) {
    let end = bytes.indexOf(AMPERSAND, start);
    if (end < 0) end = bytes.length;
    readPair(record, bytes.subarray(start, end));
    start = end + 1;
  }
  const read = record.finish();
  // What `curl -d` sends without a header; "billnum is required" would send its user astray.
  if (Object.keys(read).length === 0) refuseOtherFormat(bytes);
  return read;
}

function refuseOtherFormat(bytes: Buffer): void {
  const [start] = bytes.toString('latin1').trimStart();
  const format = start === '{' ? 'JSON' : start === '<' ? 'XML' : null;
  if (format === null) return;
  const type = `application/${format.toLowerCase()}`;
  throw unreadable(`it looks like ${format}, and is sent as a form: set Content-Type: ${type}`);
}

function readPair(record: FlatRecordBuilder, pair: Buffer): void {
  const equals = pair.indexOf(EQUALS);
  if (equals < 0) return; // The legacy service took a part without "=" for a value without a name.
  const place = record.place(memberName(decode(pair.subarray(0, equals)).toString('utf8')));
  if (place === undefined) return;
  const value = decode(pair.subarray(equals + 1));
  if (!isUtf8(value)) throw invalidMember(record.nameAt(place), 'not valid UTF-8');
  const text = value.toString('utf8');
  record.put(place, BLANK.test(text) ? null : text);
}

/** `billnum[]` is how some clients write a list; the legacy service took it for `billnum`. */
function memberName(name: string): string {
  return name.endsWith('[]') ? name.slice(0, -2) : name;
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}

/** Resolves `+` and percent escapes; a broken escape stays as it is. */
function decode(bytes: Buffer): Buffer {
  if (!bytes.includes(PERCENT) && !bytes.includes(PLUS)) return bytes;
  const decoded = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes[at] ?? 0;
    const high = code === PERCENT ? hexDigit(bytes[at + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[at + 2]);
    if (low >= 0) at += 2;
    decoded[length] = low >= 0 ? high * 16 + low : code === PLUS ? SPACE : code;
    length += 1;
  }
  return decoded.subarray(0, length);
}

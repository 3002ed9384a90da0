import { onDemand, type OnDemand } from 'bson';
import { MAX_DEPTH, unreadable } from '../../operation/refusal';

/** The BSON types that are told apart here, by their byte. */
export const BSON = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  boolean: 0x08,
  null: 0x0a,
  regex: 0x0b,
  pointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  int64: 0x12,
  decimal128: 0x13,
} as const;

/** One member of a document: its type, where its name and its value stand in the body, how long. */
export type BsonElement = OnDemand['BSONElement'];

const OBJECT_ID_BYTES = 12;
const INT32_BYTES = 4;

function fault(what: string, cause?: unknown): Error {
  return unreadable(`BSON: ${what}`, cause);
}

/**
 * The members of the document that fills `length` bytes at `at`. The library checks every length
 * before it believes it and builds nothing; what is inside a value stays unread.
 * @throws PayError UNREADABLE
 */
export function bsonElements(bytes: Buffer, at: number, length: number): Iterable<BsonElement> {
  try {
    const elements = onDemand.parseToElements(bytes, at);
    if (bytes.readInt32LE(at) === length) return elements;
  } catch (error) {
    throw fault('not well formed', error);
  }
  throw fault('the length of a document is wrong');
}

/**
 * True when `bytes` begin with a document's length and whole elements, up to `end`. The length
 * itself is not looked at.
 */
export function endsAnElement(bytes: Buffer, end: number): boolean {
  if (end < INT32_BYTES) return false;
  const document = Buffer.concat([bytes.subarray(0, end), Buffer.of(0)]);
  document.writeInt32LE(document.length);
  try {
    onDemand.parseToElements(document);
    return true;
  } catch {
    return false;
  }
}

/** The UTF-8 from `at` to `end`. @throws PayError UNREADABLE */
export function utf8(bytes: Buffer, at: number, end: number): string {
  try {
    return onDemand.ByteUtils.toUTF8(bytes, at, end, true);
  } catch (error) {
    throw fault('not valid UTF-8', error);
  }
}

/** The text of a value: an int32 with its length, UTF-8, a NUL. @throws PayError UNREADABLE */
export function bsonText(bytes: Buffer, at: number, length: number): string {
  const last = at + length - 1;
  const textAt = at + INT32_BYTES;
  if (last < textAt || bytes.readInt32LE(at) !== last + 1 - textAt || bytes[last] !== 0) {
    throw fault('the length of a text is wrong');
  }
  return utf8(bytes, textAt, last);
}

/** @throws PayError UNREADABLE when the element, `depth` levels deep, is not well formed inside */
export function checkElement(bytes: Buffer, element: BsonElement, depth: number): void {
  const [type, nameAt, nameLength, at, length] = element;
  utf8(bytes, nameAt, nameAt + nameLength);
  switch (type) {
    case BSON.boolean:
      if (bytes.readUInt8(at) > 1) throw fault('a boolean is neither true nor false');
      return;
    case BSON.string:
    case BSON.code:
    case BSON.symbol:
      bsonText(bytes, at, length);
      return;
    case BSON.pointer:
      bsonText(bytes, at, length - OBJECT_ID_BYTES);
      return;
    case BSON.regex:
      utf8(bytes, at, at + length);
      return;
    case BSON.document:
    case BSON.array:
      checkDocument(bytes, at, length, depth);
      return;
    case BSON.codeWithScope:
      checkCodeWithScope(bytes, at, length, depth);
  }
}

function checkDocument(bytes: Buffer, at: number, length: number, depth: number): void {
  if (depth > MAX_DEPTH) throw fault(`nested deeper than ${MAX_DEPTH}`);
  for (const element of bsonElements(bytes, at, length)) checkElement(bytes, element, depth + 1);
}

/** A code with scope: an int32 with its length, a text, a document. */
function checkCodeWithScope(bytes: Buffer, at: number, length: number, depth: number): void {
  const textAt = at + INT32_BYTES;
  const end = at + length;
  const scopeAt =
    textAt + INT32_BYTES + (textAt + INT32_BYTES > end ? 0 : bytes.readInt32LE(textAt));
  if (scopeAt > end) throw fault('the length of a code is wrong');
  bsonText(bytes, textAt, scopeAt - textAt);
  checkDocument(bytes, scopeAt, end - scopeAt, depth);
}

import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH, unreadable } from './refusal';

/** The BSON types of which something is known here, by their byte. */
export const BSON = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  pointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal128: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const;

const HIGH = /[\u0080-\u00ff]/;
const SMALLEST_DOCUMENT = 5;

/**
 * Walks over one BSON document without ever building what it describes. Every length is checked
 * against its container before it is believed.
 */
export class BsonScanner {
  private at = 0;
  /** The bytes as characters of the same number: names and texts are mostly ASCII. */
  private readonly characters: string;

  constructor(private readonly bytes: Buffer) {
    this.characters = bytes.toString('latin1');
  }

  /** The refusal of what stands here. */
  fault(what: string): Error {
    return unreadable(`BSON, byte ${this.at}: ${what}`);
  }

  /** Passes the root's length, which must be that of the body; the end of its elements. */
  root(): number {
    const end = this.container(this.bytes.length);
    if (end !== this.bytes.length - 1) throw this.fault('the length is not that of the body');
    return end;
  }

  /** The type of the next element; null at the end of the document, which is passed. */
  elementType(end: number): number | null {
    if (this.at === end) {
      this.at += 1;
      return null;
    }
    return this.byte(end);
  }

  /** The name of an element, or a text that ends with NUL. */
  name(end: number): string {
    const stop = this.characters.indexOf('\0', this.at);
    if (stop < 0 || stop >= end) throw this.fault('a name does not end');
    const name = this.textUpTo(stop);
    this.at = stop + 1;
    return name;
  }

  string(end: number): string {
    const length = this.int32(end);
    const stop = this.at + length - 1;
    if (length < 1 || stop >= end || this.characters.charCodeAt(stop) !== 0) {
      throw this.fault('the length of a text is wrong');
    }
    const text = this.textUpTo(stop);
    this.at = stop + 1;
    return text;
  }

  int32(end: number): number {
    return this.bytes.readInt32LE(this.advance(4, end));
  }

  int64(end: number): bigint {
    return this.bytes.readBigInt64LE(this.advance(8, end));
  }

  double(end: number): number {
    return this.bytes.readDoubleLE(this.advance(8, end));
  }

  decimal128(end: number): Buffer {
    const start = this.advance(16, end);
    return this.bytes.subarray(start, start + 16);
  }

  /** Passes a value of the given type, `depth` levels deep, if it is well formed. */
  skip(type: number, end: number, depth: number): void {
    switch (type) {
      case BSON.undefined:
      case BSON.null:
      case BSON.minKey:
      case BSON.maxKey:
        return;
      case BSON.boolean:
        if (this.byte(end) > 1) throw this.fault('a boolean is neither true nor false');
        return;
      case BSON.int32:
        this.advance(4, end);
        return;
      case BSON.double:
      case BSON.date:
      case BSON.timestamp:
      case BSON.int64:
        this.advance(8, end);
        return;
      case BSON.objectId:
        this.advance(12, end);
        return;
      case BSON.decimal128:
        this.advance(16, end);
        return;
      default:
        this.skipLong(type, end, depth);
    }
  }

  private skipLong(type: number, end: number, depth: number): void {
    switch (type) {
      case BSON.string:
      case BSON.code:
      case BSON.symbol:
        this.string(end);
        return;
      case BSON.document:
      case BSON.array:
        this.skipDocument(end, depth);
        return;
      case BSON.binary:
        this.skipBinary(end);
        return;
      case BSON.regex:
        this.name(end);
        this.name(end);
        return;
      case BSON.pointer:
        this.string(end);
        this.advance(12, end);
        return;
      case BSON.codeWithScope:
        this.skipCodeWithScope(end, depth);
        return;
      default:
        throw this.fault('a type is not known');
    }
  }

  private skipDocument(end: number, depth: number): void {
    if (depth > MAX_DEPTH) throw this.fault(`nested deeper than ${MAX_DEPTH}`);
    const inner = this.container(end);
    for (let type = this.elementType(inner); type !== null; type = this.elementType(inner)) {
      this.name(inner);
      this.skip(type, inner, depth + 1);
    }
  }

  private skipBinary(end: number): void {
    const length = this.int32(end);
    if (length < 0) throw this.fault('the length of a binary is wrong');
    this.advance(length + 1, end);
  }

  private skipCodeWithScope(end: number, depth: number): void {
    const stop = this.at + this.int32(end);
    if (stop > end) throw this.fault('the length of a code is wrong');
    this.string(stop);
    this.skipDocument(stop, depth);
    if (this.at !== stop) throw this.fault('the length of a code is wrong');
  }

  /** Passes a document's length; where its final NUL stands. */
  private container(end: number): number {
    const start = this.at;
    const length = this.int32(end);
    const last = start + length - 1;
    if (length < SMALLEST_DOCUMENT || last >= end || this.characters.charCodeAt(last) !== 0) {
      throw this.fault('the length of a document is wrong');
    }
    return last;
  }

  private byte(end: number): number {
    return this.characters.charCodeAt(this.advance(1, end));
  }

  private advance(length: number, end: number): number {
    const start = this.at;
    if (start + length > end) throw this.fault('the document ends early');
    this.at = start + length;
    return start;
  }

  private textUpTo(stop: number): string {
    const text = this.characters.slice(this.at, stop);
    if (!HIGH.test(text)) return text;
    const piece = this.bytes.subarray(this.at, stop);
    if (!isUtf8(piece)) throw this.fault('not valid UTF-8');
    return piece.toString('utf8');
  }
}

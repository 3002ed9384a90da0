/** Reads numbers and texts from a message, little-endian as TDS has most of them. */
export class ByteReader {
  constructor(
    private readonly bytes: Buffer,
    private at = 0,
  ) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  u8(): number {
    return this.bytes.readUInt8(this.move(1));
  }

  u16(): number {
    return this.bytes.readUInt16LE(this.move(2));
  }

  u32(): number {
    return this.bytes.readUInt32LE(this.move(4));
  }

  u64(): bigint {
    return this.bytes.readBigUInt64LE(this.move(8));
  }

  take(length: number): Buffer {
    const start = this.move(length);
    return this.bytes.subarray(start, start + length);
  }

  /** UTF-16 text of so many code units. */
  text(units: number): string {
    return this.take(units * 2).toString('utf16le');
  }

  private move(length: number): number {
    const start = this.at;
    if (start + length > this.bytes.length) throw new Error(`TDS: ${length} bytes are missing`);
    this.at += length;
    return start;
  }
}

/** Collects the bytes of an answer. */
export class ByteWriter {
  private readonly parts: Buffer[] = [];

  u8(...values: number[]): this {
    return this.raw(Buffer.from(values));
  }

  u16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return this.raw(bytes);
  }

  u32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value | 0);
    return this.raw(bytes);
  }

  u64(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt.asIntN(64, value));
    return this.raw(bytes);
  }

  /** A text with its length in one byte before it. */
  shortText(text: string): this {
    return this.u8(text.length).raw(Buffer.from(text, 'utf16le'));
  }

  /** A text with its length in two bytes before it. */
  longText(text: string): this {
    return this.u16(text.length).raw(Buffer.from(text, 'utf16le'));
  }

  raw(bytes: Buffer): this {
    this.parts.push(bytes);
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

import type { ByteReader } from './bytes';
import { ByteWriter } from './bytes';

/** A value on the wire; decimals, bigints and times as text, so that no digit is lost. */
export type TdsValue = string | number | boolean | Buffer | null;

/** A type as a declaration says it: `nvarchar(20)`, `decimal(18,2)`, `int`. */
export interface TdsType {
  readonly text: string;
  readonly read: (reader: ByteReader) => TdsValue;
}

const NULL_LENGTH = 0xffff;
const MAX = 0xffff;
const PLP_NULL = 0xffff_ffff_ffff_ffffn;
const COLLATION = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);

const INTEGERS: Record<number, string> = { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' };
const WITH_LENGTH: Record<number, { name: string; unit: number; collated: boolean }> = {
  0xe7: { name: 'nvarchar', unit: 2, collated: true },
  0xef: { name: 'nchar', unit: 2, collated: true },
  0xa7: { name: 'varchar', unit: 1, collated: true },
  0xaf: { name: 'char', unit: 1, collated: true },
  0xa5: { name: 'varbinary', unit: 1, collated: false },
};

/** Reads a TYPE_INFO; the type then reads the value that follows it. */
export function readType(reader: ByteReader): TdsType {
  const id = reader.u8();
  const counted = WITH_LENGTH[id];
  if (counted) return countedType(reader, counted);
  switch (id) {
    case 0x1f:
      return { text: 'null', read: () => null };
    case 0x26:
      return integerType(reader.u8());
    case 0x68:
      return shortType(reader, 'bit', (bytes) => bytes[0] === 1);
    case 0x6d:
      return shortType(reader, 'float', (bytes) => bytes.readDoubleLE());
    case 0x6f:
      return shortType(reader, 'datetime', (bytes) => bytes.toString('hex'));
    case 0x6a:
    case 0x6c:
      return decimalType(reader);
    case 0x2a:
      return dateTimeType(reader.u8());
    default:
      throw new Error(`TDS: type 0x${id.toString(16)} is not known to the stub`);
  }
}

function countedType(
  reader: ByteReader,
  { name, unit, collated }: { name: string; unit: number; collated: boolean },
): TdsType {
  const length = reader.u16();
  if (collated) reader.take(COLLATION.length);
  const asValue = (bytes: Buffer): TdsValue => {
    if (!collated) return bytes;
    return bytes.toString(unit === 2 ? 'utf16le' : 'latin1');
  };
  if (length === MAX) {
    return { text: `${name}(max)`, read: (from) => asOrNull(readChunks(from), asValue) };
  }
  return {
    text: `${name}(${length / unit})`,
    read: (from) => {
      const size = from.u16();
      return size === NULL_LENGTH ? null : asValue(from.take(size));
    },
  };
}

function asOrNull(bytes: Buffer | null, asValue: (bytes: Buffer) => TdsValue): TdsValue {
  return bytes === null ? null : asValue(bytes);
}

/** A value of a `max` type: its parts, until one of length 0. */
function readChunks(reader: ByteReader): Buffer | null {
  if (reader.u64() === PLP_NULL) return null;
  const chunks: Buffer[] = [];
  for (let size = reader.u32(); size > 0; size = reader.u32()) chunks.push(reader.take(size));
  return Buffer.concat(chunks);
}

function integerType(length: number): TdsType {
  return sized(INTEGERS[length] ?? `int${length}`, (bytes) =>
    bytes.length === 8 ? bytes.readBigInt64LE().toString() : bytes.readIntLE(0, bytes.length),
  );
}

function shortType(
  reader: ByteReader,
  name: string,
  asValue: (bytes: Buffer) => TdsValue,
): TdsType {
  reader.u8();
  return sized(name, asValue);
}

function sized(text: string, asValue: (bytes: Buffer) => TdsValue): TdsType {
  return {
    text,
    read: (from) => {
      const length = from.u8();
      return length === 0 ? null : asValue(from.take(length));
    },
  };
}

function decimalType(reader: ByteReader): TdsType {
  reader.u8();
  const [precision, scale] = [reader.u8(), reader.u8()];
  return sized(`decimal(${precision},${scale})`, (bytes) => {
    const sign = bytes[0] === 1 ? '' : '-';
    const digits = littleEndian(bytes.subarray(1))
      .toString()
      .padStart(scale + 1, '0');
    const point = digits.length - scale;
    return scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  });
}

function dateTimeType(scale: number): TdsType {
  return sized(`datetime2(${scale})`, (bytes) => {
    const ticks = littleEndian(bytes.subarray(0, bytes.length - 3));
    const days = Number(littleEndian(bytes.subarray(bytes.length - 3)));
    const ms = Math.round(Number(ticks) / 10 ** (scale - 3));
    const time = new Date(Date.UTC(1, 0, 1 + days));
    // Date.UTC takes years below 100 for years of the last century.
    time.setUTCFullYear(1, 0, 1 + days);
    return new Date(time.getTime() + ms).toISOString().replace('T', ' ').replace('Z', '');
  });
}

function littleEndian(bytes: Buffer): bigint {
  return [...bytes].reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** The types in which the stub answers. */
export type AnswerType = 'nvarchar' | 'nvarchar(max)' | 'int' | 'bigint';

/** Writes the TYPE_INFO of a column or an output. */
export function writeType(writer: ByteWriter, type: AnswerType): void {
  if (type === 'int') writer.u8(0x26, 4);
  else if (type === 'bigint') writer.u8(0x26, 8);
  else
    writer
      .u8(0xe7)
      .u16(type === 'nvarchar' ? 8000 : MAX)
      .raw(COLLATION);
}

/** Writes a value of that type. */
export function writeValue(writer: ByteWriter, type: AnswerType, value: TdsValue): void {
  if (type === 'int') {
    if (value === null) writer.u8(0);
    else writer.u8(4).u32(Number(value));
  } else if (type === 'bigint') {
    if (value === null) writer.u8(0);
    else writer.u8(8).u64(BigInt(String(value)));
  } else if (type === 'nvarchar') {
    if (value === null) writer.u16(NULL_LENGTH);
    else writer.u16(String(value).length * 2).raw(Buffer.from(String(value), 'utf16le'));
  } else if (value === null) {
    writer.u64(PLP_NULL);
  } else {
    const bytes = Buffer.from(String(value), 'utf16le');
    writer.u64(BigInt(bytes.length));
    if (bytes.length > 0) writer.u32(bytes.length).raw(bytes);
    writer.u32(0);
  }
}

import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a zip. */
export interface ZipFile {
  /** Its name in the bytes it is to have; nothing says of which charset they are. */
  readonly name: Buffer;
  readonly content: Buffer;
}

/** 1980-01-01, the first day a zip can tell. */
const DATE = 0x0021;
const VERSION = 20;
const DEFLATED = 8;

/**
 * The bytes of a zip with these files. The flag for names in UTF-8 stays off, as Alipay leaves it:
 * its names are GBK. Source: PKWARE's APPNOTE, 4.3.
 */
export function writeZip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const packed = deflateRawSync(content);
    const about = aboutFile(name, content, packed);
    const local = Buffer.concat([header('PK\x03\x04'), about, name, packed]);
    directory.push(Buffer.concat([centralHeader(about, offset), name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endOf(files.length, central.length, offset)]);
}

/** What local header and directory both say. */
function aboutFile(name: Buffer, content: Buffer, packed: Buffer): Buffer {
  const about = Buffer.alloc(26);
  about.writeUInt16LE(VERSION, 0);
  about.writeUInt16LE(DEFLATED, 4);
  about.writeUInt16LE(DATE, 8);
  about.writeUInt32LE(crc32(content), 10);
  about.writeUInt32LE(packed.length, 14);
  about.writeUInt32LE(content.length, 18);
  about.writeUInt16LE(name.length, 22);
  return about;
}

function centralHeader(about: Buffer, offset: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(VERSION, 0);
  return Buffer.concat([header('PK\x01\x02'), madeBy, about, rest]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([header('PK\x05\x06'), end]);
}

function header(mark: string): Buffer {
  return Buffer.from(mark, 'latin1');
}

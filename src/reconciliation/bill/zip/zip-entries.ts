import type { Readable } from 'node:stream';
import { decode } from 'iconv-lite';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { BillRefusal } from '../bill-refusal';

/** The two files of a bill, by what their names end with. */
export type BillFile = 'details' | 'summary';

/** Far more than the largest day we know of: about ten million rows. */
export const MOST_BYTES: Readonly<Record<BillFile, number>> = {
  details: 4_000_000_000,
  summary: 16_000_000,
};

const ENDINGS: Readonly<Record<BillFile, string>> = {
  summary: '_业务明细(汇总).csv',
  details: '_业务明细.csv',
};
const UTF8_NAME = 0x0800;
const STORED = 0;
const DEFLATED = 8;

/** A zip that holds a bill's two files, and nothing else. Nothing of it is written to a disk. */
export class BillZip {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<BillFile, Entry>,
  ) {}

  /** @throws BillRefusal notZip, otherFiles, tooLarge */
  static async open(path: string): Promise<BillZip> {
    const zip = await openZip(path);
    try {
      return new BillZip(zip, await findEntries(zip));
    } catch (error) {
      zip.close();
      throw refused(error);
    }
  }

  /** The bytes of a file, no more than it says it has; read it to its end or destroy it. */
  async read(file: BillFile): Promise<{ readonly bytes: Readable; readonly crc32: number }> {
    const entry = this.entries.get(file);
    if (entry === undefined) throw new BillRefusal('otherFiles', `the zip has no ${file}`);
    try {
      return { bytes: await this.zip.openReadStreamPromise(entry), crc32: entry.crc32 };
    } catch (error) {
      throw refused(error);
    }
  }

  close(): void {
    this.zip.close();
  }
}

/** What the zip's reader throws, as a refusal; others stay what they are. */
export function refused(error: unknown): Error {
  if (error instanceof BillRefusal) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new BillRefusal('notZip', `the zip is damaged: ${oneLine(words)}`, { cause: error });
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    // Names stay bytes: they are GBK, and the flag that says so is off.
    return await openPromise(path, { autoClose: false, decodeStrings: false });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && typeof error.code === 'string';
    if (missing) throw error;
    throw new BillRefusal('notZip', 'the file is not a zip', { cause: error });
  }
}

async function findEntries(zip: ZipFile): Promise<ReadonlyMap<BillFile, Entry>> {
  const found = new Map<BillFile, Entry>();
  if (zip.entryCount !== 2) {
    throw new BillRefusal('otherFiles', `the zip holds ${zip.entryCount} files instead of two`);
  }
  for await (const entry of zip.eachEntry()) {
    const file = fileOf(entry);
    if (found.has(file)) throw new BillRefusal('otherFiles', `the zip holds its ${file} twice`);
    refuseUnfit(entry, file);
    found.set(file, entry);
  }
  return found;
}

function fileOf(entry: Entry): BillFile {
  const name = nameOf(entry);
  // A name is only compared, never opened; one that leads elsewhere tells of no bill all the same.
  if (/[/\\\0]|^\.|\.\./.test(name)) {
    throw new BillRefusal('otherFiles', 'the zip holds a file whose name is a path');
  }
  const file = (['summary', 'details'] as const).find((one) => name.endsWith(ENDINGS[one]));
  if (file === undefined) {
    throw new BillRefusal('otherFiles', 'the zip holds a file that is not of a daily bill');
  }
  return file;
}

function nameOf({ fileNameRaw, generalPurposeBitFlag }: Entry): string {
  const isUtf8 = (generalPurposeBitFlag & UTF8_NAME) !== 0;
  return decode(fileNameRaw, isUtf8 ? 'utf8' : 'gbk').normalize('NFKC');
}

function refuseUnfit(entry: Entry, file: BillFile): void {
  if (entry.uncompressedSize > MOST_BYTES[file]) {
    throw new BillRefusal('tooLarge', `${file}: ${entry.uncompressedSize} bytes are too many`);
  }
  const { compressionMethod: method } = entry;
  if (entry.isEncrypted() || (method !== STORED && method !== DEFLATED)) {
    throw new BillRefusal('otherFiles', `${file}: encrypted, or packed in an unknown way`);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 100);
}

import { pipeline, Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { decodeStream } from 'iconv-lite';
import { BillRefusal } from '../bill-refusal';
import { refused } from './zip-entries';
import type { BillFile, BillZip } from './zip-entries';

/** A row has 25 columns of at most some hundred characters. */
const LONGEST_RECORD = 16_384;

/** No text holds it, or the file is refused. */
const NUL = '\0';

/** One line of a file, cut at its commas; its number, the first is 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The lines of one file of the bill, one after the other, in bounded memory. Cut at every comma:
 * the files have no quoting, and whoever knows the columns joins again what was free text.
 * @throws BillRefusal notZip, notText, badRow
 */
export async function* csvRecords(zip: BillZip, file: BillFile): AsyncGenerator<CsvRecord> {
  const source = await zip.read(file);
  const check = new ByteCheck(file, source.crc32);
  const parser = parse({
    // One cell a line: for a line of another width than the first the parser would make an error,
    // stack and all, and then relax. They were nearly half of the time of a large day.
    delimiter: NUL,
    quote: false,
    escape: null,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  });
  // GB18030 reads all GBK, and what newer programs write beyond it.
  const decoder = decodeStream('gb18030');
  pipeline(source.bytes, check, decoder, parser, () => undefined);
  try {
    let line = 0;
    for await (const [text = ''] of parser as AsyncIterable<string[]>) {
      line += 1;
      yield { line, cells: text.split(',') };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw refused(error);
    throw new BillRefusal('badRow', `${file}: a line is longer than any row`, { cause: error });
  } finally {
    source.bytes.destroy();
  }
}

/** Lets bytes pass that can be text; at the end they must be those that were packed. */
class ByteCheck extends Transform {
  private sum = 0;

  constructor(
    private readonly file: BillFile,
    private readonly expected: number,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    if (chunk.includes(0)) {
      done(new BillRefusal('notText', `${this.file}: holds a NUL, so it is no text`));
      return;
    }
    this.sum = crc32(chunk, this.sum);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const right = this.sum === this.expected;
    done(right ? null : new BillRefusal('notZip', `the zip is damaged: checksum of ${this.file}`));
  }
}

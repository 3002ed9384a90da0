import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1_048_576;

/**
 * An append-only file of JSON lines. A line is in the file when `append` returns, so it survives
 * the death of the process (not of the machine: nothing is forced to the disk). Every line holds
 * its own truth, so the last one about a thing counts.
 */
export class Journal {
  private readonly descriptor: number;

  /** Opens or creates the file. */
  constructor(private readonly file: string) {
    this.descriptor = openSync(file, 'a+', 0o600);
  }

  /**
   * Hands over each line in order; call it once, before the first `append`. Half a line at the
   * end, left by a death while writing, is cut off. Throws when another line is not JSON.
   */
  replay(onEntry: (entry: unknown) => void): void {
    let lines = 0;
    const wholeBytes = readLines(this.descriptor, (line) => {
      lines += 1;
      onEntry(parseLine(line, `${this.file}: line ${lines}`));
    });
    if (wholeBytes < fstatSync(this.descriptor).size) ftruncateSync(this.descriptor, wholeBytes);
  }

  /** Writes one line; it is there when this returns. */
  append(entry: object): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let done = 0; done < line.length;) done += writeSync(this.descriptor, line, done);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Calls `onLine` for each whole line; returns how many bytes they take. */
function readLines(descriptor: number, onLine: (line: string) => void): number {
  let rest: Buffer = Buffer.alloc(0);
  for (let position = 0; ;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const length = readSync(descriptor, chunk, 0, CHUNK_BYTES, position);
    if (length === 0) return position - rest.length;
    position += length;
    rest = Buffer.concat([rest, chunk.subarray(0, length)]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
      onLine(rest.toString('utf8', start, end));
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${place} is damaged`, { cause });
  }
}

import { write } from 'node:fs';

/** More than this waits in memory for nobody: further lines are dropped and counted. Bytes. */
const MOST_WAITING = 4 * 1024 * 1024;
const RETRY_MS = 50;

/**
 * Writes lines to a file descriptor without ever blocking or failing its caller: a reader that
 * does not read, a full disk and a closed pipe cost lines, never a payment.
 */
export class LineSink {
  private waiting: string[] = [];
  private waitingLength = 0;
  private rest: Buffer | null = null;
  private lostCount = 0;
  private idle: (() => void)[] = [];

  constructor(
    private readonly descriptor: number,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /** Takes a line with its end. */
  write(line: string): void {
    if (this.waitingLength + line.length > this.mostWaiting) {
      this.lostCount += 1;
      return;
    }
    this.waiting.push(line);
    this.waitingLength += line.length;
    if (this.rest === null) this.next();
  }

  /** Lines that could not be written, since the start. */
  lost(): number {
    return this.lostCount;
  }

  /** Resolves when all lines are written; after `ms` also when not. */
  async flush(ms: number): Promise<void> {
    if (this.rest === null) return;
    await new Promise<void>((resolve) => {
      this.idle.push(resolve);
      setTimeout(resolve, ms).unref();
    });
  }

  private next(): void {
    if (this.waiting.length === 0) {
      this.rest = null;
      for (const resolve of this.idle.splice(0)) resolve();
      return;
    }
    this.rest = Buffer.from(this.waiting.join(''), 'utf8');
    this.waiting = [];
    this.waitingLength = 0;
    this.send(this.rest);
  }

  private send(bytes: Buffer): void {
    this.rest = bytes;
    write(this.descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.send(bytes), RETRY_MS);
        return;
      }
      if (error) this.lostCount += 1;
      else if (written < bytes.length) {
        this.send(bytes.subarray(written));
        return;
      }
      this.next();
    });
  }
}

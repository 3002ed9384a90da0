import type { Clock } from '../../src/domain/ports/clock';

/** Time that moves only when a test says so; sleepers make it pass. */
export class ManualClock implements Clock {
  private passedMs = 0;

  constructor(private readonly startMs: number) {}

  nowMs(): number {
    return this.startMs + this.passedMs;
  }

  monotonicMs(): number {
    return this.passedMs;
  }

  async sleep(ms: number): Promise<void> {
    this.pass(ms);
    // Whatever waits for the disk or the network gets its turn.
    await this.turn();
  }

  async turn(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  pass(ms: number): void {
    this.passedMs += ms;
  }
}

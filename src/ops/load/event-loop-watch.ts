import { Logger } from '@nestjs/common';
import type { Clock } from '../../domain/ports/clock';

const EVERY_MS = 200;
/** Looks that must all be late before the process counts as overloaded. */
const LOOKS = 5;
/** A single look this late is worth a line in the log. ms. */
const STALL_MS = 1_000;

/** Watches how late the event loop is. */
export class EventLoopWatch {
  private readonly logger = new Logger(EventLoopWatch.name);
  private readonly delays: number[] = new Array<number>(LOOKS).fill(0);
  private looks = 0;
  private stallCount = 0;
  private lookedAtMs = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly clock: Clock) {}

  start(): void {
    if (this.timer !== null) return;
    this.lookedAtMs = this.clock.monotonicMs();
    this.timer = setInterval(() => this.look(), EVERY_MS).unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /**
   * How late the loop has been for a second without a break, ms. One long stall does not count:
   * it is over, and refusing those who waited for its end would help nobody.
   */
  delayMs(): number {
    return Math.min(...this.delays);
  }

  /** Stalls longer than a second, since the start. */
  stalls(): number {
    return this.stallCount;
  }

  /** Called by the timer. */
  look(): void {
    const now = this.clock.monotonicMs();
    const late = Math.max(0, now - this.lookedAtMs - EVERY_MS);
    this.lookedAtMs = now;
    this.delays[this.looks % LOOKS] = late;
    this.looks += 1;
    if (late < STALL_MS) return;
    this.stallCount += 1;
    this.logger.warn(`the event loop stood still for ${Math.round(late)} ms`);
  }
}

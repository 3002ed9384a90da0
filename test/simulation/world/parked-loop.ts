import type { Host } from './host';
import type { Timer } from './world';

/**
 * A sweep that waits for its next round. Rounds that would find nothing are left out, so that long
 * stories are short.
 */
export class ParkedLoop {
  private parked: { readonly fromMs: number; readonly go: () => void } | null = null;
  private nextRound: Timer | null = null;

  constructor(
    private readonly host: Host,
    /** When the next round is needed, true time; Infinity: nothing is due. */
    private readonly neededAtMs: () => number,
  ) {}

  /** The sweep has ended a round: `go` begins the next. */
  park(go: () => void): void {
    this.parked = { fromMs: this.host.story.world.nowMs, go };
    this.arm();
  }

  /** What is due may have changed. */
  arm(): void {
    if (!this.parked || !this.host.alive) return;
    const atMs = this.neededAtMs();
    if (atMs === Infinity) return;
    const { world, settings } = this.host.story;
    const { fromMs, go } = this.parked;
    const period = settings.sweepPeriodMs;
    const rounds = Math.max(1, Math.ceil((Math.max(atMs, world.nowMs) - fromMs) / period));
    const nextMs = fromMs + rounds * period;
    if (nextMs === this.nextRound?.atMs) return;
    if (this.nextRound) this.nextRound.run = null;
    this.nextRound = world.after(nextMs - world.nowMs, () => {
      this.nextRound = null;
      if (!this.host.alive) return;
      this.parked = null;
      go();
    });
  }
}

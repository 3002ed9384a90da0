import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import type { SweepStatus } from '../../health/health';
import { PAY_SETTINGS } from '../pay-settings';
import type { PaySettings } from '../pay-settings';
import { BATCH, Sweep } from './sweep.service';

/** Runs the sweep again and again while the service is up. */
@Injectable()
export class SweepRunner implements OnApplicationBootstrap, BeforeApplicationShutdown, SweepStatus {
  private readonly logger = new Logger(SweepRunner.name);
  private stopped = false;
  private wakeUp: () => void = () => undefined;
  private readonly stopping = new Promise<void>((resolve) => (this.wakeUp = resolve));
  private running: Promise<void> = Promise.resolve();
  private startedAtMs: number | null = null;
  private roundAtMs: number | null = null;
  private lookedCount = 0;
  private failedCount = 0;

  constructor(
    @Inject(PAY_SETTINGS) private readonly settings: PaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly sweep: Sweep,
  ) {}

  get periodMs(): number {
    return this.settings.sweepPeriodMs;
  }

  sinceRoundMs(): number | null {
    return this.since(this.roundAtMs);
  }

  sinceStartMs(): number | null {
    return this.since(this.startedAtMs);
  }

  looked(): number {
    return this.lookedCount;
  }

  failedRounds(): number {
    return this.failedCount;
  }

  onApplicationBootstrap(): void {
    this.startedAtMs = this.clock.monotonicMs();
    if (this.settings.sweepPeriodMs > 0) this.running = this.run();
  }

  /** Called by Nest before the database closes: the round under way ends first. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wakeUp();
    await Promise.race([this.running, this.clock.sleep(this.settings.channelTimeoutMs + 1_000)]);
  }

  private since(atMs: number | null): number | null {
    return atMs === null ? null : this.clock.monotonicMs() - atMs;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const claimed = await this.roundOrNothing();
      // A backlog is worked off without pause, batch by batch.
      if (claimed < BATCH) await this.pause();
    }
  }

  private async pause(): Promise<void> {
    await Promise.race([this.clock.sleep(this.settings.sweepPeriodMs), this.stopping]);
  }

  private async roundOrNothing(): Promise<number> {
    try {
      const { claimed } = await this.sweep.round(this.settings.channelTimeoutMs);
      this.roundAtMs = this.clock.monotonicMs();
      this.lookedCount += claimed;
      return claimed;
    } catch (error) {
      this.failedCount += 1;
      this.logger.error(`sweep: ${error instanceof Error ? error.message : String(error)}`);
      return 0;
    }
  }
}

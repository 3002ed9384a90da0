import { Logger } from '@nestjs/common';
import type { Clock } from '../../domain/ports/clock';

/** What does not work is tried again after so long. ms. */
const AGAIN_MS = 60_000;

/** May parts of a recharge go back? Only where a card's holds are known to be totals. */
export interface PartHolds {
  /** Never throws: what cannot be told is a no, for a minute. */
  areTotals(): Promise<boolean>;
}

/** They are, by our own code. */
export const OUR_HOLDS: PartHolds = { areTotals: () => Promise.resolve(true) };

/** Tried with the first refund that needs it; callers at the same time share the attempt. */
export class ProbedHolds implements PartHolds {
  private readonly logger = new Logger(ProbedHolds.name);
  private attempt: Promise<boolean> | null = null;
  private triedAtMs = 0;

  /** @param probe what they do instead of being totals; null: they are */
  constructor(
    private readonly probe: () => Promise<string | null>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  async areTotals(): Promise<boolean> {
    const now = this.clock.monotonicMs();
    const attempt = this.attempt ?? this.tried(now);
    this.attempt = attempt;
    if (await attempt) return true;
    if (this.attempt === attempt && now - this.triedAtMs >= AGAIN_MS) {
      this.attempt = this.tried(now);
      return this.attempt;
    }
    return false;
  }

  private async tried(nowMs: number): Promise<boolean> {
    this.triedAtMs = nowMs;
    try {
      const fault = await this.probe();
      if (fault === null) return true;
      this.logger.warn(`no parts of recharges are refunded: End, ${fault}; see npm run db:check`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.logger.warn(`End of recharges could not be tried: ${why}`);
    }
    return false;
  }
}

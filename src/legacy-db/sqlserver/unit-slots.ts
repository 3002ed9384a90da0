import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';

/**
 * How many units of work may run at once: fewer than there are connections, so that reads always
 * find one. Who waits too long is told so, instead of piling up.
 */
export class UnitSlots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly watchers: (() => void)[] = [];

  constructor(
    private readonly slots: number,
    private readonly waitMs: number,
    private readonly clock: Clock,
  ) {}

  /** Runs a unit when its turn comes. @throws PayError DATABASE_UNAVAILABLE when it does not */
  async use<T>(name: string, run: () => Promise<T>): Promise<T> {
    await this.turn(name);
    try {
      return await run();
    } finally {
      this.pass();
    }
  }

  /** Resolves when no unit runs or waits. */
  async idle(): Promise<void> {
    while (this.running > 0) await new Promise<void>((done) => this.watchers.push(done));
  }

  private async turn(name: string): Promise<void> {
    if (this.running < this.slots) {
      this.running += 1;
      return;
    }
    let go = (): void => undefined;
    const mine = new Promise<true>((resolve) => (go = () => resolve(true)));
    this.waiting.push(go);
    const late = this.clock.sleep(this.waitMs).then(() => false as const);
    if (await Promise.race([mine, late])) return;
    const at = this.waiting.indexOf(go);
    // Handed on in the very moment in which the time was over: it is ours after all.
    if (at < 0) return;
    this.waiting.splice(at, 1);
    throw new PayError('DATABASE_UNAVAILABLE', `${name}: no connection became free in time`);
  }

  private pass(): void {
    const next = this.waiting.shift();
    if (next) return next();
    this.running -= 1;
    if (this.running === 0) for (const done of this.watchers.splice(0)) done();
  }
}

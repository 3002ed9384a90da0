import type { Clock } from '../../domain/ports/clock';

/** How long what came of an act is remembered. ms. */
const REMEMBERED_MS = 120_000;
/** So many acts are remembered at most; the oldest goes first. */
const MOST = 500;

interface Remembered<Result> {
  readonly atMs: number;
  readonly result: Promise<Result>;
}

/**
 * Does an act once, however often its button is pressed: who presses again, or comes back to the
 * page, gets what came of the first. What failed may be tried again. Money is safe without it, by
 * numbers that are given once; this is for the person.
 */
export class Once<Result> {
  private readonly acts = new Map<string, Remembered<Result>>();

  constructor(private readonly clock: Clock) {}

  /** What came of the act of this name: of this call, or of an earlier one. */
  async share(name: string, act: () => Promise<Result>): Promise<Result> {
    this.forget();
    const known = this.acts.get(name);
    if (known) return known.result;
    const result = act();
    this.acts.set(name, { atMs: this.clock.monotonicMs(), result });
    result.catch(() => this.acts.delete(name));
    return result;
  }

  private forget(): void {
    const before = this.clock.monotonicMs() - REMEMBERED_MS;
    for (const [name, { atMs }] of this.acts) {
      if (atMs > before && this.acts.size < MOST) return; // The others are younger.
      this.acts.delete(name);
    }
  }
}

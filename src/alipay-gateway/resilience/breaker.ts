import type { Clock } from '../../domain/ports/clock';

/** `open`: no call is let through; `halfOpen`: a single one may find out how things are. */
export type BreakerState = 'closed' | 'open' | 'halfOpen';

/** Told when calls stop, for so many ms, and when they go on, `null`. */
export type BreakerListener = (pauseMs: number | null) => void;

/** Leave to make one call; to be handed back when it has ended. */
export interface Permit {
  /** Counts the changes of state, so that old news are known as such. */
  readonly era: number;
}

/** So many failures one after the other open it. */
const FAILURES_IN_A_ROW = 10;
/** More than half of so many results being failures opens it. */
const RESULTS = 20;
/** Results count for so long, ms. */
const WINDOW_MS = 60_000;
/** How long it is open at first; twice as long each time the probe fails. ms. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

/** Stops calls to a channel that does not answer, and finds out when it does again. */
export class Breaker {
  private results: { readonly atMs: number; readonly ok: boolean }[] = [];
  private probesAtMs: number | null = null;
  private pauseMs = FIRST_PAUSE_MS;
  private probing = false;
  private era = 0;

  constructor(
    private readonly clock: Clock,
    private readonly listener: BreakerListener = () => undefined,
  ) {}

  state(): BreakerState {
    if (this.probesAtMs === null) return 'closed';
    return this.clock.monotonicMs() >= this.probesAtMs ? 'halfOpen' : 'open';
  }

  /** Whether a call would be let through now. */
  admits(): boolean {
    return this.state() !== 'open' && !this.probing;
  }

  /** Leave for one call; null: none may be made now. */
  admit(): Permit | null {
    if (!this.admits()) return null;
    this.probing = this.probesAtMs !== null;
    return { era: this.era };
  }

  /** Hands a permit back. `ok`: whether the channel answered; null: the call does not tell. */
  settle({ era }: Permit, ok: boolean | null): void {
    if (era !== this.era) return;
    if (this.probing) {
      this.probing = false;
      if (ok !== null) this.judge(ok);
    } else if (ok !== null) this.note(ok);
  }

  /** What the probe found. */
  private judge(ok: boolean): void {
    if (ok) this.close();
    else this.open();
  }

  private note(ok: boolean): void {
    const nowMs = this.clock.monotonicMs();
    const recent = this.results.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    this.results = [...recent, { atMs: nowMs, ok }].slice(-RESULTS);
    if (!ok && this.isTooMuch()) this.open();
  }

  private isTooMuch(): boolean {
    const last = this.results.slice(-FAILURES_IN_A_ROW);
    if (last.length === FAILURES_IN_A_ROW && last.every(({ ok }) => !ok)) return true;
    const failures = this.results.filter(({ ok }) => !ok).length;
    return this.results.length === RESULTS && failures * 2 > RESULTS;
  }

  private open(): void {
    this.turnOver();
    this.probesAtMs = this.clock.monotonicMs() + this.pauseMs;
    this.listener(this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }

  private close(): void {
    this.turnOver();
    this.probesAtMs = null;
    this.pauseMs = FIRST_PAUSE_MS;
    this.listener(null);
  }

  private turnOver(): void {
    this.era += 1;
    this.results = [];
  }
}

/** Something that will happen; `run` is null once it is called off. */
export interface Timer {
  readonly atMs: number;
  readonly seq: number;
  run: (() => void) | null;
}

/** True time when a story starts, epoch ms. */
const START_MS = Date.UTC(2026, 9, 17, 1, 30);

function before(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);
}

/** So many turns are asked for at once: one look at the operating system for all of them. */
const TURNS = 32;

/** Turns of the real event loop: between two of them every promise goes on as far as it can. */
class Turns {
  private asked = 0;
  private waiting: (() => void) | null = null;

  /** Resolves when no promise is left that can go on by itself. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = resolve;
      if (this.asked === 0) this.ask();
    });
  }

  private ask(): void {
    for (let i = 0; i < TURNS; i += 1) setImmediate(() => this.turn());
    this.asked += TURNS;
  }

  private turn(): void {
    this.asked -= 1;
    const resolve = this.waiting;
    this.waiting = null;
    resolve?.();
  }
}

/**
 * Virtual time and everything that happens in it, one thing after the other. Between two events
 * every promise of the product that can go on has gone on.
 */
export class World {
  /** True time, epoch ms. */
  nowMs = START_MS;
  readonly startedAtMs = START_MS;
  /** What the service's wall clocks are ahead of true time. ms. */
  serviceAheadMs = 0;
  /** What one machine's clock differs from another's at most. ms. */
  skewMs = 0;
  /** How far a clock was wrong at the most. ms. */
  worstClockMs = 0;
  events = 0;
  readonly log: string[] | null;
  private readonly turns = new Turns();
  private seq = 0;
  private readonly heap: Timer[] = [];

  constructor(logged: boolean) {
    this.log = logged ? [] : null;
  }

  /** A number that only grows, for what happened before what. */
  tick(): number {
    this.seq += 1;
    return this.seq;
  }

  after(delayMs: number, run: () => void): Timer {
    const timer: Timer = {
      atMs: this.nowMs + Math.max(0, Math.round(delayMs)),
      seq: this.tick(),
      run,
    };
    this.push(timer);
    return timer;
  }

  /** For the actors: resolves after a while. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** The instant of the next event; Infinity: none. */
  nextAtMs(): number {
    while (this.heap[0]?.run === null) this.pop();
    return this.heap[0]?.atMs ?? Infinity;
  }

  /** Lets everything happen up to an instant; `afterEach` says whether to go on. */
  async runUntil(untilMs: number, afterEach: () => boolean): Promise<void> {
    while (this.nextAtMs() <= untilMs) {
      const timer = this.pop();
      if (!timer?.run) continue;
      this.nowMs = timer.atMs;
      this.events += 1;
      timer.run();
      await this.turns.next();
      if (!afterEach()) return;
    }
    if (untilMs !== Infinity) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  note(text: () => string): void {
    if (this.log === null) return;
    const seconds = ((this.nowMs - this.startedAtMs) / 1000).toFixed(3);
    this.log.push(`${seconds.padStart(11)} ${text()}`);
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (!parent || !before(timer, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = timer;
  }

  private pop(): Timer | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      if (!left) break;
      const right = heap[child + 1];
      if (right && before(right, left)) child += 1;
      const least = heap[child];
      if (!least || !before(least, last)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

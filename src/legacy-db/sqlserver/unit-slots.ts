import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';

/** So many callers may wait for one bill; who comes then is told at once. */
const LONGEST_LINE = 500;

/** A line before one or more places. */
class Line {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly places: number) {}

  get length(): number {
    return this.waiting.length;
  }

  get isEmpty(): boolean {
    return this.taken === 0;
  }

  /** True: a place is ours until `pass`. `late` resolves when we wait no longer. */
  async turn(late: () => Promise<false>): Promise<boolean> {
    if (this.taken < this.places) {
      this.taken += 1;
      return true;
    }
    let go = (): void => undefined;
    const mine = new Promise<true>((resolve) => (go = () => resolve(true)));
    this.waiting.push(go);
    if (await Promise.race([mine, late()])) return true;
    const at = this.waiting.indexOf(go);
    // Handed on in the very moment in which the time was over: it is ours after all.
    if (at < 0) return true;
    this.waiting.splice(at, 1);
    return false;
  }

  pass(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken -= 1;
  }
}

/**
 * How many units of work may run at once: fewer than there are connections, so that reads always
 * find one. Units of one bill wait for each other here and hold no place meanwhile: at the database
 * they would stand one behind the other anyway, and all other bills behind them. Who waits too
 * long is told so, instead of piling up.
 */
export class UnitSlots {
  private readonly slots: Line;
  private readonly bills = new Map<string, Line>();
  private readonly watchers: (() => void)[] = [];
  private running = 0;

  constructor(
    slots: number,
    private readonly waitMs: number,
    private readonly clock: Clock,
  ) {
    this.slots = new Line(slots);
  }

  /**
   * Runs a unit when its turn comes, one at a time of a bill.
   * @throws PayError DATABASE_UNAVAILABLE when it does not come in time
   */
  async use<T>(name: string, run: () => Promise<T>, bill: string | null = null): Promise<T> {
    this.running += 1;
    let over: Promise<false> | null = null;
    const late = () => (over ??= this.clock.sleep(this.waitMs).then(() => false as const));
    const place = () => this.inLine(this.slots, `${name}: no connection became free`, late, run);
    try {
      return await (bill === null ? place() : this.ofBill(bill, name, late, place));
    } finally {
      this.running -= 1;
      if (this.running === 0) for (const done of this.watchers.splice(0)) done();
    }
  }

  /** Resolves when no unit runs or waits. */
  async idle(): Promise<void> {
    while (this.running > 0) await new Promise<void>((done) => this.watchers.push(done));
  }

  private async ofBill<T>(
    bill: string,
    name: string,
    late: () => Promise<false>,
    run: () => Promise<T>,
  ): Promise<T> {
    const line = this.bills.get(bill) ?? new Line(1);
    this.bills.set(bill, line);
    if (line.length >= LONGEST_LINE) throw waitedFor(`${name}: too many wait for this bill`);
    try {
      return await this.inLine(
        line,
        `${name}: the units before it of this bill did not end`,
        late,
        run,
      );
    } finally {
      if (line.isEmpty) this.bills.delete(bill);
    }
  }

  private async inLine<T>(
    line: Line,
    otherwise: string,
    late: () => Promise<false>,
    run: () => Promise<T>,
  ): Promise<T> {
    if (!(await line.turn(late))) throw waitedFor(`${otherwise} in time`);
    try {
      return await run();
    } finally {
      line.pass();
    }
  }
}

function waitedFor(what: string): PayError {
  return new PayError('DATABASE_UNAVAILABLE', what);
}

import type { Clock } from '../../domain/ports/clock';

type Waiter = (got: boolean) => void;

/** Room for so many calls at once; some more may wait for it, in the order they came. */
export class Slots {
  private readonly queue = new Set<Waiter>();
  private taken = 0;

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
    private readonly clock: Clock,
  ) {}

  /** Calls that have room. */
  get underWay(): number {
    return this.taken;
  }

  /** Calls that wait for it. */
  get waiting(): number {
    return this.queue.size;
  }

  /** True: there is room, to be given back by `free`. False: too many wait, or it took too long. */
  take(withinMs: number): Promise<boolean> {
    if (this.taken < this.atOnce) {
      this.taken += 1;
      return Promise.resolve(true);
    }
    if (this.queue.size >= this.mostWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiter: Waiter = (got) => {
        this.queue.delete(waiter);
        resolve(got);
      };
      this.queue.add(waiter);
      void this.clock.sleep(withinMs).then(() => waiter(false));
    });
  }

  /** Gives room back, to whoever waits longest. */
  free(): void {
    const [next] = this.queue;
    if (next) next(true);
    else this.taken -= 1;
  }
}

import { ManualClock } from './manual-clock';

/** A clock whose sleeps end only when the test says so. */
export class SleepyClock extends ManualClock {
  /** How long every sleep was to be, ms. */
  readonly sleeps: number[] = [];
  private wakers: (() => void)[] = [];

  override sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    return new Promise((resolve) => this.wakers.push(resolve));
  }

  async wake(): Promise<void> {
    this.wakers.splice(0).forEach((waker) => waker());
    await turns();
  }
}

/** Lets whatever is waiting go on for a while. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((done) => setImmediate(done));
}

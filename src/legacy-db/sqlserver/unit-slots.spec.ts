import { ManualClock } from '../../../test/support/manual-clock';
import { UnitSlots } from './unit-slots';

/** Sleeps end when the test says so. */
class SleepyClock extends ManualClock {
  private readonly sleepers: (() => void)[] = [];

  override sleep(): Promise<void> {
    return new Promise((done) => this.sleepers.push(done));
  }

  timeIsOver(): void {
    this.sleepers.splice(0).forEach((done) => done());
  }
}

describe('the places for units of work', () => {
  let clock: SleepyClock;
  let slots: UnitSlots;
  let log: string[];
  let ends: Map<string, () => void>;

  beforeEach(() => {
    clock = new SleepyClock(0);
    slots = new UnitSlots(1, 1_000, clock);
    log = [];
    ends = new Map();
  });

  /** A unit that runs until it is ended. */
  function unit(name: string): Promise<void> {
    const run = async (): Promise<void> => {
      log.push(name);
      await new Promise<void>((end) => ends.set(name, end));
    };
    return slots.use(name, run).catch(() => void log.push(`${name} too late`));
  }

  function idle(): void {
    void slots.idle().then(() => log.push('idle'));
  }

  async function turns(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await clock.turn();
  }

  async function end(name: string): Promise<void> {
    ends.get(name)?.();
    await turns();
  }

  it('are handed on in the order of asking, also by a unit that failed', async () => {
    const failing = slots.use('failing', () => Promise.reject(new Error('fails')));
    const units = [unit('a'), unit('b')];
    await expect(failing).rejects.toThrow('fails');
    await turns();
    expect(log).toEqual(['a']);
    await end('a');
    expect(log).toEqual(['a', 'b']);
    await end('b');
    await Promise.all(units);
    const again = unit('c');
    await turns();
    expect(log).toEqual(['a', 'b', 'c']);
    await end('c');
    await again;
  });

  it('are not given to who gave up, and the others keep their turn', async () => {
    const first = unit('a');
    const late = unit('b');
    clock.timeIsOver();
    await late;
    const next = unit('c');
    await end('a');
    await end('c');
    await Promise.all([first, next]);
    expect(log).toEqual(['a', 'b too late', 'c']);
  });

  it('handed on in the very moment in which the time is over are taken', async () => {
    const units = [unit('a'), unit('b'), unit('c')];
    await turns();
    clock.timeIsOver();
    ends.get('a')?.();
    await turns();
    expect(log).toEqual(['a', 'b', 'c too late']);
    await end('b');
    await Promise.all(units);
  });

  it('are idle when nobody runs or waits, and not before', async () => {
    idle();
    await turns();
    expect(log).toEqual(['idle']);
    const units = [unit('a'), unit('b')];
    idle();
    await turns();
    await end('a');
    expect(log).toEqual(['idle', 'a', 'b']);
    await end('b');
    expect(log).toEqual(['idle', 'a', 'b', 'idle']);
    await Promise.all(units);
  });
});

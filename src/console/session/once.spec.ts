import { ManualClock } from '../../../test/support/manual-clock';
import { Once } from './once';

describe('an act that is done once', () => {
  const clock = new ManualClock(0);
  let done: string[];
  let once: Once<string>;
  beforeEach(() => {
    done = [];
    once = new Once(clock);
  });
  const act = (name: string) => () => {
    done.push(name);
    return Promise.resolve(`${name} ${done.length}`);
  };

  it('gives every press what came of the first', async () => {
    const presses = [1, 2, 3].map(() => once.share('a', act('a')));
    expect(await Promise.all(presses)).toEqual(['a 1', 'a 1', 'a 1']);
    clock.pass(119_999);
    expect(await once.share('a', act('a'))).toBe('a 1');
    expect(await once.share('b', act('b'))).toBe('b 2');
  });

  it('may be tried again when it failed', async () => {
    const fails = () => Promise.reject(new Error('down'));
    await expect(once.share('a', fails)).rejects.toThrow('down');
    expect(await once.share('a', act('a'))).toBe('a 1');
  });

  it('is forgotten after two minutes, and when there are too many', async () => {
    await once.share('a', act('a'));
    clock.pass(120_000);
    expect(await once.share('a', act('a'))).toBe('a 2');
    for (let each = 0; each < 500; each += 1) await once.share(`x${each}`, act('x'));
    expect(await once.share('a', act('a'))).toBe('a 503');
  });
});

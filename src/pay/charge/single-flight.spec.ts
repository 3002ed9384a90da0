import { SingleFlight } from './single-flight';

describe('work that is shared', () => {
  /** Work that ends when the test says so. */
  function work() {
    let starts = 0;
    const ends: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
    const start = (): Promise<string> => {
      starts += 1;
      return new Promise((resolve, reject) => ends.push({ resolve, reject }));
    };
    return { start, ends, starts: () => starts };
  }

  it('is begun once for those who ask meanwhile, and again for the next', async () => {
    const flights = new SingleFlight<string, string>();
    const { start, ends, starts } = work();
    const both = [flights.share('a', start), flights.share('a', start)];
    expect(starts()).toBe(1);
    ends[0]?.resolve('first');
    expect(await Promise.all(both)).toEqual(['first', 'first']);
    const next = flights.share('a', start);
    expect(starts()).toBe(2);
    ends[1]?.resolve('second');
    expect(await next).toBe('second');
  });

  it('fails for all of them, and is begun again for the next', async () => {
    const flights = new SingleFlight<string, string>();
    const { start, ends, starts } = work();
    const both = [flights.share('a', start), flights.share('a', start)];
    ends[0]?.reject(new Error('broken'));
    for (const one of await Promise.allSettled(both)) expect(one.status).toBe('rejected');
    void flights.share('a', start);
    expect(starts()).toBe(2);
  });

  it('is not shared over keys', () => {
    const flights = new SingleFlight<string, string>();
    const { start, starts } = work();
    void flights.share('a', start);
    void flights.share('b', start);
    expect(starts()).toBe(2);
  });
});

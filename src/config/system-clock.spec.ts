import { systemClock, systemRandomness } from './system-clock';

describe('systemClock', () => {
  it('tells the wall time', () => {
    const before = Date.now();
    const now = systemClock.nowMs();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('sleeps at least as long as asked', async () => {
    const start = systemClock.monotonicMs();
    await systemClock.sleep(20);
    expect(systemClock.monotonicMs() - start).toBeGreaterThanOrEqual(19);
  });

  it('keeps a process alive that sleeps: what it waits to do is not lost', async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const asleep = systemClock.sleep(20);
    expect(timers()).toBe(before + 1);
    await asleep;
    expect(timers()).toBe(before);
  });

  it('takes a turn behind what waits in this one', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('waiting'));
    await systemClock.turn();
    expect(order).toEqual(['waiting']);
  });
});

describe('systemRandomness', () => {
  it('gives as many bytes as asked, never the same', () => {
    const given = Array.from({ length: 2_000 }, () => systemRandomness.hex(10));
    expect(given.filter((hex) => !/^[0-9a-f]{20}$/.test(hex))).toEqual([]);
    expect(new Set(given).size).toBe(2_000);
  });

  it('gives fractions from 0 to below 1', () => {
    const fractions = Array.from({ length: 1000 }, () => systemRandomness.fraction());
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...fractions)).toBeLessThan(1);
    expect(new Set(fractions).size).toBeGreaterThan(990);
  });
});

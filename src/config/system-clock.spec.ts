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
    // Something else has to keep the process alive meanwhile: a sleeper does not.
    const other = setTimeout(() => undefined, 1000);
    await systemClock.sleep(20);
    clearTimeout(other);
    expect(systemClock.monotonicMs() - start).toBeGreaterThanOrEqual(19);
  });

  it('does not keep a process alive by sleeping', () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    void systemClock.sleep(50);
    expect(timers()).toBe(before);
    const counted = setTimeout(() => undefined, 50);
    expect(timers()).toBe(before + 1);
    clearTimeout(counted);
  });
});

describe('systemRandomness', () => {
  it('gives as many bytes as asked, never the same', () => {
    expect(systemRandomness.hex(16)).toMatch(/^[0-9a-f]{32}$/);
    expect(systemRandomness.hex(16)).not.toBe(systemRandomness.hex(16));
  });

  it('gives fractions from 0 to below 1', () => {
    const fractions = Array.from({ length: 1000 }, () => systemRandomness.fraction());
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...fractions)).toBeLessThan(1);
    expect(new Set(fractions).size).toBeGreaterThan(990);
  });
});

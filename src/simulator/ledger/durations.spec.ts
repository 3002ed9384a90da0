import { timeoutEnd, timeoutLength } from './durations';

describe('relative times', () => {
  it.each([
    ['1m', 60_000],
    ['90m', 5_400_000],
    ['3h', 10_800_000],
    ['15d', 1_296_000_000],
    ['21600m', 1_296_000_000],
    ['1c', null],
  ])('%s is read', (text, length) => {
    expect(timeoutLength(text)).toBe(length);
  });

  it.each(['', '0m', '1.5h', '16d', '361h', '2c', '-1m', '01m', '5', 'm', '5s', ' 5m'])(
    '"%s" is refused',
    (text) => {
      expect(timeoutLength(text)).toBeUndefined();
    },
  );

  it('end at the end of the China day with 1c', () => {
    const evening = Date.parse('2026-11-22T23:59:59+08:00');
    expect(timeoutEnd('1c', evening)).toBe(Date.parse('2026-11-23T00:00:00+08:00'));
    const midnight = Date.parse('2026-11-23T00:00:00+08:00');
    expect(timeoutEnd('1c', midnight)).toBe(Date.parse('2026-11-24T00:00:00+08:00'));
  });
});

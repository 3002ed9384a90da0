import { judgeTry, MOST_TRIES, nextTryAt } from './delivery';

const NOW = Date.UTC(2026, 10, 22, 4, 0, 0);
const HOUR = 3_600_000;

describe('the end of a try', () => {
  it.each([200, 201, 204, 299])('%d: taken', (status) => {
    expect(judgeTry({ status, retryAfter: null }, NOW)).toEqual({ kind: 'taken' });
  });

  it('410: refused', () => {
    expect(judgeTry({ status: 410, retryAfter: '9' }, NOW)).toEqual({ kind: 'refused' });
  });

  it.each([null, 100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 409, 411, 500, 502])(
    '%p: failed, whatever else is said',
    (status) => {
      const failed = { kind: 'failed', askedMs: 0 };
      expect(judgeTry({ status, retryAfter: '60' }, NOW)).toEqual(failed);
    },
  );

  it.each<[string | null, number]>([
    [null, 0],
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['86400', 24 * HOUR],
    ['999999999', 24 * HOUR],
    ['Sun, 22 Nov 2026 04:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 03:59:00 GMT', 0],
    ['Sun, 22 Nov 2099 04:00:00 GMT', 24 * HOUR],
  ])('429 and 503 with Retry-After %j: not before %d ms', (retryAfter, askedMs) => {
    for (const status of [429, 503]) {
      expect(judgeTry({ status, retryAfter }, NOW)).toEqual({ kind: 'failed', askedMs });
    }
  });
});

describe('the schedule', () => {
  const middle = (tries: number) => (nextTryAt(tries, 0, 0.5, NOW) ?? NaN) - NOW;

  it('is that of Standard Webhooks, over three days', () => {
    const waits = Array.from({ length: MOST_TRIES }, (_none, tries) => middle(tries));
    const seconds = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    expect(waits).toEqual(seconds.map((each) => each * 1_000));
    expect(waits.reduce((sum, wait) => sum + wait) / HOUR).toBeCloseTo(75.6, 1);
  });

  it('ends after the last try', () => {
    expect(nextTryAt(MOST_TRIES - 1, 0, 0.5, NOW)).not.toBeNull();
    expect(nextTryAt(MOST_TRIES, 0, 0.5, NOW)).toBeNull();
    expect(nextTryAt(MOST_TRIES, 60_000, 0.5, NOW)).toBeNull();
  });

  it('is spread by a fifth to both sides', () => {
    expect(nextTryAt(1, 0, 0, NOW)).toBe(NOW + 4_000);
    expect(nextTryAt(1, 0, 0.999999, NOW)).toBe(NOW + 6_000);
  });

  it('waits as long as the receiver asks, and never less than it says itself', () => {
    expect(nextTryAt(1, 60_000, 0.5, NOW)).toBe(NOW + 60_000);
    expect(nextTryAt(2, 60_000, 0.5, NOW)).toBe(NOW + 300_000);
  });
});

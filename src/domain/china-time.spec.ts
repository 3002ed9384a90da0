import { chinaTime, parseChinaTime } from './china-time';

/** Instants in UTC and how China writes them. */
const TIMES: [utc: string, china: string][] = [
  ['1970-01-01T00:00:00Z', '1970-01-01 08:00:00'],
  ['2026-11-22T06:07:08Z', '2026-11-22 14:07:08'],
  ['2026-11-22T15:59:59Z', '2026-11-22 23:59:59'],
  ['2026-11-22T16:00:00Z', '2026-11-23 00:00:00'],
  ['2026-12-31T16:00:00Z', '2027-01-01 00:00:00'],
  ['2028-02-28T16:00:00Z', '2028-02-29 00:00:00'],
  ['2026-03-29T01:00:00Z', '2026-03-29 09:00:00'], // Europe changes its clocks.
  ['2026-11-01T06:00:00Z', '2026-11-01 14:00:00'], // America changes its clocks.
  ['1990-07-01T00:00:00Z', '1990-07-01 08:00:00'], // China once had a summer time.
];

const NO_TIMES: unknown[] = [
  '2026-11-22T14:07:08',
  '2026-11-22 14:07',
  '2026-11-22 14:07:08.000',
  '2026-11-22 14:07:08Z',
  ' 2026-11-22 14:07:08',
  '2026-11-22 14:07:08\n',
  '2026-11-22  14:07:08',
  '2026-11-22 24:00:00',
  '2026-11-22 14:60:00',
  '2026-11-22 14:07:60',
  '2026-13-01 00:00:00',
  '2026-00-01 00:00:00',
  '2026-11-31 00:00:00',
  '2027-02-29 00:00:00',
  '20261122140708',
  '+012026-11-22 14:07',
  '',
  null,
  undefined,
  1_795_000_000_000,
  [['2026-11-22 14:07:08']],
];

describe('China time', () => {
  it.each(TIMES)('%s is %s, both ways', (utc, china) => {
    expect(chinaTime(Date.parse(utc))).toBe(china);
    expect(parseChinaTime(china)).toBe(Date.parse(utc));
  });

  it('cuts milliseconds off, it does not round', () => {
    expect(chinaTime(Date.parse('2026-11-22T06:07:08.999Z'))).toBe('2026-11-22 14:07:08');
  });

  it.each(NO_TIMES)('%j is no time', (text) => {
    expect(parseChinaTime(text)).toBeNull();
  });
});

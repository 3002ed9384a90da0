/**
 * Whether all of it is run: high counts, and groups and rows that are too long for every day.
 * `npm test` leaves them out; `npm run test:long`, and TEST_LONG=1 for any other run, has them.
 */
export const LONG = process.env['TEST_LONG'] === '1';

/** A group that is too long for every day. */
export function describeLong(name: string, tests: () => void): void {
  if (LONG) describe(name, tests);
}

/** A test that is too long for every day. */
export function itLong(name: string, test: jest.ProvidesCallback): void {
  if (LONG) it(name, test);
}

/** The rows of every day, and those that say the same of one more case. */
export function rows<Row>(daily: readonly Row[], more: readonly Row[]): Row[] {
  return LONG ? [...daily, ...more] : [...daily];
}

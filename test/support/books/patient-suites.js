/**
 * On an SQL Server databases are made and dropped, and slow engines are let take their time: tests
 * and their hooks wait as long as the harness does, whatever a spec says for SQLite.
 */
const HARNESS_WAITS_MS = 180_000;
/** Where jest keeps what `jest.setTimeout` says. */
const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

let timeoutMs = HARNESS_WAITS_MS;
Object.defineProperty(globalThis, TIMEOUT, {
  configurable: true,
  get: () => timeoutMs,
  set: (ms) => {
    timeoutMs = Math.max(ms, HARNESS_WAITS_MS);
  },
});

/** How long the till waits before it asks again. */

/** Between two questions while all goes well. */
export const POLL_MS = 2000;
const LONGEST_MS = 30_000;

let wakeUp = () => {};

/** The wait after `failures` answers in a row that told nothing; at least what was asked for. */
export function backOff(failures, askedForMs) {
  return Math.max(askedForMs, Math.min(LONGEST_MS, POLL_MS * 2 ** (failures - 1)));
}

/**
 * Waits until `ended` aborts at the latest. Ends early when the page is seen again, because hidden
 * pages' clocks run slowly, or when the clerk is in a hurry: unless the service asked for the wait.
 */
export function pause(waitMs, ended, askedForMs = 0) {
  return new Promise((resolve) => {
    const wake = new AbortController();
    const done = () => {
      clearTimeout(timer);
      wake.abort();
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    const { signal } = wake;
    const seen = () => document.visibilityState === 'visible' && done();
    if (!askedForMs) {
      document.addEventListener('visibilitychange', seen, { signal });
      wakeUp = done;
    }
    ended.addEventListener('abort', done, { signal });
  });
}

/** Ends the wait there is now. */
export function hurry() {
  wakeUp();
}

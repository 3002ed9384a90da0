/** One extra call is earned by so many calls. */
const CALLS_PER_RETRY = 10;
/** So many extra calls can be saved up. */
const BURST = 10;

/** Keeps extra calls to a tenth of all calls, so that retries cannot bury an ailing channel. */
export class RetryBudget {
  /** In calls; begins full. */
  private credit = BURST * CALLS_PER_RETRY;

  /** A call is made. */
  earn(): void {
    this.credit = Math.min(this.credit + 1, BURST * CALLS_PER_RETRY);
  }

  /** Whether one extra call may be made; it is paid for then. */
  spend(): boolean {
    if (this.credit < CALLS_PER_RETRY) return false;
    this.credit -= CALLS_PER_RETRY;
    return true;
  }
}

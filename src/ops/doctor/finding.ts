/** `skip`: could not be looked at, because of another finding or for want of a setting. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skip';

/** One row of the doctor's table. Fit to print: no secrets. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly found: string;
  /** What the operator is to do; empty: nothing. */
  readonly advice: string;
}

/** Looks at one thing. Never throws for what it looks at. */
export type Check = () => Promise<readonly Finding[]>;

/** A row without advice. */
export function good(check: string, found: string): Finding {
  return { check, verdict: 'ok', found, advice: '' };
}

/** A row that stops a start of business. */
export function bad(check: string, found: string, advice: string): Finding {
  return { check, verdict: 'fail', found, advice };
}

/** A row to think about. */
export function doubtful(check: string, found: string, advice: string): Finding {
  return { check, verdict: 'warn', found, advice };
}

/** A row that says why there is nothing to say. */
export function skipped(check: string, found: string): Finding {
  return { check, verdict: 'skip', found, advice: '' };
}

/** The code of an error or of its cause; its message may quote what must not be printed. */
export function errorWord(error: unknown): string {
  for (let each = error; typeof each === 'object' && each !== null;) {
    const { code, cause } = each as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,50}$/.test(code)) return code;
    each = cause;
  }
  return 'no connection';
}

/** A planted bug: one place of one source, changed. */
export interface Bug {
  readonly name: string;
  /** Below `src`. */
  readonly file: string;
  /** Text that stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

export const BUGS: readonly Bug[] = [];

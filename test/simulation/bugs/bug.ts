/** A planted bug: one place of one source, changed. */
export interface Bug {
  readonly name: string;
  /** Below `src`. */
  readonly file: string;
  /** Text that stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A bug in a source file, named without its ending. */
export function bug(name: string, file: string, find: string, replace: string): Bug {
  return { name, file: `${file}.ts`, find, replace };
}

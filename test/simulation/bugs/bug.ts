import { plant } from './place';

/** A planted bug: one source, changed. */
export interface Bug {
  readonly name: string;
  /** Below `src`. */
  readonly file: string;
  /** The source with the bug in it. */
  readonly patched: (source: string) => string;
}

/**
 * A bug in a source file, named without its ending. `within`: its function (`name`, `Class.name` or
 * `Class.constructor`). `find`: a statement or expression that stands there exactly once, without
 * comments; `replace`: what stands there instead.
 */
export function bug(
  name: string,
  file: string,
  within: string,
  find: string,
  replace: string,
): Bug {
  const patched = (source: string): string => {
    try {
      return plant({ within, find, replace }, source);
    } catch (error) {
      throw new Error(`bug ${name}: ${String(error)}`, { cause: error });
    }
  };
  return { name, file: `${file}.ts`, patched };
}

/**
 * How refusals carry their HTTP status. `legacy`: 200 for what an operation answers itself, and the
 * legacy error body for what never reaches one. `rest`: the status of the error table, always the
 * envelope. Source: docs/errors.md.
 */
export type StatusStyle = 'legacy' | 'rest';

/** Settings of the FormatModule. */
export interface FormatOptions {
  readonly style: StatusStyle;
}

/** Injection token of the `FormatOptions`. */
export const FORMAT_OPTIONS = Symbol('FormatOptions');

/**
 * How refusals carry their HTTP status. `legacy`: 200 for what an operation answers itself, and the
 * legacy error body for what never reaches one. `rest`: the status of the error table, always the
 * envelope. Source: docs/errors.md.
 */
export type StatusStyle = 'legacy' | 'rest';

/** Settings of the WireModule. */
export interface WireOptions {
  readonly style: StatusStyle;
}

/** Injection token of the `WireOptions`. */
export const WIRE_OPTIONS = Symbol('WireOptions');

/** What the till is told when it is wired in. */
export interface TillOptions {
  /** Is the Alipay behind the service the simulator? Then the page says that no money moves. */
  readonly simulator: boolean;
}

/** Injection token of `TillOptions`. */
export const TILL_OPTIONS = Symbol('TILL_OPTIONS');

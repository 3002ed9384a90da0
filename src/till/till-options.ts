/** What the till is told when it is wired in. */
export interface TillOptions {
  /** Is the Alipay behind the service the simulator? Then the page says that no money moves. */
  readonly simulator: boolean;
  /** Is there a Swagger UI at `/docs` to link to? Default: yes. */
  readonly docs?: boolean;
  /** Are keys asked for? Then the till has a field for its own. Default: no. */
  readonly keys?: boolean;
  /** How long a code lives, minutes. Default: not known, nothing is counted down. */
  readonly codeMinutes?: number;
}

/** Injection token of `TillOptions`. */
export const TILL_OPTIONS = Symbol('TILL_OPTIONS');

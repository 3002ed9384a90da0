import type { Finding } from '../ops/doctor/finding';

/** What the console is given when it is wired in. */
export interface ConsoleOptions {
  /** What the doctor finds now. */
  readonly examine: () => Promise<readonly Finding[]>;
  /** Is the Alipay behind the service the simulator? Then every page says that no money moves. */
  readonly simulator: boolean;
}

/** Injection token of `ConsoleOptions`. */
export const CONSOLE_OPTIONS = Symbol('ConsoleOptions');

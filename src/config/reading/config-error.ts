/** The settings cannot be used. Names every problem at once and never repeats a value. */
export class ConfigError extends Error {
  /** One line each: `NAME: what is wrong`. Fit to print. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

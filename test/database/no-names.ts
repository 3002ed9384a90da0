const BLANK = '--by is blank: say the name of the person who does it';
const NO_LINE = '--by: a name has 40 characters at most, and one line';

/** What is no name of a person, and what a command says of it. */
export const NO_NAMES: readonly (readonly [by: string, line: string])[] = [
  ['', BLANK],
  ['  ', BLANK],
  ['\t\u3000', BLANK],
  ['Li\nNa', NO_LINE],
  ['Li\u2028Na', NO_LINE],
  ['Li\u202eNa', NO_LINE],
  ['a'.repeat(41), NO_LINE],
];

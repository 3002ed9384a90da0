import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why nothing can notice a mutant, by the names of the mutants of one file. */
type Reasons = Readonly<Record<string, string>>;

/**
 * The mutants that change nothing anybody relies on, by file, named as a run prints them. Each has
 * a reason that can be checked by reading.
 */
export const EQUAL: Readonly<Partial<Record<string, Reasons>>> = read();

function read(): Record<string, Reasons> {
  const text = readFileSync(join(__dirname, 'equal-mutants.json'), 'utf8');
  return JSON.parse(text) as Record<string, Reasons>;
}

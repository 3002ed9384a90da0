import { Refusal } from '../refusal';

/** As the books have room for it, behind what says in which way somebody did it. */
const LONGEST_NAME = 40;

/**
 * What was typed as `--name value`: each of the names once, in any order, and nothing else.
 * @throws Refusal with the usage
 */
export function valuesOf<Name extends string>(
  words: readonly string[],
  names: readonly Name[],
  usage: string,
): Readonly<Record<Name, string>> {
  const values = names.map((name) => {
    const at = words.indexOf(`--${name}`);
    const value = at % 2 === 0 ? words[at + 1] : undefined;
    if (value === undefined) throw new Refusal(usage);
    return [name, value.trim()] as const;
  });
  if (words.length !== 2 * names.length) throw new Refusal(usage);
  return Object.fromEntries(values) as Record<Name, string>;
}

/**
 * The person who answers for what is done, as the books keep it: blanks within a name count.
 * @throws Refusal where nobody could be found by it
 */
export function personOf(by: string): string {
  if (by === '') throw new Refusal('--by is blank: say the name of the person who does it');
  if (by.length > LONGEST_NAME || /\p{C}|\p{Zl}|\p{Zp}/u.test(by)) {
    throw new Refusal(`--by: a name has ${LONGEST_NAME} characters at most, and one line`);
  }
  return by;
}

/** A number of the books. @throws Refusal with the usage */
export function idOf(text: string, usage: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new Refusal(usage);
  return Number(text);
}

/** A name as the server's messages quote it; nothing else of a message is repeated. */
const NAME = String.raw`['"]([\p{L}\p{N}_@#$. -]{1,128})['"]`;
const RIGHT = String.raw`([A-Z][A-Z ]{2,40}[A-Z])`;
const PARAMETER = String.raw`(@[\p{L}\p{N}_@#$]{1,127})`;

/** What the server says (in English, which the driver asks for), what we say, and without names. */
type Words = readonly [theirs: RegExp, ours: string, without: string];

function says(theirs: string, ours: string, without: string): Words {
  return [new RegExp(`^${theirs}`, 'u'), ours, without];
}

/** Errors an operator can put right, by number: which right, which object. */
const WORDS: Readonly<Record<number, Words>> = {
  201: says(
    `Procedure or function ${NAME} expects parameter ${NAME}`,
    'procedure $1 wants $2, which we do not pass',
    'a procedure wants a parameter that we do not pass',
  ),
  207: says(`Invalid column name ${NAME}`, 'there is no column $1', 'a column is missing'),
  208: says(
    `Invalid object name ${NAME}`,
    'there is no table or view $1, or we may not see it',
    'a table or view is missing, or we may not see it',
  ),
  229: says(
    `The ${RIGHT} permission was denied on the object ${NAME}, database ${NAME}, schema ${NAME}`,
    'our login has no right to $1 on $4.$2',
    'our login lacks a right on an object',
  ),
  262: says(
    `${RIGHT} permission denied in database ${NAME}`,
    'our login has no right to $1 in database $2',
    'our login lacks a right in the database',
  ),
  2760: says(
    `The specified schema name ${NAME}`,
    'there is no schema $1, or our login may not use it',
    'there is no such schema, or our login may not use it',
  ),
  2812: says(
    `Could not find stored procedure ${NAME}`,
    'there is no procedure $1, or we may not see it',
    'a procedure is missing, or we may not see it',
  ),
  8145: says(
    `${PARAMETER} is not a parameter for procedure ([\\p{L}\\p{N}_@#$.]{1,128})`,
    '$1 is no parameter of procedure $2',
    'a procedure does not know a parameter that we pass',
  ),
};

/** An error of the server in words for an operator; null: its number has none. */
export function wordsOf(number: number, message: string): string | null {
  const words = WORDS[number];
  if (!words) return null;
  const [theirs, ours, without] = words;
  const found = theirs.exec(message);
  if (!found) return without;
  return ours.replace(/\$(\d)/g, (_all, at: string) => found[Number(at)] ?? '');
}

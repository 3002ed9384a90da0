import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ROLES } from '../../config/access-config';
import { BILL_TYPES } from '../../domain/bill';

const USAGE = [
  'npm run key -- --name NAME --role ROLE --billtypes TYPES',
  '  NAME   letters, digits, . _ - (at most 40); tells keys apart in the log',
  `  ROLE   ${ROLES.join(', ')}`,
  `  TYPES  digits of ${BILL_TYPES.join('')}, like 12, or * for all`,
].join('\n');

/** A new key: the secret for the caller, and the entry of `API_KEYS` for the service. */
export interface NewKey {
  readonly secret: string;
  readonly entry: string;
}

/** Makes a key; null when the answers are not usable. */
function makeKey(name: string, role: string, billTypes: string): NewKey | null {
  const digits = [...billTypes];
  const known = digits.every((digit) => (BILL_TYPES as readonly string[]).includes(digit));
  const listed = known && digits.length > 0 && new Set(digits).size === digits.length;
  const isRole = (ROLES as readonly string[]).includes(role);
  if (!/^[\w.-]{1,40}$/.test(name) || !isRole || !(billTypes === '*' || listed)) return null;
  const secret = `3pay_${randomBytes(32).toString('base64url')}`;
  const sha256Hex = createHash('sha256').update(secret).digest('hex');
  return { secret, entry: `${name}:${role}:${billTypes}:${sha256Hex}` };
}

/** The command `npm run key`. Gives the exit code. */
function keyCommand(args: readonly string[], print: (line: string) => void): number {
  const options = {
    name: { type: 'string', default: '' },
    role: { type: 'string', default: '' },
    billtypes: { type: 'string', default: '' },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    const key = makeKey(values.name, values.role, values.billtypes);
    if (key !== null) {
      print(`X-Api-Key: ${key.secret}`);
      print('  for the caller; shown this once and kept nowhere');
      print(`API_KEYS entry: ${key.entry}`);
      print('  for the service; several entries are separated by commas');
      return 0;
    }
  } catch {
    // An option nobody knows: told how it goes, like every other mistake.
  }
  print(USAGE);
  return 2;
}

if (require.main === module) {
  process.exitCode = keyCommand(process.argv.slice(2), (line) => {
    process.stdout.write(`${line}\n`);
  });
}

import { parseArgs } from 'node:util';
import type { AccessConfig } from '../../../config/access-config';
import { newKey } from '../../../config/new-key';
import type { NewKey } from '../../../config/new-key';
import { billTypesText, isKeyName, readBillTypes } from '../../../domain/access/key-rules';
import type { Reach } from '../../../domain/access/key-rules';
import { isRole, ROLES } from '../../../domain/access/role';
import { BILL_TYPES } from '../../../domain/bill';
import { chinaTime } from '../../../domain/china-time';
import type { KeptKey } from '../../../domain/access/keys';
import { ActStore } from '../../access/act-store';
import { KeyStore } from '../../access/key-store';
import { Refusal } from '../../refusal';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { withDatabase } from '../with-database';
import type { CommandBooks } from '../with-database';

const USAGE = [
  'npm run key -- make --name NAME --role ROLE --billtypes TYPES   keeps it in the books',
  'npm run key -- revoke --name NAME                               ends one of the books',
  'npm run key -- list                                             shows those of the books',
  'npm run key -- --name NAME --role ROLE --billtypes TYPES        makes an entry of API_KEYS',
  '  NAME   letters, digits, . _ - (at most 40); tells keys apart in books and log',
  `  ROLE   ${ROLES.join(', ')}`,
  `  TYPES  digits of ${BILL_TYPES.join('')}, like 12, or * for all`,
];

/** Whoever has a shell here; there is no key behind it. */
const ACTOR = 'npm run key';

/** What the command works on. */
export interface KeysCommand extends CommandBooks {
  /** The keys of the settings: their names are taken, their operators stay. */
  readonly access: AccessConfig;
}

interface Asked extends Reach {
  readonly name: string;
}

/** `npm run key`. A running service knows of a change within five seconds. */
export async function keysCommand(
  words: readonly string[],
  command: KeysCommand,
): Promise<Verdict> {
  const [word = '', ...more] = words;
  try {
    if (word === 'make') return await make(askedOf(more), command);
    if (word === 'revoke') return await revoke(nameOf(more), command);
    if (word === 'list' && more.length === 0) return await list(command);
    return entry(askedOf(words), newKey(command.randomness));
  } catch (error) {
    if (error instanceof Refusal) return { exitCode: 2, lines: [error.message] };
    return { exitCode: 2, lines: [`cannot be done: ${reasonOf(error)}`] };
  }
}

async function make(asked: Asked, command: KeysCommand): Promise<Verdict> {
  const { clock, access, randomness } = command;
  const { name } = asked;
  const taken = { exitCode: 1, lines: [`${name}: there is or was a key of this name`] } as const;
  if (access.apiKeys.some((key) => key.name === name)) return taken;
  const { secret, sha256Hex } = newKey(randomness);
  const nowMs = clock.nowMs();
  const isMade = await withDatabase(command, async (database) => {
    const kept = { ...asked, sha256Hex, madeBy: ACTOR, madeAtMs: nowMs };
    if (!(await new KeyStore(database).make(kept))) return false;
    await new ActStore(database).note(anAct('makeKey', name, reachText(asked), nowMs));
    return true;
  });
  if (!isMade) return taken;
  return {
    exitCode: 0,
    lines: [
      `X-Api-Key: ${secret}`,
      '  for the caller; shown this once and kept nowhere',
      `${name}: ${reachText(asked)}, in force within five seconds`,
    ],
  };
}

async function revoke(name: string, command: KeysCommand): Promise<Verdict> {
  const { clock, access } = command;
  const nowMs = clock.nowMs();
  const verdict = await withDatabase(command, async (database) => {
    const done = await new KeyStore(database).revoke(name, { actor: ACTOR, nowMs }, access.apiKeys);
    if (done === 'revoked') await new ActStore(database).note(anAct('revokeKey', name, '', nowMs));
    return done;
  });
  const lines = {
    revoked: `${name}: revoked; no longer taken within five seconds`,
    before: `${name}: had been revoked before`,
    unknown: access.apiKeys.some((key) => key.name === name)
      ? `${name}: stands in API_KEYS; take it out there and start again`
      : `${name}: no such key`,
    lastOperator: `${name}: the last operator of its systems stays; make another one first`,
  };
  const isDone = verdict === 'revoked' || verdict === 'before';
  return { exitCode: isDone ? 0 : 1, lines: [lines[verdict]] };
}

async function list(command: KeysCommand): Promise<Verdict> {
  const keys = await withDatabase(command, (database) => new KeyStore(database).list());
  const lines = keys.map((key) => `${key.name}  ${reachText(key)}  ${lifeOf(key)}`);
  return { exitCode: 0, lines: lines.length > 0 ? lines : ['no keys in the books'] };
}

function lifeOf({ madeAtMs, madeBy, revokedAtMs, revokedBy }: KeptKey): string {
  const made = `made ${chinaTime(madeAtMs)} by ${madeBy}`;
  return revokedAtMs === null
    ? made
    : `${made}, revoked ${chinaTime(revokedAtMs)} by ${revokedBy ?? ''}`;
}

function reachText(reach: Reach): string {
  return `${reach.role} of ${billTypesText(reach)}`;
}

function anAct(kind: string, name: string, detail: string, atMs: number) {
  const subject = `key ${name}`;
  return { atMs, actor: ACTOR, kind, subject, billType: null, detail, requestId: null };
}

/** A key for `API_KEYS`: the secret for the caller, and the entry for the service. */
function entry(asked: Asked, { secret, sha256Hex }: NewKey): Verdict {
  return {
    exitCode: 0,
    lines: [
      `X-Api-Key: ${secret}`,
      '  for the caller; shown this once and kept nowhere',
      `API_KEYS entry: ${asked.name}:${asked.role}:${billTypesText(asked)}:${sha256Hex}`,
      '  for the service; several entries are separated by commas',
    ],
  };
}

function nameOf(words: readonly string[]): string {
  const { name } = optionsOf(words);
  if (name === undefined || !isKeyName(name) || words.length > 2) throw usage();
  return name;
}

function askedOf(words: readonly string[]): Asked {
  const { name = '', role = '', billtypes = '' } = optionsOf(words);
  const billTypes = readBillTypes(billtypes);
  if (!isKeyName(name) || !isRole(role) || billTypes === null) throw usage();
  return { name, role, billTypes };
}

function optionsOf(words: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { name: text, role: text, billtypes: text };
    return parseArgs({ args: [...words], options }).values;
  } catch {
    throw usage(); // An option nobody knows: told how it goes, like every other mistake.
  }
}

function usage(): Refusal {
  return new Refusal(USAGE.join('\n'));
}

import { isKeyName, type Reach, readBillTypes } from '../domain/access/key-rules';
import { isRole, ROLES } from '../domain/access/role';
import type { EnvReader } from './reading/env-reader';
import { Secret } from './reading/secret';

/** A key callers bring in the header `X-Api-Key`, as far as we know it: its hash. */
export interface ApiKey extends Reach {
  /** Tells keys apart in logs. Unique. */
  readonly name: string;
  /** SHA-256 of the key, 64 lower-case hex digits. */
  readonly sha256Hex: Secret;
}

/** Who may call. */
export interface AccessConfig {
  /** `none`: everybody; `keys`: holders of a key. */
  readonly auth: 'none' | 'keys';
  /** Those of the settings, beside those of the books; empty where none are named. */
  readonly apiKeys: readonly ApiKey[];
  /** Must messages bring a key, too? False with `none`. */
  readonly messagesNeedKeys: boolean;
}

const FORM = 'must read name:role:billtypes:sha256hex';

/** Reads `AUTH`, `API_KEYS` and `MICROSERVICE_KEYS`. */
export function readAccess(reader: EnvReader, production: boolean): AccessConfig {
  const apiKeys = reader.list('API_KEYS').flatMap((text, i) => readApiKey(reader, text, i + 1));
  findDoubles(reader, apiKeys);
  const named = reader.isSet('API_KEYS');
  // Whoever names keys means them to be asked for, in production or not.
  const auth = reader.choice('AUTH', production || named ? 'keys' : 'none');
  // Said in words, the keys may all be in the books; not said, they were rather forgotten.
  if (auth === 'keys' && !named && !reader.isSet('AUTH')) {
    reader.problem('API_KEYS', 'must be set in production unless AUTH=none is said, or AUTH=keys');
  }
  const messagesNeedKeys = reader.choice('MICROSERVICE_KEYS') === 'on';
  if (messagesNeedKeys && auth === 'none') {
    reader.problem('MICROSERVICE_KEYS', 'needs API_KEYS, and not AUTH=none');
  }
  return { auth, apiKeys, messagesNeedKeys };
}

function readApiKey(reader: EnvReader, text: string, place: number): ApiKey[] {
  const refuse = (what: string): ApiKey[] => {
    reader.problem('API_KEYS', `entry ${place} ${what}`);
    return [];
  };
  const parts = text.split(':').map((part) => part.trim());
  const [name = '', role = '', billText = '', hash = ''] = parts;
  if (parts.length !== 4 || !isKeyName(name)) return refuse(FORM);
  if (!isRole(role)) return refuse(`must have the role ${ROLES.join(', ')}`);
  const billTypes = readBillTypes(billText);
  if (!billTypes) {
    return refuse('must name bill types as digits 1 to 7, like 12, or *');
  }
  if (!/^[0-9a-f]{64}$/i.test(hash)) return refuse('must end with a SHA-256 of 64 hex digits');
  return [{ name, role, billTypes, sha256Hex: new Secret(hash.toLowerCase()) }];
}

function findDoubles(reader: EnvReader, keys: readonly ApiKey[]): void {
  if (new Set(keys.map((key) => key.name)).size < keys.length) {
    reader.problem('API_KEYS', 'has two entries with one name');
  }
  if (new Set(keys.map((key) => key.sha256Hex.reveal())).size < keys.length) {
    reader.problem('API_KEYS', 'has two entries for one key');
  }
}

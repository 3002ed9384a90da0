import type { EnvReader } from './reading/env-reader';
import type { ParameterNames } from './procedure-parameters';
import { readParameterNames } from './procedure-parameters';
import { Secret } from './reading/secret';

/** Where the books are kept. */
export type DatabaseConfig =
  /** `file` as given, relative to the working folder. */
  { readonly kind: 'sqlite'; readonly file: string } | MssqlConfig;

/** Books on SQL Server. */
export interface MssqlConfig {
  readonly kind: 'mssql';
  /** Whole, with user and password. */
  readonly url: Secret;
  /** Fit for a log: server and database alone. */
  readonly shown: string;
  /** What the customer's procedures call their parameters, where it is not the contract's name. */
  readonly parameterNames: ParameterNames;
}

const SHAPE = 'must be sqlite:FILE or mssql://user:password@host:1433/database?options';
const YES_OR_NO = /^(?:true|false)$/;
const WHOLE = /^[1-9]\d{0,5}$/;

/** What may follow the `?` of an SQL Server address. Times in ms. */
const MSSQL_OPTIONS: Record<string, RegExp> = {
  encrypt: /^(?:true|false|strict)$/,
  trustServerCertificate: YES_OR_NO,
  poolMax: WHOLE,
  poolWaitMs: WHOLE,
  connectTimeoutMs: WHOLE,
  requestTimeoutMs: WHOLE,
  domain: /^[\w.-]+$/,
};

/** Reads `DATABASE_URL`. */
export function readDatabase(reader: EnvReader, production: boolean): DatabaseConfig {
  if (production && !reader.isSet('DATABASE_URL')) {
    reader.problem('DATABASE_URL', 'must be set in production');
  }
  const text = reader.text('DATABASE_URL') ?? '';
  const parameterNames = readParameterNames(reader);
  if (text.startsWith('mssql:')) return { ...readMssql(reader, text), parameterNames };
  const file = /^sqlite:(?!\/\/)([^?#]+)$/.exec(text)?.[1] ?? '';
  if (file === '') reader.problem('DATABASE_URL', SHAPE);
  if (file.includes(':memory:')) {
    reader.problem('DATABASE_URL', 'must be a file: books in memory would be lost');
  }
  return { kind: 'sqlite', file };
}

function readMssql(reader: EnvReader, text: string): Omit<MssqlConfig, 'parameterNames'> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !isComplete(url)) {
    reader.problem('DATABASE_URL', `${SHAPE}, special characters in %-form`);
    return { kind: 'mssql', url: new Secret(''), shown: '' };
  }
  checkOptions(reader, url.searchParams);
  const shown = `mssql://${url.hostname}:${url.port || '1433'}${url.pathname}`;
  return { kind: 'mssql', url: new Secret(text), shown };
}

function isComplete(url: URL): boolean {
  const database = /^\/([^/]+)$/.exec(url.pathname)?.[1] ?? '';
  const parts = [url.username, url.password, url.hostname, database];
  return url.hash === '' && parts.every((part) => part !== '' && isDecodable(part));
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

// An unknown option is not repeated: a password that was not encoded may have ended up there.
function checkOptions(reader: EnvReader, options: URLSearchParams): void {
  const known = Object.keys(MSSQL_OPTIONS);
  const names = [...options.keys()];
  if (names.some((name) => !known.includes(name))) {
    reader.problem('DATABASE_URL', `has an unknown option; known are ${known.join(', ')}`);
  }
  for (const name of known) {
    const values = options.getAll(name);
    const fits = values.every((value) => MSSQL_OPTIONS[name]?.test(value));
    if (!fits || values.length > 1) reader.problem('DATABASE_URL', `option ${name} is not valid`);
  }
  if (options.get('encrypt') === 'strict' && options.get('trustServerCertificate') === 'true') {
    reader.problem('DATABASE_URL', 'encrypt=strict always checks the certificate');
  }
}

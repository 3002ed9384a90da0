import { PayError } from '../../domain/errors';
import { wordsOf } from './error-words';

/** What an error of SQL Server or of its driver means for a unit of work. */
export type Trouble =
  /** A unique key refused a row: it is already there. */
  | 'duplicate'
  /** Deadlock, lock timeout or a passing state of the server: the whole unit may be run again. */
  | 'again'
  /** The connection is gone; what was not committed is undone. */
  | 'lost'
  /** The database does not serve: not reached, no right, no such object, full, read-only. */
  | 'unavailable'
  /** The statement itself is at fault. */
  | 'statement';

const DUPLICATE = [2601, 2627];
/**
 * Deadlock, lock timeout, and what passes by itself: a database that moves, say, no lock or memory
 * to spare, too many requests.
 */
const AGAIN = [
  1205, 1222, 4060, 40197, 40501, 40613, 49918, 49919, 49920, 233, 10053, 10054, 10060, 1204, 4221,
  8645, 10928, 10929,
];
/** No such object or procedure, parameters that do not fit. */
const CONTRACT = [201, 207, 208, 2760, 2812, 8144, 8145, 8146, 8162];
/** Rights, log-in, read-only, off-line, full, broken, shutting down. */
const NOT_SERVING = [
  229, 230, 262, 18456, 18452, 4064, 3906, 3908, 976, 978, 979, 982, 983, 922, 924, 926, 927, 945,
  823, 824, 825, 701, 802, 1101, 1105, 9001, 9002, 596, 6005, 6104, 17142, 17187, 40544, 40549,
];
const LOST = /^(?:ESOCKET|ECONNRESET|ECONNABORTED|EPIPE|ECLOSE|EINVALIDSTATE|ECONNCLOSED)$/;
/** Codes of the driver: not reached, not let in, or its connection no longer of use. */
const UNREACHED = new Set(
  (
    'ETIMEOUT ETIMEDOUT ECONNREFUSED ENOTFOUND EHOSTUNREACH ENETUNREACH EAI_AGAIN ELOGIN ' +
    'EFEDAUTH EENCRYPT ENOTLS EINSTLOOKUP ENOTOPEN ENOTBEGUN EABORT ECANCEL EREQINPROG'
  ).split(' '),
);

/** Everything an error and what lies under it tells about itself. */
interface Evidence {
  readonly numbers: Set<number>;
  readonly codes: Set<string>;
  readonly names: Set<string>;
  /** What the server said, by number. */
  readonly texts: Map<number, string>;
}

/** A failure told by SQL Server's number alone: its text may show values of the statement. */
export class SqlServerError extends Error {
  constructor(
    readonly number: number,
    unit: string,
    place: string,
  ) {
    super(`${unit}: SQL Server error ${number}${place}`);
    this.name = 'SqlServerError';
  }
}

function field(value: object, name: string): unknown {
  return Reflect.get(value, name);
}

function collect(error: unknown, found: Evidence, depth = 0): Evidence {
  if (typeof error !== 'object' || error === null || depth > 6) return found;
  const [number, code, name] = [field(error, 'number'), field(error, 'code'), field(error, 'name')];
  if (typeof number === 'number') {
    found.numbers.add(number);
    const message = field(error, 'message');
    if (typeof message === 'string') found.texts.set(number, message);
  }
  if (typeof code === 'string') found.codes.add(code);
  if (typeof name === 'string') found.names.add(name);
  for (const inner of ['originalError', 'driverError', 'cause', 'info']) {
    collect(field(error, inner), found, depth + 1);
  }
  for (const list of ['precedingErrors', 'errors']) {
    const inner = field(error, list);
    if (Array.isArray(inner)) for (const one of inner) collect(one, found, depth + 1);
  }
  return found;
}

function evidenceOf(error: unknown): Evidence {
  return collect(error, {
    numbers: new Set(),
    codes: new Set(),
    names: new Set(),
    texts: new Map(),
  });
}

/** What an error means, told by numbers and codes alone, never by its text. */
export function troubleOf(error: unknown): Trouble {
  const { numbers, codes, names } = evidenceOf(error);
  const one = (list: readonly number[]): boolean => list.some((number) => numbers.has(number));
  if (one(AGAIN)) return 'again';
  if (one(DUPLICATE)) return 'duplicate';
  if (codes.has('ETIMEOUT')) return 'unavailable';
  if ([...codes].some((code) => LOST.test(code))) return 'lost';
  const unreached = [...codes].some((code) => UNREACHED.has(code));
  if (one(CONTRACT) || one(NOT_SERVING) || unreached) return 'unavailable';
  // The pool's own error when no connection became free in time.
  return names.has('TimeoutError') ? 'unavailable' : 'statement';
}

/** Does the server itself say what was wrong? Otherwise nobody knows what has become of it. */
export function isNumbered(error: unknown): boolean {
  return evidenceOf(error).numbers.size > 0;
}

/**
 * Of calls of procedures alone: none of that name, parameters that do not fit, a transaction that
 * was ended or left open.
 */
const OF_CALLS = [201, 266, 2812, 8144, 8145, 8146, 8162];

/** Was it raised by this procedure, or by its call? `name` may have its schema. */
export function isOfProcedure(error: unknown, name: string): boolean {
  const { numbers } = evidenceOf(error);
  if (OF_CALLS.some((number) => numbers.has(number))) return true;
  const raisedBy = typeof error === 'object' && error !== null ? field(error, 'procName') : null;
  const last = (path: string): string => (path.split('.').at(-1) ?? path).toLowerCase();
  return typeof raisedBy === 'string' && raisedBy !== '' && last(raisedBy) === last(name);
}

/** Did another process make the same tables at the same time, so that looking again will do? */
export function isMigrationRace(error: unknown): boolean {
  const { numbers } = evidenceOf(error);
  return [...DUPLICATE, 2714, 1913, 1205, 1222].some((number) => numbers.has(number));
}

/**
 * The error to throw for a failed unit or read. The database's faults become
 * DATABASE_UNAVAILABLE, a statement's own fault its number. Neither repeats the server's text.
 */
export function asSqlServerError(error: unknown, unit: string): unknown {
  if (error instanceof PayError || error instanceof SqlServerError) return error;
  const trouble = troubleOf(error);
  const { numbers, codes } = evidenceOf(error);
  const told = [...numbers, ...codes].join(' ');
  const words = wordsOfError(error);
  if (told === '' && trouble === 'statement') return error;
  const [number] = numbers;
  if ((trouble === 'statement' || trouble === 'duplicate') && number !== undefined) {
    return new SqlServerError(number, unit, placeOf(error));
  }
  const shown = words === null ? told || trouble : `${told}, ${words}`;
  return new PayError('DATABASE_UNAVAILABLE', `${unit}: ${shown}${placeOf(error)}`);
}

/** The error in words for an operator, where its number has some; null: it has none. */
export function wordsOfError(error: unknown): string | null {
  const { texts } = evidenceOf(error);
  for (const [number, text] of texts) {
    const words = wordsOf(number, text);
    if (words !== null) return words;
  }
  return null;
}

/** The procedure and line the server names; neither is a value. */
function placeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const [procedure, line] = [field(error, 'procName'), field(error, 'lineNumber')];
  return typeof procedure === 'string' && procedure !== ''
    ? ` in ${procedure.replace(/[^\w.$#]/g, '?').slice(0, 128)} line ${Number(line)}`
    : '';
}

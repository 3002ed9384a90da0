import { PayError } from '../../domain/errors';
import { troubleOf } from '../sqlserver/mssql-errors';

/** The driver's own error code, whichever driver it is; empty when there is none. */
function driverCode(error: unknown): string {
  const carrier = field(error, 'driverError') ?? error;
  const code = field(carrier, 'code');
  return typeof code === 'string' ? code : '';
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Did a unique key refuse the row, that is: is it already there? */
export function isDuplicate(error: unknown): boolean {
  if (troubleOf(error) === 'duplicate') return true;
  const code = driverCode(error);
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/** Is another process writing, so that trying again soon will do? */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(driverCode(error));
}

/** Is the file no database, or a broken one? */
export function isDamaged(error: unknown): boolean {
  return /^SQLITE_(NOTADB|CORRUPT)/.test(driverCode(error));
}

const UNAVAILABLE =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CORRUPT|READONLY|CANTOPEN|NOTADB|PROTOCOL|NOMEM)/;

/**
 * The error to throw for a failed unit: the database's faults become DATABASE_UNAVAILABLE,
 * everything else stays what it is. Statements and values never get into the message.
 */
export function asPayError(error: unknown, unit: string): unknown {
  if (error instanceof PayError) return error;
  const code = driverCode(error);
  const closed = error instanceof Error && /connection is not open/i.test(error.message);
  if (!UNAVAILABLE.test(code) && !closed) return error;
  return new PayError('DATABASE_UNAVAILABLE', `${unit}: ${code || 'connection closed'}`, {
    cause: new Error(code || 'connection closed'),
  });
}

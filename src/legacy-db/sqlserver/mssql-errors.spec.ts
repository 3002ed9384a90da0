import { inspect } from 'node:util';
import { ConnectionError, RequestError, TransactionError } from 'mssql';
import { PayError } from '../../domain/errors';
import { isDuplicate } from '../sql/db-errors';
import { SqlServerError, asSqlServerError, isMigrationRace, troubleOf } from './mssql-errors';
import type { Trouble } from './mssql-errors';

/** An error as the driver makes it of an error message of the server. */
function told(number: number, message = 'planted text'): RequestError {
  const info = { message, number, procName: 'dbo.Sp_X', lineNumber: 7 };
  return new RequestError(Object.assign(new Error(message), { info }), 'EREQUEST');
}

/** An error as the driver makes it of trouble with the connection. */
function coded(code: string): Error {
  return new ConnectionError(Object.assign(new Error('planted text'), { code }));
}

const AGAIN = [1205, 1222, 4060, 40197, 40501, 40613, 49918, 49919, 49920, 233, 10054];
const PASSING = [1204, 4221, 8645, 10928, 10929];

const NUMBERS: [Trouble, number[]][] = [
  ['again', [...AGAIN, ...PASSING]],
  ['duplicate', [2601, 2627]],
  ['unavailable', [207, 208, 2760, 2812, 201, 8144, 8145, 8146, 229, 262, 18456, 3906, 9002, 1105]],
  ['statement', [8152, 2628, 8114, 8115, 547, 515, 102, 50000, 3902]],
];

const CODES: [Trouble, string[]][] = [
  ['lost', ['ESOCKET', 'ECONNRESET', 'ECLOSE', 'EINVALIDSTATE']],
  ['unavailable', ['ETIMEOUT', 'ELOGIN', 'ENOTOPEN', 'EABORT', 'ECONNREFUSED']],
  ['statement', ['EPARAM', 'EARGS', 'ESOMETHING']],
];

describe('an error of SQL Server', () => {
  it.each(NUMBERS.flatMap(([trouble, list]) => list.map((n) => [n, trouble] as const)))(
    '%i is %s',
    (number, trouble) => {
      expect(troubleOf(told(number))).toBe(trouble);
      const inTransaction = new TransactionError(told(number));
      expect(troubleOf(inTransaction)).toBe(trouble);
      expect(troubleOf({ driverError: told(number) })).toBe(trouble);
    },
  );

  it.each(CODES.flatMap(([trouble, list]) => list.map((code) => [code, trouble] as const)))(
    '%s is %s',
    (code, trouble) => {
      expect(troubleOf(coded(code))).toBe(trouble);
    },
  );

  it('is told by what lies under an aborted transaction', () => {
    const aborted = new TransactionError('Transaction has been aborted.', 'EABORT');
    Object.assign(aborted, { originalError: told(1205) });
    expect(troubleOf(aborted)).toBe('again');
  });

  it('is told by an earlier message of the same statement', () => {
    const last = told(50000);
    Object.assign(last, { precedingErrors: [told(2627)] });
    expect(isDuplicate(last)).toBe(true);
  });

  it('without a free connection in time is unavailable', () => {
    const late = Object.assign(new Error('operation timed out'), { name: 'TimeoutError' });
    expect(troubleOf(late)).toBe('unavailable');
    const message = 'DATABASE_UNAVAILABLE: begin: unavailable';
    expect(asSqlServerError(late, 'begin')).toMatchObject({ message });
  });

  it.each([8144, 1205, 18456])('%i becomes a clear error', (number) => {
    const error = asSqlServerError(told(number), 'begin');
    expect(error).toBeInstanceOf(PayError);
    const shown = `DATABASE_UNAVAILABLE: begin: ${number} EREQUEST in dbo.Sp_X line 7`;
    expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', message: shown });
  });

  it('that came after too long a time is not run again, though its connection is gone', () => {
    const late = Object.assign(coded('ETIMEOUT'), { cause: coded('ESOCKET') });
    expect(troubleOf(late)).toBe('unavailable');
  });

  it('that leads back to itself is read once', () => {
    const circle = told(1205);
    Object.assign(circle, { cause: circle });
    expect(troubleOf(circle)).toBe('again');
  });

  it('outside of a procedure names none, and without a number its code', () => {
    const plain = Object.assign(told(8144), { procName: '' });
    const message = 'DATABASE_UNAVAILABLE: begin: 8144 EREQUEST';
    expect(asSqlServerError(plain, 'begin')).toMatchObject({ message });
    const wrong = asSqlServerError(coded('EPARAM'), 'begin');
    expect(wrong).toBeInstanceOf(PayError);
    expect(wrong).toMatchObject({ message: 'DATABASE_UNAVAILABLE: begin: EPARAM' });
  });

  it.each([
    [
      262,
      "CREATE TABLE permission denied in database 'books'.",
      'no right to CREATE TABLE in database books',
    ],
    [
      2760,
      'The specified schema name "pay" either does not exist or you do not have permission ' +
        'to use it.',
      'there is no schema pay, or our login may not use it',
    ],
    [
      229,
      "The EXECUTE permission was denied on the object 'Sp_X', database 'books', schema 'dbo'.",
      'no right to EXECUTE on dbo.Sp_X',
    ],
    [207, "Invalid column name 'bill_key'.", 'there is no column bill_key'],
    [208, "Invalid object name '单据'.", 'there is no table or view 单据, or we may not see it'],
    [
      8145,
      '@extra is not a parameter for procedure Sp_X.',
      '@extra is no parameter of procedure Sp_X',
    ],
    [2812, "Could not find stored procedure 'dbo.Sp_X'.", 'there is no procedure dbo.Sp_X'],
    [201, "Procedure or function 'Sp_X' expects parameter '@y', which", 'procedure Sp_X wants @y,'],
  ])('%i says which right or object is meant', (number, message, words) => {
    const error = asSqlServerError(told(number, message), 'begin');
    expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(String(error)).toContain(words);
    // In another language, or with more than a name: the number's words alone.
    const other = String(asSqlServerError(told(number, "Wert 'CARD-1'; x"), 'begin'));
    expect(other).toMatch(/begin: \d+ EREQUEST, \w[\w ,]+ in dbo\.Sp_X line 7$/);
    expect(other).not.toContain('CARD-1');
  });

  it('never repeats the text of the server, which shows values', () => {
    for (const number of [2627, 8152, 208, 1205, 547]) {
      const error = asSqlServerError(told(number, 'duplicate key value is (CARD-1)'), 'begin');
      expect(inspect(error, { depth: 9 })).not.toContain('CARD-1');
    }
  });

  it('keeps its number when it is the fault of the statement', () => {
    expect(asSqlServerError(told(2627), 'pay')).toMatchObject({ number: 2627 });
    const error = asSqlServerError(told(2627), 'pay');
    expect(error).toBeInstanceOf(SqlServerError);
    expect(error).toMatchObject({ name: 'SqlServerError' });
    expect(asSqlServerError(error, 'again')).toBe(error);
    expect(isDuplicate(error)).toBe(true);
    expect(isDuplicate(asSqlServerError(told(8152), 'pay'))).toBe(false);
  });

  it('leaves what is none of its own as it is', () => {
    const own = new Error('no receipt 5');
    expect(asSqlServerError(own, 'read')).toBe(own);
    const refused = new PayError('ILLEGAL_STATE', 'x');
    expect(asSqlServerError(refused, 'pay')).toBe(refused);
    expect(troubleOf(null)).toBe('statement');
  });

  it('of two processes that migrate at once is a race', () => {
    for (const number of [2714, 1913, 2627, 1205]) expect(isMigrationRace(told(number))).toBe(true);
    for (const number of [102, 262]) expect(isMigrationRace(told(number))).toBe(false);
  });
});

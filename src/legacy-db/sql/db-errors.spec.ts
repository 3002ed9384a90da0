import { PayError } from '../../domain/errors';
import { asPayError, isBusy, isDamaged, isDuplicate } from './db-errors';

function coded(code: unknown, message = 'what the driver says'): Error {
  return Object.assign(new Error(message), { code });
}

/** As TypeORM hands on what a driver threw. */
function wrapped(code: string): Error {
  return Object.assign(new Error('a query failed'), { driverError: coded(code) });
}

/** What may be thrown and is no error of a driver. */
const OTHERS: unknown[] = [
  null,
  undefined,
  'SQLITE_BUSY',
  42,
  {},
  { message: 'the connection is not open' },
  new Error('SQLITE_BUSY'),
  coded(5),
  coded(['SQLITE_BUSY']),
  coded('SQLITE_CONSTRAINT_NOTNULL'),
  coded('ENOENT'),
];

describe('an error of SQLite', () => {
  it.each([
    ['SQLITE_CONSTRAINT_UNIQUE', 'duplicate'],
    ['SQLITE_CONSTRAINT_PRIMARYKEY', 'duplicate'],
    ['SQLITE_BUSY', 'busy'],
    ['SQLITE_BUSY_SNAPSHOT', 'busy'],
    ['SQLITE_LOCKED', 'busy'],
    ['SQLITE_NOTADB', 'damaged'],
    ['SQLITE_CORRUPT', 'damaged'],
    ['SQLITE_FULL', 'none of them'],
  ])('%s is told by its code, also through TypeORM: %s', (code, kind) => {
    for (const error of [coded(code), wrapped(code)]) {
      const kinds = { duplicate: isDuplicate(error), busy: isBusy(error) };
      expect({ ...kinds, damaged: isDamaged(error) }).toEqual({
        duplicate: kind === 'duplicate',
        busy: kind === 'busy',
        damaged: kind === 'damaged',
      });
    }
  });

  it('is not seen in another one', () => {
    for (const error of OTHERS) {
      expect([isDuplicate(error), isBusy(error), isDamaged(error)]).toEqual([false, false, false]);
    }
  });
});

describe('the error of a failed unit', () => {
  it.each([
    'SQLITE_BUSY',
    'SQLITE_LOCKED',
    'SQLITE_FULL',
    'SQLITE_IOERR_WRITE',
    'SQLITE_CORRUPT',
    'SQLITE_READONLY',
    'SQLITE_CANTOPEN',
    'SQLITE_NOTADB',
    'SQLITE_PROTOCOL',
    'SQLITE_NOMEM',
  ])('is that the database is not available: %s', (code) => {
    for (const error of [coded(code), wrapped(code)]) {
      const told = asPayError(error, 'begin');
      expect(told).toBeInstanceOf(PayError);
      expect(told).toMatchObject({ message: `DATABASE_UNAVAILABLE: begin: ${code}` });
      expect(told).toMatchObject({ cause: { message: code } });
    }
  });

  it('is the same where its connection was closed', () => {
    const told = asPayError(new TypeError('The database connection is not open'), 'begin');
    expect(told).toBeInstanceOf(PayError);
    expect(told).toMatchObject({ message: 'DATABASE_UNAVAILABLE: begin: connection closed' });
    expect(told).toMatchObject({ cause: { message: 'connection closed' } });
  });

  it('is itself where the database has no fault', () => {
    const ours = new PayError('UNDECIDED', 'the connection is not open');
    for (const error of [...OTHERS, ours]) expect(asPayError(error, 'begin')).toBe(error);
  });
});

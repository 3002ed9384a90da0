import { ERRORS, PayError } from './errors';
import type { ErrorCode } from './errors';

type Row = [code: ErrorCode, errcode: number, rest: number, legacy: number];

/**
 * The product's table of errors by hand: errcode, HTTP status in style `rest`, and in `legacy`,
 * where whatever an operation answers itself is 200.
 */
const TABLE = `
UNDECIDED             |     1 | 200 | 200
UNREADABLE            | 40000 | 400 | 200
INVALID_MEMBER        | 40001 | 400 | 200
NO_KEY                | 40100 | 401 | 401
FORBIDDEN             | 40300 | 403 | 403
NO_ROUTE              | 40400 | 404 | 404
NO_RECEIPT            | 40401 | 404 | 200
WRONG_VERB            | 40500 | 405 | 405
ALREADY_PAID          | 40901 | 409 | 200
ILLEGAL_STATE         | 40902 | 409 | 200
OTHER_CONTENT         | 40903 | 409 | 200
TOO_LATE              | 40904 | 409 | 200
BODY_TOO_LARGE        | 41300 | 413 | 413
UNSUPPORTED_MEDIA     | 41500 | 415 | 415
RATE_LIMITED          | 42900 | 429 | 429
INTERNAL              | 50000 | 500 | 500
CHANNEL_REFUSED       | 50200 | 502 | 200
CHANNEL_MISCONFIGURED | 50201 | 502 | 200
DATABASE_UNAVAILABLE  | 50300 | 503 | 200
OVERLOADED            | 50301 | 503 | 503
`;

const ROWS = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([code, ...numbers]) => [code, ...numbers.map(Number)] as Row);

describe('the errors', () => {
  it('are those of the written table', () => {
    expect(ROWS.map(([code]) => code).sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it.each(ROWS)('%s: errcode %i, rest %i, legacy %i', (code, errcode, rest, legacy) => {
    expect(ERRORS[code]).toMatchObject({ errcode, rest, legacy });
  });

  it('have errcodes of their own, never that of success', () => {
    const errcodes = Object.values(ERRORS).map((row) => row.errcode as number);
    expect(new Set(errcodes).size).toBe(errcodes.length);
    expect(errcodes).not.toContain(0);
  });

  it('have an errcode that begins with its HTTP status in style rest, but for undecided', () => {
    for (const row of Object.values(ERRORS)) {
      const expected = row.errcode === 1 ? 200 : Math.floor(row.errcode / 100);
      expect([row.errcode, row.rest]).toEqual([row.errcode, expected]);
    }
  });

  it.each(Object.entries(ERRORS))('%s has a text in Chinese and English', (_code, row) => {
    expect(row.text).toMatch(/^\p{Script=Han}.*\([A-Za-z].*\)$/u);
  });
});

describe('PayError', () => {
  it('shows the text of the table and keeps the detail for the log', () => {
    const error = new PayError('NO_RECEIPT', 'secret detail');
    expect(error.shown).toBe(ERRORS.NO_RECEIPT.text);
    expect(error.shown).not.toContain('secret');
    expect(error.message).toBe('NO_RECEIPT: secret detail');
    expect(error.tag).toBeNull();
    expect(error).toBeInstanceOf(Error);
  });

  it('carries what it is given to show, and its cause', () => {
    const cause = new Error('below');
    const tag = { autoid: '5' };
    const error = new PayError('ALREADY_PAID', 'x', { shown: 'paid', tag, cause });
    expect([error.shown, error.tag, error.cause]).toEqual(['paid', tag, cause]);
  });

  it('are told from others by their name, in a log too', () => {
    const error = new PayError('NO_RECEIPT', 'detail');
    expect([error.name, String(error)]).toEqual(['PayError', 'PayError: NO_RECEIPT: detail']);
  });
});

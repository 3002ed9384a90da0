import { HttpException } from '@nestjs/common';
import { ERRORS, PayError } from '../../domain/errors';
import type { ErrorCode } from '../../domain/errors';
import { TopError, topError } from './top-errors';
import { asTopError } from './top-faults';

/** Every error of ours, in TOP's words. */
const TABLE: Readonly<Record<ErrorCode, string>> = {
  UNDECIDED: '15 isp.top-remote-connection-timeout',
  UNREADABLE: '41 isv.invalid-parameter',
  INVALID_MEMBER: '41 isv.invalid-parameter',
  NO_KEY: '9 isv.invalid-parameter',
  FORBIDDEN: '9 isv.invalid-parameter',
  NO_ROUTE: '50 isv.invalid-parameter',
  NO_RECEIPT: '50 isv.invalid-parameter',
  WRONG_VERB: '9 isv.invalid-parameter',
  ALREADY_PAID: '50 isv.invalid-parameter',
  ILLEGAL_STATE: '50 isv.invalid-parameter',
  OTHER_CONTENT: '50 isv.invalid-parameter',
  TOO_LATE: '50 isv.invalid-parameter',
  BODY_TOO_LARGE: '41 isv.invalid-parameter',
  UNSUPPORTED_MEDIA: '41 isv.invalid-parameter',
  RATE_LIMITED: '7 isv.access-limited-by-app-access-count',
  INTERNAL: '10 isp.unknown-error',
  CHANNEL_REFUSED: '50 isv.invalid-parameter',
  CHANNEL_MISCONFIGURED: '15 isp.top-remote-service-unavailable',
  DATABASE_UNAVAILABLE: '15 isp.top-remote-service-unavailable',
  OVERLOADED: '15 isp.top-remote-service-unavailable',
};

function line({ body }: TopError): string {
  return `${body.code} ${body.sub_code}`;
}

it.each(Object.entries(TABLE) as [ErrorCode, string][])('%s is %s', (code, expected) => {
  const error = asTopError(new PayError(code, 'planted detail'));
  expect(line(error)).toBe(expected);
  expect(JSON.stringify(error.body)).not.toContain('planted');
  // Whose move it is stays the same: what is not the caller's fault may be repeated.
  const mayRepeat = expected.includes(' isp.');
  const ours = ['us', 'channel'].includes(ERRORS[code].blame) && code !== 'CHANNEL_REFUSED';
  expect(mayRepeat).toBe(ours);
});

it.each<[string, unknown, string]>([
  ['too many', new HttpException('planted', 429), '7 isv.access-limited-by-app-access-count'],
  ['another HTTP error', new HttpException('planted', 500), '10 isp.unknown-error'],
  ['an error', new Error('planted'), '10 isp.unknown-error'],
  ['no error at all', 'planted', '10 isp.unknown-error'],
])('the text of %s is not told', (_what, thrown, expected) => {
  const error = asTopError(thrown);
  expect(line(error)).toBe(expected);
  expect(JSON.stringify(error.body)).not.toContain('planted');
});

it("what is TOP's already stays", () => {
  const error = topError('SIGN');
  expect(asTopError(error)).toBe(error);
});

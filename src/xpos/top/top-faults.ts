import { PayError } from '../../domain/errors';
import type { ErrorCode } from '../../domain/errors';
import { HttpException } from '@nestjs/common';
import { TopError, topError } from './top-errors';
import type { TopErrorName } from './top-errors';

/** Our errors in TOP's words; what is not listed is a refusal of the business. */
const NAMES: Readonly<Partial<Record<ErrorCode, TopErrorName>>> = {
  UNDECIDED: 'UNDECIDED',
  UNREADABLE: 'UNREADABLE',
  BODY_TOO_LARGE: 'UNREADABLE',
  UNSUPPORTED_MEDIA: 'UNREADABLE',
  INVALID_MEMBER: 'ARGUMENT',
  NO_RECEIPT: 'UNKNOWN_ID',
  RATE_LIMITED: 'CALL_LIMIT',
  // The address asks for no key of ours, so a guard of keys can only object to the verb.
  NO_KEY: 'VERB',
  FORBIDDEN: 'VERB',
  WRONG_VERB: 'VERB',
  CHANNEL_MISCONFIGURED: 'UNAVAILABLE',
  DATABASE_UNAVAILABLE: 'UNAVAILABLE',
  OVERLOADED: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL',
};

/** Rows whose own words are better than those of our error. */
const OWN_WORDS: ReadonlySet<TopErrorName> = new Set([
  'VERB',
  'UNKNOWN_ID',
  'CALL_LIMIT',
  'UNAVAILABLE',
  'UNDECIDED',
  'INTERNAL',
]);

/** Anything thrown, as an error of TOP's. */
export function asTopError(thrown: unknown): TopError {
  if (thrown instanceof TopError) return thrown;
  if (thrown instanceof PayError) {
    const name = NAMES[thrown.code] ?? 'REFUSED';
    const shown = OWN_WORDS.has(name) ? {} : { shown: thrown.shown };
    return topError(name, { ...shown, cause: thrown });
  }
  const limited = thrown instanceof HttpException && thrown.getStatus() === 429;
  return topError(limited ? 'CALL_LIMIT' : 'INTERNAL', { cause: thrown });
}

import { ERRORS, PayError } from '../../domain/errors';

/** Nesting deeper than this is refused in every format. */
export const MAX_DEPTH = 32;

/**
 * The refusal of a body that cannot be read. `reason` is shown to the caller, so it names places
 * and rules, never pieces of the body. `cause` is for the log.
 */
export function unreadable(reason: string, cause?: unknown): PayError {
  const shown = `${ERRORS.UNREADABLE.text}: ${reason}`;
  return new PayError('UNREADABLE', reason, { shown, cause });
}

/** The refusal of one member of a readable body, named to the caller by the contract's name. */
export function invalidMember(name: string, reason: string): PayError {
  const shown = `${ERRORS.INVALID_MEMBER.text}: ${name}: ${reason}`;
  return new PayError('INVALID_MEMBER', `${name}: ${reason}`, { shown });
}

import { ERRORS, PayError } from '../../../domain/errors';
import { epochMsReason } from '../../../wire/operation/members';

/**
 * Until when a request is wanted, epoch ms; null: there is no end. Said by its member `validuntil`,
 * by what carried it (the header `X-Valid-Until`, a broker), or by both: then the earlier counts.
 * @throws PayError INVALID_MEMBER when the header is no such time
 */
export function toWantedUntilMs(
  member: string | null | undefined,
  carried: string | null,
): number | null {
  const reason = epochMsReason(carried);
  if (reason !== null) {
    const shown = `${ERRORS.INVALID_MEMBER.text}: X-Valid-Until: ${reason}`;
    throw new PayError('INVALID_MEMBER', `X-Valid-Until: ${reason}`, { shown });
  }
  const told = [member ?? null, carried].filter((text) => text !== null);
  const times = told.map(Number);
  return times.length === 0 ? null : Math.min(...times);
}

import type { ErrorCode } from '../../domain/errors';
import type { DayOutcome } from '../reconciliation.service';

/** What became of a day; `held`: another process compares it just now. */
export type TakenDay = DayOutcome | { readonly kind: 'held' };

/** What became of a day, as another process tells it: of its differences how many there are. */
export type ToldDay =
  | { readonly kind: 'compared'; readonly differences: number }
  | Exclude<TakenDay, { readonly kind: 'compared' }>;

/** Why a day could not be done. `code`: of a `PayError`. */
export interface FailedDay {
  readonly code?: ErrorCode;
  readonly message: string;
}

/** What a process that does a day says at its end. */
export type SaidOfDay = { readonly told: ToldDay } | { readonly failed: FailedDay };

export function toldOf(taken: TakenDay): ToldDay {
  if (taken.kind !== 'compared') return taken;
  return { kind: 'compared', differences: taken.day.result.differences };
}

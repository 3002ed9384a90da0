import type { BillType } from '../../domain/bill';
import { Note } from './note';

/** Who brought a key, as far as the operations care. */
export interface Caller {
  /** Tells keys apart in logs. */
  readonly name: string;
  /** The systems the key speaks for. A receipt of another one does not exist for it. */
  readonly billTypes: readonly BillType[];
}

const CALLER = new Note<Caller>('who makes a request');

/** Notes on a request who makes it. */
export function noteCaller(request: object, caller: Caller): void {
  CALLER.put(request, caller);
}

/** Who makes a request; null: keys are not asked for, or not of this route. */
export function callerOf(request: object): Caller | null {
  return CALLER.of(request);
}

const REQUEST_ID = new Note<string>('the id of a request');

/** Notes the id a request has in the log; at most 64 characters. */
export function noteRequestId(request: object, id: string): void {
  REQUEST_ID.put(request, id);
}

/** The id a request has in the log; null: none. */
export function requestIdOf(request: object): string | null {
  return REQUEST_ID.of(request);
}

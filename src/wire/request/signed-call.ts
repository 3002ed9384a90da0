import { Note } from './note';

/**
 * Counts a call that proves itself by a signature, once that was looked at. `signer`: whose it is,
 * or which thing it speaks of; null: it was not right, or missing.
 * @throws PayError RATE_LIMITED
 */
export type CountSigned = (signer: string | null) => Promise<void>;

const COUNT = new Note<CountSigned>('how a signed call is counted');

/** Notes on a request how it is counted once its signature was looked at. */
export function noteSignedCall(request: object, count: CountSigned): void {
  COUNT.put(request, count);
}

/** How a request is counted; where nobody counts, nothing is refused. */
export function countOf(request: object): CountSigned {
  return COUNT.of(request) ?? (() => Promise.resolve());
}

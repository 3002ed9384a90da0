import type { BillType } from '../../domain/bill';
import type { WireOperation } from '../operation/operation';

/** Who brought a key, as far as the operations care. */
export interface Caller {
  /** Tells keys apart in logs. */
  readonly name: string;
  /** The systems the key speaks for. A receipt of another one does not exist for it. */
  readonly billTypes: readonly BillType[];
}

/**
 * Counts a call that proves itself by a signature, once that was looked at. `signer`: whose it is,
 * or which thing it speaks of; null: it was not right, or missing.
 * @throws PayError RATE_LIMITED
 */
export type CountSigned = (signer: string | null) => Promise<void>;

/** What is told of an answer once it was sent. */
export interface SentReply {
  readonly choice: { readonly format: string };
  /** The errcode inside; null: it has none. */
  readonly errcode: number | null;
}

/** What is known of one request or message on its way; each part is set by who learns it. */
export class RequestContext {
  /** Who makes it; null: keys are not asked for, or not of this route. */
  caller: Caller | null = null;
  /** The id it has in the log, at most 64 characters; null: none. */
  id: string | null = null;
  /** The trace it belongs to; null: none that somebody could look up. */
  traceId: string | null = null;
  /** The operation it was routed to; null: none is known (yet). */
  operation: WireOperation | null = null;
  /** What was sent as its answer; null: it was sent by other means, or nothing was. */
  reply: SentReply | null = null;
  /** Where nobody counts, nothing is refused. */
  countSigned: CountSigned = nothingCounts;
}

const CONTEXT = Symbol('RequestContext');

/**
 * The context of a request or message, made when it is first asked for. It is kept in the object
 * itself: tables of weak references cost a busy service its garbage collector's time.
 */
export function contextOf(carrier: object): RequestContext {
  const held = carrier as { [CONTEXT]?: RequestContext };
  return (held[CONTEXT] ??= new RequestContext());
}

/** Gives a request a context that knows more than the usual one, before anything was noted. */
export function giveContext(carrier: object, context: RequestContext): void {
  (carrier as { [CONTEXT]?: RequestContext })[CONTEXT] = context;
}

function nothingCounts(): Promise<void> {
  return Promise.resolve();
}

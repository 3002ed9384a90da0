import type { Fen } from '../money';
import { NO_MONEY, fen } from '../money';
import type { By } from './by';
import type { Receipt } from './receipt';
import { endedUnpaid } from './receipt-state';

/**
 * What happened to the money of a receipt. `payment`: it was booked; `refund`: some of it went
 * back, by a refund or elsewhere; `undo`: all of it went back by a cancel, or a receipt was made
 * unpayable before anybody paid.
 */
export type MoneyEventKind = 'payment' | 'refund' | 'undo';

/** One of them, as the books hold it. */
export interface MoneyEvent {
  readonly kind: MoneyEventKind;
  /** As the unit of work left it. */
  readonly receipt: Receipt;
  /** What this event moved. Fen; 0 where nobody had paid. */
  readonly amount: Fen;
  /** When it was booked, epoch ms. */
  readonly atMs: number;
  /** The request it was booked for, as the log knows it; null: it has none. */
  readonly requestId: string | null;
  /** The trace of that request; null: it has none. */
  readonly traceId: string | null;
}

/** What of a unit of work tells who asked for it, and when. */
type Booked = Pick<By, 'requestId' | 'traceId'> & { readonly nowMs: number };

/**
 * The money events of one unit of work, from the receipt as the unit found it and as it left it.
 * A payment that was found and given back at once is both. Pure.
 */
export function moneyEvents(
  first: Receipt,
  last: Receipt,
  { nowMs, requestId, traceId = null }: Booked,
): MoneyEvent[] {
  const events: MoneyEvent[] = [];
  const add = (kind: MoneyEventKind, amount: Fen): void => {
    events.push({ kind, receipt: last, amount, atMs: nowMs, requestId, traceId });
  };
  const undone = first.state === 'cancelling' || first.givingBack === 'cancel';
  if (first.payment === null && last.payment !== null) add('payment', last.payment.amount);
  if (last.refunded > first.refunded) {
    add(undone ? 'undo' : 'refund', fen(last.refunded - first.refunded));
  }
  if (undone && endedUnpaid(last.state)) add('undo', NO_MONEY);
  return events;
}

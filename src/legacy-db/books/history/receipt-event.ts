import type { Fen } from '../../../domain/money';
import { fen } from '../../../domain/money';
import type { Receipt } from '../../../domain/receipt/receipt';
import type { Origin } from '../../../domain/ports/receipt-repository';
import type { Statement } from '../../sql/sql';
import { big, sql, text } from '../../sql/sql';

/** Something that happened to a receipt, for its history. */
export interface ReceiptHappening {
  /** As it stood; null: it was begun. */
  readonly before: Receipt | null;
  /** At most 20 letters. */
  readonly event: string;
  readonly origin: Origin;
  readonly after: Receipt;
  /** The amount it is about; absent: what went back by it, else the receipt's. Fen. */
  readonly about?: Fen | undefined;
}

/** Writes what happened into the receipt's history: what, who did it, from where, how much. */
export function eventInsert({ about, ...happening }: ReceiptHappening): Statement {
  const { before, event, origin, after } = happening;
  return sql`insert into receipt_event (receipt_row_id, at_ms, event, state, cause, channel_status,
      actor, request_id, from_state, amount_fen) values (${big(after.id)}, ${big(origin.nowMs)},
      ${text(20, event)}, ${text(12, after.state)}, ${text(20, origin.cause)},
      ${text(32, after.channelStatus)}, ${text(64, origin.actor)}, ${text(64, origin.requestId)},
      ${text(12, before?.state ?? null)}, ${big(about ?? amountOf(before, after))})`;
}

/** The same of a happening that moves nothing, with the state the receipt has by now. */
export function noteInsert(receipt: Receipt, event: string, origin: Origin): Statement {
  return sql`insert into receipt_event (receipt_row_id, at_ms, event, state, cause, channel_status,
      actor, request_id, from_state, amount_fen) select id, ${big(origin.nowMs)},
      ${text(20, event)}, state, ${text(20, origin.cause)}, channel_status,
      ${text(64, origin.actor)}, ${text(64, origin.requestId)}, state, amount_fen
      from receipt where id = ${big(receipt.id)}`;
}

/** What the event is about: the money that went back by it, else the receipt's amount. */
function amountOf(before: Receipt | null, after: Receipt): Fen {
  const back = after.refunded - (before?.refunded ?? 0);
  return back > 0 ? fen(back) : after.amount;
}

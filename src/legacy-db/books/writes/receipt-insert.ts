import { cardKey } from '../../../domain/bill';
import { NO_MONEY } from '../../../domain/money';
import type { BeginOrder } from '../../../domain/ports/receipt-repository';
import { FIRST_LOOK_MS } from '../../../domain/receipt/due';
import type { Bound, Statement } from '../../sql/sql';
import { big, chars, int, longText, sql, text } from '../../sql/sql';

/** A new receipt, begun by this order. */
export function receiptInsert(billId: Bound, receiptId: Bound, order: BeginOrder): Statement {
  const card = order.cardNo === null ? null : cardKey(order.cardNo);
  return sql`insert into receipt (bill_id, bill_type, bill_no, receipt_id,
      pay_type, amount_fen, card_no, card_key, out_trade_no, state, precreate_call,
      precreate_tries, lease_until_ms, code_ends_at_ms, refunded_fen, begun_at_ms, duplicate,
      due_at_ms, claim_until_ms, begun_by) values (${billId},
      ${chars(1, order.billType)}, ${text(20, order.billNo)}, ${receiptId},
      ${text(2, order.payType)}, ${big(order.amount)}, ${text(20, order.cardNo)},
      ${text(20, card)}, ${text(64, order.outTradeNo)}, ${text(12, 'begun')},
      ${longText(order.channelCall)}, ${int(1)}, ${big(order.leaseUntilMs)},
      ${big(order.codeEndsAtMs)}, ${big(NO_MONEY)}, ${big(order.nowMs)}, ${int(0)},
      ${big(order.nowMs + FIRST_LOOK_MS)}, ${big(0)}, ${text(8, order.begunBy)})`;
}

/** The first line of its history. */
export function beginInsert(receiptRowId: Bound, order: BeginOrder): Statement {
  const { asker, begunBy, nowMs, amount } = order;
  return sql`insert into receipt_event (receipt_row_id, at_ms, event, state, cause, channel_status,
      actor, request_id, from_state, amount_fen) values (${receiptRowId}, ${big(nowMs)},
      ${text(20, 'begin')}, ${text(12, 'begun')}, ${text(20, begunBy)}, ${text(32, null)},
      ${text(64, asker.actor)}, ${text(64, asker.requestId)}, ${text(12, null)}, ${big(amount)})`;
}

import { cardKey } from '../../../domain/bill';
import { NO_MONEY } from '../../../domain/money';
import type { BeginOrder } from '../../../domain/ports/receipt-repository';
import { FIRST_LOOK_MS } from '../../../domain/receipt/due';
import { big, chars, int, longText, sql, text } from '../../sql/sql';
import type { Statement } from '../../sql/sql';

/** Writes down a receipt that is begun: `receiptId` as Begin gave it. */
export function receiptInsert(billId: number, receiptId: string, order: BeginOrder): Statement {
  const card = order.cardNo === null ? null : cardKey(order.cardNo);
  return sql`insert into receipt (bill_id, bill_type, bill_no, receipt_id,
      pay_type, amount_fen, card_no, card_key, out_trade_no, state, precreate_call,
      precreate_tries, lease_until_ms, code_ends_at_ms, refunded_fen, begun_at_ms, duplicate,
      due_at_ms, claim_until_ms, begun_by) values (${big(billId)},
      ${chars(1, order.billType)}, ${text(20, order.billNo)}, ${text(36, receiptId)},
      ${text(2, order.payType)}, ${big(order.amount)}, ${text(20, order.cardNo)},
      ${text(20, card)}, ${text(64, order.outTradeNo)}, ${text(12, 'begun')},
      ${longText(order.channelCall)}, ${int(1)}, ${big(order.leaseUntilMs)},
      ${big(order.codeEndsAtMs)}, ${big(NO_MONEY)}, ${big(order.nowMs)}, ${int(0)},
      ${big(order.nowMs + FIRST_LOOK_MS)}, ${big(0)}, ${text(8, order.begunBy)})`;
}

import { STORED_VALUE } from '../../domain/bill';
import type { Receipt } from '../../domain/receipt/receipt';
import { endedUnpaid } from '../../domain/receipt/receipt-state';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import { receiptSubject } from '../../domain/ports/alarm';
import type { Alarm, AlarmClosing, AlarmKind } from '../../domain/ports/alarm';
import { OWED_REST_MS } from '../../domain/refund/decide-owed';
import { DUPLICATE_BATCH } from '../../domain/refund/refund';
import { NO_MONEY } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { ReceiptStep } from '../../domain/ports/receipt-repository';
import type { Dialect, Sql } from '../sql/database';
import type { Statement } from '../sql/sql';
import { big, int, sql, text } from '../sql/sql';
import type { EndResult } from '../systems/system-receipts';

/** One result End is told; `held`: what the card shall have given up for the receipt, in total. */
export type EndCall =
  | { readonly result: Exclude<EndResult, 'H' | 'U'> }
  | { readonly result: 'H' | 'U'; readonly held: Fen };

/** What End is told of one step; the hold of a card comes after its credit. */
export function endCalls(before: Receipt, step: ReceiptStep): readonly EndCall[] {
  const card = before.billType === STORED_VALUE;
  // A cancel gives all of it back, or nothing.
  const hold: readonly EndCall[] = card ? [{ result: 'H', held: before.amount }] : [];
  const giveUp: readonly EndCall[] = card ? [{ result: 'U', held: NO_MONEY }] : [];
  if (step.part) return endCallsOfPart(step, step.part.held, card);
  switch (step.event) {
    case 'pay':
      return [{ result: 'S' }];
    case 'close':
    case 'undo':
      // What had ended before was told to it then.
      return endedUnpaid(before.state) ? [] : [{ result: 'C' }];
    case 'fail':
      return [{ result: 'F' }];
    case 'beginRefund':
      return step.payment ? [{ result: 'S' }, ...hold] : hold;
    case 'endRefund':
      return (step.refunded ?? before.refunded) > 0 ? [{ result: 'R' }, ...giveUp] : giveUp;
    case 'refundInPart':
      // A cancel was to give all of it back, and Alipay cancels nothing of which a part is gone.
      return before.state === 'refunding' ? [...giveUp, { result: 'R' }] : [{ result: 'R' }];
    case 'refundInFull':
      return [{ result: 'R' }];
    case 'giveCode':
    case 'intendUndo':
      return [];
  }
}

/** The same of a step of one refund: the card gives up its amount beside the others'. */
function endCallsOfPart({ event }: ReceiptStep, held: Fen, card: boolean): readonly EndCall[] {
  if (event === 'refundInPart' || event === 'refundInFull') return [{ result: 'R' }];
  if (!card) return [];
  return event === 'beginRefund' ? [{ result: 'H', held }] : [{ result: 'U', held }];
}

/** `receipt_row_id` of an alarm that is about no receipt. */
export const NO_RECEIPT = 0;

/** Raises an alarm in the caller's unit; one of a kind is open for a subject at a time. */
export async function insertAlarm(
  db: Sql,
  dialect: Dialect,
  alarm: Alarm,
  receiptRowId = NO_RECEIPT,
): Promise<void> {
  await db.change(alarmInsert(dialect, alarm, receiptRowId));
}

/** Raises an alarm; nothing where one of its kind is open for its subject. */
export function alarmInsert(
  { seek }: Dialect,
  { subject, kind, detail, nowMs }: Alarm,
  receiptRowId: number,
): Statement {
  const about = text(100, subject.slice(0, 100));
  return sql`insert into alarm (receipt_row_id, subject, kind, detail,
      raised_at_ms, open_mark) select ${big(receiptRowId)}, ${about}, ${text(30, kind)},
      ${text(400, detail.slice(0, 400))}, ${big(nowMs)}, ${big(0)}
      where not exists (select 1 from alarm${seek}
      where subject = ${about} and kind = ${text(30, kind)} and open_mark = ${big(0)})`;
}

/** Ends the open alarm of a kind about a receipt, in the unit that puts right what it is about. */
export function alarmEnd(
  receiptRowId: number,
  kind: AlarmKind,
  { by, note, nowMs }: AlarmClosing,
): Statement {
  return sql`update alarm set open_mark = id, closed_at_ms = ${big(nowMs)},
      closed_by = ${text(64, by.slice(0, 64))}, close_note = ${text(400, note.slice(0, 400))}
      where subject = ${text(100, receiptSubject(receiptRowId))}
      and kind = ${text(30, kind)} and open_mark = ${big(0)}`;
}

/** The trade of a payment stands for another receipt. */
export class TradeTaken extends Error {}

/** Which other receipt has a trade; nothing: none. */
export function otherOfTrade(receiptRowId: number, tradeNo: string): Statement {
  return sql`select max(receipt_row_id) as id from trade
      where trade_no = ${text(64, tradeNo)} and receipt_row_id <> ${big(receiptRowId)}`;
}

/** A trade at Alipay belongs to one receipt; the second one to claim it meets the unique key. */
export function tradeInsert(receiptRowId: number, tradeNo: string): Statement {
  return sql`insert into trade (trade_no, receipt_row_id)
      select ${text(64, tradeNo)}, ${big(receiptRowId)} where not exists (select 1 from trade
      where trade_no = ${text(64, tradeNo)} and receipt_row_id = ${big(receiptRowId)})`;
}

/**
 * The receipts that count and were paid in the place of this one, or in whose place it was; with
 * their states. Two receipts stand for the same money when the later one was begun before the
 * earlier one was paid.
 */
export function selectCountedRivals({ seek }: Dialect, receiptRowId: number): Statement {
  const id = big(receiptRowId);
  return sql`select id, state from receipt${seek}
      where bill_id = (select bill_id from receipt where id = ${id})
      and id <> ${id} and duplicate = ${int(0)}
      and state in (${text(12, 'paid')}, ${text(12, 'refunding')})
      and (id > ${id} or booked_after_id >= ${id})`;
}

/** The same, asked. */
export function countedRivals(
  db: Sql,
  dialect: Dialect,
  receiptRowId: number,
): Promise<{ id: number; state: ReceiptState }[]> {
  return db.rows(selectCountedRivals(dialect, receiptRowId));
}

/** Puts the money of a duplicate down as owed, in the unit that books it. */
export function queuedRefund(receipt: Receipt, nowMs: number): Statement {
  return sql`insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state,
      cause, queued_at_ms, due_at_ms) values (${big(receipt.id)}, ${text(50, DUPLICATE_BATCH)},
      ${text(50, DUPLICATE_BATCH)}, ${big(receipt.amount)}, ${text(12, 'queued')},
      ${text(20, 'duplicate')}, ${big(nowMs)}, ${big(nowMs + OWED_REST_MS)})`;
}

/** Money that went back without us. */
export interface ForeignRefund {
  readonly amount: Fen;
  readonly requestNo: string | null;
  /** When, by Alipay's clock; null: not told. */
  readonly atMs: number | null;
  readonly nowMs: number;
}

/** Puts down money that went back without us, in the unit that books it. */
export function foreignRefund(
  receipt: Receipt,
  { amount, requestNo, atMs, nowMs }: ForeignRefund,
): Statement {
  // Apart from every number a caller can give, and from other sums of the same receipt.
  const batch = `\u0001channel ${receipt.refunded}`;
  return sql`insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state,
      cause, queued_at_ms, ended_at_ms, out_request_no, refunded_at_ms) values (${big(receipt.id)},
      ${text(50, batch)}, ${text(50, batch)}, ${big(amount)}, ${text(12, 'done')},
      ${text(20, 'channel')}, ${big(nowMs)}, ${big(nowMs)}, ${text(64, requestNo)}, ${big(atMs)})`;
}

/** All of a duplicate's money went back: nothing is owed, and nobody has to look at it any more. */
export function owedEnds(receiptRowId: number, nowMs: number): readonly Statement[] {
  return [
    sql`update refund set state = ${text(12, 'done')}, ended_at_ms = ${big(nowMs)},
      due_at_ms = ${big(null)}
      where receipt_row_id = ${big(receiptRowId)} and state = ${text(12, 'queued')}`,
    alarmEnd(receiptRowId, 'duplicatePayment', {
      by: 'sweep',
      note: 'all of its money went back',
      nowMs,
    }),
  ];
}

import { STORED_VALUE } from '../domain/bill';
import type { Receipt } from '../domain/receipt';
import type { AlarmKind, ReceiptStep } from '../domain/receipt-repository';
import type { Dialect, Sql } from './database';
import { big, sql, text } from './sql';
import type { EndResult } from './system-receipts';

/** The results End is told for one step; the hold of a card comes after its credit. */
export function endResults(before: Receipt, step: ReceiptStep): readonly EndResult[] {
  const card = before.billType === STORED_VALUE;
  switch (step.event) {
    case 'pay':
      return ['S'];
    case 'close':
    case 'undo':
      return ['C'];
    case 'fail':
      return ['F'];
    case 'beginRefund':
      return [...(step.payment ? (['S'] as const) : []), ...(card ? (['H'] as const) : [])];
    case 'endRefundInPart':
      if ((step.refunded ?? before.refunded) > 0) return ['R'];
      return card ? ['U'] : [];
    case 'refundInFull':
      return ['R'];
    case 'giveCode':
    case 'intendUndo':
      return [];
  }
}

/** What an operator is told of a receipt. */
export interface Alarm {
  readonly receiptRowId: number;
  readonly kind: AlarmKind;
  readonly detail: string;
  readonly nowMs: number;
}

/** Raises an alarm in the caller's unit; the same kind for the same receipt is there once. */
export async function insertAlarm(
  db: Sql,
  { seek }: Dialect,
  { receiptRowId, kind, detail, nowMs }: Alarm,
): Promise<void> {
  await db.change(sql`insert into alarm (receipt_row_id, kind, detail, raised_at_ms)
      select ${big(receiptRowId)}, ${text(30, kind)}, ${text(400, detail.slice(0, 400))},
      ${big(nowMs)} where not exists (select 1 from alarm${seek}
      where receipt_row_id = ${big(receiptRowId)} and kind = ${text(30, kind)})`);
}

/** A trade at Alipay belongs to one receipt; the second one to claim it meets the unique key. */
export async function claimTrade(db: Sql, receiptRowId: number, tradeNo: string): Promise<void> {
  await db.change(sql`insert into trade (trade_no, receipt_row_id)
      select ${text(64, tradeNo)}, ${big(receiptRowId)} where not exists (select 1 from trade
      where trade_no = ${text(64, tradeNo)} and receipt_row_id = ${big(receiptRowId)})`);
}

/** The batch number of the refund that a duplicate is owed. */
const DUPLICATE_BATCH = 'duplicate';

/** Puts the money of a duplicate down as owed, in the unit that books it. */
export async function queueRefund(db: Sql, receipt: Receipt, nowMs: number): Promise<void> {
  await db.change(sql`insert into refund (receipt_row_id, batch_no, amount_fen, state, cause,
      queued_at_ms) values (${big(receipt.id)}, ${text(50, DUPLICATE_BATCH)},
      ${big(receipt.amount)}, ${text(12, 'queued')}, ${text(20, 'duplicate')}, ${big(nowMs)})`);
}

/** All of a receipt's money went back: nothing is owed any more. */
export async function endQueuedRefund(db: Sql, receiptRowId: number, nowMs: number): Promise<void> {
  await db.change(sql`update refund set state = ${text(12, 'done')}, ended_at_ms = ${big(nowMs)}
      where receipt_row_id = ${big(receiptRowId)} and state = ${text(12, 'queued')}`);
}

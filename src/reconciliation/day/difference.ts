import { createHash } from 'node:crypto';
import type { MissingMoney } from '../../domain/reconciliation/mending';
import type { DayDifference } from '../../domain/reconciliation/day-result';
import type { BillRow } from '../bill/bill-row';
import { isDifference, isMendable, isOpen } from '../compare/verdict';
import type { Verdict } from '../compare/verdict';

/** A verdict as it is kept; null: nothing is to be kept of it. */
export function differenceOf({ kind, row, movement, receipt }: Verdict): DayDifference | null {
  if (!isDifference(kind) && !isOpen(kind)) return null;
  return {
    kind,
    open: isOpen(kind),
    moved: row?.kind ?? movement?.kind ?? null,
    atMs: row?.atMs ?? movement?.atMs ?? null,
    outTradeNo: receipt?.outTradeNo ?? row?.outTradeNo ?? '',
    tradeNo: row?.tradeNo ?? movement?.tradeNo ?? null,
    requestNo: row?.requestNo ?? movement?.requestNo ?? null,
    billed: row?.amount ?? null,
    booked: movement?.amount ?? null,
    receiptRowId: receipt?.receiptRowId ?? null,
    movementKey: movement?.key ?? null,
  };
}

/** The money of a difference that Alipay can be asked to prove; null: it is of another kind. */
export function missingMoney(one: DayDifference): MissingMoney | null {
  const { kind, moved, billed, receiptRowId, requestNo } = one;
  if (!isMendable(kind) || moved === null || billed === null || receiptRowId === null) return null;
  return { receiptRowId, kind: moved, amount: billed, requestNo };
}

/** What tells a row of a bill from every other one, in the bill and in a difference. */
export function rowKey(row: BillRow | DayDifference): string {
  const [moved, amount] = 'moved' in row ? [row.moved, row.billed] : [row.kind, row.amount];
  return [moved, row.outTradeNo, row.tradeNo, row.requestNo, row.atMs, amount].join(' ');
}

/** What is wrong with a bill as a whole although it is believed. */
export function wholeDifference(kind: 'feeUnexpected' | 'billChanged'): DayDifference {
  return {
    kind,
    open: false,
    moved: null,
    atMs: null,
    outTradeNo: '',
    tradeNo: null,
    requestNo: null,
    billed: null,
    booked: null,
    receiptRowId: null,
    movementKey: null,
  };
}

/** What tells a difference from every other one, as long as it stays the same to the fen. */
export function differenceMark(one: DayDifference): string {
  const { kind, moved, outTradeNo, tradeNo, requestNo, billed, booked, movementKey } = one;
  const facts = [kind, moved, outTradeNo, tradeNo, requestNo, billed, booked, movementKey];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

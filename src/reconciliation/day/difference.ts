import type { DayDifference } from '../../domain/reconciliation/day-result';
import { isDifference, isOpen } from '../compare/verdict';
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

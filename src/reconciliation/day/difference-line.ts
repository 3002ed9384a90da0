import { chinaTime } from '../../domain/china-time';
import { formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { DayDifference } from '../../domain/reconciliation/day-result';

/** A difference for a human, in one line. */
export function lineOf(one: DayDifference): string {
  const at = one.atMs === null ? '' : chinaTime(one.atMs);
  const amount = (value: Fen | null) => (value === null ? '-' : formatYuan(value));
  const parts = [
    one.kind,
    at,
    one.outTradeNo,
    one.tradeNo ?? '',
    one.requestNo ?? '',
    one.kind === 'feeUnexpected' || one.kind === 'billChanged'
      ? ''
      : `bill ${amount(one.billed)} books ${amount(one.booked)}`,
    one.receiptRowId === null ? '' : `receipt ${one.receiptRowId}`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

import type { BillRow } from '../bill/bill-row';
import { compareReceipt } from './compare-receipt';
import type { ComparedDay } from './compare-receipt';
import type { OurReceipt } from '../../domain/reconciliation/movement';
import type { Verdict } from './verdict';
import { isOurNumber } from './whose-number';

/** The rows of one number of the merchant's. */
export interface RowGroup {
  readonly outTradeNo: string;
  readonly rows: readonly BillRow[];
}

/**
 * Compares a bill with the books: exactly one verdict for each row, and for each movement of the
 * day. Both streams are sorted by number; of the books come the receipts with a movement near the
 * day, and those whose numbers are in the bill. Pure but for reading them.
 */
export async function* compare(
  groups: Iterable<RowGroup>,
  receipts: AsyncIterable<OurReceipt>,
  day: ComparedDay,
): AsyncGenerator<Verdict> {
  const rest = groups[Symbol.iterator]();
  let next = rest.next();
  let before: string | null = null;
  for await (const receipt of receipts) {
    const { outTradeNo } = receipt;
    if (before !== null && outTradeNo <= before) throw new Error('receipts are not sorted');
    before = outTradeNo;
    for (; !next.done && next.value.outTradeNo < outTradeNo; next = rest.next()) {
      yield* withoutReceipt(next.value, day);
    }
    if (!next.done && next.value.outTradeNo === outTradeNo) {
      yield* compareReceipt(receipt, next.value.rows, day);
      next = rest.next();
    } else {
      yield* compareReceipt(receipt, [], day);
    }
  }
  for (; !next.done; next = rest.next()) yield* withoutReceipt(next.value, day);
}

function withoutReceipt({ outTradeNo, rows }: RowGroup, { tradePrefix }: ComparedDay): Verdict[] {
  return rows.map((row) => ({
    kind: isOurNumber(outTradeNo, row.atMs, tradePrefix) ? 'unknownReceipt' : 'foreignRow',
    row,
    movement: null,
    receipt: null,
  }));
}

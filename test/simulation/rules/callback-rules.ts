import { ENDED } from './checker';
import type { Checker } from './checker';
import type { EventRow, Row } from '../store/books';

/** Words that tell a payment that counts. */
const TOLD_PAID = ['payment.paid', 'payment.late'];

/**
 * The outbox holds what became of each receipt, no more and no less, from the first commit that
 * shows it. Units may share a commit, so what is between two commits may have been told, too.
 */
export class CallbackRules {
  /** Receipts that were booked by a step that pays, and not only on the way back. */
  private readonly paidOnce = new Set<number>();
  private readonly endedOnce = new Set<number>();

  constructor(private readonly checker: Checker) {}

  committed(before: ReadonlyMap<number, Row>, added: readonly EventRow[]): void {
    for (const { receipt_row_id: id, event, state } of added) {
      if (event === 'pay') this.paidOnce.add(id);
      if (ENDED.has(state)) this.endedOnce.add(id);
    }
    for (const row of this.checker.books.receipts.values()) {
      const old = before.get(row.id);
      if (old !== row) this.receipt(old ?? null, row);
    }
  }

  private receipt(old: Row | null, row: Row): void {
    this.payment(row);
    this.ends(row);
    const grown = row.refunded_fen > (old?.refunded_fen ?? 0);
    // A part that was gone when the payment was found is told with it.
    const isNews = (old?.trade_no ?? null) !== null && row.state !== 'refunded';
    if (grown && isNews) this.atLeastOnce(row, 'refund.done');
    const stays = old?.state === 'refunding' && row.state === 'paid' && !grown;
    if (stays) this.atLeastOnce(row, 'refund.refused');
  }

  private payment(row: Row): void {
    const told = this.count(row, ...TOLD_PAID);
    if (told > 1) this.fail(row, `its payment is told ${told} times`);
    if (told > 0 && !this.paidOnce.has(row.id)) this.fail(row, 'is told as paid, and never was');
    if (told > 0 && row.duplicate === 1) this.fail(row, 'is a duplicate, and told as paid');
    const untold = told === 0 && this.count(row, 'refund.refused') === 0;
    if (row.state === 'paid' && row.duplicate === 0 && untold)
      this.fail(row, 'is paid, and untold');
    const late = this.count(row, 'payment.late');
    if (told > 0 && late !== (this.endedOnce.has(row.id) ? 1 : 0)) {
      this.fail(row, `is told as late ${late} times`);
    }
    const duplicates = this.count(row, 'payment.duplicate');
    if (duplicates > 1 || (duplicates === 1 && row.duplicate === 0)) {
      this.fail(row, `is told as a duplicate ${duplicates} times`);
    }
    if (row.state === 'paid' && row.duplicate === 1) this.atLeastOnce(row, 'payment.duplicate');
  }

  private ends(row: Row): void {
    const closed = this.count(row, 'payment.closed');
    if (closed > (this.endedOnce.has(row.id) ? 1 : 0))
      this.fail(row, `is told closed ${closed} times`);
    if (ENDED.has(row.state)) this.atLeastOnce(row, 'payment.closed');
    const refunded = this.count(row, 'payment.refunded');
    if (refunded !== (row.state === 'refunded' ? 1 : 0)) {
      this.fail(row, `is ${row.state}, and told ${refunded} times that all went back`);
    }
  }

  private atLeastOnce(row: Row, type: string): void {
    if (this.count(row, type) === 0) this.fail(row, `is ${row.state}: ${type} is not told`);
  }

  private count(row: Row, ...types: readonly string[]): number {
    const told = this.checker.books.callbacks.get(row.id) ?? [];
    return told.filter((type) => types.includes(type)).length;
  }

  private fail(row: Row, what: string): void {
    this.checker.fail('callbacks', `receipt ${row.id} ${what}`);
  }
}

import { isBillType } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { fen } from '../../domain/money';
import type { ListedRefund, RefundBook } from '../../domain/reading/refund-book';
import { DUPLICATE_BATCH } from '../../domain/refund/refund';
import type { GivenUp, RefundCause, RefundState } from '../../domain/refund/refund';
import type { Database } from '../sql/database';
import type { Statement } from '../sql/sql';
import { big, sql, text } from '../sql/sql';
import { inBillTypes } from './bill-type-list';

type Big = number | string;

interface RefundRow {
  id: Big;
  receipt_row_id: Big;
  bill_type: string;
  bill_no: string;
  amount_fen: Big;
  state: string;
  cause: string;
  queued_at_ms: Big;
  ended_at_ms: Big | null;
  tries: Big;
  last_word: string | null;
  given_up: string | null;
  batch_no: string;
}

/** The refunds of all processes, as people look at them. */
export class RefundBookStore implements RefundBook {
  constructor(private readonly database: Database) {}

  async unsettled(
    billTypes: readonly BillType[],
    refusedSinceMs: number,
    most: number,
  ): Promise<ListedRefund[]> {
    const pending = sql`f.state in (${text(12, 'queued')}, ${text(12, 'asked')})`;
    const refused = sql`f.state = ${text(12, 'failed')}
        and f.ended_at_ms >= ${big(refusedSinceMs)}`;
    const [first, second] = await Promise.all([
      this.list(billTypes, pending, most),
      this.list(billTypes, refused, most),
    ]);
    return [...first, ...second].slice(0, most);
  }

  async find(billTypes: readonly BillType[], id: number): Promise<ListedRefund | null> {
    const [found] = await this.list(billTypes, sql`f.id = ${big(id)}`, 1);
    return found ?? null;
  }

  private async list(
    billTypes: readonly BillType[],
    which: Statement,
    most: number,
  ): Promise<ListedRefund[]> {
    const { top, limit } = this.database.dialect.first(most);
    const rows = await this.database.read.rows<RefundRow>(
      // Refunds are few beside receipts: SQLite keeps the order of a cross join.
      sql`select ${top} f.id, f.receipt_row_id, r.bill_type, r.bill_no, f.amount_fen, f.state,
          f.cause, f.queued_at_ms, f.ended_at_ms, f.tries, f.last_word, f.given_up, f.batch_no
          from refund f cross join receipt r where r.id = f.receipt_row_id and `
        .with(which)
        .with(sql` and r.bill_type`)
        .with(inBillTypes(billTypes))
        .with(sql` order by f.id desc ${limit}`),
    );
    return rows.flatMap((row) => {
      const { bill_type: billType, bill_no: billNo, last_word: lastWord } = row;
      if (!isBillType(billType)) return [];
      return [
        {
          ...{ id: Number(row.id), receiptRowId: Number(row.receipt_row_id), billType, billNo },
          amount: fen(Number(row.amount_fen)),
          state: row.state as RefundState,
          cause: row.cause as RefundCause,
          queuedAtMs: Number(row.queued_at_ms),
          endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
          tries: Number(row.tries),
          lastWord,
          givenUp: row.given_up as GivenUp | null,
          isOwed: row.batch_no === DUPLICATE_BATCH,
        },
      ];
    });
  }
}

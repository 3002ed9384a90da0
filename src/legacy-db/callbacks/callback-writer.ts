import type { BillType } from '../../domain/bill';
import { callbackEvents } from '../../domain/callback/callback-event';
import type { Randomness } from '../../domain/ports/clock';
import type { Receipt } from '../../domain/receipt/receipt';
import type { Sql } from '../sql/database';
import type { Statement } from '../sql/sql';
import { big, chars, int, sql, text } from '../sql/sql';

const ID_BYTES = 16;

/** Puts into the outbox what a unit of work has to tell, where a system wants to be told. */
export interface CallbackWriter {
  /** Is there a receiver for this bill type? */
  tells(billType: BillType): boolean;
  /**
   * In the caller's unit: the receipt as the unit found it, and as it leaves it; `refused`: a
   * refund of it ended without money.
   */
  write(db: Sql, first: Receipt, last: Receipt, nowMs: number, refused?: boolean): Promise<void>;
  /** What `write` writes. */
  rows(first: Receipt, last: Receipt, nowMs: number, refused?: boolean): readonly Statement[];
}

/** No system wants to be told. */
export const TELLS_NOBODY: CallbackWriter = {
  tells: () => false,
  write: () => Promise.resolve(),
  rows: () => [],
};

/** Writes the rows of the outbox. */
export class OutboxWriter implements CallbackWriter {
  constructor(
    private readonly receivers: ReadonlySet<BillType>,
    private readonly randomness: Randomness,
  ) {}

  tells(billType: BillType): boolean {
    return this.receivers.has(billType);
  }

  async write(
    db: Sql,
    first: Receipt,
    last: Receipt,
    nowMs: number,
    refused = false,
  ): Promise<void> {
    for (const row of this.rows(first, last, nowMs, refused)) await db.change(row);
  }

  rows(first: Receipt, last: Receipt, nowMs: number, refused = false): readonly Statement[] {
    if (!this.tells(last.billType)) return [];
    return callbackEvents(first, last, refused).map((type) => {
      const eventId = `evt_${this.randomness.hex(ID_BYTES)}`;
      return sql`insert into callback (bill_type, receipt_row_id, event_id, type,
          written_at_ms, seq, state, tries, claim_until_ms) values (${chars(1, last.billType)},
          ${big(last.id)}, ${text(40, eventId)}, ${text(20, type)}, ${big(nowMs)}, ${big(0)},
          ${text(12, 'written')}, ${int(0)}, ${big(0)})`;
    });
  }
}

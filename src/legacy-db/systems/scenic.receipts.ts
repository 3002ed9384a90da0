import { billKey } from '../../domain/bill';
import type { Sql } from '../sql/database';
import { sql, text } from '../sql/sql';
import { EmbeddedReceipts } from '../sqlite/embedded-receipts';
import { SCENIC_MARK } from '../sqlite/marks/numbers';
import type { SystemBegin } from './system-receipts';

/**
 * 1, scenic tickets. Receipts are numbered within their bill, over all paytypes: from 1, and behind
 * all that may have been told where the books were restored. `autoid` is `paytype|0|serial`: the
 * serial is what stands behind the last bar.
 */
export class ScenicReceipts extends EmbeddedReceipts {
  constructor() {
    super('receipt_scenic');
  }

  protected override async nextAutoid(db: Sql, order: SystemBegin): Promise<string> {
    const [row] = await db.rows<{ highest: number | null; mark: number | null }>(
      sql`select (${SCENIC_MARK}) as mark, max(cast(substr(autoid,
          length(rtrim(autoid, '0123456789')) + 1) as integer)) as highest
          from receipt_scenic where bill_key = ${text(20, billKey(order.billNo))}`,
    );
    const last = Math.max(Number(row?.highest ?? 0), Number(row?.mark ?? 0));
    return `${order.payType}|0|${last + 1}`;
  }
}

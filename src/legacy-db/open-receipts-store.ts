import { LONGEST_WAIT_MS, nextDue } from '../domain/due';
import type { Receipt } from '../domain/receipt';
import type { Claim, OpenReceipts } from '../domain/receipt-repository';
import type { Database, Sql } from './database';
import { RECEIPT_COLUMNS, toReceipt } from './receipt-row';
import type { ReceiptRow } from './receipt-row';
import type { Statement } from './sql';
import { big, sql, text } from './sql';

const RECEIPTS = sql`select ${RECEIPT_COLUMNS} from receipt r join bill b on b.id = r.bill_id `;

const OPEN = sql`state in (${text(12, 'begun')}, ${text(12, 'waiting')},
    ${text(12, 'cancelling')}, ${text(12, 'refunding')})`;

/** An open receipt's due time, and any claim, further ahead come from a clock set back. ms. */
const TOO_FAR_AHEAD_MS = 5 * LONGEST_WAIT_MS;

/** The receipts that need looking after, of all bill types, shared by all processes. */
export class OpenReceiptsStore implements OpenReceipts {
  constructor(private readonly database: Database) {}

  async findByOutTradeNo(outTradeNo: string): Promise<Receipt | null> {
    const where = sql`where r.out_trade_no = ${text(64, outTradeNo)}`;
    return (await this.select(this.database.read, where))[0] ?? null;
  }

  async findById(id: number): Promise<Receipt | null> {
    return (await this.select(this.database.read, sql`where r.id = ${big(id)}`))[0] ?? null;
  }

  claimDue({ owner, nowMs, claimUntilMs, limit }: Claim): Promise<Receipt[]> {
    const { top, limit: end } = this.database.dialect.first(limit);
    return this.database.write('claimDue', async (db) => {
      const claimed = await db.change(sql`update receipt set claimed_by = ${text(40, owner)},
          claim_until_ms = ${big(claimUntilMs)} where id in (select ${top} id from receipt
          where due_at_ms <= ${big(nowMs)} and claim_until_ms <= ${big(nowMs)}
          order by due_at_ms ${end})`);
      if (claimed === 0) return [];
      return this.select(
        db,
        sql`where r.claimed_by = ${text(40, owner)}
            and r.claim_until_ms = ${big(claimUntilMs)} and r.due_at_ms <= ${big(nowMs)}
            order by r.due_at_ms`,
      );
    });
  }

  async settleClaim(receipt: Receipt, claim: Claim, nowMs: number): Promise<void> {
    await this.database.write('settleClaim', async (db) => {
      const [fresh] = await this.select(db, sql`where r.id = ${big(receipt.id)}`);
      if (!fresh) return;
      await db.change(sql`update receipt set claim_until_ms = ${big(0)},
          due_at_ms = ${big(nextDue(fresh, nowMs))}
          where id = ${big(receipt.id)} and claimed_by = ${text(40, claim.owner)}`);
    });
  }

  async wake(nowMs: number, all: boolean): Promise<void> {
    // A service that starts may follow one that died: it takes over what that one had claimed.
    const from = all ? nowMs : nowMs + TOO_FAR_AHEAD_MS;
    await this.database.write('wake', async (db) => {
      await db.change(
        sql`update receipt set due_at_ms = ${big(nowMs)}, claim_until_ms = ${big(0)}
            where due_at_ms > ${big(from)} and `.with(OPEN),
      );
      await db.change(sql`update receipt set claim_until_ms = ${big(0)}
          where due_at_ms is not null and claim_until_ms > ${big(from)}`);
    });
  }

  private async select(db: Sql, where: Statement): Promise<Receipt[]> {
    return (await db.rows<ReceiptRow>(RECEIPTS.with(where))).map(toReceipt);
  }
}

import { LONGEST_WAIT_MS, nextDue } from '../domain/due';
import type { Receipt } from '../domain/receipt';
import type { Claim, OpenReceipts } from '../domain/receipt-repository';
import { holdBillOf } from './bill-lock';
import type { Database, Sql } from './database';
import { selectReceipts, toReceipt } from './receipt-row';
import type { ReceiptRow } from './receipt-row';
import type { Statement } from './sql';
import { big, sql, text } from './sql';

const OPEN = sql`state in (${text(12, 'begun')}, ${text(12, 'waiting')},
    ${text(12, 'cancelling')}, ${text(12, 'refunding')})`;

/** An open receipt's due time, and any claim, further ahead come from a clock set back. ms. */
const TOO_FAR_AHEAD_MS = 5 * LONGEST_WAIT_MS;

/** The receipts that need looking after, of all bill types, shared by all processes. */
export class OpenReceiptsStore implements OpenReceipts {
  constructor(private readonly database: Database) {}

  async findByOutTradeNo(outTradeNo: string): Promise<Receipt | null> {
    const where = sql`where r.out_trade_no = ${text(64, outTradeNo)}`;
    const found = await this.select(this.database.read, where);
    // SQL Server takes texts for equal that differ in trailing blanks.
    return found.find((one) => one.outTradeNo === outTradeNo) ?? null;
  }

  async claimDue({ owner, nowMs, claimUntilMs, limit }: Claim): Promise<Receipt[]> {
    const { top, limit: end } = this.database.dialect.first(limit);
    const due = sql`due_at_ms <= ${big(nowMs)} and claim_until_ms <= ${big(nowMs)}`;
    await this.database.write('claimDue', async (db) => {
      await this.takeTurn(db);
      return db.change(
        sql`update receipt set claimed_by = ${text(40, owner)},
            claim_until_ms = ${big(claimUntilMs)} where id in (select ${top} id from receipt where `
          .with(due)
          // Said again of the row itself: another claim may have taken it meanwhile.
          .with(sql` order by due_at_ms ${end}) and `)
          .with(due),
      );
    });
    // Read after the commit: no row stays locked meanwhile, and what a first run has claimed whose
    // answer was lost is among it.
    return this.select(
      this.database.read,
      sql`where r.claimed_by = ${text(40, owner)}
          and r.claim_until_ms = ${big(claimUntilMs)} and r.due_at_ms <= ${big(nowMs)}
          order by r.due_at_ms`,
    );
  }

  async settleClaim(receipt: Receipt, claim: Claim, nowMs: number): Promise<void> {
    await this.database.write('settleClaim', async (db) => {
      await holdBillOf(db, this.database.dialect, receipt.id);
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

  /** One claim at a time: each then sees what the one before has taken, and takes the next ones. */
  private async takeTurn(db: Sql): Promise<void> {
    if (!this.database.dialect.locksRows) return;
    await db.change(sql`update sweep_turn set turns = turns + ${big(1)}`);
  }

  private async select(db: Sql, where: Statement): Promise<Receipt[]> {
    return (await db.rows<ReceiptRow>(selectReceipts(this.database.dialect).with(where))).map(
      toReceipt,
    );
  }
}

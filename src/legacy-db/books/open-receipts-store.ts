import {
  GIVEN_UP_WAIT_MS,
  LONGEST_WAIT_MS,
  dueAfterDoubt,
  nextDue,
} from '../../domain/receipt/due';
import type { Receipt } from '../../domain/receipt/receipt';
import type { Claim, OpenReceipts } from '../../domain/ports/receipt-repository';
import { holdBillOf } from '../sql/bill-lock';
import type { Database, Sql } from '../sql/database';
import { selectReceipts, toReceipt } from './receipt-row';
import type { ReceiptRow } from './receipt-row';
import type { Statement } from '../sql/sql';
import { big, sql, text } from '../sql/sql';

/** Holds for open receipts. */
export const OPEN = sql`state in (${text(12, 'begun')}, ${text(12, 'waiting')},
    ${text(12, 'cancelling')}, ${text(12, 'refunding')})`;

/**
 * An open receipt's due time further ahead comes from a clock set back: twice the longest wait, as
 * the clocks of two machines may differ. ms.
 */
const TOO_FAR_AHEAD_MS = 2 * LONGEST_WAIT_MS;

/** The open alarms of what was given up on, `a` the table: each tells of what we cannot mend. */
const GIVEN_UP = sql`a.open_mark = ${big(0)} and a.kind in (${text(30, 'amountMismatch')},
    ${text(30, 'tradeNoMismatch')}, ${text(30, 'tradeVanished')}, ${text(30, 'refundUnproven')},
    ${text(30, 'payableAgain')}, ${text(30, 'endRefused')}, ${text(30, 'undoRefused')},
    ${text(30, 'refundWaits')})`;

/** The receipts that need looking after, of all bill types, shared by all processes. */
export class OpenReceiptsStore implements OpenReceipts {
  constructor(private readonly database: Database) {}

  async findByOutTradeNo(outTradeNo: string): Promise<Receipt | null> {
    const where = sql`where r.out_trade_no = ${text(64, outTradeNo)}`;
    const found = await this.select(this.database.read, where);
    // SQL Server takes texts for equal that differ in trailing blanks.
    return found.find((one) => one.outTradeNo === outTradeNo) ?? null;
  }

  async findById(id: number): Promise<Receipt | null> {
    return (await this.select(this.database.read, sql`where r.id = ${big(id)}`))[0] ?? null;
  }

  async claimDue({ owner, nowMs, claimUntilMs, limit }: Claim): Promise<Receipt[]> {
    const { top, limit: end } = this.database.dialect.first(limit);
    const due = sql`due_at_ms <= ${big(nowMs)} and claim_until_ms <= ${big(nowMs)}`;
    const mine = sql`where r.claimed_by = ${text(40, owner)}
        and r.claim_until_ms = ${big(claimUntilMs)} and r.due_at_ms <= ${big(nowMs)}
        order by r.due_at_ms`;
    const { locksRows, passOver } = this.database.dialect;
    const claimed = await this.database.write('claimDue', async (db) => {
      await this.takeTurn(db);
      await db.change(
        sql`update receipt${passOver} set claimed_by = ${text(40, owner)},
            claim_until_ms = ${big(claimUntilMs)} where id in (select ${top} id
            from receipt${passOver} where `
          .with(due)
          // Said again of the row itself: another claim may have taken it meanwhile.
          .with(sql` order by due_at_ms ${end}) and `)
          .with(due),
      );
      return locksRows ? null : this.select(db, mine);
    });
    // Where rows are locked, read after the commit: none stays locked meanwhile.
    return claimed ?? this.select(this.database.read, mine);
  }

  async settleClaim(
    receipt: Receipt,
    claim: Claim,
    nowMs: number,
    decided: boolean,
  ): Promise<void> {
    await this.database.write('settleClaim', async (db) => {
      await holdBillOf(db, this.database.dialect, receipt.id);
      const [fresh] = await this.select(db, sql`where r.id = ${big(receipt.id)}`);
      if (!fresh) return;
      const due = decided
        ? nextDue(fresh, nowMs)
        : dueAfterDoubt(fresh, nowMs, await this.givenUpAt(db, fresh));
      await db.change(sql`update receipt set claim_until_ms = ${big(0)}, due_at_ms = ${big(due)}
          where id = ${big(receipt.id)} and claimed_by = ${text(40, claim.owner)}`);
    });
  }

  async wake(nowMs: number, longestClaimUntilMs: number, all: boolean): Promise<void> {
    const from = all ? nowMs : nowMs + TOO_FAR_AHEAD_MS;
    const { seek, passOver } = this.database.dialect;
    const slow = sql` and (due_at_ms > ${big(from + GIVEN_UP_WAIT_MS)} or not exists
        (select 1 from alarm a${seek} where a.receipt_row_id = receipt.id and `
      .with(GIVEN_UP)
      .with(sql`))`);
    await this.database.write('wake', async (db) => {
      const due = sql`update receipt${passOver} set due_at_ms = ${big(nowMs)}
          where due_at_ms > ${big(from)} and (`
        .with(OPEN)
        // A payment that is to be looked at once more.
        .with(sql` or state = ${text(12, 'paid')})`);
      await db.change(all ? due : due.with(slow));
      await db.change(sql`update receipt${passOver} set claim_until_ms = ${big(0)}
          where due_at_ms is not null and claim_until_ms > ${big(longestClaimUntilMs)}`);
    });
  }

  /** One claim at a time: each then sees what the one before has taken, and takes the next ones. */
  private async takeTurn(db: Sql): Promise<void> {
    if (!this.database.dialect.locksRows) return;
    await db.change(sql`update sweep_turn set turns = turns + ${big(1)}`);
  }

  /** When a contradiction first raised its alarm, epoch ms; null: none has. */
  private async givenUpAt(db: Sql, receipt: Receipt): Promise<number | null> {
    const [alarm] = await db.rows<{ given_up_at_ms: number | string | null }>(
      sql`select min(a.raised_at_ms) as given_up_at_ms from alarm a${this.database.dialect.seek}
          where a.receipt_row_id = ${big(receipt.id)} and `.with(GIVEN_UP),
    );
    const at = alarm?.given_up_at_ms ?? null;
    return at === null ? null : Number(at);
  }

  private async select(db: Sql, where: Statement): Promise<Receipt[]> {
    return (await db.rows<ReceiptRow>(selectReceipts(this.database.dialect).with(where))).map(
      toReceipt,
    );
  }
}

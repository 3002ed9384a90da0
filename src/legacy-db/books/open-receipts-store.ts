import {
  GIVEN_UP_WAIT_MS,
  LONGEST_WAIT_MS,
  dueAfterDoubt,
  nextDue,
} from '../../domain/receipt/due';
import type { Receipt } from '../../domain/receipt/receipt';
import type { Claim, OpenReceipts } from '../../domain/ports/receipt-repository';
import type { Database, Sql } from '../sql/database';
import { selectReceipts, toReceipt } from './receipt-row';
import type { ReceiptRow } from './receipt-row';
import type { Statement } from '../sql/sql';
import { readSets } from '../sql/read-sets';
import { big, sql, text } from '../sql/sql';
import { Writes } from '../sql/writes';
import type { Written } from '../sql/writes';
import { holdFound, selectBillOf, toBill } from './writes/held-bill';
import type { BillRow, FoundBill } from './writes/held-bill';
import { receiptOf } from './writes/looks';

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
    const { dialect } = this.database;
    const { top, limit: end } = dialect.first(limit);
    const due = sql`due_at_ms <= ${big(nowMs)} and claim_until_ms <= ${big(nowMs)}`;
    // Of the index alone, and past what others work on: while rows are ours none is waited for.
    const mine = sql`select id from receipt${dialect.passOver} where claimed_by = ${text(40, owner)}
        and claim_until_ms = ${big(claimUntilMs)} and due_at_ms <= ${big(nowMs)}
        order by due_at_ms`;
    const ids = await this.database.once<number[]>('claimDue', () => {
      const writes = new Writes();
      this.takeTurn(writes);
      writes.change(
        sql`update receipt${dialect.passOver} set claimed_by = ${text(40, owner)},
            claim_until_ms = ${big(claimUntilMs)} where id in (select ${top} id
            from receipt${dialect.passOver} where `
          .with(due)
          // Said again of the row itself: another claim may have taken it meanwhile.
          .with(sql` order by due_at_ms ${end}) and `)
          .with(due),
      );
      writes.read(mine);
      const done = ({ rows }: Written): number[] =>
        (rows as { id: number | string }[]).map(({ id }) => Number(id));
      return Promise.resolve({ kind: 'write', writes, done, lost: () => [] });
    });
    return this.byIds(ids);
  }

  async settleClaim(
    receipt: Receipt,
    claim: Claim,
    nowMs: number,
    decided: boolean,
  ): Promise<void> {
    const { dialect } = this.database;
    await this.database.once<boolean>('settleClaim', async (read) => {
      const { bill, receipt: fresh, givenUpAtMs } = await this.look(read, receipt.id);
      const due = decided ? nextDue(fresh, nowMs) : dueAfterDoubt(fresh, nowMs, givenUpAtMs);
      const writes = new Writes();
      // What is due follows from what was read: whoever has moved it meanwhile has said it anew.
      holdFound(writes, dialect, bill);
      writes.change(sql`update receipt set claim_until_ms = ${big(0)}, due_at_ms = ${big(due)}
          where id = ${big(receipt.id)} and claimed_by = ${text(40, claim.owner)}`);
      return { kind: 'write', writes, done: () => true, lost: () => false };
    });
  }

  async wake(nowMs: number, longestClaimUntilMs: number, all: boolean): Promise<void> {
    const from = all ? nowMs : nowMs + TOO_FAR_AHEAD_MS;
    const { seek, passOver } = this.database.dialect;
    const slow = sql` and (due_at_ms > ${big(from + GIVEN_UP_WAIT_MS)} or not exists
        (select 1 from alarm a${seek} where a.receipt_row_id = receipt.id and `
      .with(GIVEN_UP)
      .with(sql`))`);
    const due = sql`update receipt${passOver} set due_at_ms = ${big(nowMs)}
        where due_at_ms > ${big(from)} and (`
      .with(OPEN)
      // A payment that is to be looked at once more.
      .with(sql` or state = ${text(12, 'paid')})`);
    await this.database.once<boolean>('wake', () => {
      const writes = new Writes();
      writes.change(all ? due : due.with(slow));
      writes.change(sql`update receipt${passOver} set claim_until_ms = ${big(0)}
          where due_at_ms is not null and claim_until_ms > ${big(longestClaimUntilMs)}`);
      return Promise.resolve({ kind: 'write', writes, done: () => true, lost: () => false });
    });
  }

  /** One claim at a time: each then sees what the one before has taken, and takes the next ones. */
  private takeTurn(writes: Writes): void {
    if (!this.database.dialect.locksRows) return;
    writes.change(sql`update sweep_turn set turns = turns + ${big(1)}`);
  }

  /** A receipt, its bill, and when a contradiction first raised its alarm; null: none has. */
  private async look(
    read: Sql,
    id: number,
  ): Promise<{ bill: FoundBill; receipt: Receipt; givenUpAtMs: number | null }> {
    const { dialect } = this.database;
    // The bill first: what is read behind it is at least as new as its version.
    const [bills, receipts, alarms] = await readSets(read, [
      selectBillOf(dialect, id),
      selectReceipts(dialect).with(sql`where r.id = ${big(id)}`),
      sql`select min(a.raised_at_ms) as at_ms from alarm a${dialect.seek}
          where a.receipt_row_id = ${big(id)} and `.with(GIVEN_UP),
    ]);
    const [bill] = (bills ?? []) as BillRow[];
    if (!bill) throw new Error(`no receipt ${id}`);
    const [alarm] = (alarms ?? []) as { at_ms: number | string | null }[];
    const at = alarm?.at_ms ?? null;
    const givenUpAtMs = at === null ? null : Number(at);
    return { bill: toBill(bill), receipt: receiptOf(receipts ?? []), givenUpAtMs };
  }

  /** The receipts of these rows, in this order. */
  private async byIds(ids: readonly number[]): Promise<Receipt[]> {
    const [first, ...others] = ids;
    if (first === undefined) return [];
    const list = others.reduce((all, id) => all.with(sql`, ${big(id)}`), sql`${big(first)}`);
    const where = sql`where r.id in (`.with(list).with(sql`)`);
    const found = await this.select(this.database.read, where);
    return ids.flatMap((id) => found.filter((one) => one.id === id));
  }

  private async select(db: Sql, where: Statement): Promise<Receipt[]> {
    return (await db.rows<ReceiptRow>(selectReceipts(this.database.dialect).with(where))).map(
      toReceipt,
    );
  }
}

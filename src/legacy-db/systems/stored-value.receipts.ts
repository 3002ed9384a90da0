import { cardKey } from '../../domain/bill';
import { PayError } from '../../domain/errors';
import { fen, formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { Sql } from '../sql/database';
import { Fragment, sql, text, yuan } from '../sql/sql';
import { EmbeddedReceipts, fenOf } from '../sqlite/embedded-receipts';
import type { OwnColumn, SystemRow } from '../sqlite/embedded-receipts';
import type { EndOrder, SystemBegin } from './system-receipts';

/** 7, recharges of stored-value cards: End credits the card, and takes from it what goes back. */
export class StoredValueReceipts extends EmbeddedReceipts {
  protected override readonly heldColumn = new Fragment('heldvalue');

  constructor() {
    super('receipt_stored_value');
  }

  protected override ownColumn(order: SystemBegin): OwnColumn {
    return { name: new Fragment(', cardno'), value: sql`, ${text(20, order.cardNo)}` };
  }

  protected override async credit(db: Sql, { receipt }: EndOrder, amount: Fen): Promise<void> {
    await this.changeCard(db, receipt.cardNo, amount);
  }

  /**
   * The card gives money up before it goes back to the guest (H), or gets it again because it did
   * not (U). Told is a total, so a repeat changes nothing; H never gives again, U never takes.
   */
  protected override async holdTo(db: Sql, order: EndOrder, row: SystemRow): Promise<void> {
    if (row.receiptvalue === null) return;
    const { receipt, held } = order;
    const before = fenOf(row.heldvalue);
    if (order.result === 'H' ? held <= before : held >= before) return;
    if (held > fenOf(row.receiptvalue)) {
      throw new PayError('ILLEGAL_STATE', `End H above what was paid, receipt ${receipt.id}`);
    }
    await this.changeCard(db, receipt.cardNo, fen(before - held));
    await db.change(sql`update ${this.table} set heldvalue = ${yuan(held)}
        where outtradeno = ${text(64, receipt.outTradeNo)}`);
  }

  /** Adds to a card, or takes from it what it holds. */
  private async changeCard(db: Sql, cardNo: string | null, by: Fen): Promise<void> {
    if (cardNo === null) throw new Error('a recharge without a card');
    const key = text(20, cardKey(cardNo));
    const [card] = await db.rows<{ balance: string }>(
      sql`select balance from card_balance where cardno = ${key}`,
    );
    const balance = fen(fenOf(card?.balance ?? null) + by);
    if (balance < 0) {
      throw new PayError('ILLEGAL_STATE', 'the card holds less than what would go back', {
        shown: '卡内余额不足,不能退款 (the card holds less than the amount to return)',
      });
    }
    const change = card
      ? sql`update card_balance set balance = ${text(21, formatYuan(balance))}
            where cardno = ${key}`
      : sql`insert into card_balance (cardno, balance)
            values (${key}, ${text(21, formatYuan(balance))})`;
    await db.change(change);
  }
}

import { billKey } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { PayError } from '../../domain/errors';
import { NO_MONEY, fen } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { Sql } from '../sql/database';
import { Fragment, chars, longText, sql, text, yuan } from '../sql/sql';
import type { Statement } from '../sql/sql';
import type { EndOrder, EndResult, SystemBegin, SystemReceipts } from '../systems/system-receipts';

/** A receipt as its system's table has it; money as yuan text. */
export interface SystemRow {
  autoid: string;
  paymentvalue: string;
  result: EndResult | null;
  tradeno: string | null;
  receiptvalue: string | null;
  refundvalue: string | null;
  /** What the card has given up for the receipt; the other systems have none. */
  heldvalue: string | null;
}

/** Fen of the two-decimal yuan text our own tables hold. */
export function fenOf(yuanText: string | null): Fen {
  return yuanText === null ? NO_MONEY : fen(Number(yuanText.replace('.', '')));
}

const NO_HELD_COLUMN = new Fragment('null as heldvalue');

/** A column that one system's table has besides, and its value; both begin with a comma. */
export interface OwnColumn {
  readonly name: Fragment;
  readonly value: Statement;
}

/**
 * Begin and End of one system in the embedded database, with the meaning of the procedures. As it
 * stands it is a system whose receipts are numbered by a serial over all of them, without cards.
 */
export class EmbeddedReceipts implements SystemReceipts {
  protected readonly table: Fragment;
  /** Where a row's `heldvalue` comes from. */
  protected readonly heldColumn: Fragment = NO_HELD_COLUMN;

  constructor(tableName: string) {
    this.table = new Fragment(tableName);
  }

  async begin(db: Sql, order: SystemBegin): Promise<string> {
    const known = await this.row(db, order.outTradeNo);
    if (known) return known.autoid;
    const autoid = await this.nextAutoid(db, order);
    const own = this.ownColumn(order);
    const columns = sql`insert into ${this.table} (autoid, billnum, bill_key, paytype, outtradeno,
        paymentvalue, body, detail, clientip, begunat${own.name}) values (${text(36, autoid)},
        ${text(20, order.billNo)}, ${text(20, billKey(order.billNo))}, ${text(2, order.payType)},
        ${text(64, order.outTradeNo)}, ${yuan(order.amount)}, ${longText(order.body)},
        ${longText(order.detail)}, ${text(45, order.clientIp)},
        ${text(19, chinaTime(order.nowMs))}`;
    await db.change(columns.with(own.value).with(sql`)`));
    return autoid;
  }

  async end(db: Sql, order: EndOrder): Promise<string> {
    const row = await this.row(db, order.receipt.outTradeNo);
    if (!row || row.autoid !== order.receipt.receiptId) {
      throw new Error(`no Begin row for receipt ${order.receipt.id}`);
    }
    switch (order.result) {
      case 'S':
        await this.endPaid(db, order, row);
        break;
      case 'R':
        await this.endRefund(db, order, row);
        break;
      case 'C':
      case 'F':
        await this.endUnpaid(db, order, row);
        break;
      case 'H':
      case 'U':
        await this.holdTo(db, order, row);
        break;
    }
    return this.billStatus(db, order);
  }

  /** The number of a new receipt. */
  protected async nextAutoid(db: Sql, order: SystemBegin): Promise<string> {
    const serial = await db.insert(
      sql`insert into receipt_serial (outtradeno) values (${text(64, order.outTradeNo)})`,
    );
    return String(serial);
  }

  protected ownColumn(_order: SystemBegin): OwnColumn {
    return { name: new Fragment(''), value: sql`` };
  }

  private async endPaid(db: Sql, order: EndOrder, row: SystemRow): Promise<void> {
    const { payment, receipt } = order;
    if (!payment) throw new Error('End S without a payment');
    if (payment.amount !== fenOf(row.paymentvalue)) {
      throw new PayError('ILLEGAL_STATE', `End S with another amount, receipt ${receipt.id}`);
    }
    if (row.receiptvalue !== null) {
      if (row.tradeno === payment.tradeNo) return;
      throw new PayError('ILLEGAL_STATE', `End S with another trade, receipt ${receipt.id}`);
    }
    const paidAt = payment.paidAtMs === null ? null : chinaTime(payment.paidAtMs);
    await db.change(sql`update ${this.table} set result = ${chars(1, 'S')},
        tradeno = ${text(64, payment.tradeNo)}, receiptvalue = ${yuan(payment.amount)},
        buyer = ${text(128, payment.buyer)}, paidat = ${text(19, paidAt)}
        where outtradeno = ${text(64, receipt.outTradeNo)}`);
    await this.credit(db, order, payment.amount);
  }

  /** Takes a recharge. Systems without cards have nothing to do. */
  protected credit(_db: Sql, _order: EndOrder, _amount: Fen): Promise<void> {
    return Promise.resolve();
  }

  /** Takes money of the guest's back before it goes to him (H), or gives it again (U). */
  protected holdTo(_db: Sql, _order: EndOrder, _row: SystemRow): Promise<void> {
    return Promise.resolve();
  }

  private async endUnpaid(db: Sql, order: EndOrder, row: SystemRow): Promise<void> {
    if (row.result !== null) return;
    await this.setResult(db, order.receipt.outTradeNo, order.result);
  }

  private async setResult(db: Sql, outTradeNo: string, result: EndResult): Promise<void> {
    await db.change(sql`update ${this.table} set result = ${chars(1, result)}
        where outtradeno = ${text(64, outTradeNo)}`);
  }

  private async endRefund(db: Sql, order: EndOrder, row: SystemRow): Promise<void> {
    if (order.refunded <= fenOf(row.refundvalue)) return;
    if (order.refunded > fenOf(row.receiptvalue)) {
      throw new PayError('ILLEGAL_STATE', `End R above what was paid, ${order.receipt.id}`);
    }
    await db.change(sql`update ${this.table} set result = ${chars(1, 'R')},
        refundvalue = ${yuan(order.refunded)}
        where outtradeno = ${text(64, order.receipt.outTradeNo)}`);
  }

  /** 0 nothing collected, 2 partly refunded, 3 collected, 4 all of it refunded. */
  private async billStatus(db: Sql, order: EndOrder): Promise<string> {
    const rows = await db.rows<{ receiptvalue: string; refundvalue: string | null }>(
      sql`select receiptvalue, refundvalue from ${this.table}
          where bill_key = ${text(20, billKey(order.receipt.billNo))}
          and receiptvalue is not null`,
    );
    const collected = rows.reduce((sum, row) => sum + fenOf(row.receiptvalue), 0);
    const refunded = rows.reduce((sum, row) => sum + fenOf(row.refundvalue), 0);
    if (collected === 0) return '0';
    if (refunded === 0) return '3';
    return refunded < collected ? '2' : '4';
  }

  private async row(db: Sql, outTradeNo: string): Promise<SystemRow | null> {
    const [row] = await db.rows<SystemRow>(
      sql`select autoid, paymentvalue, result, tradeno, receiptvalue, refundvalue,
          ${this.heldColumn} from ${this.table}
          where outtradeno = ${text(64, outTradeNo)}`,
    );
    return row ?? null;
  }
}

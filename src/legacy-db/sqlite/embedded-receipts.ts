import { billKey, cardKey } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { PayError } from '../../domain/errors';
import { NO_MONEY, fen, formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { BeginOrder } from '../../domain/ports/receipt-repository';
import type { Sql } from '../sql/database';
import { SCENIC_MARK } from './marks/numbers';
import { Fragment, chars, longText, sql, text, yuan } from '../sql/sql';
import type { EndOrder, EndResult, SystemReceipts } from '../systems/system-receipts';

interface SystemRow {
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
function fenOf(yuanText: string | null): Fen {
  return yuanText === null ? NO_MONEY : fen(Number(yuanText.replace('.', '')));
}

/** What the systems other than scenic tickets have in common: a serial over all of them. */
async function globalSerial(db: Sql, order: BeginOrder): Promise<string> {
  const serial = await db.insert(
    sql`insert into receipt_serial (outtradeno) values (${text(64, order.outTradeNo)})`,
  );
  return String(serial);
}

/**
 * Scenic receipts are numbered within their bill, over all paytypes: from 1, and behind all that
 * may have been told where the books were restored. The serial is what stands behind the last bar.
 */
async function serialInBill(db: Sql, order: BeginOrder): Promise<string> {
  const [row] = await db.rows<{ highest: number | null; mark: number | null }>(
    sql`select (${SCENIC_MARK}) as mark, max(cast(substr(autoid,
        length(rtrim(autoid, '0123456789')) + 1) as integer)) as highest
        from receipt_scenic where bill_key = ${text(20, billKey(order.billNo))}`,
  );
  const last = Math.max(Number(row?.highest ?? 0), Number(row?.mark ?? 0));
  return `${order.payType}|0|${last + 1}`;
}

const CARD_COLUMN = new Fragment(', cardno');
const NO_COLUMN = new Fragment('');
const HELD_COLUMN = new Fragment('heldvalue');
const NO_HELD_COLUMN = new Fragment('null as heldvalue');

/** Begin and End of one system in the embedded database, with the meaning of the procedures. */
export class EmbeddedReceipts implements SystemReceipts {
  private readonly table: Fragment;
  private readonly cards: boolean;

  constructor(
    tableName: string,
    private readonly nextAutoid: (db: Sql, order: BeginOrder) => Promise<string>,
  ) {
    this.table = new Fragment(tableName);
    this.cards = tableName === 'receipt_stored_value';
  }

  /** Receipts of scenic tickets: `autoid` is unique within its bill. */
  static scenic(): EmbeddedReceipts {
    return new EmbeddedReceipts('receipt_scenic', serialInBill);
  }

  /** Receipts of another system: `autoid` is a global serial. */
  static serial(tableName: string): EmbeddedReceipts {
    return new EmbeddedReceipts(tableName, globalSerial);
  }

  async begin(db: Sql, order: BeginOrder): Promise<string> {
    const known = await this.row(db, order.outTradeNo);
    if (known) return known.autoid;
    const autoid = await this.nextAutoid(db, order);
    const card = this.cards
      ? { name: CARD_COLUMN, value: sql`, ${text(20, order.cardNo)}` }
      : { name: NO_COLUMN, value: sql`` };
    const columns = sql`insert into ${this.table} (autoid, billnum, bill_key, paytype, outtradeno,
        paymentvalue, body, detail, clientip, begunat${card.name}) values (${text(36, autoid)},
        ${text(20, order.billNo)}, ${text(20, billKey(order.billNo))}, ${text(2, order.payType)},
        ${text(64, order.outTradeNo)}, ${yuan(order.amount)}, ${longText(order.body)},
        ${longText(order.detail)}, ${text(45, order.clientIp)},
        ${text(19, chinaTime(order.nowMs))}`;
    await db.change(columns.with(card.value).with(sql`)`));
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
    if (this.cards) await this.changeCard(db, receipt.cardNo, payment.amount);
  }

  /**
   * The card gives money up before it goes back to the guest (H), or gets it again because it did
   * not (U). Told is a total, so a repeat changes nothing; H never gives again, U never takes.
   */
  private async holdTo(db: Sql, order: EndOrder, row: SystemRow): Promise<void> {
    if (!this.cards || row.receiptvalue === null) return;
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
          ${this.cards ? HELD_COLUMN : NO_HELD_COLUMN} from ${this.table}
          where outtradeno = ${text(64, outTradeNo)}`,
    );
    return row ?? null;
  }
}

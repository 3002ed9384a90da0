import { BILL_TYPES } from '../bill';
import type { BillType } from '../bill';
import { fen } from '../money';
import type { Fen } from '../money';
import type { SystemFee } from './day-result';
import type { Movement, OurReceipt } from './movement';

/** What moved on a day by the books of one system, or of all of them. */
export interface StatementLine {
  /** Null: all systems. */
  readonly billType: BillType | null;
  readonly payments: number;
  readonly paid: Fen;
  readonly refunds: number;
  /** Fen, never negative. */
  readonly refunded: Fen;
  /** What came in less what went back. Fen. */
  readonly net: Fen;
  /** What the channel took, by its bill. Fen; null: the day is not compared yet. */
  readonly fee: Fen | null;
}

/** A payment or refund of a day, and whose it is. */
export interface StatementRow {
  readonly receipt: OurReceipt;
  readonly movement: Movement;
}

/** Sums up the movements of a day: a line for each system, and the last one for all. Pure. */
export class Statement {
  private readonly sums = new Map(
    BILL_TYPES.map((billType) => [billType, { payments: 0, paid: 0, refunds: 0, refunded: 0 }]),
  );

  add({ receipt, movement }: StatementRow): void {
    const sum = this.sums.get(receipt.billType);
    if (sum === undefined) throw new Error(`no bill type ${receipt.billType}`);
    if (movement.kind === 'payment') {
      sum.payments += 1;
      sum.paid += movement.amount;
    } else {
      sum.refunds += 1;
      sum.refunded += movement.amount;
    }
  }

  /** @param fees what each system was taken by the bill; null: the day is not compared */
  lines(fees: readonly SystemFee[] | null): StatementLine[] {
    const lines = [...this.sums].map(([billType, sum]): StatementLine => {
      const own = fees?.find((one) => one.billType === billType)?.fee ?? fen(0);
      const { payments, refunds } = sum;
      const [paid, refunded] = [fen(sum.paid), fen(sum.refunded)];
      const fee = fees === null ? null : own;
      return { billType, payments, paid, refunds, refunded, net: fen(paid - refunded), fee };
    });
    const all = <Key extends 'payments' | 'paid' | 'refunds' | 'refunded' | 'net'>(key: Key) =>
      lines.reduce((sum, line) => sum + line[key], 0);
    const total: StatementLine = {
      billType: null,
      payments: all('payments'),
      paid: fen(all('paid')),
      refunds: all('refunds'),
      refunded: fen(all('refunded')),
      net: fen(all('net')),
      fee: fees === null ? null : fen(lines.reduce((sum, { fee }) => sum + (fee ?? 0), 0)),
    };
    return [...lines, total];
  }
}

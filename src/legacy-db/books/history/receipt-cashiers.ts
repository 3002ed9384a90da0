import { billKey } from '../../../domain/bill';
import type { BillType } from '../../../domain/bill';
import type { Bound, Statement } from '../../sql/sql';
import { big, chars, sql, text } from '../../sql/sql';

/** A receipt that a cashier had to do with. */
export interface CashierOf {
  /** Of its row. */
  readonly id: Bound;
  readonly billType: BillType;
  readonly begunAtMs: number;
}

/** The identity of a cashier's name or number, by the rule of bill numbers. */
export function cashierKey(cashier: string): string {
  return billKey(cashier);
}

/** Notes who sat at the till, so that the receipt is found by it. Safe to repeat. */
export function cashierInserts(
  { id, billType, begunAtMs }: CashierOf,
  cashiers: readonly (string | null)[],
): Statement[] {
  const keys = new Set(cashiers.map((one) => cashierKey(one ?? '')));
  keys.delete('');
  return [...keys].map(
    (key) => sql`insert into receipt_cashier (cashier_key, bill_type, begun_at_ms,
        receipt_row_id) select ${text(64, key)}, ${chars(1, billType)}, ${big(begunAtMs)},
        ${id} where not exists (select 1 from receipt_cashier
        where cashier_key = ${text(64, key)} and bill_type = ${chars(1, billType)}
        and begun_at_ms = ${big(begunAtMs)} and receipt_row_id = ${id})`,
  );
}

import type { BillType } from '../../domain/bill';
import type { Statement } from '../sql/sql';
import { chars, sql } from '../sql/sql';

/** ` in ('1', '2')`, with a value for each; the list is never empty. */
export function inBillTypes(billTypes: readonly BillType[]): Statement {
  const [first = '1', ...rest] = billTypes;
  const head = sql` in (${chars(1, first)}`;
  const all = rest.reduce((list, each) => list.with(sql`, ${chars(1, each)}`), head);
  return all.with(sql`)`);
}

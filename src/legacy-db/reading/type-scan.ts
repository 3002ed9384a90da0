import type { BillType } from '../../domain/bill';
import { BEFORE_ALL, isNewer } from '../../domain/reading/receipt-search';
import type { Place, ReceiptSearch } from '../../domain/reading/receipt-search';
import type { Database } from '../sql/database';
import { lookBehind } from './search-ways';
import type { LookedAt } from './search-ways';

/** Looks at the receipts of one system, newest first, some at a time. */
export class TypeScan {
  /** What was found, newest first. */
  readonly hits: Place[] = [];
  /** The last receipt that was looked at. */
  reached: Place = BEFORE_ALL;
  isOver = false;

  constructor(
    private readonly database: Database,
    private readonly search: ReceiptSearch,
    private readonly billType: BillType,
    private readonly after: Place,
  ) {}

  /** Looks at the next ones; gives how many there were. */
  async look(most: number): Promise<number> {
    const { dialect, read } = this.database;
    const from = isNewer(this.reached, this.after) ? this.after : this.reached;
    const how = { dialect, most };
    const rows = await read.rows<LookedAt>(lookBehind(this.search, this.billType, from, how));
    for (const row of rows) {
      this.reached = { atMs: Number(row.at_ms), id: Number(row.id) };
      if (row.hit === 1) this.hits.push(this.reached);
    }
    this.isOver = rows.length < most;
    return rows.length;
  }
}

/** The one of several that has come the least far; null: all are over. */
export function leastFar(scans: readonly TypeScan[]): TypeScan | null {
  const [first = null, ...others] = scans.filter(({ isOver }) => !isOver);
  if (first === null) return null;
  return others.reduce((one, other) => (isNewer(other.reached, one.reached) ? other : one), first);
}

import type { BillType } from '../../domain/bill';

/** Tries by bill type and ending, since the start. */
export class TryCounts {
  private readonly counts = new Map<
    string,
    { billType: BillType; ending: string; count: number }
  >();

  add(billType: BillType, ending: string): void {
    const key = `${billType} ${ending}`;
    const known = this.counts.get(key);
    if (known) known.count += 1;
    else this.counts.set(key, { billType, ending, count: 1 });
  }

  all(): readonly {
    readonly billType: BillType;
    readonly ending: string;
    readonly count: number;
  }[] {
    return [...this.counts.values()];
  }
}

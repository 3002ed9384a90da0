import type { BillType } from '../../domain/bill';
import type { Clock } from '../../domain/ports/clock';
import type { FoundReceipts, ReceiptReading } from '../../domain/reading/receipt-reading';
import { MOST_FOUND } from '../../domain/reading/receipt-reading';
import type { ReceiptFile, ReceiptLife } from '../../domain/reading/receipt-life';
import { isNewer } from '../../domain/reading/receipt-search';
import type { Place, ReceiptSearch } from '../../domain/reading/receipt-search';
import type { Receipt } from '../../domain/receipt/receipt';
import { selectReceipts, toReceipt } from '../books/receipt-row';
import type { ReceiptRow } from '../books/receipt-row';
import { selectRefunds, toRefund } from '../refunds/refund-row';
import type { RefundRow } from '../refunds/refund-row';
import type { Database } from '../sql/database';
import { big, sql } from '../sql/sql';
import type { Statement } from '../sql/sql';
import { selectAlarms, selectEvents, selectTold, toAlarm, toEvent, toTold } from './life-rows';
import type { AlarmRow, EventRow, OfReceipt, ToldRow } from './life-rows';
import { isWholeWay } from './search-ways';
import { TypeScan, leastFar } from './type-scan';

/** How many receipts are looked at where not all of them are hits. */
export interface LookLimits {
  /** By one statement. */
  readonly atOnce: number;
  /** By one call, however few of them are hits: the caller goes on from there. */
  readonly inAll: number;
}

const LIMITS: LookLimits = { atOnce: 1_000, inAll: 10_000 };
/** How many rows a statement is about: each number is one more text that stays prepared. */
const SIZES = [1, 10, 60, 200, MOST_FOUND] as const;

/** The books of both stores, as they are read. */
export class ReceiptReadingStore implements ReceiptReading {
  constructor(
    private readonly database: Database,
    private readonly clock: Pick<Clock, 'turn'>,
    private readonly limits = LIMITS,
  ) {}

  async search(search: ReceiptSearch, after: Place, most: number): Promise<FoundReceipts> {
    const { places, next } = await this.places(search, after, most);
    const found = await this.byIds(
      places.map(({ id }) => id),
      (ids) =>
        selectReceipts(this.database.dialect)
          .with(sql`where r.id in (`)
          .with(ids),
      (row: ReceiptRow) => ({ id: Number(row.id), value: toReceipt(row) }),
    );
    return { receipts: places.flatMap(({ id }) => found.get(id) ?? []), next };
  }

  async find(id: number, billTypes: readonly BillType[]): Promise<Receipt | null> {
    const { dialect, read } = this.database;
    const one = selectReceipts(dialect).with(sql`where r.id = ${big(id)}`);
    const [row] = await read.rows<ReceiptRow>(one);
    const found = row === undefined ? null : toReceipt(row);
    return found !== null && billTypes.includes(found.billType) ? found : null;
  }

  async files(receipts: readonly Receipt[]): Promise<ReceiptFile[]> {
    const { dialect } = this.database;
    const ids = receipts.map(({ id }) => id);
    const refunds = await this.byIds(
      ids,
      (list) =>
        selectRefunds(dialect)
          .with(sql`where receipt_row_id in (`)
          .with(list),
      (row: RefundRow) => ({ id: Number(row.receipt_row_id), value: toRefund(row) }),
    );
    const callbacks = await this.byIds(
      ids,
      (list) => selectTold(dialect).with(list),
      (row: ToldRow) => ({ id: ofReceipt(row), value: toTold(row) }),
    );
    const alarms = await this.byIds(
      ids,
      (list) => selectAlarms(dialect).with(list),
      (row: AlarmRow) => ({ id: ofReceipt(row), value: toAlarm(row) }),
    );
    return receipts.map((receipt) => ({
      receipt,
      refunds: byAge(refunds.get(receipt.id)),
      callbacks: byAge(callbacks.get(receipt.id)),
      alarms: byAge(alarms.get(receipt.id)),
    }));
  }

  async life(receipt: Receipt): Promise<ReceiptLife> {
    const [file] = await this.files([receipt]);
    if (!file) throw new Error(`no file of receipt ${receipt.id}`);
    const rows = await this.database.read.rows<EventRow>(
      selectEvents(this.database.dialect, receipt.id),
    );
    return { ...file, events: byAge(rows.map(toEvent)) };
  }

  /**
   * Each system is looked through by itself, as the index begins with it. What lies before the
   * place that every one of them has reached is complete and in order.
   */
  private async places(
    search: ReceiptSearch,
    after: Place,
    most: number,
  ): Promise<{ readonly places: readonly Place[]; readonly next: Place | null }> {
    const scans = search.billTypes.map(
      (billType) => new TypeScan(this.database, search, billType, after),
    );
    const atOnce = isWholeWay(search) ? roundedUp(most) + 1 : this.limits.atOnce;
    for (let looked = 0; ;) {
      const last = leastFar(scans);
      const complete = scans
        .flatMap(({ hits }) => hits)
        .filter((hit) => last === null || !isNewer(last.reached, hit))
        .sort((one, other) => (isNewer(one, other) ? -1 : 1));
      const places = complete.slice(0, most);
      if (complete.length > most) return { places, next: places.at(-1) ?? null };
      if (last === null) return { places, next: null };
      if (looked >= this.limits.inAll) return { places, next: last.reached };
      looked += await last.look(atOnce);
      await this.clock.turn(); // SQLite answers in this turn, and others wait.
    }
  }

  /** Reads the rows of some receipts, by statements that name a few numbers of ids only. */
  private async byIds<Row, Value>(
    ids: readonly number[],
    select: (list: Statement) => Statement,
    read: (row: Row) => { readonly id: number; readonly value: Value },
  ): Promise<ReadonlyMap<number, Value[]>> {
    const found = new Map<number, Value[]>();
    for (let from = 0; from < ids.length; from += MOST_FOUND) {
      const some = ids.slice(from, from + MOST_FOUND);
      for (const row of await this.database.read.rows<Row>(select(listOf(some)))) {
        const { id, value } = read(row);
        const known = found.get(id);
        if (known) known.push(value);
        else found.set(id, [value]);
      }
    }
    return found;
  }
}

/** `1, 2, 3)`, the last one repeated up to a number that is named. */
function listOf(ids: readonly number[]): Statement {
  const last = ids.at(-1) ?? 0;
  const count = roundedUp(ids.length);
  const all = Array.from({ length: count }, (_, at) => ids[at] ?? last);
  return all
    .map((id, at) => (at === 0 ? sql`${big(id)}` : sql`, ${big(id)}`))
    .reduce((list, one) => list.with(one))
    .with(sql`)`);
}

function roundedUp(count: number): number {
  return SIZES.find((size) => size >= count) ?? count;
}

function ofReceipt(row: OfReceipt): number {
  return Number(row.receipt_row_id);
}

function byAge<T extends { readonly id: number }>(list: readonly T[] = []): readonly T[] {
  return [...list].sort((one, other) => one.id - other.id);
}

import { randomBytes } from 'node:crypto';
import { encode } from 'iconv-lite';
import { parseChinaTime } from '../../domain/china-time';
import { SimClock } from '../clock';
import { Ledger } from '../ledger/ledger';
import { BillRow, FeeRate, rowsBetween } from './bill-rows';
import { detailsText, summaryText } from './bill-text';
import { lies, Plant, plantedBytes, plantedHead, plantedRows } from './plants';
import { writeZip } from './write-zip';

const DAY_MS = 86_400_000;
/** A bill is there from 09:00 on, the day after. */
const READY_MS = 33 * 3_600_000;
/** How long a link can be used. Source: Alipay, open/02ekfu. */
const LINK_MS = 30_000;
const OLDEST_MS = 6 * 365 * DAY_MS;

/** What is said to somebody who asks for the bill of a day. */
export type BillAnswer =
  | { readonly kind: 'link'; readonly url: string; readonly isEmpty: boolean }
  | { readonly kind: 'noDay' | 'late' | 'tooOld' | 'noData' };

/** A bill on its way out. */
export interface BillDownload {
  readonly name: string;
  readonly zip: Buffer;
}

/** The daily bills: made of the ledger when they are asked for, and given out by links. */
export class Bills {
  private readonly plantsOf = new Map<string, Plant[]>();
  private readonly links = new Map<string, { readonly date: string; readonly untilMs: number }>();

  /** `url`: where the simulator is reached; `account`: the seller and four more digits. */
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: SimClock,
    private readonly account: string,
    private readonly rate: FeeRate,
    private readonly url: () => string,
  ) {}

  /** A link that works for 30 seconds, or why there is none. `date`: `yyyy-MM-dd`. */
  ask(date: string): BillAnswer {
    const kind = this.standing(date);
    if (kind !== 'link') return { kind };
    const nowMs = this.clock.nowMs();
    const token = randomBytes(18).toString('base64url');
    this.forgetOldLinks(nowMs);
    this.links.set(token, { date, untilMs: nowMs + LINK_MS });
    const url = `${this.url()}/bills/${token}/${this.fileName(date)}.csv.zip`;
    return { kind, url, isEmpty: this.rowsOf(date).length === 0 };
  }

  /** What `ask` would say now. */
  standing(date: string): BillAnswer['kind'] {
    const startMs = parseChinaTime(`${date} 00:00:00`);
    const nowMs = this.clock.nowMs();
    // Never today's: a day that is not over yet cannot be asked for.
    if (startMs === null || nowMs < startMs + DAY_MS) return 'noDay';
    if (nowMs > startMs + OLDEST_MS) return 'tooOld';
    const plants = this.plants(date);
    const has = (kind: Plant['plant']): boolean => plants.some(({ plant }) => plant === kind);
    if (nowMs < startMs + READY_MS || has('late')) return 'late';
    return has('noData') ? 'noData' : 'link';
  }

  /** The rows of a day so far, with what is planted in them; none of what is no day. */
  rowsOf(date: string): BillRow[] {
    const startMs = parseChinaTime(`${date} 00:00:00`);
    return startMs === null ? [] : this.rows(date, startMs);
  }

  /** The bill of a link; null: it never was one, or its time is over. */
  download(token: string): BillDownload | null {
    const link = this.links.get(token);
    if (link === undefined || this.clock.nowMs() >= link.untilMs) return null;
    const startMs = parseChinaTime(`${link.date} 00:00:00`);
    return startMs === null ? null : this.make(link.date, startMs);
  }

  plants(date: string): readonly Plant[] {
    return this.plantsOf.get(date) ?? [];
  }

  plant(date: string, plant: Plant): void {
    this.plantsOf.set(date, [...this.plants(date), plant]);
  }

  /** How many were withdrawn. */
  withdraw(date: string): number {
    const count = this.plants(date).length;
    this.plantsOf.delete(date);
    return count;
  }

  private make(date: string, startMs: number): BillDownload {
    const plants = this.plants(date);
    const rows = this.rows(date, startMs);
    const endMs = startMs + DAY_MS;
    const exportedAtMs = startMs + READY_MS - 3 * 3_600_000;
    const head = plantedHead({ account: this.account, startMs, endMs, exportedAtMs }, plants);
    const told = lies(plants);
    const name = this.fileName(date);
    const details = plantedBytes(gbk(detailsText(rows, head, told)), plants);
    const zip = writeZip([
      { name: gbk(`${name}_业务明细.csv`), content: details },
      { name: gbk(`${name}_业务明细(汇总).csv`), content: gbk(summaryText(rows, head, told)) },
    ]);
    return { name: `${name}.csv.zip`, zip };
  }

  private rows(date: string, startMs: number): BillRow[] {
    const rows = rowsBetween(this.ledger.all(), startMs, startMs + DAY_MS, this.rate);
    return plantedRows(rows, this.plants(date), startMs);
  }

  private fileName(date: string): string {
    return `${this.account}_${date.replaceAll('-', '')}`;
  }

  private forgetOldLinks(nowMs: number): void {
    for (const [token, { untilMs }] of this.links) if (nowMs >= untilMs) this.links.delete(token);
  }
}

function gbk(text: string): Buffer {
  return encode(text, 'gbk');
}

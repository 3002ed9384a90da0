import { chinaTime, parseChinaTime } from '../../domain/china-time';

const DAY_MS = 86_400_000;

/** The day and the account a bill is expected to be of. */
export interface BillDay {
  /** `yyyy-MM-dd`, China time. */
  readonly date: string;
  /** Its first moment, and the first one after it, epoch ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** The account that receives the money (2088…); null: not known here. */
  readonly sellerId: string | null;
  /** With what the numbers of this installation begin. */
  readonly tradePrefix: string;
}

/** Whose bills are compared. */
export type BillOwner = Pick<BillDay, 'sellerId' | 'tradePrefix'>;

/** The day of a date `yyyy-MM-dd`, China time; null: there is no such day. */
export function billDay(date: string, owner: BillOwner): BillDay | null {
  const startMs = parseChinaTime(`${date} 00:00:00`);
  return startMs === null ? null : { ...owner, date, startMs, endMs: startMs + DAY_MS };
}

/** The date of the China day an instant lies in, `yyyy-MM-dd`. */
export function chinaDate(epochMs: number): string {
  return chinaTime(epochMs).slice(0, 10);
}

import type { BillType } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { callbackEvents } from '../../domain/callback/callback-event';
import type { Told } from '../../domain/callback/callback-event';
import { fen } from '../../domain/money';
import type { Payment } from '../../domain/receipt/receipt';
import type { ReceiptState } from '../../domain/receipt/receipt-state';
import type { AccountRule, HistoryLine, ReceiptLine, ToldLine } from './account';
import { differ, isBooked, knownHistory } from './account';

/**
 * From when on each system was told everything, epoch ms; a system that is missing is told nothing,
 * or nobody knows since when.
 */
export type ToldSince = Partial<Record<BillType, number>>;

/** Some payment: only that there is one tells what is told. */
const PAID = {} as Payment;

/** A receipt's history, one unit of work after the other, with what each of them has told. */
interface Telling {
  readonly atMs: number;
  readonly types: readonly string[];
}

/**
 * What is to be told of it is what its history says, no more; and no less from when on its system
 * is told.
 */
export function tellsItsHistory(since: ToldSince): AccountRule {
  return (account) => {
    const { receipt, history, told } = account;
    const { entries } = knownHistory(history);
    const rows = [...told];
    const from = since[receipt.billType] ?? Infinity;
    const missing: ToldLine[] = [];
    for (const { atMs, types } of tellings(receipt, entries)) {
      for (const type of types) {
        const at = rows.findIndex((row) => row.type === type && row.writtenAtMs === atMs);
        if (at >= 0) rows.splice(at, 1);
        else if (atMs >= from) missing.push({ type, writtenAtMs: atMs });
      }
    }
    return [
      ...missing.flatMap((one) => differ(account, 'told', wordsOf(one), null)),
      ...rows.flatMap((one) => differ(account, 'told', null, wordsOf(one))),
    ];
  };
}

function wordsOf({ type, writtenAtMs }: ToldLine): string {
  return `${type} at ${chinaTime(writtenAtMs)}`;
}

function tellings(receipt: ReceiptLine, entries: readonly HistoryLine[]): readonly Telling[] {
  let paid = isBooked(entries[0]?.from ?? '');
  return unitsOf(entries).map((unit) => {
    const [first] = unit;
    const last = unit.at(-1) ?? first;
    const before = told(receipt, first.from ?? 'begun', paid, 0);
    paid ||= unit.some(({ state }) => isBooked(state));
    const back = unit.some(({ event }) => event === 'refundInPart' || event === 'refundInFull');
    const after = told(receipt, last.state, paid, back ? 1 : 0);
    const refused = unit.some(({ event }) => event === 'refundRefused');
    return { atMs: first.atMs, types: callbackEvents(before, after, refused) };
  });
}

function told({ duplicate }: ReceiptLine, state: string, paid: boolean, refunded: number): Told {
  return {
    state: state as ReceiptState,
    payment: paid ? PAID : null,
    refunded: fen(refunded),
    duplicate: duplicate && paid,
  };
}

/** The entries of each unit of work, which have their time and their origin in common. */
function unitsOf(entries: readonly HistoryLine[]): readonly [HistoryLine, ...HistoryLine[]][] {
  const units: [HistoryLine, ...HistoryLine[]][] = [];
  for (const entry of entries) {
    const unit = units.at(-1);
    if (unit?.[0].atMs === entry.atMs && unit[0].origin === entry.origin) unit.push(entry);
    else units.push([entry]);
  }
  return units;
}

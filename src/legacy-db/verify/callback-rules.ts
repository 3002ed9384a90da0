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

/** So many entries of a millisecond are split in every way: a clock may stand still. */
const MOST_SPLIT = 8;

/** Some payment: only that there is one tells what is told. */
const PAID = {} as Payment;

/** Entries of one time and origin, and what they may have told: whatever may have been one unit. */
interface Telling {
  readonly atMs: number;
  /** As one unit of work first; by more of them else. */
  readonly ways: readonly (readonly string[])[];
}

type Unit = readonly [HistoryLine, ...HistoryLine[]];

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
    for (const { atMs, ways } of tellings(receipt, entries)) {
      const there = rows.filter(({ writtenAtMs }) => writtenAtMs === atMs);
      for (const type of wayThatFits(ways, there)) {
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
  return groupsOf(entries).map((group) => {
    const [{ atMs }] = group;
    const before = paid;
    paid ||= group.some(({ state }) => isBooked(state));
    return { atMs, ways: splitsOf(group).map((units) => typesOf(receipt, units, before)) };
  });
}

/** What units of work have told, one after the other. */
function typesOf(receipt: ReceiptLine, units: readonly Unit[], wasPaid: boolean): string[] {
  let paid = wasPaid;
  return units.flatMap((unit) => {
    const [first] = unit;
    const last = unit.at(-1) ?? first;
    const before = told(receipt, first.from ?? 'begun', paid, 0);
    paid ||= unit.some(({ state }) => isBooked(state));
    const back = unit.some(({ event }) => event === 'refundInPart' || event === 'refundInFull');
    const after = told(receipt, last.state, paid, back ? 1 : 0);
    const refused = unit.some(({ event }) => event === 'refundRefused');
    return callbackEvents(before, after, refused);
  });
}

/**
 * Two units of one caller may fall into one millisecond, which nobody can tell from one unit. The
 * way that tells most of what is there counts; none of it: they were one.
 */
function wayThatFits(ways: Telling['ways'], there: readonly ToldLine[]): readonly string[] {
  const fits = ways.filter((types) => {
    const left = there.map(({ type }) => type);
    return types.every((type) => {
      const at = left.indexOf(type);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
  });
  const [best] = [...fits].sort((one, other) => other.length - one.length);
  return best ?? ways[0] ?? [];
}

function told({ duplicate }: ReceiptLine, state: string, paid: boolean, refunded: number): Told {
  return {
    state: state as ReceiptState,
    payment: paid ? PAID : null,
    refunded: fen(refunded),
    duplicate: duplicate && paid,
  };
}

/** The entries of a unit of work have their time and their origin in common. */
function groupsOf(entries: readonly HistoryLine[]): readonly Unit[] {
  const groups: [HistoryLine, ...HistoryLine[]][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    if (group?.[0].atMs === entry.atMs && group[0].origin === entry.origin) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** Every way in which entries may have been units, the one in which they were one first. */
function splitsOf(group: Unit): readonly (readonly Unit[])[] {
  if (group.length > MOST_SPLIT) return [[group], group.map((entry): Unit => [entry])];
  const [first, ...rest] = group;
  const [second, ...others] = rest;
  if (!second) return [[[first]]];
  const later = splitsOf([second, ...others]);
  const joined = later.map(([unit, ...units]) => [[first, ...(unit ?? [])] as Unit, ...units]);
  return [...joined, ...later.map((units) => [[first] as Unit, ...units])];
}

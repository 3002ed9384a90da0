import { Fen, fen } from '../../domain/money';
import { BillRow } from './bill-rows';
import { BillHead, BillLies } from './bill-text';

/** What can be wrong with a day's bill. Meaning: see "The bill" in this folder's README. */
export const PLANTS = [
  'dropRow',
  'changeFen',
  'changeTradeNo',
  'doubleTrade',
  'moveRow',
  'foreignRow',
  'wrongTrailer',
  'wrongSummary',
  'wrongNet',
  'wrongAccount',
  'wrongDay',
  'cutFile',
  'late',
  'noData',
] as const;

/** One way in which a bill is wrong. */
export type PlantKind = (typeof PLANTS)[number];

/** Something planted in the bill of a day; it stays until it is withdrawn. */
export interface Plant {
  readonly plant: PlantKind;
  /** Whose rows; empty for what is of no row. */
  readonly outTradeNo: string;
  /** Which of its rows. */
  readonly row: 'payment' | 'refund';
  /** `changeFen`: added to the amount, never zero. `foreignRow`: the amount. */
  readonly fen: Fen;
  /** `doubleTrade`: the number whose trade stands under this one, too. */
  readonly other: string;
  /** `moveRow`: how much later the row says it was, ms; may be negative. */
  readonly byMs: number;
}

const DAY_MS = 86_400_000;

/** The rows as the plants have made them. */
export function plantedRows(
  rows: readonly BillRow[],
  plants: readonly Plant[],
  startMs: number,
): BillRow[] {
  return plants.reduce((now, plant) => planted(now, plant, startMs), [...rows]);
}

/** The head as the plants have made it. */
export function plantedHead(head: BillHead, plants: readonly Plant[]): BillHead {
  const has = hasOf(plants);
  const account = has('wrongAccount') ? head.account.replace(/^2088/, '2089') : head.account;
  const byMs = has('wrongDay') ? DAY_MS : 0;
  return { ...head, account, startMs: head.startMs - byMs, endMs: head.endMs - byMs };
}

/** What is told of the rows, made wrong by the plants. */
export function lies(plants: readonly Plant[]): BillLies {
  const has = hasOf(plants);
  return {
    trailer: has('wrongTrailer') ? 1 : 0,
    summary: has('wrongSummary') ? 1 : 0,
    net: fen(has('wrongNet') ? 1 : 0),
  };
}

/** The bytes of the details: whole, or their first two thirds. */
export function plantedBytes(details: Buffer, plants: readonly Plant[]): Buffer {
  if (!hasOf(plants)('cutFile')) return details;
  return details.subarray(0, Math.floor((details.length * 2) / 3));
}

function hasOf(plants: readonly Plant[]): (kind: PlantKind) => boolean {
  return (kind) => plants.some(({ plant }) => plant === kind);
}

function planted(rows: BillRow[], plant: Plant, startMs: number): BillRow[] {
  const change = (changed: (row: BillRow) => Partial<BillRow>): BillRow[] =>
    rows.map((row) => (isMeant(row, plant) ? { ...row, ...changed(row) } : row));
  switch (plant.plant) {
    case 'dropRow':
      return rows.filter((row) => !isMeant(row, plant));
    case 'changeFen':
      return change(({ amount }) => ({ amount: fen(amount + Math.sign(amount) * plant.fen) }));
    case 'changeTradeNo':
      return change(({ tradeNo }) => ({ tradeNo: [...tradeNo].reverse().join('') }));
    case 'doubleTrade': {
      const trade = rows.find(({ outTradeNo }) => outTradeNo === plant.other)?.tradeNo;
      return change((row) => ({ tradeNo: trade ?? row.tradeNo }));
    }
    case 'moveRow':
      return change(({ atMs }) => ({ atMs: atMs + plant.byMs }));
    case 'foreignRow':
      return [...rows, foreignRow(plant, startMs)];
    case 'wrongTrailer':
    case 'wrongSummary':
    case 'wrongNet':
    case 'wrongAccount':
    case 'wrongDay':
    case 'cutFile':
    case 'late':
    case 'noData':
      return rows;
  }
}

function isMeant({ outTradeNo, kind }: BillRow, plant: Plant): boolean {
  return outTradeNo === plant.outTradeNo && kind === plant.row;
}

/** Taken by another program under the same account. */
function foreignRow({ outTradeNo, fen: amount }: Plant, startMs: number): BillRow {
  const atMs = startMs + DAY_MS / 2;
  return {
    tradeNo: `9${String(startMs).padStart(27, '0')}`,
    outTradeNo,
    kind: 'payment',
    subject: '别的程序, 同一账号',
    storeId: '',
    terminalId: '',
    buyer: 'oth***@example.com',
    createdAtMs: atMs,
    atMs,
    amount,
    requestNo: null,
    fee: fen(0),
  };
}

import type { BillRow } from '../bill/bill-row';
import type { Movement, OurReceipt } from '../../domain/reconciliation/movement';
import type { Verdict, VerdictKind } from './verdict';

/** Two clocks may put one movement this far apart, and so on two days. ms. */
export const NEAR_MIDNIGHT_MS = 10 * 60_000;

/** The day whose bill is compared, and what is known around it. */
export interface ComparedDay {
  /** `yyyy-MM-dd`, China time. */
  readonly date: string;
  /** Its first moment, and the first one after it, epoch ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Whether the bills of the neighbours have been compared. */
  readonly beforeIsIn: boolean;
  readonly afterIsIn: boolean;
  /** With what the numbers of this installation begin. */
  readonly tradePrefix: string;
  /** Alipay's numbers that stand under two numbers of the merchant's. */
  readonly doubledTrades: ReadonlySet<string>;
}

/**
 * The verdicts on the rows of a receipt's number and on its movements of the day. Pure. Movements
 * of other days get none, unless a row is theirs.
 */
export function compareReceipt(
  receipt: OurReceipt,
  rows: readonly BillRow[],
  day: ComparedDay,
): Verdict[] {
  const pairs = [
    ...pairPayments(of('payment', rows), of('payment', receipt.movements), day),
    ...pairRefunds(of('refund', rows), of('refund', receipt.movements), day),
  ];
  const taken = new Set(pairs.flatMap(({ row, movement }) => [row, movement]));
  const together = pairs.map(({ row, movement }) => {
    const kind = pairVerdict(row, movement, receipt, day);
    return { kind, row, movement, receipt };
  });
  const rowsAlone = rows
    .filter((row) => !taken.has(row))
    .map((row) => ({ kind: rowVerdict(row, receipt, day), row, movement: null, receipt }));
  const movementsAlone = receipt.movements
    .filter((movement) => !taken.has(movement) && isOfDay(movement, day))
    .map((movement) => {
      const kind = movementVerdict(movement, receipt, day);
      return { kind, row: null, movement, receipt };
    });
  return [...together, ...rowsAlone, ...movementsAlone];
}

interface Pair {
  readonly row: BillRow;
  readonly movement: Movement;
}

type Fits = (row: BillRow, movement: Movement) => boolean;

function of<T extends { readonly kind: 'payment' | 'refund' }>(
  kind: T['kind'],
  all: readonly T[],
): T[] {
  return all.filter((one) => one.kind === kind);
}

/** A payment is its trade; what is left over is paired all the same, and differs. */
function pairPayments(rows: BillRow[], movements: Movement[], day: ComparedDay): Pair[] {
  const sameTrade: Fits = (row, movement) => row.tradeNo === movement.tradeNo;
  return pair(rows, movements, day, [sameTrade, () => true]);
}

/** A refund is its request number. A cancel has none here, and may have any in the bill. */
function pairRefunds(rows: BillRow[], movements: Movement[], day: ComparedDay): Pair[] {
  const sameRequest: Fits = (row, movement) =>
    movement.requestNo !== null && row.requestNo === movement.requestNo;
  const unnamed: Fits = (row, movement) => movement.requestNo === null || row.requestNo === null;
  const sameAmount: Fits = (row, movement) =>
    unnamed(row, movement) && row.amount === movement.amount;
  return pair(rows, movements, day, [sameRequest, sameAmount, unnamed]);
}

/** Pairs what fits best first; each row and movement once. */
function pair(
  rows: readonly BillRow[],
  movements: readonly Movement[],
  day: ComparedDay,
  rules: readonly Fits[],
): Pair[] {
  const pairs: Pair[] = [];
  const [rowsLeft, movementsLeft] = [new Set(rows), new Set(movements)];
  for (const fits of rules) {
    for (const movement of movementsLeft) {
      const row = [...rowsLeft].find((one) => fits(one, movement) && canBeSame(one, movement, day));
      if (row === undefined) continue;
      pairs.push({ row, movement });
      rowsLeft.delete(row);
      movementsLeft.delete(movement);
    }
  }
  return pairs;
}

/** By their times, and not found in another day's bill already. */
function canBeSame(row: BillRow, movement: Movement, day: ComparedDay): boolean {
  if (movement.settledOn !== null) return movement.settledOn === day.date;
  if (!movement.timeKnown || isWithin(movement, day)) return true;
  return Math.abs(row.atMs - movement.atMs) <= NEAR_MIDNIGHT_MS;
}

function pairVerdict(
  row: BillRow,
  movement: Movement,
  receipt: OurReceipt,
  day: ComparedDay,
): VerdictKind {
  const isPayment = row.kind === 'payment';
  if (isPayment && day.doubledTrades.has(row.tradeNo)) return 'tradeForTwoReceipts';
  if (row.tradeNo !== movement.tradeNo) return 'tradeNoDiffers';
  if (row.amount !== movement.amount) return isPayment ? 'amountDiffers' : 'refundAmountDiffers';
  if (!isPayment) return wasPaidBefore(receipt, day) ? 'refundOfOlderDay' : 'equal';
  if (receipt.duplicate) return 'duplicate';
  return receipt.late ? 'lateMoney' : 'equal';
}

function wasPaidBefore({ movements }: OurReceipt, { startMs }: ComparedDay): boolean {
  return movements.some(({ kind, atMs }) => kind === 'payment' && atMs < startMs);
}

function rowVerdict(
  { kind, tradeNo }: BillRow,
  { undecided }: OurReceipt,
  { doubledTrades }: ComparedDay,
): VerdictKind {
  if (kind === 'payment' && doubledTrades.has(tradeNo)) return 'tradeForTwoReceipts';
  if (undecided) return 'open';
  return kind === 'payment' ? 'paidOnlyAtAlipay' : 'refundOnlyAtAlipay';
}

function movementVerdict(
  movement: Movement,
  { undecided }: OurReceipt,
  day: ComparedDay,
): VerdictKind {
  if (undecided) return 'open';
  if (!movement.timeKnown) return 'timeUnknown';
  const nearStart = movement.atMs < day.startMs + NEAR_MIDNIGHT_MS && !day.beforeIsIn;
  const nearEnd = movement.atMs >= day.endMs - NEAR_MIDNIGHT_MS && !day.afterIsIn;
  if (nearStart || nearEnd) return 'dayBoundary';
  return movement.kind === 'payment' ? 'paidOnlyHere' : 'refundOnlyHere';
}

function isOfDay(movement: Movement, day: ComparedDay): boolean {
  const elsewhere = movement.settledOn !== null && movement.settledOn !== day.date;
  return !elsewhere && isWithin(movement, day);
}

function isWithin({ atMs }: Movement, { startMs, endMs }: ComparedDay): boolean {
  return atMs >= startMs && atMs < endMs;
}

import { PayError } from '../../domain/errors';
import { fen, formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { Randomness } from '../../domain/ports/clock';
import type { Database, Sql } from '../sql/database';
import type { EndOrder, SystemReceipts } from '../systems/system-receipts';

/** A step of the probe: what End is told, and whether it has to take it. */
type Step = readonly [result: 'S' | 'H' | 'U' | 'R', value: number, taken: boolean];

/**
 * A recharge of 1.00 on a card of its own, which holds nothing else. By amounts instead of totals
 * the second hold would be more than the card has, and so would it be had R changed the card; an
 * End from before totals takes any hold after the first one and refuses to hold nothing.
 */
const STEPS: readonly Step[] = [
  ['S', 100, true],
  ['H', 60, true],
  ['R', 60, true],
  ['H', 100, true],
  ['H', 100, true], // Repeated.
  ['H', 101, false], // More than was paid.
  ['U', 60, true],
  ['H', 100, true],
  ['U', 60, true],
  ['U', 0, true],
];

const PAID = fen(100);

/**
 * Tries, in a unit that is rolled back, what End makes of H and U. Null: holds are totals, as far
 * as its answers tell; else what it does instead.
 * @throws PayError DATABASE_UNAVAILABLE: it cannot be tried
 */
export async function probeHolds(
  database: Database,
  system: SystemReceipts,
  randomness: Randomness,
  nowMs: number,
): Promise<string | null> {
  let tried: { readonly fault: string | null } | null = null;
  try {
    await database.write('probeHolds', async (db) => {
      tried = { fault: await faultOf(db, system, randomness, nowMs) };
      throw new Error('the probe is over'); // Nothing of it stays.
    });
  } catch (error) {
    if (tried === null) throw error;
  }
  return (tried as { readonly fault: string | null } | null)?.fault ?? null;
}

async function faultOf(
  db: Sql,
  system: SystemReceipts,
  randomness: Randomness,
  nowMs: number,
): Promise<string | null> {
  const name = `3PAYPROBE${randomness.hex(4)}`;
  const base = { id: 0, billNo: name, billType: '7', payType: '98', cardNo: name } as const;
  const numbers = { outTradeNo: randomness.hex(16), nowMs };
  const order = { ...base, ...numbers, amount: PAID, body: 'probe', detail: null, clientIp: '' };
  let step = 'Begin';
  try {
    const receipt = { ...base, ...numbers, receiptId: await system.begin(db, order) };
    for (const [result, value, taken] of STEPS) {
      step = `${result} ${formatYuan(fen(value))}`;
      const end = endOf(receipt, result, fen(value), nowMs);
      if ((await takes(system, db, end)) !== taken)
        return `${step} is ${taken ? 'refused' : 'taken'}`;
    }
    return null;
  } catch (error) {
    if (isRefusal(error)) return `${step} is refused`;
    throw error;
  }
}

function endOf(receipt: EndOrder['receipt'], result: Step[0], value: Fen, nowMs: number): EndOrder {
  const tradeNo = `probe${receipt.outTradeNo}`;
  const payment = { tradeNo, amount: PAID, buyer: null, paidAtMs: nowMs };
  return { receipt, result, payment, refunded: value, held: value };
}

async function takes(system: SystemReceipts, db: Sql, order: EndOrder): Promise<boolean> {
  try {
    await system.end(db, order);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof PayError && error.code === 'ILLEGAL_STATE';
}

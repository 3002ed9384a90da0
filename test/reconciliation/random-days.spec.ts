import { compare } from '../../src/reconciliation/compare/compare';
import type { OurReceipt } from '../../src/domain/reconciliation/movement';
import { SortedRows } from '../../src/reconciliation/compare/sorted-rows';
import { isDifference } from '../../src/reconciliation/compare/verdict';
import type { VerdictKind } from '../../src/reconciliation/compare/verdict';
import { RANDOM_DATE, randomDay } from '../support/bills/random-day';
import { LONG } from '../support/long';
import { seeded } from '../support/seeded';

jest.setTimeout(3_600_000);

const COUNT = Number(process.env['DAYS_COUNT'] ?? (LONG ? 300 : 60));
const SEED = Number(process.env['DAYS_SEED'] ?? 20_261_129);
const MOST_TRADES = 60;

async function* stream(receipts: readonly OurReceipt[]): AsyncGenerator<OurReceipt> {
  for (const one of receipts) yield await Promise.resolve(one);
}

it(`${COUNT} random days: what was planted is found, and nothing else`, async () => {
  const kinds = new Map<VerdictKind, number>();
  for (let seed = SEED; seed < SEED + COUNT; seed += 1) {
    const day = randomDay(seeded(seed), MOST_TRADES);
    const rows = new SortedRows();
    day.rows.forEach(rows.add);
    const tradePrefix = '3pzz';
    const about = { ...RANDOM_DATE, ...day, tradePrefix, doubledTrades: rows.doubledTrades() };
    const found: string[] = [];
    for await (const one of compare(rows.groups(), stream(day.receipts), about)) {
      found.push(`${one.kind} ${one.row?.line ?? '-'}/${one.movement?.key ?? '-'}`);
      kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1);
    }
    expect({ seed, found: found.sort() }).toEqual({ seed, found: day.expected });
  }
  const differences = [...kinds].filter(([kind]) => isDifference(kind));
  process.stdout.write(`${COUNT} days: ${JSON.stringify(Object.fromEntries([...kinds].sort()))}\n`);
  expect(differences.length).toBe(10);
});

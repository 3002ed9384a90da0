import { PayError } from '../../src/domain/errors';
import type { FlatRecord, RequestContract } from '../../src/wire/operation/contract';
import { AliPayQueryParm, AliScanCodeParm } from '../support/contracts';
import { LONG } from '../support/long';
import { readJson } from '../../src/wire/codec/json/json-read';
import { Dice, mutate, SEEDS } from './mutate';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? (LONG ? 20_000 : 3_000));
const SEED = Number(process.env['FUZZ_SEED'] ?? 11);

/** What JSON.parse makes of it; undefined when it refuses or the root is no object. */
function oracle(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function read(contract: RequestContract, bytes: Buffer): FlatRecord | PayError {
  try {
    return readJson(contract, bytes, 'utf-8');
  } catch (error) {
    if (error instanceof PayError) return error;
    throw error;
  }
}

/** Is a member read as JSON.parse has it? Numbers are text here, so they count by their value. */
function agrees(expected: unknown, read: string | null): boolean {
  return typeof expected === 'number' ? Number(read) === expected : read === expected;
}

describe(`${COUNT} mutated JSON bodies (FUZZ_SEED=${SEED})`, () => {
  it(
    'are read as JSON.parse reads them, wherever it does',
    () => {
      const dice = new Dice(SEED);
      const seeds = SEEDS.filter(({ contentType }) => contentType.includes('json'));
      let compared = 0;
      for (let count = 0; count < COUNT; count += 1) {
        const seed = dice.pick(seeds);
        const contract = seed.operation === 'Query' ? AliPayQueryParm : AliScanCodeParm;
        const bytes = mutate(dice, seed.body);
        const expected = oracle(bytes.toString('utf8'));
        const record = read(contract, bytes);
        if (expected === undefined || bytes.includes('\ufffd')) continue;
        if (record instanceof PayError) {
          const isOurRule = record.code === 'INVALID_MEMBER' || /nested|UTF-8/.test(record.shown);
          expect([bytes.toString('utf8'), isOurRule]).toEqual([bytes.toString('utf8'), true]);
          continue;
        }
        compared += 1;
        for (const [name, value] of Object.entries(expected)) {
          const place = contract.placeOfSmall.get(name.toLowerCase());
          const member = place === undefined ? undefined : contract.members[place]?.name;
          if (member === undefined) continue;
          const same = agrees(value, record[member] ?? null);
          expect([bytes.toString('utf8'), name, same]).toEqual([
            bytes.toString('utf8'),
            name,
            true,
          ]);
        }
      }
      expect(compared).toBeGreaterThan(COUNT / 50);
    },
    30_000 + COUNT,
  );
});

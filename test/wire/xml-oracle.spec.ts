import { SaxesParser } from 'saxes';
import { PayError } from '../../src/domain/errors';
import type { FlatRecord } from '../../src/wire/operation/contract';
import { AliPayQueryParm, AliScanCodeParm } from '../support/contracts';
import { LONG } from '../support/long';
import { readXml } from '../../src/wire/codec/xml/xml-read';
import { Dice, mutate, SEEDS } from './mutate';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? (LONG ? 20_000 : 3_000));
const SEED = Number(process.env['FUZZ_SEED'] ?? 7);
const MEMBERS = 2;
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

// References to these are taken as the legacy service did; XML itself, and saxes, forbids them.
const ODD_REFERENCE = new RegExp(
  '&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f]..|fff[ef])' +
    '|0*(?:[0-8]|1[124-9]|2\\d|3[01])|5[5-7]\\d{3}|6553[45]);',
  'i',
);

// saxes trims the names of namespaces; neither XML nor the legacy service did.
const PADDED_NAMESPACE = /xmlns[^=<>]*=\s*(?:["']\s|"[^"]*\s"|'[^']*\s')/;

/** The members of a document by an independent, strict parser; null when it refuses. */
function oracle(text: string, namespace: string): FlatRecord | null {
  const parser = new SaxesParser({ xmlns: true });
  const record: FlatRecord = {};
  const open: string[] = [];
  let failed = false;
  let value = '';
  const add = (piece: string): void => {
    value += piece;
  };
  parser.on('error', () => {
    failed = true;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    const isNil = Object.values(attributes).some(
      (each) =>
        each.local === 'nil' && each.uri === INSTANCE && /^\s*(?:1|true)\s*$/.test(each.value),
    );
    open.push(uri === namespace ? (isNil ? `${local} nil` : local) : '');
    value = '';
  });
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const [name = '', nil] = (open.pop() ?? '').split(' ');
    if (open.length === MEMBERS - 1 && name !== '') record[name] = nil ? null : value;
  });
  try {
    parser.write(text).close();
  } catch {
    return null;
  }
  return failed ? null : record;
}

describe(`${COUNT} mutated XML documents (FUZZ_SEED=${SEED})`, () => {
  it(
    'are never read when a strict XML parser refuses them, nor read differently',
    () => {
      const dice = new Dice(SEED);
      const seeds = SEEDS.filter(({ contentType }) => contentType.includes('xml'));
      let accepted = 0;
      for (let count = 0; count < COUNT; count += 1) {
        const seed = dice.pick(seeds);
        const contract = seed.operation === 'Query' ? AliPayQueryParm : AliScanCodeParm;
        const bytes = mutate(dice, seed.body);
        let record: FlatRecord;
        try {
          record = readXml(contract, bytes, 'utf-8');
        } catch (error) {
          if (error instanceof PayError) continue;
          throw error;
        }
        const text = bytes.toString('utf8');
        if (ODD_REFERENCE.test(text) || PADDED_NAMESPACE.test(text)) continue;
        accepted += 1;
        const expected = oracle(text.replace(/^\ufeff/, ''), contract.namespace);
        const shared = Object.entries(expected ?? {}).filter(([name]) =>
          contract.placeOf.has(name),
        );
        const ours = JSON.stringify([text, record]);
        expect(ours).toBe(JSON.stringify([text, expected && Object.fromEntries(shared)]));
      }
      expect(accepted).toBeGreaterThan(COUNT / 50);
    },
    30_000 + COUNT,
  );
});

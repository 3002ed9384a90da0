import { Charset, decodeByMark } from '../charset';
import { FlatRecord, RequestContract } from '../../operation/contract';
import { plainDecimal } from '../decimal-text';
import { FlatRecordBuilder } from '../flat-record';
import { JsonScanner } from './json-scanner';
import { invalidMember } from '../../operation/refusal';

const INTEGER = /^(?:0|-?[1-9]\d*)$/;
const ODD_NUMBER = /^-?0[\dxX]/;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Reads a request in JSON. Lenient as the legacy service was in notation, strict in what a member
 * may be. Source: legacy wire rules, docs/integrating.md.
 * @throws PayError UNREADABLE, INVALID_MEMBER
 */
export function readJson(contract: RequestContract, bytes: Buffer, charset: Charset): FlatRecord {
  const scanner = new JsonScanner(decodeByMark(bytes, charset));
  scanner.skipPadding();
  if (scanner.peek() !== OPEN_BRACE) throw scanner.fault('an object was expected');
  const record = new FlatRecordBuilder(contract);
  scanner.entries(CLOSE_BRACE, () => {
    const place = record.place(scanner.name());
    if (place === undefined) scanner.skipValue(2);
    else record.put(place, readMember(scanner, record, place));
  });
  scanner.skipPadding();
  if (scanner.peek() !== -1) throw scanner.fault('nothing may follow the object');
  return record.finish();
}

function readMember(scanner: JsonScanner, record: FlatRecordBuilder, place: number): string | null {
  const text = scanner.stringOrNull();
  if (text !== null) return text;
  const code = scanner.peek();
  const name = record.nameAt(place);
  if (code === OPEN_BRACE || code === 0x5b) {
    throw invalidMember(name, 'must not be an object or an array');
  }
  const word = scanner.word();
  if (word === 'null') return null;
  if (record.kindAt(place) === 'decimal') {
    const plain = ODD_NUMBER.test(word) ? null : plainDecimal(word);
    if (plain === null) throw invalidMember(name, 'must be a decimal number');
    return plain;
  }
  if (!INTEGER.test(word)) throw invalidMember(name, 'must be text');
  return word;
}

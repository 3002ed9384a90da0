import { Decimal128 } from 'bson';
import { BSON, BsonScanner } from './bson-scanner';
import { FlatRecord, RequestContract } from './contract';
import { plainDecimal } from './decimal-text';
import { FlatRecordBuilder } from './flat-record';
import { invalidMember } from './refusal';

// .NET clients write a decimal as a double, of which the legacy service took so many digits.
const DOUBLE_DIGITS = 15;

/**
 * Reads a request in BSON. Known members may be text, a number or null; unknown ones are passed.
 * Source: legacy wire rules, docs/integrating.md.
 * @throws PayError UNREADABLE, INVALID_MEMBER
 */
export function readBson(contract: RequestContract, bytes: Buffer): FlatRecord {
  const scanner = new BsonScanner(bytes);
  const record = new FlatRecordBuilder(contract);
  const end = scanner.root();
  for (let type = scanner.elementType(end); type !== null; type = scanner.elementType(end)) {
    const place = record.place(scanner.name(end));
    if (place === undefined) scanner.skip(type, end, 2);
    else record.put(place, readMember(scanner, type, end, record, place));
  }
  return record.finish();
}

function readMember(
  scanner: BsonScanner,
  type: number,
  end: number,
  record: FlatRecordBuilder,
  place: number,
): string | null {
  const isDecimal = record.kindAt(place) === 'decimal';
  switch (type) {
    case BSON.string:
      return scanner.string(end);
    case BSON.null:
      return null;
    case BSON.int32:
      return String(scanner.int32(end));
    case BSON.int64:
      return String(scanner.int64(end));
    case BSON.double: {
      const value = scanner.double(end);
      const text = isDecimal ? decimalOfDouble(value) : textOfDouble(value);
      if (text === null) throw invalidMember(record.nameAt(place), 'this number is not possible');
      return text;
    }
    case BSON.decimal128: {
      const bytes = scanner.decimal128(end);
      const text = isDecimal ? plainDecimal(new Decimal128(bytes).toString()) : null;
      if (text === null) throw invalidMember(record.nameAt(place), 'this number is not possible');
      return text;
    }
    default:
      throw invalidMember(record.nameAt(place), 'must be text or a number');
  }
}

function decimalOfDouble(value: number): string | null {
  return plainDecimal(String(Number(value.toPrecision(DOUBLE_DIGITS))));
}

function textOfDouble(value: number): string | null {
  return Number.isSafeInteger(value) ? String(value) : null;
}

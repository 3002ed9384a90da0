import { BSONOffsetError, Decimal128 } from 'bson';
import {
  BSON,
  type BsonElement,
  bsonElements,
  bsonText,
  checkElement,
  endsAnElement,
  utf8,
} from './bson-elements';
import { FlatRecord, RequestContract } from '../../operation/contract';
import { plainDecimal } from '../decimal-text';
import { FlatRecordBuilder } from '../flat-record';
import { invalidMember } from '../../operation/refusal';

// .NET clients write a decimal as a double, of which the legacy service took so many digits.
const DOUBLE_DIGITS = 15;

const UNSUITABLE = 'must be text or a number';

/**
 * Reads a request in BSON. Known members may be text, a number or null; unknown ones are passed.
 * Source: legacy wire rules, docs/integrating.md.
 * @throws PayError UNREADABLE, INVALID_MEMBER
 */
export function readBson(contract: RequestContract, bytes: Buffer): FlatRecord {
  const record = new FlatRecordBuilder(contract);
  for (const element of elementsOf(contract, bytes)) {
    const [, nameAt, nameLength] = element;
    const place = record.place(utf8(bytes, nameAt, nameAt + nameLength));
    if (place === undefined) checkElement(bytes, element, 2);
    else record.put(place, readMember(bytes, element, record, place));
  }
  return record.finish();
}

function elementsOf(contract: RequestContract, bytes: Buffer): Iterable<BsonElement> {
  try {
    return bsonElements(bytes, 0, bytes.length);
  } catch (error) {
    const member = memberOfUnknownType(contract, bytes, error);
    throw member === undefined ? error : invalidMember(member, UNSUITABLE);
  }
}

/**
 * The member that has a type which BSON does not know. The library refuses the document for it, and
 * tells only where the member's name ended.
 */
function memberOfUnknownType(
  contract: RequestContract,
  bytes: Buffer,
  error: unknown,
): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof BSONOffsetError) || !cause.message.startsWith('Invalid 0x')) return;
  const nameEnd = cause.offset - 1;
  const named = contract.members.find(({ name }) => {
    const nameAt = nameEnd - name.length;
    const found = bytes.toString('latin1', Math.max(nameAt, 0), nameEnd);
    return found.toLowerCase() === name.toLowerCase() && endsAnElement(bytes, nameAt - 1);
  });
  return named?.name;
}

function readMember(
  bytes: Buffer,
  [type, , , at, length]: BsonElement,
  record: FlatRecordBuilder,
  place: number,
): string | null {
  switch (type) {
    case BSON.string:
      return bsonText(bytes, at, length);
    case BSON.null:
      return null;
    case BSON.int32:
      return String(bytes.readInt32LE(at));
    case BSON.int64:
      return String(bytes.readBigInt64LE(at));
    case BSON.double:
    case BSON.decimal128: {
      const isDecimal = record.kindAt(place) === 'decimal';
      const value = bytes.subarray(at, at + length);
      const text =
        type === BSON.double ? ofDouble(value, isDecimal) : ofDecimal128(value, isDecimal);
      if (text === null) throw invalidMember(record.nameAt(place), 'this number is not possible');
      return text;
    }
    default:
      throw invalidMember(record.nameAt(place), UNSUITABLE);
  }
}

function ofDouble(bytes: Buffer, isDecimal: boolean): string | null {
  const value = bytes.readDoubleLE();
  if (isDecimal) return plainDecimal(String(Number(value.toPrecision(DOUBLE_DIGITS))));
  return Number.isSafeInteger(value) ? String(value) : null;
}

function ofDecimal128(bytes: Buffer, isDecimal: boolean): string | null {
  return isDecimal ? plainDecimal(new Decimal128(bytes).toString()) : null;
}
